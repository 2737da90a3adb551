#include "tests/zygote.h"

#include "index/base/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#ifdef HEAVY_PLUGINS
#define ZYGOTE_LIGHT "0"
const bool zygote_has_heavy = true;
#else
#define ZYGOTE_LIGHT "25"
const bool zygote_has_heavy = false;
#endif

/* The arguments behind the wrapper's, which may be NULL. */
static void exec_worker(int control, const char *folder, const char *const *wrapper)
{
    char program[600], plugins[600];
    const char *argv[20] = {NULL};
    const char *top = getenv("TOP_BUILDDIR");
    size_t n = 0;
    snprintf(program, sizeof program, "%s/prospect-worker", top ? top : ".");
    snprintf(plugins, sizeof plugins, "%s/%s/.libs", top ? top : ".", folder);
    while (wrapper && wrapper[n] && n < 10) {
        argv[n] = wrapper[n];
        n++;
    }
    const char *const mine[] = {program, "--control-fd", "3",          "--plugin-dir",
                                plugins, "--light",      ZYGOTE_LIGHT, NULL};
    memcpy(argv + n, mine, sizeof mine);
    dup2(control, 3);
    fcntl(3, F_SETFD, 0);
    execv(argv[0], (char **)argv);
    _exit(127);
}

bool zygote_frame(struct zygote *z, struct wire_frame *frame)
{
    int64_t until = now_ms() + ZYGOTE_PATIENCE_MS;
    int got;
    while ((got = wire_next(&z->reader, frame)) == 0) {
        char bytes[4096];
        struct pollfd p = {.fd = z->control, .events = POLLIN};
        assert_true(now_ms() < until);
        if (poll(&p, 1, 1000) <= 0)
            continue;
        ssize_t n = read(z->control, bytes, sizeof bytes);
        if (n <= 0)
            return false;
        wire_feed(&z->reader, bytes, (size_t)n);
    }
    assert_int_equal(got, 1);
    return true;
}

struct zygote zygote_exec(const char *plugins, const char *const *wrapper)
{
    struct zygote z = {.next_job = 1};
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    z.pid = fork();
    if (z.pid == 0)
        exec_worker(ends[1], plugins, wrapper);
    close(ends[1]);
    z.control = ends[0];
    return z;
}

struct zygote zygote_start(const char *plugins, const char *const *wrapper)
{
    struct zygote z = zygote_exec(plugins, wrapper);
    struct wire_plugin *list;
    struct wire_frame frame;
    uint64_t version;
    size_t n;
    assert_true(zygote_frame(&z, &frame));
    assert_int_equal(frame.type, WIRE_HELLO);
    assert_true(wire_get_hello(frame.payload, frame.length, &version, &z.sandbox, &list, &n));
    while (n > 0)
        wire_plugin_free(&list[--n]);
    free(list);
    return z;
}

int zygote_stop(struct zygote *z)
{
    int status;
    close(z->control);
    wire_reader_free(&z->reader);
    assert_int_equal(waitpid(z->pid, &status, 0), z->pid);
    return status;
}

void zygote_send(struct zygote *z, const struct wire_job *job, int document, int socket)
{
    struct buf out = {0};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control = {0};
    wire_put_job(&out, job);
    struct iovec part = {.iov_base = out.data, .iov_len = out.len};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    *c = (struct cmsghdr){CMSG_LEN(2 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(c), (int[]){document, socket}, 2 * sizeof(int));
    assert_int_equal(sendmsg(z->control, &message, MSG_NOSIGNAL), out.len);
    buf_free(&out);
}

static void send_kill(struct zygote *z, uint64_t job)
{
    struct buf out = {0};
    size_t mark = wire_begin(&out, WIRE_KILL);
    pack_u64(&out, job);
    wire_end(&out, mark);
    assert_int_equal(send(z->control, out.data, out.len, MSG_NOSIGNAL), out.len);
    buf_free(&out);
}

prospect_status zygote_exited(struct zygote *z, uint64_t job, struct error *why)
{
    struct wire_frame frame;
    assert_true(zygote_frame(z, &frame));
    assert_int_equal(frame.type, WIRE_EXITED);
    struct unpack u = unpack_start(frame.payload, frame.length);
    assert_int_equal(unpack_u64(&u), job);
    int status = (int)unpack_i64(&u);
    char *forbidden = unpack_str(&u);
    unpack_u64(&u);
    unpack_u64(&u);
    assert_true(unpack_done(&u));
    wire_exit_error(status, forbidden, why);
    free(forbidden);
    return why->status;
}

/* Frames until the end of file; HOW says why the child was killed, if it was. */
static void collect(struct zygote *z, uint64_t job, int fd, const struct wire_limits *limits,
                    struct extraction *e, struct error *how)
{
    struct wire_reader reader = {0};
    struct wire_frame frame;
    int64_t until = now_ms() + limits->wall_ms, give_up = until + ZYGOTE_PATIENCE_MS;
    for (;;) {
        char bytes[65536];
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int64_t left = until - now_ms();
        assert_true(now_ms() < give_up);
        if (poll(&p, 1, left > 0 && how->status == PROSPECT_OK ? (int)left : 1000) <= 0) {
            if (how->status == PROSPECT_OK && now_ms() >= until) {
                error_set(how, PROSPECT_TIMEOUT, "killed");
                send_kill(z, job);
            }
            continue;
        }
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n <= 0)
            break;
        if (how->status != PROSPECT_OK)
            continue;
        wire_feed(&reader, bytes, (size_t)n);
        int got = 0;
        while (how->status == PROSPECT_OK && (got = wire_next(&reader, &frame)) == 1)
            if (extraction_frame(e, &frame, how) != PROSPECT_OK)
                send_kill(z, job);
        if (got < 0) {
            error_set(how, PROSPECT_PROTOCOL, "no frames");
            send_kill(z, job);
        }
        if (how->status == PROSPECT_OK && now_ms() >= until) {
            error_set(how, PROSPECT_TIMEOUT, "killed");
            send_kill(z, job);
        }
    }
    wire_reader_free(&reader);
}

int zygote_document(const char *bytes)
{
    char path[64];
    int fd = memfd_create("document", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int only_read = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(only_read >= 0);
    close(fd);
    return only_read;
}

struct extraction *zygote_run(struct zygote *z, const char *name, const char *bytes,
                              const struct wire_limits *limits, bool boxes)
{
    struct wire_job job = {.id = z->next_job++,
                           .job = {PROSPECT_JOB_EXTRACT, 1, UINT32_MAX, boxes},
                           .size = strlen(bytes),
                           .name = (char *)name,
                           .config = "good.greeting=Hello\ngoods.greeting=no\ngreeting=no\n",
                           .limits = *limits};
    struct extraction *e;
    struct error how = {0}, exit;
    int ends[2], document = zygote_document(bytes);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    extraction_new(&e, limits);
    zygote_send(z, &job, document, ends[1]);
    close(ends[1]);
    close(document);
    collect(z, job.id, ends[0], limits, e, &how);
    close(ends[0]);
    zygote_exited(z, job.id, &exit);
    extraction_end(e, how.status != PROSPECT_OK ? &how : &exit);
    return e;
}
