/* Making query trees: what query_words.c and query_parse.c share. */
#ifndef PROSPECT_TEXT_QUERY_NODE_H
#define PROSPECT_TEXT_QUERY_NODE_H

#include "index/text/query.h"

/* What is being parsed, and what was used up of the limits. */
struct query_source {
    struct analyser *analyser;
    const char *text;
    size_t length;
    const char *const *langs;
    size_t n_langs;
    const struct query_limits *limits;
    unsigned words, prefixes;
};

struct query *query_node(enum query_op op);
/* Takes CHILD over; NULL is fine. A child of the same kind (words in words, OR in OR) gives its
 * own children; a word that is there already is counted, and freed. */
void query_node_add(struct query *parent, struct query *child);
/* PARENT itself; its only child, PARENT freed; NULL for none. */
struct query *query_node_done(struct query *parent);

/* The tree of a bare word, of what stands between quotation marks (a PHRASE, a WORD) and of a row
 * of words; NULL where no word is. They go on when a limit is passed: query_words_check() tells. */
struct query *query_words_chunk(struct query_source *s, size_t start, size_t end);
struct query *query_words_phrase(struct query_source *s, size_t start, size_t end);
struct query *query_words_row(struct query_source *s, size_t start, size_t end);

/* Gives the dates among the words of ROW (18 October 2016), and one that is all of a PHRASE at
 * TEXT[start..end), the term that documents have at dates as an alternative: an OR whose `value` is
 * the date as typed. The PHRASE (NULL is fine) is taken over. */
void query_dates_join(const struct query_source *s, struct query *row);
struct query *query_dates_whole(const struct query_source *s, struct query *phrase, size_t start,
                                size_t end);
prospect_status query_words_check(const struct query_source *s, struct error *error);

#endif
