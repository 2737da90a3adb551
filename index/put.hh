/* From a document to all that is stored of it: postings, slots, records. Nothing is written here,
 * so that whatever fails, fails before the index is touched. */
#ifndef PROSPECT_INDEX_PUT_HH
#define PROSPECT_INDEX_PUT_HH

#include "index/guard.hh"

#include <vector>

struct stopwords;

namespace shim
{

struct Prepared {
    Xapian::Document doc;
    std::string document; /* the records of record.h */
    std::string infos;
    std::vector<std::pair<uint32_t, std::string>> units; /* number, record */
    size_t bytes = 0;                                    /* of text */
};

void put_prepare(struct analyser *a, const struct stopwords *s, const struct document *d,
                 Prepared &out);

std::string key_document(const std::string &id);
std::string key_units(const std::string &id);
std::string key_unit(const std::string &id, uint32_t number);

} // namespace shim

struct index_prepared {
    shim::Prepared p;
};

#endif
