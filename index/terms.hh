/* How a value becomes a term or a slot's bytes: writing and searching use the same functions. */
#ifndef PROSPECT_INDEX_TERMS_HH
#define PROSPECT_INDEX_TERMS_HH

#include "index/guard.hh"
#include "index/schema.h"

namespace shim
{

/* PREFIX and the bytes of VALUE, within TERM_CAP. */
std::string term_exact(const char *prefix, const std::string &value);
/* PREFIX and VALUE without case and accents. */
std::string term_name(const char *prefix, const std::string &value);
/* A word or stem of the text; SECTION is "" for the body, or PREFIX_TITLE, PREFIX_AUTHOR. */
std::string term_text(const char *section, const char *bytes, size_t length, enum term_kind kind);
/* What FILTERS on a name field look for; "" for FIELD_TITLE, and for a value that no document can
 * have. */
std::string term_of_field(enum query_field field, const std::string &value);

/* A folder's path without slashes around it. */
std::string trimmed_folder(const std::string &path);
std::string day_key(int32_t day);
/* Eight bytes of an id, as sort keys end in; and all sixteen. */
std::string id_tail(const char *id);
std::string id_bytes(const char *id);

} // namespace shim

#endif
