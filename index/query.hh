/* From the tree of text/query.h to Xapian's queries, and to the words that a page is picked by.
 *
 * Words side by side make two queries: ALL has every word, SOME any of them. What is restricting
 * rather than wanted (phrases, NEAR, fields, dates, NOT, explicit AND) holds in both. Forms of a
 * word are one OP_SYNONYM, but OP_OR within phrases and NEAR, where 1.4.22 throws on synonyms and
 * wildcards; prefixes are expanded here, for the same reason.
 */
#ifndef PROSPECT_INDEX_QUERY_HH
#define PROSPECT_INDEX_QUERY_HH

#include "index/reader.hh"

namespace shim
{

/* A word that is looked for in the body. */
struct Word {
    std::string typed;
    std::vector<std::string> terms; /* those that exist */
    double rarity = 0;              /* logarithm of how few documents have it */
    bool only_in_phrase = false;
};

struct Question {
    Xapian::Query all, some;
    double documents = 0;                     /* that there are */
    bool partial = false;                     /* SOME finds more than ALL */
    std::vector<Word> words;                  /* at most 64 */
    std::vector<std::vector<uint8_t>> phrase; /* indices into words, in order */
};

/* Q may be NULL: all documents. */
Question question_of(const View &view, const struct query *q);
/* The same words in titles; all of them. */
Xapian::Query title_query(const View &view, const struct query *q);
/* What all of the FILTERS and DATES let through; everything where there are none. */
Xapian::Query filter_of(const struct index_search *s);

/* The query text's tree, in the languages that VIEW holds; NULL where nothing is asked. Throws
 * Failure for what is refused. */
typedef Owned<struct query, query_free> Tree;
void parse(struct index_reader *r, const View &view, const char *text, Tree &out);

} // namespace shim

#endif
