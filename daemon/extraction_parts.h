/* How the files of the extraction builder (extraction*.c) share its state. For nobody else. */
#ifndef PROSPECT_EXTRACTION_PARTS_H
#define PROSPECT_EXTRACTION_PARTS_H

#include "daemon/extraction_data.h"
#include "daemon/wire.h"
#include "index/base/pack.h"

/* Where the unit's text got a line feed that was not sent: everything sent from `sent` on lies
 * `moved` bytes further. */
struct extraction_joint {
    uint32_t sent;
    uint32_t moved;
};

struct extraction_state {
    struct wire_limits limits;
    bool limited;    /* some limit was passed */
    uint64_t budget; /* bytes of frames still taken: an endless stream has an end */
    bool in_unit, in_child;
    /* the open unit, which is the document's last */
    struct buf text;
    uint32_t sent;  /* bytes of its text as sent */
    bool has_span;  /* TEXT came */
    bool span_open; /* and some of it is kept: what goes on with it joins it */
    bool repaired;
    struct extraction_joint *joints;
    size_t n_joints;
    size_t n_spans, n_boxes; /* of all units */
    /* the open child */
    struct extraction_child child;
    bool drop_child;
    uint64_t child_bytes; /* of all children */
    uint32_t n_children;  /* begun */
};

/* extraction_parts.c. A line: NULL for an empty line; cut at MAX bytes, repaired, control bytes
 * made blanks. */
char *extraction_line(struct unpack *u, size_t max);
/* S is 1 to MAX letters, digits and bytes of OTHERS. */
bool extraction_is_token(const char *s, size_t max, const char *others);
/* Adds LINE once, as long as there is room. */
void extraction_note(struct strlist *list, const char *line);
void extraction_cut(struct extraction *e, const char *line);
/* How many bytes of text and children may still come. */
uint64_t extraction_room(const struct extraction *e);
prospect_status extraction_limit(struct extraction *e, struct error *error, const char *line);
prospect_status extraction_nonsense(struct error *error, const char *what);
bool extraction_is_mime(const char *s);

/* extraction_unit.c */
prospect_status extraction_unit_begin(struct extraction *, struct unpack *, struct error *);
prospect_status extraction_text(struct extraction *, struct unpack *, struct error *);
prospect_status extraction_boxes_add(struct extraction *, struct unpack *, struct error *);
prospect_status extraction_unit_end(struct extraction *, struct unpack *, struct error *);
void extraction_unit_close(struct extraction *e);

/* extraction_child.c */
prospect_status extraction_child_begin(struct extraction *, struct unpack *, struct error *);
prospect_status extraction_child_data(struct extraction *, struct unpack *, struct error *);
prospect_status extraction_child_end(struct extraction *, struct unpack *, struct error *);
void extraction_child_clear(struct extraction_child *c);

#endif
