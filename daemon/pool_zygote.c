/* The zygote: its process, the control socket, and what happens when it dies.
 *
 * It leads a process group of its own, so that a Ctrl-C on the terminal does not reach it, and its
 * children can be killed with it.
 */
#include "daemon/fdpass.h"
#include "daemon/log.h"
#include "daemon/pool_parts.h"
#include "index/base/clock.h"
#include "index/base/mem.h"
#include "index/base/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utlist.h>

extern char **environ;

enum {
    CONTROL_FD = 3
};

/* ---- the process ----------------------------------------------------------------------------- */

static void child_descriptors(posix_spawn_file_actions_t *actions, int control)
{
    posix_spawn_file_actions_init(actions);
    posix_spawn_file_actions_adddup2(actions, control, CONTROL_FD);
    posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(actions, 2, 1);
    posix_spawn_file_actions_addclosefrom_np(actions, CONTROL_FD + 1);
}

static void child_signals(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(attributes);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                             POSIX_SPAWN_SETPGROUP);
}

/* Ours, with all symbols bound at the start: what a child binds is lost with it. The strings are
 * not copied. */
static char **worker_environment(void)
{
    size_t n = 0;
    while (environ[n])
        n++;
    char **all = mem_resize(NULL, n + 2, sizeof *all);
    all[0] = "LD_BIND_NOW=1";
    memcpy(all + 1, environ, (n + 1) * sizeof *all);
    return all;
}

static prospect_status spawn(struct pool *p, int control, struct error *error)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char *const argv[] = {"prospect-worker", "--plugin-dir", p->config->plugin_dir,
                          p->config->allow_unsandboxed ? "--allow-unsandboxed" : NULL, NULL};
    child_descriptors(&actions, control);
    child_signals(&attributes);
    char **environment = worker_environment();
    int rc = posix_spawn(&p->pid, p->config->worker, &actions, &attributes, argv, environment);
    free(environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (rc == 0)
        return PROSPECT_OK;
    p->pid = 0;
    errno = rc;
    return error_sys(error, PROSPECT_IO, "cannot start %s", p->config->worker);
}

/* With the group: children may have outlived their zygote. A killed process is gone at once but
 * for what the system still has in hand. */
static void kill_and_reap(struct pool *p)
{
    if (p->pid <= 0)
        return;
    kill(-p->pid, SIGKILL);
    kill(p->pid, SIGKILL);
    while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    p->pid = 0;
}

/* ---- what goes out --------------------------------------------------------------------------- */

static void free_outgoing(struct pool *p, struct pool_outgoing *m)
{
    DL_DELETE(p->outgoing, m);
    for (unsigned i = 0; i < m->n_fds; i++)
        close(m->fd[i]);
    buf_free(&m->bytes);
    free(m);
}

/* The descriptors go with the first byte, and are then no longer ours. */
static ssize_t send_some(int fd, struct pool_outgoing *m)
{
    ssize_t n = fdpass_send(fd, m->bytes.data + m->sent, m->bytes.len - m->sent, m->fd, m->n_fds);
    if (n > 0) {
        for (unsigned i = 0; i < m->n_fds; i++)
            close(m->fd[i]);
        m->n_fds = 0;
    }
    return n;
}

static void control_writable(evutil_socket_t fd, short what, void *ctx)
{
    struct pool *p = ctx;
    (void)what;
    while (p->outgoing) {
        struct pool_outgoing *m = p->outgoing;
        ssize_t n = send_some(fd, m);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            /* A broken connection is noticed by reading. ETOOMANYREFS: too many descriptors are
             * on their way; the zygote takes them soon. */
            if (errno == EAGAIN || errno == ETOOMANYREFS)
                event_add(p->writable, NULL);
            return;
        }
        m->sent += (size_t)n;
        if (m->sent == m->bytes.len)
            free_outgoing(p, m);
    }
}

void pool_zygote_send(struct pool *p, struct pool_outgoing *m)
{
    DL_APPEND(p->outgoing, m);
    event_add(p->writable, NULL);
}

void pool_zygote_kill_job(struct pool *p, uint64_t job)
{
    struct pool_outgoing *m = mem_zalloc(sizeof *m);
    size_t mark = wire_begin(&m->bytes, WIRE_KILL);
    pack_u64(&m->bytes, job);
    wire_end(&m->bytes, mark);
    pool_zygote_send(p, m);
}

/* ---- what comes in --------------------------------------------------------------------------- */

void pool_zygote_forget_plugins(struct pool *p)
{
    wire_plugins_free(&p->plugins, &p->n_plugins);
}

static bool take_hello(struct pool *p, const struct wire_frame *frame)
{
    uint64_t version = 0;
    pool_zygote_forget_plugins(p);
    if (!wire_get_hello(frame->payload, frame->length, &version, &p->sandbox, &p->plugins,
                        &p->n_plugins) &&
        version == WIRE_VERSION)
        return false;
    if (version != WIRE_VERSION) {
        log_line(LOG_ERROR,
                 "%s speaks version %llu of the protocol, this prospectd version %d: "
                 "install both from one build",
                 p->config->worker, (unsigned long long)version, WIRE_VERSION);
        return false;
    }
    event_del(p->timer);
    p->ready = p->greeted = true;
    p->room(p);
    p->ready_cb(p->ctx);
    return true;
}

static bool take_exited(struct pool *p, const struct wire_frame *frame)
{
    struct unpack u = unpack_start(frame->payload, frame->length);
    uint64_t job = unpack_u64(&u);
    int64_t wait_status = unpack_i64(&u);
    char *forbidden = unpack_str(&u);
    uint64_t peak_kib = unpack_u64(&u), cpu_ms = unpack_u64(&u);
    struct error how = {0};
    bool good = unpack_done(&u);
    wire_exit_error((int)wait_status, forbidden, &how);
    free(forbidden);
    if (!good)
        return false;
    log_line(LOG_DEBUG, "job %llu: %llu KiB, %llu ms of CPU", (unsigned long long)job,
             (unsigned long long)peak_kib, (unsigned long long)cpu_ms);
    p->exited(p, job, &how);
    return true;
}

/* Callbacks may end the zygote (or the jobs' own); whoever they left is not to be touched. */
static bool take_frames(struct pool *p)
{
    struct wire_frame frame;
    pid_t pid = p->pid;
    int got = 0;
    while (p->pid == pid && (got = wire_next(&p->reader, &frame)) > 0) {
        bool good = frame.type == WIRE_HELLO    ? !p->ready && take_hello(p, &frame)
                    : frame.type == WIRE_EXITED ? take_exited(p, &frame)
                                                : false;
        if (!good)
            return false;
    }
    return p->pid != pid || got == 0;
}

static void control_readable(evutil_socket_t fd, short what, void *ctx)
{
    struct pool *p = ctx;
    char bytes[4096];
    (void)what;
    ssize_t n = read(fd, bytes, sizeof bytes);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        pool_zygote_lost(p, "it ended");
        return;
    }
    wire_feed(&p->reader, bytes, (size_t)n);
    if (!take_frames(p))
        pool_zygote_lost(p, "it says nonsense");
}

/* ---- birth and death ------------------------------------------------------------------------- */

static void wait_at_most(struct pool *p, int64_t ms)
{
    struct timeval t = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    event_add(p->timer, &t);
}

static void timer_passed(evutil_socket_t fd, short what, void *ctx)
{
    struct pool *p = ctx;
    struct error error;
    (void)fd;
    (void)what;
    if (p->pid) {
        pool_zygote_lost(p, "it did not get ready");
    } else if (pool_zygote_start(p, &error)) {
        log_line(LOG_ERROR, "%s", error.line);
        wait_at_most(p, POOL_DEATHS_MS);
    }
}

prospect_status pool_zygote_start(struct pool *p, struct error *error)
{
    int ends[2];
    prospect_status status;
    if (!p->timer)
        p->timer = evtimer_new(p->base, timer_passed, p);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return error_sys(error, PROSPECT_IO, "no socket for the worker");
    status = spawn(p, ends[1], error);
    close(ends[1]);
    if (status) {
        close(ends[0]);
        return status;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    p->control = ends[0];
    p->readable = event_new(p->base, p->control, EV_READ | EV_PERSIST, control_readable, p);
    p->writable = event_new(p->base, p->control, EV_WRITE, control_writable, p);
    event_add(p->readable, NULL);
    wait_at_most(p, POOL_HELLO_MS);
    return PROSPECT_OK;
}

void pool_zygote_stop(struct pool *p)
{
    p->ready = false;
    if (p->control < 0)
        return;
    event_free(p->readable);
    event_free(p->writable);
    close(p->control);
    p->control = -1;
    while (p->outgoing)
        free_outgoing(p, p->outgoing);
    wire_reader_free(&p->reader);
    p->reader = (struct wire_reader){0};
    kill_and_reap(p);
}

/* 0 at once after few deaths; else until the oldest of the last ones is a minute old. */
static int64_t delay(struct pool *p)
{
    int64_t now = clock_steady_ms(), *slot = &p->died[p->deaths++ % POOL_DEATHS];
    *slot = now;
    int64_t oldest = p->died[p->deaths % POOL_DEATHS];
    int64_t age = now - oldest;
    return oldest && age < POOL_DEATHS_MS ? POOL_DEATHS_MS - age : 0;
}

void pool_zygote_lost(struct pool *p, const char *why)
{
    struct error lost;
    int64_t wait = delay(p);
    log_line(LOG_ERROR, "prospect-worker (pid %ld) is lost: %s; the next one starts %s",
             (long)p->pid, why, wait ? "in a minute" : "now");
    error_set(&lost, PROSPECT_CANCELLED, "the worker processes were lost");
    pool_zygote_stop(p);
    wait_at_most(p, wait);
    p->lost(p, &lost);
}
