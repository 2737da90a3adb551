/* The next generation: all compartments, compacted, checked, switched to. Xapian's numbers are
 * kept, so that nothing that refers to them goes wrong on the way. */
#include "index/generation.hh"
#include "index/schema.h"
#include "index/writer.hh"

using namespace shim;

namespace
{

void check(const std::string &path, Xapian::doccount documents)
{
    if (!database_is_sound(path))
        throw Failure{PROSPECT_CORRUPT, "the compacted index did not pass its check"};
    if (Xapian::Database(path).get_doccount() != documents)
        throw Failure{PROSPECT_CORRUPT, "the compacted index has lost documents"};
}

void compact_all(const std::string &from, const std::string &to)
{
    for (const std::string &name : compartment_list(from)) {
        Xapian::Database db(from + "/" + name);
        db.compact(to + "/" + name, Xapian::DBCOMPACT_NO_RENUMBER);
        check(to + "/" + name, db.get_doccount());
        sync_directory(to + "/" + name);
    }
    sync_directory(to);
}

void close_targets(struct index_writer *w)
{
    for (auto &t : w->targets)
        t.second.db.close();
    w->targets.clear();
}

} // namespace

extern "C" prospect_status index_writer_compact(struct index_writer *w, struct error *error)
{
    prospect_status status = index_writer_commit(w, error);
    if (status != PROSPECT_OK)
        return status;
    unsigned old = w->generation, next = 0;
    status = guard(error, [&] {
        next = generation_create(w->dir);
        compact_all(generation_path(w->dir, old), generation_path(w->dir, next));
        generation_switch(w->dir, next);
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
        close_targets(w);
        w->generation = next;
        writer_open(w);
        generation_remove(w->dir, old);
        return PROSPECT_OK;
    });
}
