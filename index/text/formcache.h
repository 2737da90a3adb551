/* A bounded memory of word to forms: running text repeats its words, and a look-up costs a
 * twentieth of folding and stemming. When it is full it forgets everything and begins anew.
 */
#ifndef PROSPECT_TEXT_FORMCACHE_H
#define PROSPECT_TEXT_FORMCACHE_H

#include "index/text/forms.h"

struct formcache;

/* One form of a word; a word's forms stand one behind the other and end with length 0. */
struct cached_form {
    unsigned char kind, length;
    char bytes[]; /* with a NUL behind */
};

void formcache_new(struct formcache **out);
void formcache_free(struct formcache **c);

/* The forms of the word KEY (its surface) under TAG (kind and language); NULL if not known. Valid
 * until the next formcache_put(). */
const struct cached_form *formcache_get(struct formcache *c, const char *key, size_t length,
                                        unsigned tag);
/* Keeps the forms and returns them as formcache_get() does. */
const struct cached_form *formcache_put(struct formcache *c, const char *key, size_t length,
                                        unsigned tag, const struct forms *forms);

static inline const struct cached_form *formcache_next(const struct cached_form *f)
{
    return (const struct cached_form *)(f->bytes + f->length + 1);
}

#endif
