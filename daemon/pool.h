/* The worker processes: starts prospect-worker, hands it jobs, collects what comes back. Lives on
 * the event loop; never blocks.
 *
 * The zygote is one process; each job runs in a child of it, `workers` at once. A child that is
 * over its time is killed. A zygote that dies is started again; its jobs then fail with
 * PROSPECT_CANCELLED, since it is not their documents that killed it: they can be submitted again.
 * After 5 deaths in a minute it waits before the next.
 */
#ifndef PROSPECT_POOL_H
#define PROSPECT_POOL_H

#include "daemon/config.h"
#include "daemon/extraction.h"

#include <event2/event.h>

struct pool;

struct pool_job {
    prospect_job job;
    int fd; /* the document; taken over by pool_submit() */
    uint64_t size;
    const char *name; /* copied */
    const char *mime; /* NULL: detect; copied */
    bool interactive; /* somebody waits: goes before others */
    /* Called at most once, on the loop, when the child has found who reads it (NULL: nobody); or
     * NULL. */
    void (*detected)(void *ctx, const char *plugin, const char *version);
    /* Called once, on the loop, with the result, which the callee owns. The extraction's
     * document has a status; it is never NULL. */
    void (*done)(void *ctx, struct extraction *result);
    void *ctx;
};

/* Starts the zygote: while there are no other threads yet, if that can be had. CONFIG must outlive
 * the pool. READY is called on the loop each time that a (new) zygote has told its plugins. */
prospect_status pool_new(struct pool **out, struct event_base *base, const struct config *config,
                         void (*ready)(void *ctx), void *ctx, struct error *error);
/* Kills what runs; no callback is called after. Not from a callback of its own. */
void pool_free(struct pool **p);

/* PROSPECT_BUSY (and the descriptor still the caller's) if all workers are in use and the job is
 * not interactive, or if too many interactive ones wait. `done` is never called before this
 * returns. */
prospect_status pool_submit(struct pool *p, const struct pool_job *job);
unsigned pool_free_workers(const struct pool *p);
unsigned pool_busy(const struct pool *p);
/* Whether a zygote has told its plugins yet. */
bool pool_knows_plugins(const struct pool *p);
/* As the zygote told; valid until the next `ready`. */
const struct wire_plugin *pool_plugins(const struct pool *p, size_t *n);
const struct wire_sandbox *pool_sandbox(const struct pool *p);

#endif
