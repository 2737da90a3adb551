/* Everything that could not be read, or not fully. */
#include "index/hits.hh"
#include "index/put.hh"
#include "index/schema.h"

#include <algorithm>

using namespace shim;

namespace
{

struct Trouble {
    std::string root, path, id;
    Xapian::docid did;

    bool operator<(const Trouble &o) const
    {
        return std::tie(root, path, id) < std::tie(o.root, o.path, o.id);
    }
};

std::vector<Trouble> all_trouble(const View &view)
{
    std::vector<Trouble> all;
    for (Xapian::PostingIterator p = view.db.postlist_begin(TERM_TROUBLE);
         p != view.db.postlist_end(TERM_TROUBLE); ++p) {
        Data data;
        data.read(view, *p);
        all.push_back({data.fields.root, data.fields.path, data.fields.id, *p});
    }
    std::sort(all.begin(), all.end());
    return all;
}

std::string joined(const struct strlist &lines)
{
    std::string all;
    for (size_t i = 0; i < lines.count; i++)
        all += (i ? "; " : "") + std::string(lines.item[i]);
    return all;
}

void fill(const View &view, const Trouble &t, struct index_failure *f)
{
    Data data;
    data.read(view, t.did);
    Document d;
    const std::string record = view.part(t.did).db.get_metadata(key_document(t.id));
    if (!record_unpack_document(record.data(), record.size(), d.out()))
        throw Failure{PROSPECT_CORRUPT, "the record of document " + t.id + " is damaged"};
    f->root = mem_strdup(t.root.c_str());
    f->path = mem_strdup(t.path.c_str());
    /* Where the reader came to its end and only parts were cut, it was a limit that cut them. */
    f->status = d->status != PROSPECT_OK ? d->status : PROSPECT_LIMIT;
    f->detail = mem_strdup(d->reason ? d->reason : joined(d->cuts).c_str());
    f->since = d->since;
    f->next_try = d->next_try;
    f->tries = d->tries;
    f->partial =
        data.places.count > 0 || d->status == PROSPECT_OK || d->status == PROSPECT_UNSUPPORTED;
}

void list(const View &view, uint64_t from, unsigned size, struct index_failures *out)
{
    if (view.parts.empty())
        return;
    const std::vector<Trouble> all = all_trouble(view);
    out->total = all.size();
    uint64_t first = std::min<uint64_t>(from, all.size());
    uint64_t last = std::min<uint64_t>(first + size, all.size());
    out->item = (struct index_failure *)mem_zalloc((last - first + 1) * sizeof *out->item);
    for (uint64_t i = first; i < last; i++)
        fill(view, all[i], &out->item[out->count++]);
}

} // namespace

extern "C" prospect_status index_failures(struct index_reader *r, const struct access *who,
                                          uint64_t from, unsigned size, struct index_failures **out,
                                          struct error *error)
{
    *out = nullptr;
    return read(r, who, error, [&](const View &view) {
        Owned<struct index_failures, index_failures_free> f;
        *f.out() = (struct index_failures *)mem_zalloc(sizeof **out);
        list(view, from, size, f.get());
        *out = f.release();
        return PROSPECT_OK;
    });
}
