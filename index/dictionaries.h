/* Dictionaries of word forms (hunspell), for the languages that Snowball lacks. They are large, 6
 * to 40 MB in memory: there is one set for the process, each is read when a word of its language
 * is first asked for, and a mutex for each lets one thread at a time look a word up (hunspell's
 * objects are not made for more). The analysers' caches stand before them. What is not installed
 * is reported once, and its language goes without.
 */
#ifndef PROSPECT_INDEX_DICTIONARIES_H
#define PROSPECT_INDEX_DICTIONARIES_H

#include "index/text/stem.h"

/* Called once for each LANG whose dictionary cannot be read from PATH; from any thread. */
typedef void dictionary_missing_fn(const char *lang, const char *path);

/* The dictionaries in DIR (XX_YY.aff and .dic), none read yet. MISSING may be NULL. */
void dictionaries_new(struct dictionaries **out, const char *dir, dictionary_missing_fn *missing);
/* Nobody may use them any more. */
void dictionaries_free(struct dictionaries **d);
/* How an analyser uses D; lives as long as D. */
const struct stem_source *dictionaries_source(struct dictionaries *d);
/* ON: somebody reads them before they are asked for, and until that is OFF again one that is not
 * read yet is not ready(). */
void dictionaries_warming(const struct stem_source *of, bool on);
/* Whether somebody was told since then that one is not. */
bool dictionaries_wanted(const struct stem_source *of);

/* The process's own, from where the packages put them; lives until the process ends. */
const struct stem_source *dictionaries_shared(void);
/* Who is told of what is missing there; to be set before there are threads. */
void dictionaries_report(dictionary_missing_fn *missing);

#endif
