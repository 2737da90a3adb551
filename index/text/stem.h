/* Word forms: from an inflected word to its stem, by libstemmer (Snowball). One set of stemmers
 * per thread; each is made when its language is first met.
 */
#ifndef PROSPECT_TEXT_STEM_H
#define PROSPECT_TEXT_STEM_H

#include "index/base/buf.h"

#include <stdbool.h>

struct stemmers;

void stemmers_new(struct stemmers **out);
void stemmers_free(struct stemmers **s);
/* Adds the stem of WORD (case-folded, see fold.h) in LANG to OUT; the word itself where LANG has
 * no stemmer. */
void stemmers_stem(struct stemmers *s, const char *lang, const char *word, size_t length,
                   struct buf *out);
bool stemmers_know(struct stemmers *s, const char *lang);

/* The same by number, for those who stem many words in one language: 0 is no stemmer, and
 * stemmers_by_id() then adds the word itself. A number stays valid as long as the stemmers. */
unsigned stemmers_id(struct stemmers *s, const char *lang);
void stemmers_by_id(struct stemmers *s, unsigned id, const char *word, size_t length,
                    struct buf *out);

#endif
