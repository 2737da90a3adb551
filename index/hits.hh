/* From a document found to what is shown of it. */
#ifndef PROSPECT_INDEX_HITS_HH
#define PROSPECT_INDEX_HITS_HH

#include "index/reader.hh"

namespace shim
{

/* A document's record, freed with its owner. */
struct Data {
    struct index_fields fields = {};
    struct unit_places places = {};

    Data() = default;
    Data(const Data &) = delete;
    ~Data()
    {
        index_fields_free(&fields);
        unit_places_free(&places);
    }
    /* Throws Failure where it is damaged. */
    void read(const View &view, Xapian::docid did);
};

/* The other documents with the content of DID that the caller may see, as "root/path". */
void add_duplicates(const View &view, Xapian::docid did, struct index_fields *fields);

} // namespace shim

#endif
