/* What a worker child says of a document, made into the document: frames are checked, counted
 * against limits and put together. Nothing that comes in is trusted. Pure: no sockets, no files.
 */
#ifndef PROSPECT_EXTRACTION_H
#define PROSPECT_EXTRACTION_H

#include "daemon/wire.h"
#include "index/base/error.h"
#include "index/document.h"

/* A document that was found inside this one. */
struct extraction_child {
    char *name; /* bytes; no NUL */
    size_t name_length;
    char *mime;
    int fd; /* a sealed memfd with its bytes */
    uint64_t size;
};

struct extraction_boxes {
    uint32_t unit;
    prospect_box *box;
    size_t count;
};

struct extraction {
    struct document *document; /* units, meta, cuts, warnings, mime, unit_kind, stamp.plugin */
    struct extraction_child *children;
    size_t n_children;
    struct extraction_boxes *boxes;
    size_t n_boxes;
    uint64_t text_bytes;
    bool done;            /* DONE came */
    struct error outcome; /* what DONE said */
    /* the rest is the builder's own */
    struct wire_limits limits;
    bool in_unit, in_child, text_is_full;
};

void extraction_new(struct extraction **out, const struct wire_limits *limits);
void extraction_free(struct extraction **e);

/* Takes one frame. PROSPECT_PROTOCOL with a line for nonsense (units out of order, text outside a
 * unit, an unknown frame, coordinates off the page ...): the child is then to be killed; what came
 * before is kept. PROSPECT_LIMIT once a limit is passed: what came before is kept and the cut is
 * recorded. Text that is no UTF-8 is repaired, with a warning and a cut. */
prospect_status extraction_frame(struct extraction *e, const struct wire_frame *frame,
                                 struct error *error);
/* The stream is over. HOW is how the child ended (from its wait status, or our own kill for a
 * timeout); closes an open unit and sets the document's status and reason. */
void extraction_end(struct extraction *e, const struct error *how);

#endif
