/* Opening, committing, and giving up what cannot be committed. */
#include "index/writer.hh"

#include "index/generation.hh"
#include "index/schema.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/file.h>
#include <unistd.h>

extern "C" {
#include "index/dictionaries.h"
}

using namespace shim;

index_writer::~index_writer()
{
    /* A transaction that is open when its database goes is cancelled. */
    targets.clear();
    if (lock >= 0)
        close(lock);
}

namespace shim
{

/* Terms, positions and text of a document, and blocks of trees that are written anew. */
enum : uint64_t {
    ROOM_TIMES = 6,
    ROOM_SPARE = 16 << 20
};

static std::string generation_dir(const struct index_writer *w)
{
    return generation_path(w->dir, w->generation);
}

/* A compacted copy has the note of what it was made from. */
static uint64_t changes_of(const struct index_writer *w, const Target &t)
{
    unsigned generation = 0;
    unsigned long long changes = 0;
    const std::string note = t.db.get_metadata(KEY_CHANGES);
    return sscanf(note.c_str(), "%u %llu", &generation, &changes) == 2 &&
                   generation == w->generation
               ? changes
               : 0;
}

static void open_target(struct index_writer *w, const std::string &name)
{
    Target t;
    t.db = Xapian::WritableDatabase(generation_dir(w) + "/" + name, Xapian::DB_OPEN);
    if (t.db.get_metadata(KEY_SCHEMA) != std::to_string(SCHEMA_VERSION))
        throw Failure{PROSPECT_SCHEMA, "the index's compartment " + name + " has another schema"};
    t.labels = Labels::unpack(t.db.get_metadata(KEY_ACCESS));
    t.pages = atoll(t.db.get_metadata(KEY_PAGES).c_str());
    t.changes = changes_of(w, t);
    t.duplicates = !t.db.get_metadata(KEY_DUPLICATES).empty();
    w->targets[name] = std::move(t);
}

static std::string pack_stale(const std::set<Place> &stale)
{
    Bytes b;
    for (const Place &p : stale) {
        pack_bytes(&b, p.first.data(), p.first.size());
        pack_bytes(&b, p.second.data(), p.second.size());
    }
    return b.str();
}

static void unpack_stale(const std::string &bytes, std::set<Place> &stale)
{
    struct unpack u = unpack_start(bytes.data(), bytes.size());
    while (!u.bad && u.at < u.end) {
        size_t n, m;
        const char *name = unpack_bytes(&u, &n), *id = unpack_bytes(&u, &m);
        if (!u.bad)
            stale.emplace(std::string(name, n), std::string(id, m));
    }
}

void writer_open(struct index_writer *w)
{
    w->targets.clear();
    for (const std::string &name : compartment_list(generation_dir(w)))
        open_target(w, name);
    for (auto &t : w->targets)
        unpack_stale(t.second.db.get_metadata(KEY_STALE), w->stale);
    if (!w->stale.empty())
        writer_commit(w); /* finishes the moves that a crash cut short */
}

Target &writer_target(struct index_writer *w, const Labels &labels)
{
    const std::string name = labels.name();
    writer_reopen(w);
    if (!w->targets.count(name)) {
        if (w->targets.size() >= COMPARTMENTS_MAX)
            throw Failure{PROSPECT_LIMIT, "more than " + std::to_string(COMPARTMENTS_MAX) +
                                              " different sets of access groups are in use"};
        compartment_create(generation_dir(w), labels);
        open_target(w, name);
    }
    return w->targets[name];
}

void begin(Target &t)
{
    if (!t.changed)
        t.db.begin_transaction();
    t.changed = true;
}

static void commit_target(const struct index_writer *w, Target &t)
{
    t.db.set_metadata(KEY_CHANGES, std::to_string(w->generation) + " " + std::to_string(t.changes));
    t.db.set_metadata(KEY_PAGES, std::to_string(t.pages));
    t.db.set_metadata(KEY_COMMITTED, std::to_string(time(nullptr)));
    t.db.commit_transaction();
    t.changed = false;
}

static void commit_changed(struct index_writer *w)
{
    for (auto &t : w->targets)
        if (t.second.changed)
            commit_target(w, t.second);
}

static void note_stale(struct index_writer *w, const std::string &note)
{
    for (auto &t : w->targets)
        if (t.second.changed || t.second.db.get_metadata(KEY_STALE) != "") {
            begin(t.second);
            t.second.db.set_metadata(KEY_STALE, note);
        }
}

void writer_need_room(const struct index_writer *w, uint64_t bytes)
{
    const std::filesystem::space_info disk = std::filesystem::space(w->dir);
    const uint64_t spare = std::min<uint64_t>(ROOM_SPARE, disk.capacity / 4);
    const uint64_t wanted = spare + ROOM_TIMES * bytes;
    if (disk.available < wanted)
        throw Failure{PROSPECT_IO,
                      "the disk of the index is full: " + std::to_string(disk.available >> 10) +
                          " KB are free, and writing may take " + std::to_string(wanted >> 10) +
                          " KB"};
}

void writer_commit(struct index_writer *w)
{
    bool moves = !w->stale.empty();
    if (w->pending_documents)
        writer_need_room(w, w->pending_bytes);
    if (moves)
        note_stale(w, pack_stale(w->stale));
    commit_changed(w);
    if (moves) {
        for (const Place &p : w->stale)
            if (w->targets.count(p.first))
                erase(w->targets[p.first], p.second);
        commit_changed(w);
        w->stale.clear();
        note_stale(w, "");
        commit_changed(w);
    }
    w->pending_documents = w->pending_bytes = 0;
}

void writer_abandon(struct index_writer *w, const struct error *why) noexcept
{
    if (w->pending_documents && w->lost.status == PROSPECT_OK)
        w->lost = *why;
    w->pending_documents = w->pending_bytes = 0;
    w->stale.clear();
    /* Xapian's own undo may have thrown half way: only what is on disk is sure. */
    w->closed = true;
    guard(nullptr, [&] {
        writer_reopen(w);
        return PROSPECT_OK;
    });
}

void writer_reopen(struct index_writer *w)
{
    if (!w->closed)
        return;
    for (auto &t : w->targets)
        t.second.db.close();
    writer_open(w);
    w->closed = false;
}

/* ---- starting ------------------------------------------------------------------------------ */

static void take_lock(struct index_writer *w)
{
    const std::string path = w->dir + "/lock";
    w->lock = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (w->lock < 0)
        throw Failure{PROSPECT_IO, "cannot open " + path + ": " + strerror(errno)};
    if (flock(w->lock, LOCK_EX | LOCK_NB) != 0)
        throw Failure{PROSPECT_LOCKED, "the index in " + w->dir + " is in use by another process"};
}

void writer_point(struct index_writer *w, unsigned generation)
{
    if (w->filling)
        generation_fill(w->dir, generation);
    else
        generation_switch(w->dir, generation);
}

/* Makes sure that what is filled beside the current generation is one of ours, and opens. */
static bool settle_filling(struct index_writer *w)
{
    unsigned filling = generation_filling(w->dir);
    w->filling = filling != 0;
    if (!filling)
        return false;
    w->generation = filling;
    prospect_status status = guard(nullptr, [&] {
        if (generation_schema(w->dir, filling) != SCHEMA_VERSION)
            return PROSPECT_SCHEMA;
        compartment_clean(generation_dir(w));
        writer_open(w);
        return PROSPECT_OK;
    });
    if (status != PROSPECT_OK) {
        w->targets.clear();
        w->stale.clear();
        w->generation = generation_create(w->dir);
        generation_fill(w->dir, w->generation);
        generation_remove(w->dir, filling);
    }
    return true;
}

/* Makes sure that the current generation is one of ours. */
static void settle_generation(struct index_writer *w, std::string &notice)
{
    if (settle_filling(w))
        return;
    unsigned current = generation_current(w->dir);
    int schema = current ? generation_schema(w->dir, current) : SCHEMA_VERSION;
    if (current && schema == SCHEMA_VERSION) {
        w->generation = current;
        return;
    }
    if (schema < 0)
        notice = "the index's generation in use is gone or damaged: a new index is built";
    else if (schema != SCHEMA_VERSION)
        notice = "the index has schema " + std::to_string(schema) + ", this program writes " +
                 std::to_string(SCHEMA_VERSION) + ": it is built anew beside the old one";
    if (!notice.empty())
        damage_note(w->dir, notice);
    w->generation = generation_create(w->dir);
    generation_switch(w->dir, w->generation);
}

} // namespace shim

extern "C" prospect_status index_writer_new(struct index_writer **out, const char *dir,
                                            char *notice, size_t notice_size, struct error *error)
{
    *out = nullptr;
    return guard(error, [&] {
        std::string said;
        auto w = std::make_unique<index_writer>();
        w->dir = dir;
        std::filesystem::create_directories(dir);
        take_lock(w.get());
        analyser_new(w->analyser.out(), dictionaries_shared());
        settle_generation(w.get(), said);
        compartment_clean(generation_dir(w.get()));
        writer_open(w.get());
        snprintf(notice, notice_size, "%s", said.c_str());
        *out = w.release();
        return PROSPECT_OK;
    });
}

extern "C" void index_writer_free(struct index_writer **w)
{
    guard(nullptr, [&] {
        delete *w;
        return PROSPECT_OK;
    });
    *w = nullptr;
}

extern "C" prospect_status index_writer_commit(struct index_writer *w, struct error *error)
{
    prospect_status status = change(w, error, [&] {
        writer_commit(w);
        return PROSPECT_OK;
    });
    if (status == PROSPECT_OK && w->lost.status != PROSPECT_OK)
        status = error_set(error, w->lost.status, "%s", w->lost.line);
    w->lost = {};
    return status;
}

extern "C" void index_writer_pending(const struct index_writer *w, size_t *documents, size_t *bytes)
{
    *documents = w->pending_documents;
    *bytes = w->pending_bytes;
}

extern "C" void index_writer_rest(struct index_writer *w)
{
    guard(nullptr, [&] {
        analyser_free(w->analyser.out());
        analyser_new(w->analyser.out(), dictionaries_shared());
        return PROSPECT_OK;
    });
}

extern "C" uint64_t index_writer_documents(const struct index_writer *w)
{
    uint64_t documents = 0;
    guard(nullptr, [&] {
        for (const auto &t : w->targets)
            documents += t.second.db.get_doccount();
        return PROSPECT_OK;
    });
    return documents;
}

extern "C" uint64_t index_writer_changes(const struct index_writer *w)
{
    uint64_t changes = 0;
    for (const auto &t : w->targets)
        changes += t.second.changes;
    return changes;
}

extern "C" prospect_status index_writer_drop_old(struct index_writer *w, struct error *error)
{
    return guard(error, [&] {
        if (w->filling) {
            generation_switch(w->dir, w->generation);
            generation_fill(w->dir, 0);
            w->filling = false;
        }
        if (!damage_noted(w->dir).empty())
            damage_note(w->dir, "");
        generation_remove_others(w->dir, w->generation);
        return PROSPECT_OK;
    });
}
