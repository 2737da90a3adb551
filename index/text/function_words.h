/* The words with which no phrase begins or ends: articles, prepositions, pronouns, auxiliary verbs
 * of many languages, in one set, since a phrase need not know its language. What is a function
 * word in one and a noun in another (war, son, die Mai) is left out where the noun matters. */
#ifndef PROSPECT_TEXT_FUNCTION_WORDS_H
#define PROSPECT_TEXT_FUNCTION_WORDS_H

#include <stdbool.h>

/* WORD: folded, without case and accents. Words of one or two letters always are. */
bool function_word(const char *word);

#endif
