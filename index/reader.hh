/* The reader's inside: which databases a caller may see, opened and up to date.
 *
 * Every question to the index is one call of read(): it follows the pointer to the current
 * generation, opens compartments that are new, brings all to the latest commit, and runs the whole
 * question once more where the databases changed under it.
 */
#ifndef PROSPECT_INDEX_READER_HH
#define PROSPECT_INDEX_READER_HH

#include "index/compartment.hh"
#include "index/guard.hh"
#include "index/lengths.hh"
#include "index/stoplist.hh"

#include <map>
#include <unordered_map>

extern "C" {
#include "index/block_cache.h"
}

namespace shim
{

struct Part {
    Labels labels;
    Xapian::Database db;
    std::string path;
    int64_t committed_ns = 0; /* when its version file was made that was opened; 0: not known */
    /* Of the database's revision: */
    Xapian::rev revision = 0;
    std::vector<std::string> languages;
    bool duplicates = false;
    Lengths lengths;
};

/* How frequent a term is. */
struct Frequency {
    Xapian::doccount documents;
    Xapian::termcount occurrences;
};

class Deadline;

/* What one caller sees. */
struct View {
    std::vector<Part *> parts;
    Xapian::Database db;          /* all of them together; uninitialised if there is none */
    Deadline *deadline = nullptr; /* of who asks; NULL: there is none */
    /* Words were parsed without a language whose dictionary was still being read. */
    mutable bool lacks_forms = false;

    /* Of a document of `db`: the compartment it lies in, and its number there. */
    Part &part(Xapian::docid did) const
    {
        return *parts[(did - 1) % parts.size()];
    }
    Xapian::docid local(Xapian::docid did) const
    {
        return (did - 1) / (Xapian::docid)parts.size() + 1;
    }
    /* Number in `db` of a document; 0 if the caller sees none of that id. */
    Xapian::docid find(const std::string &id) const;
    /* One content may stand under several ids, or one id in two compartments. */
    bool collapse() const;
    const std::vector<std::string> &languages() const;
    /* Of all together; the index is asked once. */
    const Frequency &frequency(const std::string &term) const;
    bool has(const std::string &term) const
    {
        return frequency(term).documents > 0;
    }

  private:
    mutable std::vector<std::string> present; /* languages */
    mutable std::unordered_map<std::string, Frequency> known;
};

/* While it lives, this thread reads by way of a cache. */
class CacheUse
{
  public:
    explicit CacheUse(struct block_cache *cache)
    {
        block_cache_use(cache);
    }
    CacheUse(const CacheUse &) = delete;
    CacheUse &operator=(const CacheUse &) = delete;
    ~CacheUse()
    {
        block_cache_use(nullptr);
    }
};

} // namespace shim

struct index_reader {
    std::string dir;
    shim::Owned<struct analyser, analyser_free> analyser;
    shim::Stoplist stopwords;
    unsigned generation = 0;
    int64_t pointed_ns = 0; /* the pointer to it was of then; 0: not known */
    int64_t listed_ns = 0; /* the generation's directory had changed then when it was last listed */
    bool follows_writer = false;
    /* Of the databases that are open, at their revisions; there may be none. */
    shim::Owned<struct block_cache, block_cache_free> blocks;
    std::map<std::string, shim::Part> parts;
    std::map<std::string, Xapian::Database> together; /* by the names of the parts */
};

namespace shim
{

View reader_view(struct index_reader *r, const struct access *who);
void reader_reset(struct index_reader *r) noexcept;

/* Runs WORK(const View &), which returns a status, on what WHO may see. It may be run twice: what
 * it has made the first time is to be its own to throw away. */
template <typename Work>
prospect_status read(struct index_reader *r, const struct access *who, struct error *error,
                     Work work) noexcept
{
    const auto ask = [&] {
        const View view = reader_view(r, who);
        const CacheUse use(r->blocks.get());
        return work(view);
    };
    return guard(error, [&] {
        try {
            return ask();
        } catch (const Xapian::DatabaseError &) {
            reader_reset(r); /* changed, compacted or removed meanwhile */
            return ask();
        }
    });
}

extern const struct access everything; /* what the daemon itself sees */

} // namespace shim

#endif
