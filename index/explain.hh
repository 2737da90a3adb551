/* What made the score of a hit: the query that ranked it taken apart into its words and phrases,
 * each weighed alone for the documents on show. Xapian does not say what a term gave; a query of
 * that one term over the same database with the same statistics does. */
#ifndef PROSPECT_INDEX_EXPLAIN_HH
#define PROSPECT_INDEX_EXPLAIN_HH

#include "index/places.hh"

namespace shim
{

struct Explained {
    Xapian::docid did;
    double weight; /* the weight that ranked it: the same, or changed by where words stand */
    struct index_hit *hit; /* its fields and best unit are filled */
};

/* Fills the hits' explanations. RANKED, weighed by SCHEME, is the query that found them all. One
 * search for each part of it, and all texts in which the words stand, up to a bound: for people who
 * ask. Hits for which VIEW's deadline leaves no time have none. */
void explain(const View &view, const Xapian::Weight &scheme, const Xapian::Query &ranked,
             const Question &question, Places &places, const std::vector<Explained> &found);

} // namespace shim

#endif
