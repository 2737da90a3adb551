/* Checksums of the blocks that Xapian's tables are made of, which have none of their own: kept in a
 * file beside each compartment, and held against the tables before they are served and from time
 * to time. What ZFS calls scrubbing.
 *
 * A glass table (Xapian's admin notes, and backends/glass of its sources) is a row of blocks of 8
 * KiB. Each begins with the revision, big-endian, in which it was written; blocks of a committed
 * revision are never changed, only used anew for a later one. So a block whose revision is the one
 * that was noted must have the checksum that was noted with it; a later one is new, and is noted if
 * it is committed; an earlier one, or one that lies beyond what can have been begun, is damage.
 * Blocks of the freelist, whose level says so, are appended to and are not noted.
 *
 * What was damaged before it was noted is not seen here: Xapian's own check looks at the structure.
 */
#ifndef PROSPECT_INDEX_BLOCKS_HH
#define PROSPECT_INDEX_BLOCKS_HH

#include "index/guard.hh"

#include <functional>

namespace shim
{

/* Where the checksums of the compartment NAME are. */
std::string blocks_sums_path(const std::string &generation, const std::string &name);

/* Holds the compartment NAME of GENERATION, a folder, against its checksums; SAY gets what is found
 * first in it. True if there is nothing. With NOTE, those of blocks that are new are written down
 * then. A file of checksums that is damaged itself counts as none. Safe while somebody writes the
 * compartment. */
bool blocks_are_good(const std::string &generation, const std::string &name, bool note,
                     const std::function<void(const std::string &)> &say);

} // namespace shim

#endif
