/* Numbered generations of the index in their directory, and the file `current` that names the one
 * in use. A generation says in its file `schema` how it is laid out. Switching is a rename, so
 * that at any time a reader finds the old or the new one, whole.
 */
#ifndef PROSPECT_INDEX_GENERATION_HH
#define PROSPECT_INDEX_GENERATION_HH

#include "index/guard.hh"

#include <vector>

namespace shim
{

std::string generation_path(const std::string &dir, unsigned number);
/* 0: there is none yet. A pointer that cannot be read is PROSPECT_CORRUPT. */
unsigned generation_current(const std::string &dir);
std::vector<unsigned> generation_list(const std::string &dir);
/* -1 where it does not say. */
int generation_schema(const std::string &dir, unsigned number);
/* An empty one of our schema, not yet current. Its number is above all others'. */
unsigned generation_create(const std::string &dir);
void generation_switch(const std::string &dir, unsigned number);
void generation_remove(const std::string &dir, unsigned number);
void generation_remove_others(const std::string &dir, unsigned keep);

/* Whether Xapian finds the structure of the database at PATH whole. */
bool database_is_sound(const std::string &path);
/* Makes a directory's entries durable. */
void sync_directory(const std::string &path);

} // namespace shim

#endif
