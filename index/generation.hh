/* Numbered generations of the index in their directory, and the file `current` that names the one
 * in use. A generation says in its file `schema` how it is laid out. Switching is a rename, so
 * that at any time a reader finds the old or the new one, whole.
 *
 * While the one in use is damaged and another is filled beside it, the file `filling` names that
 * one: the writer writes it, and who compares files with the index reads it. `damage` says why, and
 * stays until the new one is complete, whichever is searched meanwhile.
 */
#ifndef PROSPECT_INDEX_GENERATION_HH
#define PROSPECT_INDEX_GENERATION_HH

#include "index/guard.hh"

#include <vector>

namespace shim
{

std::string generation_path(const std::string &dir, unsigned number);
/* The file that names the current one. */
std::string generation_pointer(const std::string &dir);
/* 0: there is none yet. A pointer that cannot be read is PROSPECT_CORRUPT. */
unsigned generation_current(const std::string &dir);
/* 0: none is filled beside the current one. */
unsigned generation_filling(const std::string &dir);
/* What the writer writes: that one, else the current. */
unsigned generation_written(const std::string &dir);
std::vector<unsigned> generation_list(const std::string &dir);
/* -1 where it does not say. */
int generation_schema(const std::string &dir, unsigned number);
/* An empty one of our schema, not yet current. Its number is above all others'. */
unsigned generation_create(const std::string &dir);
void generation_switch(const std::string &dir, unsigned number);
/* The writer is to fill this one beside the current; 0: no longer any. */
void generation_fill(const std::string &dir, unsigned number);
/* Why it is filled anew; "" once that is over, or was never begun. */
void damage_note(const std::string &dir, const std::string &reason);
std::string damage_noted(const std::string &dir);
void generation_remove(const std::string &dir, unsigned number);
void generation_remove_others(const std::string &dir, unsigned keep);

/* Whether Xapian finds the structure of the database at PATH whole. */
bool database_is_sound(const std::string &path);
/* Makes a directory's entries durable. */
void sync_directory(const std::string &path);

} // namespace shim

#endif
