/* Putting documents in and taking them out. Preparing comes first and may fail freely; from the
 * first touch of a database on, a failure gives up all that is not committed (change()). */
#include "index/schema.h"
#include "index/terms.hh"
#include "index/writer.hh"

using namespace shim;

namespace shim
{

Xapian::docid find(Xapian::Database &db, const std::string &id)
{
    Xapian::PostingIterator p = db.postlist_begin(term_exact(PREFIX_ID, id));
    return p == db.postlist_end(std::string()) ? 0 : *p;
}

static std::string id_of(const Xapian::Document &doc)
{
    Xapian::TermIterator t = doc.termlist_begin();
    t.skip_to(PREFIX_ID);
    return t == doc.termlist_end() ? "" : (*t).substr(sizeof PREFIX_ID - 1);
}

std::vector<std::string> ids_of(Xapian::Database &db, const std::string &term)
{
    std::vector<std::string> ids;
    for (Xapian::PostingIterator p = db.postlist_begin(term); p != db.postlist_end(term); ++p)
        ids.push_back(id_of(db.get_document(*p)));
    return ids;
}

static std::vector<uint32_t> unit_numbers(Xapian::Database &db, Xapian::docid did)
{
    std::vector<uint32_t> numbers;
    struct unit_places places = {};
    const std::string data = db.get_document(did).get_value(SLOT_RECORD);
    record_unpack_places(data.data(), data.size(), &places);
    for (size_t i = 0; i < places.count; i++)
        numbers.push_back(places.item[i].number);
    unit_places_free(&places);
    return numbers;
}

/* The units of the document that has the id in this compartment are no more. */
static void erase_units(Target &t, const std::string &id)
{
    Xapian::docid did = find(t.db, id);
    if (!did)
        return;
    const std::vector<uint32_t> numbers = unit_numbers(t.db, did);
    for (uint32_t n : numbers)
        t.db.set_metadata(key_unit(id, n), "");
    t.pages -= (int64_t)numbers.size();
}

void erase(Target &t, const std::string &id)
{
    if (!find(t.db, id))
        return;
    begin(t);
    erase_units(t, id);
    t.db.delete_document(term_exact(PREFIX_ID, id));
    t.db.set_metadata(key_document(id), "");
    t.db.set_metadata(key_units(id), "");
}

void erase_children(struct index_writer *w, const std::string &id, const Target *keep)
{
    const std::string term = term_exact(PREFIX_PARENT, id);
    for (auto &t : w->targets)
        for (const std::string &child : ids_of(t.second.db, term)) {
            if (w->stale.count({t.first, child}))
                continue;
            erase_children(w, child, keep);
            if (!keep || keep == &t.second)
                erase(t.second, child);
            else
                w->stale.emplace(t.first, child);
        }
}

static void note_duplicates(Target &t, const Xapian::Document &doc)
{
    Xapian::TermIterator i = doc.termlist_begin();
    i.skip_to(PREFIX_CONTENT);
    if (t.duplicates || i == doc.termlist_end() || (*i).compare(0, 6, PREFIX_CONTENT) != 0 ||
        t.db.get_termfreq(*i) < 2)
        return;
    t.db.set_metadata(KEY_DUPLICATES, "1");
    t.duplicates = true;
}

void store(struct index_writer *w, Target &target, const std::string &id, const Prepared &p)
{
    begin(target);
    erase_children(w, id, &target);
    store_alone(w, target, id, p);
}

void store_alone(struct index_writer *w, Target &target, const std::string &id, const Prepared &p)
{
    writer_need_room(w, w->pending_bytes + p.bytes);
    const std::string term = term_exact(PREFIX_ID, id);
    begin(target);
    for (auto &t : w->targets)
        if (&t.second != &target && find(t.second.db, id))
            w->stale.emplace(t.first, id);
    w->stale.erase({target.labels.name(), id});
    erase_units(target, id);
    target.db.replace_document(term, p.doc);
    target.db.set_metadata(key_document(id), p.document);
    target.db.set_metadata(key_units(id), p.infos);
    for (const auto &u : p.units)
        target.db.set_metadata(key_unit(id, u.first), u.second);
    target.pages += (int64_t)p.units.size();
    note_duplicates(target, p.doc);
    w->pending_documents++;
    target.changes++;
    w->pending_bytes += p.bytes;
}

static void erase_everywhere(struct index_writer *w, const std::string &id)
{
    erase_children(w, id, nullptr);
    for (auto &t : w->targets) {
        if (find(t.second.db, id)) {
            w->pending_documents++;
            t.second.changes++;
        }
        erase(t.second, id);
        w->stale.erase({t.first, id});
    }
}

/* Terms of the roots that are not among those to keep. */
static std::vector<std::string> other_roots(Xapian::Database &db, const std::set<std::string> &keep)
{
    std::vector<std::string> others;
    for (Xapian::TermIterator t = db.allterms_begin(PREFIX_ROOT); t != db.allterms_end(PREFIX_ROOT);
         ++t)
        if (!keep.count(*t))
            others.push_back(*t);
    return others;
}

} // namespace shim

static prospect_status put(struct index_writer *w, const struct document *d, const Prepared &p,
                           struct error *error)
{
    Target *target = nullptr;
    prospect_status status = guard(error, [&] {
        target = &writer_target(w, Labels::of(d));
        return PROSPECT_OK;
    });
    if (status != PROSPECT_OK)
        return status;
    return change(w, error, [&] {
        store(w, *target, d->id, p);
        return PROSPECT_OK;
    });
}

extern "C" prospect_status index_writer_put(struct index_writer *w, const struct document *d,
                                            struct error *error)
{
    Prepared p;
    prospect_status status = guard(error, [&] {
        put_prepare(w->analyser.get(), w->stopwords.get(), d, p);
        return PROSPECT_OK;
    });
    return status == PROSPECT_OK ? put(w, d, p, error) : status;
}

extern "C" prospect_status index_writer_put_prepared(struct index_writer *w,
                                                     const struct document *d,
                                                     const struct index_prepared *prepared,
                                                     struct error *error)
{
    return put(w, d, prepared->p, error);
}

extern "C" prospect_status index_writer_remove(struct index_writer *w, const char *id,
                                               struct error *error)
{
    return change(w, error, [&] {
        erase_everywhere(w, id);
        return PROSPECT_OK;
    });
}

extern "C" prospect_status index_writer_keep_roots(struct index_writer *w, const char *const *roots,
                                                   size_t n_roots, struct error *error)
{
    return change(w, error, [&] {
        std::set<std::string> keep;
        for (size_t i = 0; i < n_roots; i++)
            keep.insert(term_exact(PREFIX_ROOT, roots[i]));
        for (auto &t : w->targets)
            for (const std::string &root : other_roots(t.second.db, keep))
                for (const std::string &id : ids_of(t.second.db, root))
                    erase_everywhere(w, id);
        return PROSPECT_OK;
    });
}
