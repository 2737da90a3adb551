/* Compounds by their first part: in the languages that write compounds as one word, Gleichstellung
 * is to find Gleichstellungspolitik too. They weigh less than the word itself.
 */
#ifndef PROSPECT_INDEX_COMPOUNDS_HH
#define PROSPECT_INDEX_COMPOUNDS_HH

#include "index/reader.hh"

namespace shim
{

/* The terms of the index, at most 32, that are compounds beginning with the word whose folded form
 * is WORD; the most frequent first. None for short words, and where no language is present that has
 * compounds. SECTION as in term_text(). */
std::vector<std::string> compounds_of(const View &view, const char *section,
                                      const std::string &word);

#define COMPOUND_WEIGHT 0.3 /* of the word itself */

} // namespace shim

#endif
