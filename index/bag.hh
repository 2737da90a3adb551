/* Words side by side, which is what most people ask, matched in a walk of our own over their
 * postings.
 *
 * Xapian's matcher answers one question a pass; whether documents have all the words, how much of
 * the query they have, how many there are and which are the best would be four passes over the same
 * postings. Here each posting is read once, and every document that has any of the words comes out
 * with its weight and its share. The weight is the one that the queries of query.hh give: IneB2
 * (Amati and van Rijsbergen, 2002) as Xapian computes it, synonyms taken as independent of each
 * other where their frequencies are put together.
 *
 * Nothing is left out on the way, so this is for queries with up to BAG_MAX postings; beyond, what
 * Xapian need not look at is worth more.
 */
#ifndef PROSPECT_INDEX_BAG_HH
#define PROSPECT_INDEX_BAG_HH

#include "index/deadline.hh"
#include "index/query.hh"

namespace shim
{

enum {
    BAG_MAX = 300000
};

struct Held {
    Xapian::docid did;
    double weight;
    double length;
    double share; /* sum of the rarities of the words that it has */
    bool all;     /* it has every word */
};

/* The documents that have every word, and those that have any; as far as the deadline lets, by
 * rising number. */
std::vector<Held> bag_all(const View &view, const Bag &bag, Deadline &deadline);
std::vector<Held> bag_any(const View &view, const Bag &bag, Deadline &deadline);

} // namespace shim

#endif
