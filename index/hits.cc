#include "index/hits.hh"

#include "index/schema.h"

namespace shim
{

/* More copies of one file are not named. */
enum {
    DUPLICATES_MAX = 100
};

void Data::read(const View &view, Xapian::docid did)
{
    const std::string data = view.db.get_document(did).get_data();
    index_fields_free(&fields);
    unit_places_free(&places);
    if (!record_unpack_data(data.data(), data.size(), &fields, &places))
        throw Failure{PROSPECT_CORRUPT, "a document's record in the index is damaged"};
}

static std::string content_term(const View &view, Xapian::docid did)
{
    const std::string prefix = PREFIX_CONTENT;
    Xapian::TermIterator t = view.db.termlist_begin(did);
    t.skip_to(prefix);
    if (t == view.db.termlist_end(did) || (*t).compare(0, prefix.size(), prefix) != 0)
        return "";
    return *t;
}

void add_duplicates(const View &view, Xapian::docid did, struct index_fields *fields)
{
    const std::string term = content_term(view, did);
    if (term.empty() || fields->units == 0 || view.db.get_termfreq(term) < 2)
        return;
    for (Xapian::PostingIterator p = view.db.postlist_begin(term);
         p != view.db.postlist_end(term) && fields->duplicates.count < DUPLICATES_MAX; ++p) {
        Data other;
        if (*p == did)
            continue;
        other.read(view, *p);
        if (std::string(other.fields.id) != fields->id)
            strlist_add_once(&fields->duplicates,
                             (std::string(other.fields.root) + "/" + other.fields.path).c_str());
    }
    strlist_sort(&fields->duplicates);
}

} // namespace shim
