/* Numbers of what the caller may see: all of them kept by the index, none counted here. */
#include "index/generation.hh"
#include "index/reader.hh"
#include "index/schema.h"

#include <algorithm>
#include <filesystem>

namespace fs = std::filesystem;
using namespace shim;

namespace
{

struct Numbers {
    uint64_t indexed = 0, failed = 0;
};
typedef std::map<std::string, Numbers> Roots;

void count_roots(const View &view, const std::string &prefix, uint64_t Numbers::*which,
                 Roots &roots)
{
    for (Xapian::TermIterator t = view.db.allterms_begin(prefix); t != view.db.allterms_end(prefix);
         ++t)
        roots[(*t).substr(prefix.size())].*which += t.get_termfreq();
}

void fill_roots(const Roots &roots, struct index_stats *out)
{
    out->roots = (struct index_root_stats *)mem_zalloc((roots.size() + 1) * sizeof *out->roots);
    for (const auto &r : roots) {
        out->roots[out->n_roots++] = {mem_strdup(r.first.c_str()), r.second.indexed,
                                      r.second.failed};
        out->documents += r.second.indexed + r.second.failed;
    }
}

void fill(const struct index_reader *r, const View &view, struct index_stats *out)
{
    Roots roots;
    out->schema = SCHEMA_VERSION;
    out->generation = r->generation;
    if (view.parts.empty())
        return;
    const std::string generation = generation_path(r->dir, r->generation);
    for (const Part *p : view.parts) {
        out->pages += strtoull(p->db.get_metadata(KEY_PAGES).c_str(), nullptr, 10);
        out->bytes += compartment_bytes(generation + "/" + p->labels.name());
        out->last_commit =
            std::max<int64_t>(out->last_commit, atoll(p->db.get_metadata(KEY_COMMITTED).c_str()));
    }
    count_roots(view, PREFIX_INDEXED, &Numbers::indexed, roots);
    count_roots(view, PREFIX_FAILED, &Numbers::failed, roots);
    fill_roots(roots, out);
}

} // namespace

extern "C" prospect_status index_stats(struct index_reader *r, const struct access *who,
                                       struct index_stats **out, struct error *error)
{
    *out = nullptr;
    return read(r, who, error, [&](const View &view) {
        Owned<struct index_stats, index_stats_free> s;
        *s.out() = (struct index_stats *)mem_zalloc(sizeof **out);
        fill(r, view, s.get());
        *out = s.release();
        return PROSPECT_OK;
    });
}
