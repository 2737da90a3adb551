#include "index/hits.hh"

#include "index/places.hh"
#include "index/terms.hh"

namespace shim
{

/* More copies of one file are not named. */
enum {
    DUPLICATES_MAX = 100
};

void Data::read(const View &view, Xapian::docid did)
{
    /* Found just now: else its length would be looked for first. */
    const Xapian::Document found = view.db.get_document(did, Xapian::DOC_ASSUME_VALID);
    const std::string data = found.get_value(SLOT_RECORD);
    index_fields_free(&fields);
    unit_places_free(&places);
    if (!record_unpack_data(data.data(), data.size(), &fields, &places))
        throw Failure{PROSPECT_CORRUPT, "a document's record in the index is damaged"};
}

/* The term of the content whose first bytes are GROUP's; "" if there is none. */
static std::string content_term(const View &view, const std::string &group)
{
    char hex[2 * GROUP_SIZE + 1];
    if (group.size() != GROUP_SIZE)
        return "";
    digest_hex((const uint8_t *)group.data(), GROUP_SIZE, hex);
    const std::string prefix = term_exact(PREFIX_CONTENT, hex);
    const Xapian::TermIterator t = view.db.allterms_begin(prefix);
    return t == view.db.allterms_end(prefix) ? "" : *t;
}

void add_duplicates(const View &view, Xapian::docid did, struct index_fields *fields)
{
    if (fields->units == 0)
        return;
    const std::string term = content_term(view, values_of(view, {did}, SLOT_GROUP)[0]);
    if (term.empty() || view.db.get_termfreq(term) < 2)
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
