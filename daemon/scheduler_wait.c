/* An extraction that somebody waits for: not the queue's business, straight to the pool. */
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
};

static void waited(void *ctx, struct extraction *result)
{
    struct scheduler_waiter *w = ctx;
    DL_DELETE(w->scheduler->waiters, w);
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

static prospect_status submit(struct scheduler *s, long root, const char *path, uint32_t first,
                              uint32_t last, struct scheduler_waiter *w, struct error *error)
{
    struct stat st;
    const char *slash = strrchr(path, '/');
    struct pool_job job = {.job = {.kind = PROSPECT_JOB_EXTRACT,
                                   .first_unit = first,
                                   .last_unit = last,
                                   .want_boxes = 1},
                           .name = slash ? slash + 1 : path,
                           .interactive = true,
                           .done = waited,
                           .ctx = w};
    prospect_status status = inspect_open(s->inspect, (size_t)root, path, &job.fd, &st, error);
    if (!status && (uint64_t)st.st_size > s->config->max_file_size)
        status = error_set(error, PROSPECT_LIMIT, "the file is too large");
    job.size = (uint64_t)st.st_size;
    if (!status && pool_submit(s->pool, &job))
        status = error_set(error, PROSPECT_BUSY, "all workers are busy: try again later");
    if (status && job.fd >= 0)
        close(job.fd);
    return status;
}

void scheduler_extract(
    struct scheduler *s, const char *root, const char *path, uint32_t first, uint32_t last,
    void (*done)(void *ctx, struct extraction *result, const struct error *error), void *ctx)
{
    struct error error = {0};
    struct scheduler_waiter *w = mem_zalloc(sizeof *w);
    long number = scheduler_find_root(s, root);
    w->scheduler = s;
    w->done = done;
    w->ctx = ctx;
    if (number < 0)
        scheduler_no_root(s, root, &error);
    else
        submit(s, number, path, first, last, w, &error);
    if (error.status) {
        free(w);
        done(ctx, NULL, &error);
    } else {
        DL_APPEND(s->waiters, w);
    }
}
