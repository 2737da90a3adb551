/* How a word of the index is written by those who use it: terms have lost case, accents and
 * hyphens, and nobody wants "egalite" offered. */
#ifndef PROSPECT_INDEX_SURFACE_HH
#define PROSPECT_INDEX_SURFACE_HH

#include "index/reader.hh"

namespace shim
{

/* The form of TERM, a word of the body without prefix, that is most frequent where a few of its
 * documents have it first, or in their titles and authors where no text has it; TERM itself where
 * these have not either. */
std::string surface_of(const View &view, const std::string &term);

} // namespace shim

#endif
