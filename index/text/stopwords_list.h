/* The words themselves, as stopwords.c reads them. */
#ifndef PROSPECT_TEXT_STOPWORDS_LIST_H
#define PROSPECT_TEXT_STOPWORDS_LIST_H

#define STOPWORD_LANGUAGES 31 /* at most 32: a bit each */

struct stopword_list {
    const char *lang;  /* as in language.h */
    const char *words; /* with blanks between */
};
extern const struct stopword_list stopword_lists[STOPWORD_LANGUAGES];

#endif
