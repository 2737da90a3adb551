/* One job: its socket, its clock, its end. */
#include "daemon/log.h"
#include "daemon/pool_parts.h"
#include "index/base/mem.h"
#include "index/base/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

void pool_job_free(struct pool_running *r)
{
    if (r->readable)
        event_free(r->readable);
    if (r->deadline)
        event_free(r->deadline);
    if (r->socket >= 0)
        close(r->socket);
    if (r->job.fd >= 0)
        close(r->job.fd);
    wire_reader_free(&r->reader);
    extraction_free(&r->extraction);
    free((char *)r->job.name);
    free((char *)r->job.mime);
    free(r);
}

static void finish(struct pool_running *r)
{
    struct pool *p = r->pool;
    struct extraction *result = r->extraction;
    void (*done)(void *ctx, struct extraction *result) = r->job.done;
    void *ctx = r->job.ctx;
    DL_DELETE(p->running, r);
    p->n_running--;
    extraction_end(result, &r->how);
    r->extraction = NULL;
    pool_job_free(r);
    p->room(p);
    done(ctx, result);
}

static void finish_when_over(struct pool_running *r)
{
    if (r->eof && r->exited)
        finish(r);
}

void pool_job_fail(struct pool_running *r, const struct error *how)
{
    if (!r->stopped)
        r->how = *how;
    finish(r);
}

static void wait_at_most(struct pool_running *r, unsigned ms)
{
    struct timeval t = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    event_add(r->deadline, &t);
}

/* Kills the child; the job ends when it is dead. */
static void stop(struct pool_running *r, const struct error *why)
{
    if (r->stopped)
        return;
    r->stopped = true;
    r->how = *why;
    if (!r->exited)
        pool_zygote_kill_job(r->pool, r->id);
    wait_at_most(r, POOL_REAP_MS);
}

static void deadline_passed(evutil_socket_t fd, short what, void *ctx)
{
    struct pool_running *r = ctx;
    struct error why;
    (void)fd;
    (void)what;
    if (r->exited) { /* somebody else has its socket: what came is all */
        r->eof = true;
        finish(r);
    } else if (r->stopped) {
        pool_zygote_lost(r->pool, "it does not end a child that it was told to kill");
    } else {
        error_set(&why, PROSPECT_TIMEOUT, "reading it took more than %u seconds",
                  (r->limits.wall_ms + 999) / 1000);
        stop(r, &why);
    }
}

static void log_plugin_line(const struct pool_running *r, const struct wire_frame *frame)
{
    struct unpack u = unpack_start(frame->payload, frame->length);
    char *line = unpack_str(&u);
    const char *plugin = r->extraction->document->stamp.plugin;
    log_line(LOG_DEBUG, "plugin %s on %s: %s", plugin ? plugin : "?", r->job.name,
             line ? line : "");
    free(line);
}

static void take_frames(struct pool_running *r)
{
    struct wire_frame frame;
    struct error why;
    int got = 0;
    while (!r->stopped && (got = wire_next(&r->reader, &frame)) > 0) {
        if (frame.type == WIRE_LOG)
            log_plugin_line(r, &frame);
        prospect_status status = extraction_frame(r->extraction, &frame, &why);
        if (frame.type == WIRE_DETECTED && status == PROSPECT_OK && r->job.detected)
            r->job.detected(r->job.ctx, r->extraction->document->stamp.plugin,
                            r->extraction->document->stamp.plugin_version);
        if (status == PROSPECT_LIMIT)
            wait_at_most(r, POOL_LIMIT_MS);
        else if (status)
            stop(r, &why);
    }
    if (got < 0) {
        error_set(&why, PROSPECT_PROTOCOL, "the plugin sent nonsense: no frame");
        stop(r, &why);
    }
}

static void socket_readable(evutil_socket_t fd, short what, void *ctx)
{
    struct pool_running *r = ctx;
    char bytes[POOL_READ];
    (void)what;
    /* A few reads at most: the loop has others to serve. */
    for (unsigned i = 0; i < 4; i++) {
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            r->eof = true;
            event_del(r->readable);
            finish_when_over(r);
            return;
        }
        if (!r->stopped) {
            wire_feed(&r->reader, bytes, (size_t)n);
            take_frames(r);
        }
    }
}

void pool_job_exited(struct pool *p, uint64_t id, const struct error *how)
{
    struct pool_running *r;
    DL_FOREACH(p->running, r)
    {
        if (r->id != id)
            continue;
        r->exited = true;
        if (!r->stopped)
            r->how = *how;
        wait_at_most(r, POOL_LIMIT_MS);
        finish_when_over(r);
        return;
    }
}

static struct pool_outgoing *job_message(const struct pool_running *r, int child_socket)
{
    struct pool_outgoing *m = mem_zalloc(sizeof *m);
    struct wire_job job = {.id = r->id,
                           .job = r->job.job,
                           .size = r->job.size,
                           .name = (char *)r->job.name,
                           .mime = (char *)r->job.mime,
                           .config = r->pool->plugin_settings,
                           .limits = r->limits};
    wire_put_job(&m->bytes, &job);
    m->fd[0] = r->job.fd;
    m->fd[1] = child_socket;
    m->n_fds = 2;
    return m;
}

void pool_job_start(struct pool *p, struct pool_running *r)
{
    int ends[2];
    extraction_new(&r->extraction, &r->limits);
    DL_APPEND(p->running, r);
    p->n_running++;
    r->deadline = evtimer_new(p->base, deadline_passed, r);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
        /* Ended from the loop, as any job: the submitter is not ready for it here. */
        error_sys(&r->how, PROSPECT_IO, "no socket for a worker");
        r->exited = r->stopped = true;
        wait_at_most(r, 0);
        return;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    r->socket = ends[0];
    r->readable = event_new(p->base, r->socket, EV_READ | EV_PERSIST, socket_readable, r);
    event_add(r->readable, NULL);
    wait_at_most(r, r->limits.wall_ms + POOL_GRACE_MS);
    pool_zygote_send(p, job_message(r, ends[1]));
    r->job.fd = -1;
}
