/* The forms of one word, by the rules of analyse.h: what analyse.c keeps in its cache. */
#ifndef PROSPECT_TEXT_FORMS_H
#define PROSPECT_TEXT_FORMS_H

#include "index/base/buf.h"
#include "index/text/analyse.h"
#include "index/text/stem.h"
#include "index/text/tokens.h"

#include <stdbool.h>

#define FORMS_MAX 256 /* of one word, in all languages asked for */

struct form {
    enum term_kind kind;
    unsigned char length; /* at most TERM_MAX */
    char bytes[TERM_MAX + 1];
};

/* A zeroed struct is empty. */
struct forms {
    struct form form[FORMS_MAX];
    size_t count;
    struct buf folded, plain, stripped; /* scratch, kept between words */
};

/* Replaces what F holds by the forms of the word SURFACE in the languages IDS (see stemmers_id(),
 * 0 included). A query asks strictly: it has no forms that guess at what else the author of a
 * document may have meant (footnote numbers, halves of a broken word), and has each stem as a
 * WORD too, since a document leaves out stems that are equal to its word. */
void forms_make(struct forms *f, struct stemmers *stemmers, const char *surface, size_t length,
                enum token_kind kind, const unsigned *ids, size_t n_ids, bool query);
void forms_free(struct forms *f);

#endif
