/* One Xapian database for each access label-set: who may see one document in it may see all. Its
 * name follows from its labels; what they are stands in its metadata.
 */
#ifndef PROSPECT_INDEX_COMPARTMENT_HH
#define PROSPECT_INDEX_COMPARTMENT_HH

#include "index/guard.hh"

#include <vector>

namespace shim
{

/* Of Xapian's, in each compartment: roots of the tables, and numbers. A commit puts another in its
 * place. */
const char VERSION_FILE[] = "iamglass";

struct Labels {
    bool restricted = false;
    std::vector<std::string> groups; /* sorted, each once; none: the admin's alone */

    static Labels of(const struct document *d);
    std::string name() const; /* of the directory */
    std::string pack() const;
    /* Throws Failure where BYTES are damaged: what cannot be read is open to nobody. */
    static Labels unpack(const std::string &bytes);
    bool visible(const struct access *who) const;
};

/* Names of the compartments in a generation's directory, sorted. */
std::vector<std::string> compartment_list(const std::string &generation);
/* What a compartment, a directory, takes on the disk. */
uint64_t compartment_bytes(const std::string &path);
/* Creates an empty one: it is there whole, or not at all. */
void compartment_create(const std::string &generation, const Labels &labels);
/* Removes what a creation that was cut short has left. */
void compartment_clean(const std::string &generation);

} // namespace shim

#endif
