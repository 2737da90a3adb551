/* What ingest asks: how files looked when they were read, and whether content is known already. */
#include "index/reader.hh"
#include "index/schema.h"
#include "index/terms.hh"

#include <cstring>

using namespace shim;

namespace
{

/* A file's stamp, freed with its owner. */
struct Stamp : file_stamp {
    Stamp() : file_stamp{}
    {
    }
    Stamp(const Stamp &) = delete;
    ~Stamp()
    {
        file_stamp_free(this);
    }
    bool read(const std::string &bytes)
    {
        file_stamp_free(this);
        return !bytes.empty() && record_unpack_stamp(bytes.data(), bytes.size(), this);
    }
};

/* All of them first: a commit in the middle has us start again, and nobody is to hear twice. */
std::vector<std::string> all_stamps(const View &view)
{
    std::vector<std::string> all;
    for (const Part *p : view.parts)
        for (Xapian::ValueIterator v = p->db.valuestream_begin(SLOT_STAMP);
             v != p->db.valuestream_end(SLOT_STAMP); ++v)
            all.push_back(*v);
    return all;
}

} // namespace

extern "C" prospect_status index_stamps(struct index_reader *r, const char *root,
                                        index_stamp_fn *each, void *ctx, struct error *error)
{
    return read(r, &everything, error, [&](const View &view) {
        const std::vector<std::string> all = all_stamps(view);
        Stamp s;
        for (const std::string &bytes : all)
            if (s.read(bytes) && strcmp(s.root, root) == 0)
                each(ctx, s.path, &s.stamp, s.mime, s.status, s.next_try);
        return PROSPECT_OK;
    });
}

extern "C" void index_file_free(struct index_file *f)
{
    stamp_free(&f->stamp);
    free(f->mime);
    *f = {};
}

static void give(const Stamp &s, struct index_file *out)
{
    digest_file_id(s.root, s.path, out->id);
    stamp_copy(&out->stamp, &s.stamp);
    out->mime = mem_strdup(s.mime);
    out->tries = s.tries;
    out->since = s.since;
}

extern "C" prospect_status index_file(struct index_reader *r, const char *id,
                                      struct index_file *out, struct error *error)
{
    *out = {};
    return read(r, &everything, error, [&](const View &view) {
        Stamp s;
        Xapian::docid did = view.find(id);
        if (!did || !s.read(view.db.get_document(did).get_value(SLOT_STAMP)))
            return error_set(error, PROSPECT_NOT_FOUND, "no such file in the index");
        give(s, out);
        return PROSPECT_OK;
    });
}

extern "C" prospect_status index_find_content(struct index_reader *r,
                                              const uint8_t content[DIGEST_SIZE],
                                              struct index_file *out, struct error *error)
{
    char hex[2 * DIGEST_SIZE + 1];
    digest_hex(content, DIGEST_SIZE, hex);
    *out = {};
    return read(r, &everything, error, [&](const View &view) {
        const std::string term = term_exact(PREFIX_READABLE, hex);
        if (view.parts.empty())
            return error_set(error, PROSPECT_NOT_FOUND, "the index is empty");
        for (Xapian::PostingIterator p = view.db.postlist_begin(term);
             p != view.db.postlist_end(term); ++p) {
            Stamp s;
            if (!s.read(view.db.get_document(*p).get_value(SLOT_STAMP)))
                continue;
            give(s, out);
            return PROSPECT_OK;
        }
        return error_set(error, PROSPECT_NOT_FOUND, "no document has this content");
    });
}
