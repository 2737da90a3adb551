/* The next generation: all compartments, compacted, checked, switched to. Xapian's numbers are
 * kept, so that nothing that refers to them goes wrong on the way. */
#include "index/blocks.hh"
#include "index/generation.hh"
#include "index/schema.h"
#include "index/writer.hh"

#include <filesystem>

namespace fs = std::filesystem;
using namespace shim;

namespace
{

const uint64_t SPARE_BYTES = 64 << 20; /* on a small disk: an eighth of it */

void check(const std::string &path, Xapian::doccount documents)
{
    if (!database_is_sound(path))
        throw Failure{PROSPECT_CORRUPT, "the compacted index did not pass its check"};
    if (Xapian::Database(path).get_doccount() != documents)
        throw Failure{PROSPECT_CORRUPT, "the compacted index has lost documents"};
}

/* A copy of what is damaged would look whole. */
void check_source(const std::string &from, const std::string &name)
{
    std::string finding;
    if (!blocks_are_good(from, name, false, [&](const std::string &what) { finding = what; }))
        throw Failure{PROSPECT_CORRUPT, "the index is damaged: " + name + ": " + finding};
}

void compact_all(const std::string &from, const std::string &to)
{
    for (const std::string &name : compartment_list(from)) {
        check_source(from, name);
        Xapian::Database db(from + "/" + name);
        db.compact(to + "/" + name, Xapian::DBCOMPACT_NO_RENUMBER);
        check(to + "/" + name, db.get_doccount());
        sync_directory(to + "/" + name);
    }
    sync_directory(to);
}

/* A full disk would stop what comes in as well. */
void check_room(const std::string &from)
{
    const fs::space_info disk = fs::space(from);
    const uint64_t room = disk.available;
    uint64_t wanted = std::min<uint64_t>(SPARE_BYTES, disk.capacity / 8);
    for (const std::string &name : compartment_list(from))
        wanted += compartment_bytes(from + "/" + name);
    if (room < wanted)
        throw Failure{PROSPECT_LIMIT, "compacting wants " + std::to_string(wanted >> 20) +
                                          " MB of the disk, which has " +
                                          std::to_string(room >> 20) + " MB free"};
}

void close_targets(struct index_writer *w)
{
    for (auto &t : w->targets)
        t.second.db.close();
    w->targets.clear();
}

/* From what is committed. */
prospect_status next_generation(struct index_writer *w, struct error *error)
{
    unsigned old = w->generation, next = 0;
    prospect_status status = guard(error, [&] {
        check_room(generation_path(w->dir, old));
        next = generation_create(w->dir);
        compact_all(generation_path(w->dir, old), generation_path(w->dir, next));
        writer_point(w, next);
        return PROSPECT_OK;
    });
    if (status != PROSPECT_OK) {
        guard(nullptr, [&] {
            if (next)
                generation_remove(w->dir, next);
            return PROSPECT_OK;
        });
        return status;
    }
    return guard(error, [&] {
        w->generation = next;
        w->closed = true; /* until they are open again */
        close_targets(w);
        writer_reopen(w);
        generation_remove(w->dir, old);
        return PROSPECT_OK;
    });
}

} // namespace

extern "C" prospect_status index_writer_compact(struct index_writer *w, struct error *error)
{
    prospect_status status = index_writer_commit(w, error);
    return status == PROSPECT_OK && !w->filling ? next_generation(w, error) : status;
}

extern "C" prospect_status index_writer_renew(struct index_writer *w, struct error *error)
{
    struct error why;
    error_set(&why, PROSPECT_IO,
              "the index could not be written and was begun anew from what it has");
    writer_abandon(w, &why);
    return next_generation(w, error);
}
