/* When the index is verified, and what is told of its health. On the event loop; the looks
 * themselves are processes of their own (verification.h).
 *
 *   at the start       checksums of the blocks, before anything is served; of a large index while it
 *                      is served already, behind all else. After a death more: see deaths.h
 *   once it is quiet   the same, which notes the checksums of what was written; and every five
 *                      minutes, or less often where it takes more than a fiftieth of the time
 *   every day          everything, when nobody else wants the disk
 *   on suspicion       everything: a search or the writer met damage, or the daemon died
 *   at the end         once more the checksums of what was written
 */
#ifndef PROSPECT_CARE_H
#define PROSPECT_CARE_H

#include "daemon/config.h"
#include "index/base/error.h"

#include <event2/event.h>
#include <stdbool.h>

struct care;

struct care_hooks {
    void *ctx;
    unsigned (*commits)(void *ctx); /* how often the index has changed since the start */
    bool (*met_damage)(void *ctx);  /* the writer has, since this was last asked */
    /* The index is damaged, for REASON: it is to be filled anew. On the loop. */
    void (*damaged)(void *ctx, const char *reason);
};

/* Verifies the index of CONFIG as far as is due before it is opened, and begins it anew where it is
 * damaged. CONFIG, of which nothing but the state folder is kept, need not outlive it. */
void care_new(struct care **out, const struct config *config, const char *index_dir);
/* The index could not be opened. Finds out why; true where it was begun anew, and may be tried
 * again. */
bool care_mend(struct care *c, const struct error *why);
/* From now on, on BASE. */
prospect_status care_start(struct care *c, struct event_base *base, const struct care_hooks *hooks,
                           struct error *error);
/* Somebody met what looks like damage. From any thread. */
void care_suspect(struct care *c);
/* The writer has ended: notes what it wrote last, for some seconds at most. */
void care_free(struct care **c);

#endif
