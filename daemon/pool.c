/* A job is `waiting` (interactive ones only) or `running`. A running job ends when both its socket
 * is at its end and the zygote has said how the child exited, whichever comes first. The parts:
 * pool_zygote.c has the process and the control socket, pool_job.c a job's own socket and clock.
 */
#include "daemon/pool.h"

#include "daemon/log.h"
#include "daemon/pool_parts.h"
#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utlist.h>

static char *plugin_settings(const struct config *c)
{
    struct buf b = {0};
    for (size_t i = 0; i < c->n_plugins; i++)
        for (size_t j = 0; j < c->plugins[i].settings.count; j++)
            buf_addf(&b, "%s.%s\n", c->plugins[i].name, c->plugins[i].settings.item[j]);
    return buf_take(&b);
}

static unsigned cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > 256 ? 256 : (unsigned)n;
}

static bool has_room(const struct pool *p, bool interactive)
{
    return p->ready && p->n_running < p->workers + (interactive ? POOL_EXTRA : 0);
}

static void start_waiting(struct pool *p)
{
    while (p->waiting && has_room(p, true)) {
        struct pool_running *r = p->waiting;
        DL_DELETE(p->waiting, r);
        p->n_waiting--;
        pool_job_start(p, r);
    }
}

static void fail_all(struct pool *p, const struct error *why)
{
    struct pool_running *r, *next;
    DL_FOREACH_SAFE(p->running, r, next)
    pool_job_fail(r, why);
}

/* Each document inside a document is a descriptor until it has been read. */
static void allow_descriptors(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur >= POOL_DESCRIPTORS)
        return;
    r.rlim_cur = r.rlim_max < POOL_DESCRIPTORS ? r.rlim_max : POOL_DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &r);
}

prospect_status pool_new(struct pool **out, struct event_base *base, const struct config *config,
                         void (*ready)(void *ctx), void *ctx, struct error *error)
{
    struct pool *p = mem_zalloc(sizeof *p);
    prospect_status status;
    p->base = base;
    p->config = config;
    p->ready_cb = ready;
    p->ctx = ctx;
    p->room = start_waiting;
    p->exited = pool_job_exited;
    p->lost = fail_all;
    p->control = -1;
    /* One more than can run: the next has begun when one ends. */
    p->workers = config->workers ? config->workers : cores() + 1;
    p->plugin_settings = plugin_settings(config);
    allow_descriptors();
    status = pool_zygote_start(p, error);
    if (status)
        pool_free(&p);
    *out = p;
    return status;
}

void pool_free(struct pool **pool)
{
    struct pool *p = *pool;
    struct pool_running *r, *next;
    if (!p)
        return;
    pool_zygote_stop(p);
    DL_FOREACH_SAFE(p->running, r, next)
    pool_job_free(r);
    DL_FOREACH_SAFE(p->waiting, r, next)
    pool_job_free(r);
    pool_zygote_forget_plugins(p);
    if (p->timer)
        event_free(p->timer);
    wire_reader_free(&p->reader);
    free(p->plugin_settings);
    free(p);
    *pool = NULL;
}

/* Formats that compress can hold a bomb: RATIO times the file's size, and no fewer than some. */
static uint64_t expanded(const struct config *c, uint64_t size)
{
    uint64_t most = c->ratio && size > UINT64_MAX / c->ratio ? UINT64_MAX : size * c->ratio;
    return !c->ratio ? 0 : most > c->ratio_after ? most : c->ratio_after;
}

static struct pool_running *take_over(struct pool *p, const struct pool_job *job)
{
    const struct config *c = p->config;
    struct pool_running *r = mem_zalloc(sizeof *r);
    r->pool = p;
    r->id = ++p->ids;
    r->job = *job;
    r->job.name = mem_strdup(job->name ? job->name : "");
    r->job.mime = mem_strdup(job->mime);
    r->socket = -1;
    r->limits = (struct wire_limits){.wall_ms = c->extract_seconds * 1000,
                                     .cpu_seconds = c->cpu_seconds,
                                     .memory = c->memory,
                                     .text = c->text,
                                     .children = c->children,
                                     .child_bytes = c->child_bytes,
                                     .expanded = expanded(c, job->size)};
    return r;
}

prospect_status pool_submit(struct pool *p, const struct pool_job *job)
{
    bool now = has_room(p, job->interactive);
    if (!now && (!job->interactive || p->n_waiting >= POOL_WAITING))
        return PROSPECT_BUSY;
    struct pool_running *r = take_over(p, job);
    if (now) {
        pool_job_start(p, r);
    } else {
        DL_APPEND(p->waiting, r);
        p->n_waiting++;
    }
    return PROSPECT_OK;
}

unsigned pool_free_workers(const struct pool *p)
{
    return p->ready && p->n_running < p->workers ? p->workers - p->n_running : 0;
}

unsigned pool_busy(const struct pool *p)
{
    return p->n_running + p->n_waiting;
}

bool pool_knows_plugins(const struct pool *p)
{
    return p->greeted;
}

const struct wire_plugin *pool_plugins(const struct pool *p, size_t *n)
{
    *n = p->n_plugins;
    return p->plugins;
}

const struct wire_sandbox *pool_sandbox(const struct pool *p)
{
    return &p->sandbox;
}
