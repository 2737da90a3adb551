/* The writer's inside, for the files that share it: writer.cc opens and commits, store.cc puts and
 * takes out, copy.cc puts from what is stored, compact.cc writes the next generation.
 *
 * Each compartment that was changed since the last commit has a transaction open. A document that
 * moves from one compartment to another is put into the new one and noted as STALE in the old:
 * the commit makes the new durable together with the note, deletes the old, and clears the note,
 * so that a crash at any point leaves it at least once, and the next start finishes the job.
 */
#ifndef PROSPECT_INDEX_WRITER_HH
#define PROSPECT_INDEX_WRITER_HH

#include "index/compartment.hh"
#include "index/guard.hh"
#include "index/put.hh"
#include "index/stoplist.hh"

#include <map>
#include <set>

namespace shim
{

struct Target {
    Labels labels;
    Xapian::WritableDatabase db;
    bool changed = false; /* a transaction is open */
    int64_t pages = 0;
    uint64_t changes = 0; /* documents put or deleted since its generation began */
    bool duplicates = false;
};

typedef std::pair<std::string, std::string> Place; /* compartment's name, id */

} // namespace shim

struct index_writer {
    std::string dir;
    int lock = -1;
    unsigned generation = 0;
    bool filling = false; /* it is not searched yet */
    shim::Owned<struct analyser, analyser_free> analyser;
    shim::Stoplist stopwords;
    std::map<std::string, shim::Target> targets;
    std::set<shim::Place> stale;
    size_t pending_documents = 0, pending_bytes = 0;
    struct error lost = {}; /* not OK: something put since the last commit is gone */
    bool closed = false;    /* the databases could not be opened again after a failure */

    ~index_writer();
};

namespace shim
{

/* Opens all compartments of the current generation; throws. */
void writer_open(struct index_writer *w);
/* Forgets whatever is not committed, and remembers WHY until the next commit says so. */
void writer_abandon(struct index_writer *w, const struct error *why) noexcept;
/* Opens again what could not be opened when something was abandoned; throws. */
void writer_reopen(struct index_writer *w);
void writer_commit(struct index_writer *w);
/* Throws where the disk may not hold BYTES of text more, before Xapian notices: a disk that fills
 * up in the middle of a commit can end the process, since 1.4.22 throws from a destructor then. */
void writer_need_room(const struct index_writer *w, uint64_t bytes);
/* The compartment of LABELS, created if need be. */
Target &writer_target(struct index_writer *w, const Labels &labels);

/* As guard(), for work that changes the index: if it throws, nothing of it may stay behind. */
template <typename Work>
prospect_status change(struct index_writer *w, struct error *error, Work work) noexcept
{
    struct error mine = {};
    prospect_status status = guard(&mine, [&] {
        writer_reopen(w);
        return work();
    });
    if (status != PROSPECT_OK) {
        writer_abandon(w, &mine);
        error_set(error, status, "%s", mine.line);
    }
    return status;
}

/* Makes what W writes, or is about to, be GENERATION. */
void writer_point(struct index_writer *w, unsigned generation);

/* Opens the compartment's transaction if it has none. */
void begin(Target &t);
/* 0 where there is no such document. */
Xapian::docid find(Xapian::Database &db, const std::string &id);
/* Ids of the documents of TERM's posting list. */
std::vector<std::string> ids_of(Xapian::Database &db, const std::string &term);
/* Takes one document out of one compartment, without its children. */
void erase(Target &t, const std::string &id);
/* Puts P, whose id is ID, in place of whatever had it; its children go. */
void store(struct index_writer *w, Target &target, const std::string &id, const Prepared &p);
/* The same, its children left alone. */
void store_alone(struct index_writer *w, Target &target, const std::string &id, const Prepared &p);
/* Takes out the children of ID, at any depth; in other compartments than KEEP (NULL: none) at
 * the commit only. */
void erase_children(struct index_writer *w, const std::string &id, const Target *keep);
/* The stored document with its units, from whatever compartment; false if there is none. */
bool load(struct index_writer *w, const std::string &id, Document &out);
bool load_from(const Xapian::Database &db, Xapian::docid did, const std::string &id, Document &out);

} // namespace shim

#endif
