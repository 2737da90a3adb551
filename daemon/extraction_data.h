/* What was taken out of one document, and how much of it there may be. */
#ifndef PROSPECT_EXTRACTION_DATA_H
#define PROSPECT_EXTRACTION_DATA_H

#include "index/base/error.h"
#include "index/document.h"

/* Beside the job's limits, which count what is sent, these hold for each document; what is over
 * them is left out, and a cut says so. */
enum {
    EXTRACTION_UNITS = 200000,
    EXTRACTION_SPANS = 2000000,
    EXTRACTION_BOXES = 2000000,
    EXTRACTION_METAS = 1000,
    EXTRACTION_META_BYTES = 8192, /* of one value */
    EXTRACTION_CHILD_NAME = 4096, /* bytes; a longer one is nonsense */
    EXTRACTION_LINES = 1000,      /* cuts, and warnings */
    EXTRACTION_LINE_BYTES = 500,  /* of a cut, warning, label or source */
    EXTRACTION_HEADING_BYTES = 1000
};

/* What a cut says of a file that is much smaller than what comes out of it. */
#define EXTRACTION_EXPANDED "more comes out of so small a file than is kept"

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
    struct extraction_child *children; /* whoever takes a descriptor over sets it to -1 */
    size_t n_children;
    struct extraction_boxes *boxes; /* one for each unit that has any, in order */
    size_t n_boxes;
    uint64_t text_bytes;            /* as sent */
    bool done;                      /* DONE came */
    struct error outcome;           /* what DONE said */
    struct extraction_state *state; /* the builder's own */
};

#endif
