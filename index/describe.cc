/* One document in full, its text, and where in it a query matches. */
#include "index/deadline.hh"
#include "index/hits.hh"
#include "index/pick.hh"
#include "index/put.hh"
#include "index/schema.h"
#include "index/terms.hh"

#include <cstring>

using namespace shim;

namespace
{

[[noreturn]] void damaged(const char *id)
{
    throw Failure{PROSPECT_CORRUPT, std::string("the records of document ") + id + " are damaged"};
}

/* A document that the caller may see. Throws NOT_FOUND. */
struct Seen {
    Xapian::docid did, local;
    Part *part;
    Data data;

    Seen(const View &view, const char *id) : did(view.find(id))
    {
        if (!did)
            throw Failure{PROSPECT_NOT_FOUND, "there is no such document"};
        local = view.local(did);
        part = &view.part(did);
        data.read(view, did);
        if (strcmp(data.fields.id, id) != 0)
            damaged(id);
    }
};

/* ---- description --------------------------------------------------------------------------- */

/* Moves what a description shows out of the stored document. */
void take_details(struct document *d, struct index_description *out)
{
    std::swap(out->sources, d->meta);
    std::swap(out->cuts, d->cuts);
    std::swap(out->warnings, d->warnings);
    std::swap(out->reason, d->reason);
    std::swap(out->stamp, d->stamp);
}

void add_children(const View &view, const char *id, struct strlist *out)
{
    const std::string term = term_exact(PREFIX_PARENT, id);
    for (Xapian::PostingIterator p = view.db.postlist_begin(term); p != view.db.postlist_end(term);
         ++p) {
        Data child;
        child.read(view, *p);
        strlist_add_once(out, child.fields.id);
    }
    strlist_sort(out);
}

void describe(const View &view, const char *id, struct index_description *out)
{
    Seen seen(view, id);
    std::swap(out->fields, seen.data.fields);
    const std::string record = seen.part->db.get_metadata(key_document(id));
    const std::string infos = seen.part->db.get_metadata(key_units(id));
    Document d;
    if (!record_unpack_document(record.data(), record.size(), d.out()) || strcmp(d->id, id) != 0 ||
        !record_unpack_infos(infos.data(), infos.size(), &out->units, &out->n_units))
        damaged(id);
    take_details(d.get(), out);
    add_children(view, id, &out->children);
    add_duplicates(view, seen.did, &out->fields);
}

/* ---- text ---------------------------------------------------------------------------------- */

void add_unit(const Part &part, const char *id, uint32_t number, struct buf *out)
{
    struct unit u;
    const std::string record = part.db.get_metadata(key_unit(id, number));
    if (!record_unpack_unit(record.data(), record.size(), &u))
        damaged(id);
    const bool asked = u.number == number;
    if (asked)
        buf_add(out, u.text, u.length);
    unit_clear(&u);
    if (!asked)
        damaged(id);
}

void add_text(const Seen &seen, const char *id, uint32_t number, struct buf *out)
{
    bool any = number == 0;
    for (size_t i = 0; i < seen.data.places.count; i++) {
        uint32_t n = seen.data.places.item[i].number;
        if (number == 0 && i > 0)
            buf_addc(out, '\f');
        if (number == 0 || n == number)
            add_unit(*seen.part, id, n, out);
        any |= n == number;
    }
    if (!any)
        throw Failure{PROSPECT_NOT_FOUND, "the document has no such part"};
}

/* ---- every unit that matches --------------------------------------------------------------- */

void add_spans(const UnitMatch &m, const struct unit &u, struct index_unit_hit *hit)
{
    std::vector<uint32_t> positions;
    for (const struct match &x : m.matches)
        if (positions.empty() || positions.back() != x.position)
            positions.push_back(x.position);
    hit->n_spans = positions.size();
    hit->spans = (struct span *)mem_zalloc((hit->n_spans + 1) * sizeof *hit->spans);
    highlight_spans(u.text, u.length, positions.data(), positions.size(), hit->spans);
}

enum {
    HITS_MS = 1000
};

void all_hits(struct index_reader *r, const View &view, const char *id, const char *q,
              enum highlight_style style, struct index_unit_hits *out)
{
    Seen seen(view, id);
    Tree tree;
    Deadline deadline(HITS_MS);
    parse(r, view, q, tree);
    const Question question = question_of(view, tree.get());
    Places places(view, question);
    places.read({seen.did}, Places::ALL);
    const Spot spot = {view, *seen.part, seen.local, seen.data.places, places.in(seen.did)};
    const Matched found = matched_in(spot, seen.data.fields.lang, question);
    out->partial = view.lacks_forms;
    out->item = (struct index_unit_hit *)mem_zalloc((found.units.size() + 1) * sizeof *out->item);
    for (const UnitMatch &m : found.units) {
        struct unit text = {};
        if (deadline.over()) {
            out->partial = true;
            break;
        }
        struct index_unit_hit *hit = &out->item[out->count];
        if (!show_unit(*seen.part, id, found, m, style, &hit->pick, &text))
            continue;
        out->count++;
        add_spans(m, text, hit);
        unit_clear(&text);
    }
}

} // namespace

extern "C" prospect_status index_describe(struct index_reader *r, const struct access *who,
                                          const char *id, struct index_description **out,
                                          struct error *error)
{
    *out = nullptr;
    return read(r, who, error, [&](const View &view) {
        Owned<struct index_description, index_description_free> d;
        *d.out() = (struct index_description *)mem_zalloc(sizeof **out);
        describe(view, id, d.get());
        *out = d.release();
        return PROSPECT_OK;
    });
}

extern "C" prospect_status index_unit_text(struct index_reader *r, const struct access *who,
                                           const char *id, uint32_t number, struct buf *out,
                                           struct error *error)
{
    return read(r, who, error, [&](const View &view) {
        Seen seen(view, id);
        Bytes text;
        add_text(seen, id, number, &text);
        buf_add(out, buf_str(&text), (&text)->len);
        return PROSPECT_OK;
    });
}

extern "C" prospect_status index_unit_hits(struct index_reader *r, const struct access *who,
                                           const char *id, const char *q,
                                           enum highlight_style style, struct index_unit_hits **out,
                                           struct error *error)
{
    *out = nullptr;
    return read(r, who, error, [&](const View &view) {
        Owned<struct index_unit_hits, index_unit_hits_free> hits;
        *hits.out() = (struct index_unit_hits *)mem_zalloc(sizeof **out);
        all_hits(r, view, id, q, style, hits.get());
        *out = hits.release();
        return PROSPECT_OK;
    });
}
