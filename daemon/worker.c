#include "daemon/worker.h"

#include "daemon/log.h"
#include "daemon/worker_heavy.h"
#include "daemon/worker_sink.h"
#include "index/base/mem.h"
#include "index/base/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    JOBS_MAX = 256,
    BLOCK = 64 * 1024,
    DESCRIPTORS_MAX = 2 * JOBS_MAX, /* received and not yet taken */
    NICE = 10
};

/* A job in a child. What it takes to pass it on is kept while there is somebody to pass it to. */
struct held {
    uint64_t id;
    pid_t pid;
    struct sandbox_note *note;
    bool killed;
    char *name;
    struct buf payload; /* of its JOB */
    int document, socket;
};

struct zygote {
    struct worker *worker;
    int control, children; /* children: a signalfd for SIGCHLD */
    struct wire_reader reader;
    int descriptor[DESCRIPTORS_MAX];
    size_t n_descriptors;
    struct held job[JOBS_MAX];
    size_t n_jobs;
};

static bool send_all(const struct zygote *z, struct buf *out)
{
    size_t at = 0;
    while (at < out->len) {
        ssize_t n = send(z->control, out->data + at, out->len - at, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    bool whole = at == out->len;
    buf_free(out);
    return whole;
}

static bool send_hello(const struct zygote *z)
{
    size_t n;
    const struct wire_plugin *plugins = host_plugins(z->worker->host, &n);
    struct buf out = {0};
    wire_put_hello(&out, sandbox_means(z->worker->sandbox), plugins, n);
    return send_all(z, &out);
}

static bool send_exited(const struct zygote *z, uint64_t job, int status,
                        const struct sandbox_note *note, const struct rusage *use)
{
    char *forbidden = sandbox_note_read(note);
    struct buf out = {0};
    size_t mark = wire_begin(&out, WIRE_EXITED);
    pack_u64(&out, job);
    pack_i64(&out, status);
    pack_str(&out, forbidden);
    pack_u64(&out, (uint64_t)use->ru_maxrss);
    pack_u64(&out, (uint64_t)(use->ru_utime.tv_sec + use->ru_stime.tv_sec) * 1000 +
                       (uint64_t)(use->ru_utime.tv_usec + use->ru_stime.tv_usec) / 1000);
    wire_end(&out, mark);
    free(forbidden);
    return send_all(z, &out);
}

static void free_held(struct held *j)
{
    sandbox_note_free(&j->note);
    free(j->name);
    buf_free(&j->payload);
    if (j->document >= 0)
        close(j->document);
    if (j->socket >= 0)
        close(j->socket);
}

/* The child of J has ended. */
static bool end_job(struct zygote *z, struct held *j, int status, const struct rusage *use)
{
    struct heavy *heavy = z->worker->heavy;
    bool elsewhere = heavy && WIFEXITED(status) && WEXITSTATUS(status) == WORKER_ELSEWHERE;
    if (heavy)
        heavy_learn(heavy, j->name, elsewhere);
    if (elsewhere && !j->killed)
        return heavy_send(heavy, WIRE_JOB, &j->payload, (int[]){j->document, j->socket}, 2);
    return send_exited(z, j->id, status, j->note, use);
}

static size_t place_of(const struct zygote *z, pid_t pid)
{
    size_t i = 0;
    while (i < z->n_jobs && z->job[i].pid != pid)
        i++;
    return i;
}

/* The next child that has ended, or 0. What it started itself goes with it, while its process id
 * still cannot be another's. */
static pid_t next_ended(int *status, struct rusage *use)
{
    siginfo_t info = {0};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid <= 0)
        return 0;
    kill(-info.si_pid, SIGKILL);
    return wait4(info.si_pid, status, 0, use);
}

/* Signals merge: one may stand for many children. */
static bool reap(struct zygote *z)
{
    struct signalfd_siginfo info;
    struct rusage use;
    int status;
    bool ok = true;
    while (read(z->children, &info, sizeof info) > 0)
        ;
    for (pid_t pid; ok && (pid = next_ended(&status, &use)) > 0;) {
        size_t i = place_of(z, pid);
        if (i == z->n_jobs)
            continue;
        struct held ended = z->job[i];
        z->job[i] = z->job[--z->n_jobs];
        ok = end_job(z, &ended, status, &use);
        free_held(&ended);
    }
    return ok;
}

/* Whatever the plugin started is in the child's process group. */
static void kill_child(pid_t pid)
{
    if (kill(-pid, SIGKILL) != 0)
        kill(pid, SIGKILL);
}

static bool pass_on(struct zygote *z, const struct wire_frame *frame, const int *fds, size_t n)
{
    const struct buf payload = {.data = (char *)frame->payload, .len = frame->length};
    return heavy_send(z->worker->heavy, frame->type, &payload, fds, n);
}

static bool take_kill(struct zygote *z, const struct wire_frame *frame)
{
    struct unpack u = unpack_start(frame->payload, frame->length);
    uint64_t id = unpack_u64(&u);
    bool here = false;
    for (size_t i = 0; i < z->n_jobs; i++)
        if (z->job[i].id == id) {
            here = z->job[i].killed = true;
            kill_child(z->job[i].pid);
        }
    if (!here && z->worker->heavy)
        pass_on(z, frame, NULL, 0);
    return unpack_done(&u);
}

/* The job ends as one that was read, with the reason why it was not. */
static bool refuse(const struct zygote *z, const struct wire_job *job, int socket)
{
    struct worker_sink sink;
    struct error error;
    error_sys(&error, PROSPECT_INTERNAL, "no worker can be started");
    log_line(LOG_WARNING, "%s", error.line);
    worker_sink_init(&sink, job, socket);
    worker_sink_done(&sink, error.status, error.line);
    return send_exited(z, job->id, 0, NULL, &(struct rusage){0});
}

/* Takes over both descriptors. */
static bool start(struct zygote *z, const struct wire_job *job, const struct wire_frame *frame,
                  int document, int socket)
{
    struct held new = {.id = job->id, .document = document, .socket = socket};
    errno = EAGAIN;
    new.pid =
        z->n_jobs < JOBS_MAX ? worker_fork(z->worker, job, document, socket, -1, &new.note) : -1;
    if (new.pid < 0) {
        bool told = refuse(z, job, socket);
        free_held(&new);
        return told;
    }
    setpgid(new.pid, new.pid); /* here too: a KILL may come before the child does it */
    if (z->worker->heavy) {
        new.name = mem_strdup(job->name);
        buf_add(&new.payload, frame->payload, frame->length);
    } else {
        close(document);
        close(socket);
        new.document = new.socket = -1;
    }
    z->job[z->n_jobs++] = new;
    return true;
}

static bool take_job(struct zygote *z, const struct wire_frame *frame)
{
    struct wire_job job;
    if (!wire_get_job(frame->payload, frame->length, &job))
        return false;
    bool ok = z->n_descriptors >= 2;
    if (ok) {
        int fds[] = {z->descriptor[0], z->descriptor[1]};
        z->n_descriptors -= 2;
        memmove(z->descriptor, z->descriptor + 2, z->n_descriptors * sizeof(int));
        if (z->worker->heavy && heavy_expects(z->worker->heavy, job.name)) {
            ok = pass_on(z, frame, fds, 2);
            close(fds[0]);
            close(fds[1]);
        } else {
            ok = start(z, &job, frame, fds[0], fds[1]);
        }
    }
    wire_job_free(&job);
    return ok;
}

static bool take_frame(struct zygote *z, const struct wire_frame *frame)
{
    if (frame->type == WIRE_JOB)
        return take_job(z, frame);
    return frame->type == WIRE_KILL && take_kill(z, frame);
}

static bool take_descriptors(struct zygote *z, struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        if (n > DESCRIPTORS_MAX - z->n_descriptors)
            return false;
        memcpy(z->descriptor + z->n_descriptors, CMSG_DATA(c), n * sizeof(int));
        z->n_descriptors += n;
    }
    return !(message->msg_flags & MSG_CTRUNC);
}

/* 1: go on; 0: end of file; -1: nonsense. */
static int read_control(struct zygote *z)
{
    char bytes[BLOCK];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct iovec part = {.iov_base = bytes, .iov_len = sizeof bytes};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t n = recvmsg(z->control, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (n < 0)
        return errno == EINTR || errno == EAGAIN ? 1 : 0;
    if (n == 0)
        return 0;
    if (!take_descriptors(z, &message))
        return -1;
    wire_feed(&z->reader, bytes, (size_t)n);
    struct wire_frame frame;
    int got;
    while ((got = wire_next(&z->reader, &frame)) == 1)
        if (!take_frame(z, &frame))
            return -1;
    return got < 0 ? -1 : 1;
}

/* A terminal's Ctrl-C and a service manager's SIGTERM reach all processes: prospectd decides when
 * this one ends, by closing the socket. */
static int watch_children(void)
{
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &child, NULL) != 0)
        return -1;
    return signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* What the heavy zygote says is said here. */
static bool forward(struct zygote *z)
{
    struct buf out = {0};
    if (heavy_receive(z->worker->heavy, &out))
        return send_all(z, &out);
    log_line(LOG_ERROR, "the zygote of heavy plugins has ended");
    buf_free(&out);
    return false;
}

static bool loop(struct zygote *z)
{
    int heavy = z->worker->heavy ? heavy_socket(z->worker->heavy) : -1;
    struct pollfd fds[3] = {{.fd = z->control, .events = POLLIN},
                            {.fd = z->children, .events = POLLIN},
                            {.fd = heavy, .events = POLLIN}};
    for (;;) {
        if (poll(fds, 3, -1) < 0 && errno != EINTR)
            return false;
        if (fds[1].revents && !reap(z))
            return true;
        if (fds[2].revents && !forward(z))
            return true;
        int went = fds[0].revents ? read_control(z) : 1;
        if (went <= 0)
            return went == 0;
    }
}

/* Reading documents has time, and who asks for one has not; but getting ready was waited for. */
int worker_serve(struct worker *w, int control)
{
    struct zygote *z = mem_zalloc(sizeof *z);
    setpriority(PRIO_PROCESS, 0, NICE);
    z->worker = w;
    z->control = control;
    z->children = watch_children();
    fcntl(control, F_SETFD, FD_CLOEXEC);
    fcntl(control, F_SETFL, fcntl(control, F_GETFL) & ~O_NONBLOCK);
    bool ok = z->children >= 0 && send_hello(z) && loop(z);
    if (!ok)
        log_line(LOG_ERROR, "the worker cannot go on: nonsense on the control socket");
    for (size_t i = 0; i < z->n_jobs; i++) {
        kill_child(z->job[i].pid);
        free_held(&z->job[i]);
    }
    for (size_t i = 0; i < z->n_descriptors; i++)
        close(z->descriptor[i]);
    wire_reader_free(&z->reader);
    if (z->children >= 0)
        close(z->children);
    free(z);
    return ok ? 0 : 1;
}
