/* Every place in one document where a query matches, and where the words stand on their pages.
 *
 * It takes two steps: the index tells the units and the spans of the words in their text; the file
 * is then read again for the boxes of its words, and what overlaps is put together. Pure.
 */
#ifndef PROSPECT_HITS_H
#define PROSPECT_HITS_H

#include "daemon/extraction.h"
#include "index/index.h"

#define HITS_BOXED_UNITS 50  /* at most so many units get boxes */
#define HITS_BOXED_REACH 100 /* and only those so close to the first */
#define HITS_BOXES_MAX   500 /* of one unit */

struct hits_box {
    float x0, y0, x1, y1; /* 0 to 1 of the page, origin top left */
};

struct hits_boxes { /* of one unit */
    struct hits_box *item;
    size_t count;
};

struct hits {
    char *query;
    struct index_description *document;
    struct index_unit_hits *units;
    uint8_t (*digest)[DIGEST_SIZE]; /* of the text that the spans count in, of the units to box */
    struct hits_boxes *boxes;       /* one for each unit */
    uint8_t content[DIGEST_SIZE];   /* of the file's bytes, as they were read */
    size_t n_boxed;                 /* so many units, from the first, are to have boxes */
    bool complete;                  /* every unit has all of its boxes, as far as there are any */
};

/* Takes over what it is given. */
void hits_new(struct hits **out, const char *query, struct index_description *document,
              struct index_unit_hits *units);
void hits_free(struct hits **h);
/* Which units to extract; false where boxes make no sense: nothing matched, or this kind of
 * document has none. */
bool hits_span(const struct hits *h, uint32_t *first, uint32_t *last);
/* The text of unit number I (from 0), as the spans know it. */
void hits_text(struct hits *h, size_t i, const char *text, size_t length);
/* Takes the boxes from RESULT; NULL where the file could not be read. Units whose text is no
 * longer the same get none. */
void hits_merge(struct hits *h, const struct extraction *result);

#endif
