/* Drives each path from the queue through inspect, pool and writer until it is committed: the
 * conductor, on the event loop. It owns the queue, the inspecting threads and the writer.
 *
 * How main puts it together, in this order:
 *   state_lock_new()                      the folder is ours
 *   pool_new(&pool, base, ..., ready)     first of all that starts anything: no thread exists yet
 *   scheduler_new(&s, base, config, index_dir, pool, ...)   opens the index, starts threads
 *   watch_new(&w, config, index_dir, scheduler_events(s))
 *   in ready():  watch_plugins(w, pool_plugins(pool)); scheduler_kick(s)
 *   at the end:  watch_free(), pool_free(), scheduler_free() (which commits)
 */
#ifndef PROSPECT_SCHEDULER_H
#define PROSPECT_SCHEDULER_H

#include "daemon/config.h"
#include "daemon/extraction.h"
#include "daemon/mailbox.h"
#include "daemon/pool.h"
#include "daemon/watch_counts.h"

#include <event2/event.h>

struct scheduler;

/* CONFIG, BASE and POOL must outlive it. NOTICE as in index_writer_new(). */
prospect_status scheduler_new(struct scheduler **out, struct event_base *base,
                              const struct config *config, const char *index_dir, struct pool *pool,
                              char *notice, size_t notice_size, struct error *error);
/* Commits what is with the writer; what was still being extracted is read again at the next start.
 * Blocks until the threads have ended. The watch must have been freed before, and the pool, which
 * would otherwise call back. */
void scheduler_free(struct scheduler **s);

/* Where struct watch_event go. */
struct mailbox *scheduler_events(struct scheduler *s);
/* Something may be possible now that was not: workers are there (again). */
void scheduler_kick(struct scheduler *s);
/* Somebody searches. While many do, and more than a few documents wait, half as many are read at
 * once: readers take turns with the searches on the processors. */
void scheduler_searched(struct scheduler *s);
/* To be called now and then: looks whether the writer is stuck, and says so. */
void scheduler_look(struct scheduler *s);

/* What /status tells. */
struct scheduler_root {
    bool polling, scanning, missing; /* as struct watch_event has them */
    uint64_t ignored, links, special;
    struct watch_counts hidden;
};
struct scheduler_state {
    uint64_t queue_length; /* waits, settles, is inspected or not committed; and 1 for each root
                            * that is being scanned, since it may bring more */
    unsigned busy;         /* extractions that run, and those that somebody waits for */
    bool disk_low;         /* what waits goes on waiting: see disk.h */
    bool reindexing;
};
void scheduler_state(const struct scheduler *s, struct scheduler_state *out);
const struct scheduler_root *scheduler_root(const struct scheduler *s, size_t root);

/* As writer_commits() and writer_met_damage(). */
unsigned scheduler_commits(struct scheduler *s);
bool scheduler_met_damage(struct scheduler *s);

/* Looks again at one file that failed, or at all (PATH NULL). ROOT may be NULL if there is one.
 * PROSPECT_NOT_FOUND if there is no such root or failure. */
prospect_status scheduler_retry(struct scheduler *s, const char *root, const char *path,
                                struct error *error);
/* Rebuilds every document from its stored units; with READ, whatever the watch reports from now
 * until its scan is over is read anew (call watch_reread() after it). */
void scheduler_reindex(struct scheduler *s, bool read);

/* Opens a regular file beneath a root for reading, no links followed. From any thread. */
prospect_status scheduler_open(const struct scheduler *s, const char *root, const char *path,
                               int *fd, struct error *error);
/* Extracts units FIRST to LAST of the file FD (see scheduler_open(); it is taken over), called
 * NAME, with word boxes, for somebody who waits. CONTENT is the digest of its bytes: what is in
 * quarantine is not read, and what dies here is on its way there. DONE is called once, on the loop
 * (possibly before this returns), with the result, which is the callee's, or with NULL and an
 * error. */
void scheduler_extract(struct scheduler *s, int fd, const char *name,
                       const uint8_t content[DIGEST_SIZE], uint32_t first, uint32_t last,
                       void (*done)(void *ctx, struct extraction *result,
                                    const struct error *error),
                       void *ctx);
/* Tells all who wait that they wait in vain: before the end, while they can still be answered. */
void scheduler_cancel_waiting(struct scheduler *s);

#endif
