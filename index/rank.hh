/* The last word on the order of the best documents, by where the words stand in them.
 *
 * Xapian weighs a document as a whole. Three things are left, two of which positions tell:
 *   - Closeness: words that stand next to each other more likely belong together. Each pair of
 *     different words within CLOSE words of another gives the sum of 1/distance^2 of its places,
 *     saturated, times the rarity of the commoner one; as in Rasolofo and Savoy, "Term proximity
 *     scoring for keyword-based retrieval systems" (2003), with another kernel.
 *   - Pages: in a long document the words may stand anywhere. Its best page, weighed as if it were
 *     a document of its own by the formula that weighs the others (IneB2), tells more than the
 *     whole, which is too thin, or would be too strong if length did not count.
 *   - Language: of documents that say the same in several languages, people want the one in which
 *     they ask.
 *
 * Only the best documents are looked at: doc/ranking.md says how many and what it brings and costs.
 */
#ifndef PROSPECT_INDEX_RANK_HH
#define PROSPECT_INDEX_RANK_HH

#include "index/places.hh"

namespace shim
{

/* c of IneB2: how much shorter documents are preferred. */
#define RANK_LENGTH 1.0

/* So many documents at the head of a list are ordered anew: a list that is asked for is to be at
 * least as long. */
enum {
    RANKED = 50
};

struct Ranked {
    Xapian::docid did;
    double weight;
    double length; /* as Xapian has it; 0: not known */
};

/* Orders the first RANKED of LIST, best first, by weights that are changed by the above; equals
 * stay as they are. PLACES get what is read. */
void rank(const View &view, const Question &question, Places &places, std::vector<Ranked> &list);

} // namespace shim

#endif
