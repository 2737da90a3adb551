/* What the index keeps of a document beside its postings, as packed bytes. Pure: no Xapian.
 *
 *   data      what a hit shows, and where each unit's positions start: small, read for each hit
 *   stamp     how the file looked: small, read for all files at once
 *   document  everything but the units: enough to put it again
 *   infos     a line about each unit
 *   unit      a unit's text, its spans and the marks of its words
 *
 * Records are compressed where that pays, and end in a checksum (pack_seal()). One that is damaged
 * is refused, never half read.
 */
#ifndef PROSPECT_INDEX_RECORD_H
#define PROSPECT_INDEX_RECORD_H

#include "index/base/buf.h"
#include "index/index.h"
#include "index/text/marks.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No record is larger when unpacked; what claims to be is damaged. */
#define RECORD_MAX (512u * 1024 * 1024)

/* Where a unit's words stand among the body's positions. */
struct unit_place {
    uint32_t number;
    uint32_t first; /* position of its first word */
};
struct unit_places {
    struct unit_place *item; /* rising in both */
    size_t count;
};
void unit_places_free(struct unit_places *p);

void index_fields_free(struct index_fields *f);

/* `duplicates` are not packed. OUT is empty or zeroed before, and to be freed in any case. */
void record_pack_data(struct buf *b, const struct index_fields *f, const struct unit_places *p);
bool record_unpack_data(const char *bytes, size_t length, struct index_fields *f,
                        struct unit_places *p);
/* Only the places: nothing else is allocated. */
bool record_unpack_places(const char *bytes, size_t length, struct unit_places *p);

/* Rising positions, N of them, and back: calls EACH for every one; false if damaged. Without a
 * checksum: it is read for many documents of every search. */
void record_pack_bounds(struct buf *b, const uint32_t *bounds, size_t n);
bool record_unpack_bounds(const char *bytes, size_t length, void (*each)(void *ctx, uint32_t bound),
                          void *ctx);

struct file_stamp {
    char *root, *path, *mime;
    struct stamp stamp;
    prospect_status status;
    unsigned tries;
    int64_t since, next_try;
};
void file_stamp_free(struct file_stamp *s);
void record_pack_stamp(struct buf *b, const struct document *d);
bool record_unpack_stamp(const char *bytes, size_t length, struct file_stamp *out);

/* All of D but its units. OUT is a new document, NULL on damage. */
void record_pack_document(struct buf *b, const struct document *d);
bool record_unpack_document(const char *bytes, size_t length, struct document **out);

/* LANGS[i] is the language found for unit i. */
void record_pack_infos(struct buf *b, const struct document *d, char (*langs)[LANGUAGE_SIZE]);
bool record_unpack_infos(const char *bytes, size_t length, struct index_unit_info **out,
                         size_t *count);
void unit_infos_free(struct index_unit_info *info, size_t count);

/* With the marks of its text. */
void record_pack_unit(struct buf *b, const struct unit *u);
/* OUT and MARKS are new, and empty on damage. */
bool record_unpack_marked(const char *bytes, size_t length, struct unit *out, struct marks *marks);
bool record_unpack_unit(const char *bytes, size_t length, struct unit *out);

#endif
