/* Word forms: from an inflected word to its stems. By libstemmer (Snowball) where it has the
 * language, else by a dictionary where somebody gives one. endings.h goes over what these say,
 * where it has the language: so the forms that a dictionary knows and those that it does not meet.
 * One set of stemmers per thread; each is made when its language is first met.
 */
#ifndef PROSPECT_TEXT_STEM_H
#define PROSPECT_TEXT_STEM_H

#include "index/base/buf.h"

#include <stdbool.h>

#define STEMS_MAX 4 /* of one word in one language */

/* Dictionaries, read and kept by whoever gives them (see index/dictionaries.h); several threads
 * may use one at a time. */
struct dictionaries;
typedef void stem_fn(void *ctx, const char *stem, size_t length);
struct stem_source {
    struct dictionaries *dictionaries;
    /* True if there may be a dictionary of LANG. */
    bool (*knows)(struct dictionaries *d, const char *lang);
    /* False while stems() of LANG would wait for somebody who reads the dictionary. */
    bool (*ready)(struct dictionaries *d, const char *lang);
    /* Calls EACH for the stems of WORD (case-folded UTF-8), at most STEMS_MAX; none where it is
     * not known. */
    void (*stems)(struct dictionaries *d, const char *lang, const char *word, size_t length,
                  stem_fn *each, void *ctx);
};

struct stemmers;

/* SOURCE may be NULL; else it must outlive the stemmers. */
void stemmers_new(struct stemmers **out, const struct stem_source *source);
void stemmers_free(struct stemmers **s);
/* Calls EACH for the stems of WORD (case-folded, see fold.h) in LANG, without accents; the word
 * itself where LANG has no stemmer. */
void stemmers_stem(struct stemmers *s, const char *lang, const char *word, size_t length,
                   stem_fn *each, void *ctx);
bool stemmers_know(struct stemmers *s, const char *lang);
/* False while LANG has to be waited for, see stem_source. */
bool stemmers_ready(struct stemmers *s, const char *lang);

/* The same by number, for those who stem many words in one language: 0 is no stemmer, and
 * stemmers_by_id() then gives the word itself. A number stays valid as long as the stemmers. */
unsigned stemmers_id(struct stemmers *s, const char *lang);
void stemmers_by_id(struct stemmers *s, unsigned id, const char *word, size_t length, stem_fn *each,
                    void *ctx);
/* The language of ID, "" for 0. */
const char *stemmers_language(const struct stemmers *s, unsigned id);

#endif
