/* An extraction that somebody waits for: not the queue's business, straight to the pool. The
 * journal is asked, and told, as for any other.
 */
#include "daemon/scheduler_parts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

struct scheduler_waiter {
    struct scheduler_waiter *prev, *next;
    struct scheduler *scheduler;
    void (*done)(void *ctx, struct extraction *result, const struct error *error); /* NULL: told */
    void *ctx;
    uint8_t content[DIGEST_SIZE];
};

static void detected(void *ctx, const char *plugin, const char *version)
{
    struct scheduler_waiter *w = ctx;
    journal_plugin(w->scheduler->journal, w->content, plugin, version);
}

static void waited(void *ctx, struct extraction *result)
{
    struct scheduler_waiter *w = ctx;
    DL_DELETE(w->scheduler->waiters, w);
    journal_end(w->scheduler->journal, w->content, scheduler_how_it_ended(result->document));
    if (w->done)
        w->done(w->ctx, result, NULL);
    else
        extraction_free(&result);
    free(w);
}

void scheduler_cancel_waiting(struct scheduler *s)
{
    struct scheduler_waiter *w, *next;
    struct error error;
    error_set(&error, PROSPECT_CANCELLED, "the daemon starts anew");
    DL_FOREACH_SAFE(s->waiters, w, next)
    {
        void (*done)(void *, struct extraction *, const struct error *) = w->done;
        w->done = NULL;
        if (done)
            done(w->ctx, NULL, &error);
    }
}

void scheduler_waiters_free(struct scheduler *s)
{
    struct scheduler_waiter *w, *next;
    DL_FOREACH_SAFE(s->waiters, w, next)
    free(w);
    s->waiters = NULL;
}

static bool is_quarantined(const struct scheduler_waiter *w, struct error *why)
{
    size_t n;
    const struct wire_plugin *plugins = pool_plugins(w->scheduler->pool, &n);
    const char *plugin, *version;
    return journal_quarantined(w->scheduler->journal, w->content, plugins, n, &plugin, &version,
                               why);
}

static prospect_status hand_over(struct scheduler_waiter *w, const struct pool_job *job,
                                 struct error *error)
{
    struct journal *journal = w->scheduler->journal;
    journal_begin(journal, w->content);
    if (pool_submit(w->scheduler->pool, job) == PROSPECT_OK)
        return PROSPECT_OK;
    journal_end(journal, w->content, JOURNAL_UNKNOWN);
    return error_set(error, PROSPECT_BUSY, "all workers are busy: try again later");
}

/* Closes FD where it fails. */
static prospect_status submit(struct scheduler_waiter *w, int fd, const char *name, uint32_t first,
                              uint32_t last, struct error *error)
{
    struct scheduler *s = w->scheduler;
    struct stat st;
    prospect_status status = PROSPECT_OK;
    if (fstat(fd, &st) != 0)
        status = error_sys(error, PROSPECT_IO, "it cannot be looked at");
    else if ((uint64_t)st.st_size > s->config->max_file_size)
        status = error_set(error, PROSPECT_LIMIT, "the file is too large");
    else if (is_quarantined(w, error))
        status = error->status;
    struct pool_job job = {.job = {.kind = PROSPECT_JOB_EXTRACT,
                                   .first_unit = first,
                                   .last_unit = last,
                                   .want_boxes = 1},
                           .fd = fd,
                           .size = status ? 0 : (uint64_t)st.st_size,
                           .name = name,
                           .interactive = true,
                           .detected = detected,
                           .done = waited,
                           .ctx = w};
    if (!status)
        status = hand_over(w, &job, error);
    if (status)
        close(fd);
    return status;
}

void scheduler_extract(struct scheduler *s, int fd, const char *name,
                       const uint8_t content[DIGEST_SIZE], uint32_t first, uint32_t last,
                       void (*done)(void *ctx, struct extraction *result,
                                    const struct error *error),
                       void *ctx)
{
    struct error error = {0};
    struct scheduler_waiter *w = mem_zalloc(sizeof *w);
    w->scheduler = s;
    w->done = done;
    w->ctx = ctx;
    memcpy(w->content, content, DIGEST_SIZE);
    if (submit(w, fd, name, first, last, &error)) {
        free(w);
        done(ctx, NULL, &error);
    } else {
        DL_APPEND(s->waiters, w);
    }
}
