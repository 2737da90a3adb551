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

/* The documents in which a compound is read in some way, by rising number, and its rarity; that of
 * each reading where there are several. */
typedef std::vector<std::pair<Xapian::docid, double>> ReadIn;

/* Of each of the bag's compounds, as far as the deadline lets: of phrases, which cost the most, so
 * that the two below share it. */
std::vector<ReadIn> bag_compounds(const View &view, const Bag &bag, Deadline &deadline);

/* The documents that have every word, and those that have any; as far as the deadline lets, by
 * rising number. COMPOUNDS are the bag's. */
std::vector<Held> bag_all(const View &view, const Bag &bag, const std::vector<ReadIn> &compounds,
                          Deadline &deadline);
std::vector<Held> bag_any(const View &view, const Bag &bag, const std::vector<ReadIn> &compounds,
                          Deadline &deadline);

} // namespace shim

#endif
