/* Did you mean: what a query that finds no document with all its words was perhaps meant to say.
 *
 * A word that the index does not know in any form becomes the likeliest known one within its
 * tolerance (correct_near.hh), the one that fits the words around it before the most frequent; or
 * two words whose phrase occurs (paygap), or one with its neighbour (gen der). A known word is left
 * alone, but in a short query whose words all occur, though never together: there one word may give
 * way to a neighbour in spelling that is ten times as frequent and brings them together.
 *
 * Nothing but words of documents that the caller sees is looked at; so nothing else can appear or
 * influence the choice.
 */
#ifndef PROSPECT_INDEX_CORRECT_HH
#define PROSPECT_INDEX_CORRECT_HH

#include "index/query.hh"

namespace shim
{

struct Correction {
    std::string text; /* the query as typed, but for the corrected words, which are spelt as
                       * documents spell them */
    Tree tree;        /* what to search: also as typed, where the typed words exist */
    std::vector<std::string> terms; /* by which documents have the corrected words */

    /* True if document DID has a corrected word. */
    bool in(const View &view, Xapian::docid did) const;
};

/* Fills OUT if there is a correction of TEXT, whose TREE found nothing with all of its words under
 * whatever filters. Takes some milliseconds, at most 50, and MS. */
bool correct(struct index_reader *r, const View &view, const std::string &text,
             const struct query *tree, unsigned ms, Correction &out);

} // namespace shim

#endif
