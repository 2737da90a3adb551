#include "index/reader.hh"

#include "index/generation.hh"
#include "index/schema.h"
#include "index/terms.hh"

#include <cstring>
#include <memory>
#include <set>
#include <sys/stat.h>
#include <time.h>

extern "C" {
#include "index/dictionaries.h"
}

using namespace shim;

namespace shim
{

const struct access everything = {true, {nullptr, 0}};

Xapian::docid View::find(const std::string &id) const
{
    const std::string term = term_exact(PREFIX_ID, id);
    if (parts.empty())
        return 0;
    Xapian::PostingIterator p = db.postlist_begin(term);
    return p == db.postlist_end(term) ? 0 : *p;
}

bool View::collapse() const
{
    return parts.size() > 1 || (parts.size() == 1 && parts[0]->duplicates);
}

const std::vector<std::string> &View::languages() const
{
    if (present.empty()) {
        std::set<std::string> all;
        for (const Part *p : parts)
            all.insert(p->languages.begin(), p->languages.end());
        present.assign(all.begin(), all.end());
    }
    return present;
}

const Frequency &View::frequency(const std::string &term) const
{
    const auto found = known.find(term);
    if (found != known.end())
        return found->second;
    Frequency f = {db.get_termfreq(term), 0};
    if (f.documents)
        f.occurrences = db.get_collection_freq(term);
    return known.emplace(term, f).first->second;
}

void reader_reset(struct index_reader *r) noexcept
{
    r->together.clear();
    r->parts.clear();
    block_cache_clear(r->blocks.get());
    r->generation = 0;
    r->pointed_ns = r->listed_ns = 0;
}

static int64_t ns_of(const struct timespec &t)
{
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* When PATH last changed; 0 if that was a moment ago, so that it may change again within the same
 * tick of the file system's clock, of which the coarsest ticks every two seconds. */
static int64_t changed_ns(const std::string &path)
{
    const int64_t tick_ns = 2500000000;
    struct stat st;
    struct timespec now;
    if (stat(path.c_str(), &st) != 0 || clock_gettime(CLOCK_REALTIME, &now) != 0)
        return 0;
    const int64_t changed = ns_of(st.st_mtim);
    return std::abs(ns_of(now) - changed) > tick_ns ? changed : 0;
}

static void follow_pointer(struct index_reader *r)
{
    const int64_t pointed = r->follows_writer ? 0 : changed_ns(generation_pointer(r->dir));
    if (pointed && pointed == r->pointed_ns)
        return;
    unsigned current = r->follows_writer ? generation_written(r->dir) : generation_current(r->dir);
    if (current != r->generation) {
        reader_reset(r);
        int schema = generation_schema(r->dir, current);
        if (current && schema != SCHEMA_VERSION)
            throw Failure{PROSPECT_SCHEMA, "the index in " + r->dir + " has another schema than " +
                                               std::to_string(SCHEMA_VERSION)};
        r->generation = current;
    }
    r->pointed_ns = pointed;
}

static void open_new_parts(struct index_reader *r)
{
    const std::string generation = generation_path(r->dir, r->generation);
    const int64_t changed = changed_ns(generation);
    if (changed && changed == r->listed_ns)
        return;
    for (const std::string &name : compartment_list(generation)) {
        if (r->parts.count(name))
            continue;
        block_cache_clear(r->blocks.get());
        Part p;
        p.path = generation + "/" + name;
        p.db = Xapian::Database(p.path);
        p.labels = Labels::unpack(p.db.get_metadata(KEY_ACCESS));
        if (p.labels.name() != name) /* it is made of them: nobody may see more by damage */
            throw Failure{PROSPECT_CORRUPT, "a compartment of the index has others' labels"};
        r->parts[name] = std::move(p);
    }
    r->listed_ns = changed;
}

/* What is asked of each revision only once. */
static void refresh(Part &p, struct block_cache *blocks)
{
    const int64_t committed = changed_ns(p.path + "/" + VERSION_FILE);
    if (committed && committed == p.committed_ns)
        return;
    if (p.db.reopen())
        block_cache_clear(blocks);
    p.committed_ns = committed;
    if (p.db.get_revision() == p.revision)
        return;
    p.lengths.forget();
    p.languages.clear();
    for (Xapian::TermIterator t = p.db.allterms_begin(PREFIX_STEMMED);
         t != p.db.allterms_end(PREFIX_STEMMED); ++t)
        p.languages.push_back((*t).substr(sizeof PREFIX_STEMMED - 1));
    p.duplicates = !p.db.get_metadata(KEY_DUPLICATES).empty();
    p.revision = p.db.get_revision();
}

View reader_view(struct index_reader *r, const struct access *who)
{
    View v;
    std::string names;
    follow_pointer(r);
    if (r->generation == 0)
        return v;
    open_new_parts(r);
    for (auto &p : r->parts)
        if (p.second.labels.visible(who)) {
            refresh(p.second, r->blocks.get());
            v.parts.push_back(&p.second);
            names += p.first + "/";
        }
    if (v.parts.empty())
        return v;
    Xapian::Database &together = r->together[names];
    if (together.size() == 0)
        for (Part *p : v.parts)
            together.add_database(p->db);
    v.db = together;
    return v;
}

} // namespace shim

static prospect_status new_reader(struct index_reader **out, const char *dir, bool ingest,
                                  struct error *error)
{
    *out = nullptr;
    return guard(error, [&] {
        auto r = std::make_unique<index_reader>();
        r->dir = dir;
        r->follows_writer = ingest;
        if (!ingest) /* which asks for little, and all of it once */
            block_cache_new(r->blocks.out());
        analyser_new(r->analyser.out(), dictionaries_shared());
        *out = r.release();
        return PROSPECT_OK;
    });
}

extern "C" prospect_status index_reader_new(struct index_reader **out, const char *dir,
                                            struct error *error)
{
    return new_reader(out, dir, false, error);
}

extern "C" prospect_status index_reader_new_ingest(struct index_reader **out, const char *dir,
                                                   struct error *error)
{
    return new_reader(out, dir, true, error);
}

extern "C" void index_reader_rest(struct index_reader *r)
{
    block_cache_rest(r->blocks.get());
    for (auto &p : r->parts)
        p.second.lengths.forget();
}

extern "C" void index_reader_free(struct index_reader **r)
{
    guard(nullptr, [&] {
        delete *r;
        return PROSPECT_OK;
    });
    *r = nullptr;
}

static void drop(void *, const struct term *)
{
}

/* A dictionary is read when a word in its script is first looked up. */
static void read_dictionary(struct index_reader *r, const char *lang)
{
    static const char latin[] = "prospect", cyrillic[] = "проспект";
    analyse_word(r->analyser.get(), latin, strlen(latin), &lang, 1, drop, nullptr);
    analyse_word(r->analyser.get(), cyrillic, strlen(cyrillic), &lang, 1, drop, nullptr);
}

extern "C" bool index_reader_warm(struct index_reader *r, bool (*go_on)(void *ctx), void *ctx)
{
    bool all = true;
    shim::read(r, &shim::everything, nullptr, [&](const shim::View &v) {
        for (const std::string &language : v.languages())
            if ((all = all && go_on(ctx)))
                read_dictionary(r, language.c_str());
        return PROSPECT_OK;
    });
    return all;
}
