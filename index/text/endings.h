/* Light stemming by tables of inflectional endings, for the languages that Snowball lacks, and for
 * a few where its stemmer does half. It joins the forms of most regular words, and what a
 * dictionary does not know: names, new words, words typed without their accents. Pure; the tables
 * are our own.
 */
#ifndef PROSPECT_TEXT_ENDINGS_H
#define PROSPECT_TEXT_ENDINGS_H

#include <stddef.h>

struct endings;

/* The table of LANG (ISO 639-1), static storage; NULL where there is none. */
const struct endings *endings_find(const char *lang);
/* How much of WORD (folded with FOLD_ALL) is its stem: the longest ending is taken off that leaves
 * LEAST letters or more. LENGTH where none does, and where WORD has digits. */
size_t endings_stem(const struct endings *e, const char *word, size_t length, size_t least);

#endif
