/* Words that are in every text and say nothing of what it is about: the, of, what. In a phrase they
 * count; in a row of words they only cost time and blur the ranking. One word can be one in German
 * and say something in English (die), so a language is always asked for.
 */
#ifndef PROSPECT_TEXT_STOPWORDS_H
#define PROSPECT_TEXT_STOPWORDS_H

#include <stddef.h>
#include <stdint.h>

#define STOPWORDS_EVERY UINT32_MAX /* any of the languages */

struct stopwords;

/* Makes the table: some thousand words, folded as the index's are. It is only read after that. */
void stopwords_new(struct stopwords **out);
void stopwords_free(struct stopwords **s);

/* The languages in which WORD, in whatever case and with or without accents, is one: a bit each. */
uint32_t stopwords_find(const struct stopwords *s, const char *word, size_t length);
/* The bit of LANG (see language.h); 0 where there is no list for it. */
uint32_t stopwords_language(const char *lang);

#endif
