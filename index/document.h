/* A document as it goes into the index and comes out again: plain data, no Xapian, no files.
 *
 * Strings are owned by the struct they stand in; NULL is "not known". Paths and names are bytes.
 */
#ifndef PROSPECT_INDEX_DOCUMENT_H
#define PROSPECT_INDEX_DOCUMENT_H

#include "index/base/digest.h"
#include "index/base/strlist.h"
#include "index/text/language.h"

#include <prospect/plugin.h>
#include <stdbool.h>
#include <stdint.h>

/* One metadata value and where it came from. KEY is a Dublin Core term (plugin.h), or one of
 * ours: type, country, programme, event, role, concept. */
struct meta_value {
    char *key;
    char *value;
    char *source;       /* "pdf:info", "html:meta", "folder", "side-car" ... */
    uint8_t confidence; /* prospect_confidence, or META_EXPLICIT */
};
enum {
    META_DEFAULT = 0, /* the configuration's, for documents that do not say */
    META_EXPLICIT = 4 /* somebody wrote it into a .prospect file or side-car: wins over all else */
};

struct meta_list {
    struct meta_value *item;
    size_t count;
};

void meta_add(struct meta_list *l, const char *key, const char *value, const char *source,
              uint8_t confidence);
/* The value of KEY with the highest confidence, the first of equals; NULL if there is none. */
const struct meta_value *meta_best(const struct meta_list *l, const char *key);
void meta_free(struct meta_list *l);

/* A stretch of a unit's text of one kind. Stretches follow each other without gaps. */
struct unit_span {
    uint8_t kind; /* prospect_span */
    uint32_t length;
};

struct unit {
    uint32_t number; /* from 1, rising */
    char *label;
    char *heading;
    char lang[LANGUAGE_SIZE]; /* declared by the document; the index detects its own */
    bool ocr;
    char *text; /* valid UTF-8, NUL-terminated, no NUL inside */
    size_t length;
    struct unit_span *spans;
    size_t n_spans;
};
void unit_clear(struct unit *u);

/* How a file looked when it was read: if all of it is the same, it need not be read again. */
struct stamp {
    uint64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
    uint64_t inode;
    uint8_t content[DIGEST_SIZE]; /* SHA-256 of the bytes; zeros where they were not read */
    char *plugin;                 /* NULL: no plugin read it */
    char *plugin_version;
    uint8_t rules[DIGEST_SIZE]; /* digest of what folder files and the side-car said of it */
};

/* What one document is. Free with document_free(). */
struct document {
    char id[DIGEST_ID_SIZE];
    char *root;      /* name of the watched root */
    char *path;      /* relative to it; for a child "container/path!/member" for display */
    char *container; /* id of the document that holds this one; NULL for a file */
    struct stamp stamp;
    bool restricted;       /* false: everyone may see it, and `access` is empty */
    struct strlist access; /* sorted; restricted and empty: nobody but the admin */
    struct meta_list meta; /* all that is known, of all sources */
    char *mime;
    prospect_unit_kind unit_kind;
    struct unit *units;
    size_t n_units;
    prospect_status status; /* not OK: could not be read, or not fully; units hold what could */
    char *reason;           /* the line for people that belongs to it */
    struct strlist cuts;    /* what was left out, in words; makes the document incomplete */
    struct strlist warnings;
    unsigned tries;   /* failures in a row */
    int64_t since;    /* seconds since 1970 of the first of them; 0: none */
    int64_t next_try; /* seconds since 1970; 0: not before the file changes */
};

void document_new(struct document **out);
void document_free(struct document **d);
/* True where nothing of the document was left out. */
bool document_complete(const struct document *d);
/* Appends a zeroed unit and returns it; valid until the next call. */
struct unit *document_add_unit(struct document *d);
/* TO, empty or zeroed before, gets a copy of FROM. */
void stamp_free(struct stamp *s);
void stamp_copy(struct stamp *to, const struct stamp *from);

#endif
