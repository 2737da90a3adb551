/* Which languages a document is written in: unit by unit, and by majority. Pure. */
#ifndef PROSPECT_INDEX_LANGUAGES_H
#define PROSPECT_INDEX_LANGUAGES_H

#include "index/base/strlist.h"
#include "index/document.h"

struct languages {
    char (*unit)[LANGUAGE_SIZE]; /* of each unit, in their order; "" unknown */
    char main[LANGUAGE_SIZE];    /* the document's: what somebody said, else of most of the text */
    struct strlist fifth;        /* each of a fifth or more of the text, and `main` */
    struct strlist all;          /* each that a unit is in, and `main` */
};

/* DECLARED is what the document as a whole claims, "" if nothing; EXPLICIT: somebody said so, and
 * it is not to be doubted. A unit too short to tell takes the majority's language. Languages that
 * are taken for each other (Norwegian and Danish, Czech and Slovak) are told by the document: a
 * unit of no great length takes the one that is declared, or that more of the document is in. */
void languages_find(const struct document *d, const char *declared, bool is_explicit,
                    struct languages *out);
void languages_free(struct languages *l);

#endif
