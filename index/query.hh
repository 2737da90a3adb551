/* From the tree of text/query.h to Xapian's queries, and to the words that a page is picked by.
 *
 * Words side by side make three queries: ALL has every word, SOME any of them; SHARE is like SOME,
 * but under Xapian::CoordWeight weighs how much of the query a document has. What is restricting
 * rather than wanted (quoted phrases, NEAR, fields, dates, NOT, explicit AND) holds in each.
 *
 * The stems of a word are one OP_SYNONYM, and the word as it was typed adds a little to that: see
 * Builder::word(). Within phrases and NEAR all forms are one OP_OR, since 1.4.22 throws on synonyms
 * and wildcards there; prefixes are expanded here, for the same reason. A word that was typed
 * several times weighs as much more.
 */
#ifndef PROSPECT_INDEX_QUERY_HH
#define PROSPECT_INDEX_QUERY_HH

#include "index/vocabulary.hh"

#include <cmath>

namespace shim
{

/* A word that is looked for in the body. */
struct Word {
    std::string typed;
    std::vector<std::string> terms; /* those that exist */
    size_t spare = 0;       /* so many of them, the last, say nothing where all is stemmed */
    double rarity = 0;      /* logarithm of how few documents have it */
    double documents = 0;   /* that have the most frequent of the terms */
    double occurrences = 0; /* of the most frequent of the terms */
    double times = 1;       /* that it was typed */
    bool only_in_phrase = false;
    size_t group = 0; /* equal for words that were typed as one (gender-based) */
};

/* The words of a query that is nothing but words side by side. */
struct BagWord {
    Weighing terms;
    double times;     /* that it was typed */
    double rarity;    /* 0 where it is nowhere */
    double documents; /* that have it, at most */
    bool is_part;     /* of what was typed as one word: it weighs, but is not wanted by itself */
};
/* A word that can be read in several ways (gender-based): any is wanted. */
struct BagReading {
    Xapian::Query query;
    double rarity;
};
typedef std::vector<BagReading> BagReadings;
struct Bag {
    std::vector<BagWord> words; /* none: the query is something else */
    std::vector<BagReadings> compounds;
    size_t wanted = 0;   /* words that are no part, and compounds */
    double whole = 0;    /* the rarities of what is wanted */
    double postings = 0; /* of all terms */
};

struct Question {
    Xapian::Query all, some, share; /* see ask() */
    Bag bag;
    double whole = 0;                         /* what SHARE weighs for a document with all words */
    double documents = 0;                     /* that there are */
    double most = HUGE_VAL;                   /* documents that may have all words, at most */
    bool partial = false;                     /* SOME finds more than ALL */
    bool lacking = false;                     /* one of its words is nowhere */
    bool alternatives = false;                /* an OR was typed: SHARE says nothing then */
    bool placed = false;                      /* a match depends on where words stand: see ask() */
    std::vector<std::string> languages;       /* it is in one of these; empty if not known */
    std::vector<Word> words;                  /* at most 64 */
    std::vector<std::vector<uint8_t>> phrase; /* indices into words, in order */
};

/* What Q asks, all but the queries, which are dearer and not always needed. Q may be NULL: all
 * documents. */
Question question_of(const View &view, const struct query *q);
/* Makes the queries of QUESTION, which is of Q. */
void ask(const View &view, const struct query *q, Question &question);
/* Both. */
Question query_of(const View &view, const struct query *q);
/* The same words in titles; all of them. */
Xapian::Query title_query(const View &view, const struct query *q);
/* What has a date in R. */
Xapian::Query dates_query(const struct date_range &r);
/* What all of the FILTERS and DATES let through; everything where there are none. */
Xapian::Query filter_of(const struct index_search *s);

/* The query text's tree, in the languages that VIEW holds, without the words that telling.hh drops;
 * NULL where nothing is asked. LANGUAGES, unless NULL, gets those that it may be in; none if that
 * is not known. True if there were too many words. Throws Failure for what is refused. */
typedef Owned<struct query, query_free> Tree;
bool parse(struct index_reader *r, const View &view, const char *text, Tree &out,
           std::vector<std::string> *languages = nullptr);
/* The same with all that was typed, stop words and all. */
void parse_typed(struct index_reader *r, const View &view, const char *text, Tree &out);

} // namespace shim

#endif
