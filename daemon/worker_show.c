#include "daemon/worker.h"

#include "daemon/extraction.h"
#include "daemon/worker_print.h"
#include "index/base/clock.h"
#include "index/base/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* As the daemon has it where nothing is configured. */
#define RATIO       100
#define RATIO_AFTER (10ULL << 20)

/* One job, watched from outside as prospectd does it. */
struct show {
    pid_t pid;
    struct sandbox_note *note;
    int socket, noise; /* -1: at its end */
    struct wire_reader reader;
    struct extraction *extraction;
    struct error how;
    uint64_t started_ms, wall_ms;
};

static void put_down(struct show *s, const struct error *why)
{
    if (s->how.status == PROSPECT_OK)
        s->how = *why;
    kill(-s->pid, SIGKILL);
    kill(s->pid, SIGKILL);
}

static void print_log(const struct wire_frame *frame)
{
    struct unpack u = unpack_start(frame->payload, frame->length);
    char *line = unpack_str(&u);
    if (line)
        fprintf(stderr, "log: %s\n", line);
    free(line);
}

static void take_frames(struct show *s)
{
    struct wire_frame frame;
    struct error error;
    int got;
    while (s->how.status == PROSPECT_OK && (got = wire_next(&s->reader, &frame)) != 0) {
        if (got < 0)
            error_set(&error, PROSPECT_PROTOCOL, "the plugin sent nonsense: no frames");
        else if (frame.type == WIRE_LOG)
            print_log(&frame);
        if (got < 0 || extraction_frame(s->extraction, &frame, &error) != PROSPECT_OK) {
            put_down(s, &error);
            return;
        }
    }
}

/* False at the end of file. */
static bool read_some(struct show *s, int fd)
{
    char bytes[64 * 1024];
    ssize_t n = read(fd, bytes, sizeof bytes);
    if (n < 0)
        return errno == EINTR;
    if (n > 0 && fd == s->noise)
        fwrite(bytes, 1, (size_t)n, stderr);
    if (n > 0 && fd == s->socket && s->how.status == PROSPECT_OK) {
        wire_feed(&s->reader, bytes, (size_t)n);
        take_frames(s);
    }
    return n > 0;
}

static void follow(struct show *s)
{
    struct pollfd fds[2] = {{.fd = s->socket, .events = POLLIN},
                            {.fd = s->noise, .events = POLLIN}};
    bool killed = false;
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        uint64_t spent = (uint64_t)clock_steady_ms() - s->started_ms;
        if (spent >= s->wall_ms && !killed) {
            struct error error;
            error_set(&error, PROSPECT_TIMEOUT, "killed after %u s", (unsigned)(s->wall_ms / 1000));
            put_down(s, &error);
            killed = true;
        }
        if (poll(fds, 2, killed ? -1 : (int)(s->wall_ms - spent)) < 0 && errno != EINTR)
            break;
        for (int i = 0; i < 2; i++)
            if (fds[i].fd >= 0 && fds[i].revents && !read_some(s, fds[i].fd))
                fds[i].fd = -1;
    }
}

static void finish(struct show *s, struct worker_cost *cost)
{
    struct rusage use = {0};
    struct error exit;
    int status = 0;
    while (wait4(s->pid, &status, 0, &use) < 0 && errno == EINTR)
        ;
    char *forbidden = sandbox_note_read(s->note);
    wire_exit_error(status, forbidden, &exit);
    free(forbidden);
    sandbox_note_free(&s->note);
    extraction_end(s->extraction, s->how.status != PROSPECT_OK ? &s->how : &exit);
    cost->wall_ms = (uint64_t)clock_steady_ms() - s->started_ms;
    cost->cpu_ms = (uint64_t)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000 +
                   (uint64_t)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1000;
    cost->peak_kib = (uint64_t)use.ru_maxrss;
}

static int open_document(const char *file, uint64_t *size)
{
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        *size = (uint64_t)st.st_size;
        return fd;
    }
    fprintf(stderr, "prospect-worker: %s: %s\n", file,
            fd < 0 ? strerror(errno) : "no regular file");
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool start(struct show *s, struct worker *w, const struct wire_job *job, int document)
{
    int ends[2], noise[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    if (pipe2(noise, O_CLOEXEC) != 0) {
        close(ends[0]);
        close(ends[1]);
        return false;
    }
    fflush(NULL);
    s->started_ms = (uint64_t)clock_steady_ms();
    s->pid = worker_fork(w, job, document, ends[1], noise[1], &s->note);
    close(ends[1]);
    close(noise[1]);
    s->socket = ends[0];
    s->noise = noise[0];
    return s->pid > 0;
}

int worker_extract(struct worker *w, const char *file, const char *config,
                   const struct wire_limits *limits, bool want_boxes, bool json)
{
    const char *slash = strrchr(file, '/');
    struct wire_job job = {.id = 1,
                           .job = {PROSPECT_JOB_EXTRACT, 1, UINT32_MAX, want_boxes},
                           .name = (char *)(slash ? slash + 1 : file),
                           .config = (char *)config,
                           .limits = *limits};
    struct show s = {.socket = -1, .noise = -1, .wall_ms = limits->wall_ms};
    struct worker_cost cost;
    int document = open_document(file, &job.size), result = 1;
    if (document < 0)
        return 1;
    job.limits.expanded = job.size < RATIO_AFTER / RATIO ? RATIO_AFTER : job.size * RATIO;
    extraction_new(&s.extraction, &job.limits);
    if (!start(&s, w, &job, document)) {
        fprintf(stderr, "prospect-worker: no worker can be started: %s\n", strerror(errno));
        goto out;
    }
    follow(&s);
    finish(&s, &cost);
    (json ? worker_print_extraction_json : worker_print_extraction)(file, s.extraction, &cost);
    result = document_complete(s.extraction->document) ? 0 : 1;
out:
    extraction_free(&s.extraction);
    wire_reader_free(&s.reader);
    if (s.socket >= 0)
        close(s.socket);
    if (s.noise >= 0)
        close(s.noise);
    close(document);
    return result;
}

int worker_list_plugins(struct worker *w, bool json)
{
    size_t n, refused = 0;
    const struct wire_plugin *plugins = host_plugins(w->host, &n);
    for (size_t i = 0; i < n; i++)
        refused += plugins[i].refused != NULL;
    (json ? worker_print_plugins_json : worker_print_plugins)(plugins, n);
    return refused ? 1 : 0;
}
