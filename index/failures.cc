/* Everything that could not be read, or not fully. */
#include "index/deadline.hh"
#include "index/hits.hh"
#include "index/places.hh"
#include "index/put.hh"
#include "index/schema.h"

#include <algorithm>

using namespace shim;

namespace
{

enum {
    CHUNK = 1000 /* entries between two looks at the clock */
};

struct Trouble {
    std::string root, path, tie;
    Xapian::docid did;

    bool operator<(const Trouble &o) const
    {
        return std::tie(root, path, tie) < std::tie(o.root, o.path, o.tie);
    }
};

/* Where the document is, by its stamp: records are ten times as long, but children have no stamp.
 */
void locate(const View &view, const std::string &stamp, Trouble &t)
{
    struct file_stamp s = {};
    if (!stamp.empty() && record_unpack_stamp(stamp.data(), stamp.size(), &s)) {
        t.root = s.root;
        t.path = s.path;
    } else {
        Data data;
        data.read(view, t.did);
        t.root = data.fields.root;
        t.path = data.fields.path;
    }
    file_stamp_free(&s);
}

std::vector<Trouble> all_trouble(const View &view, Deadline &deadline, struct index_failures *out)
{
    std::vector<Trouble> all;
    std::vector<Xapian::docid> dids;
    Xapian::PostingIterator p = view.db.postlist_begin(TERM_TROUBLE);
    out->total = view.db.get_termfreq(TERM_TROUBLE);
    while (p != view.db.postlist_end(TERM_TROUBLE) && !deadline.too_late()) {
        for (dids.clear(); p != view.db.postlist_end(TERM_TROUBLE) && dids.size() < CHUNK; ++p)
            dids.push_back(*p);
        const std::vector<std::string> stamp = values_of(view, dids, SLOT_STAMP);
        const std::vector<std::string> tie = values_of(view, dids, SLOT_TIE);
        for (size_t i = 0; i < dids.size(); i++) {
            all.push_back({"", "", tie[i], dids[i]});
            locate(view, stamp[i], all.back());
        }
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
    const std::string id = data.fields.id;
    const std::string record = view.part(t.did).db.get_metadata(key_document(id));
    if (!record_unpack_document(record.data(), record.size(), d.out()))
        throw Failure{PROSPECT_CORRUPT, "the record of document " + id + " is damaged"};
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

void list(const View &view, uint64_t from, unsigned size, unsigned ms, struct index_failures *out)
{
    Deadline deadline(ms);
    if (view.parts.empty())
        return;
    const std::vector<Trouble> all = all_trouble(view, deadline, out);
    uint64_t first = std::min<uint64_t>(from, all.size());
    uint64_t last = std::min<uint64_t>(first + size, all.size());
    out->item = (struct index_failure *)mem_zalloc((last - first + 1) * sizeof *out->item);
    deadline.show();
    for (uint64_t i = first; i < last && !deadline.too_late(); i++)
        fill(view, all[i], &out->item[out->count++]);
    out->partial = deadline.cut();
}

} // namespace

extern "C" prospect_status index_failures(struct index_reader *r, const struct access *who,
                                          uint64_t from, unsigned size, unsigned timeout_ms,
                                          struct index_failures **out, struct error *error)
{
    *out = nullptr;
    return read(r, who, error, [&](const View &view) {
        Owned<struct index_failures, index_failures_free> f;
        *f.out() = (struct index_failures *)mem_zalloc(sizeof **out);
        list(view, from, size, timeout_ms, f.get());
        *out = f.release();
        return PROSPECT_OK;
    });
}
