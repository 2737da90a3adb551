#include <config.h>

#include "daemon/worker_heavy.h"

#include "daemon/fdpass.h"
#include "index/base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ENDINGS_MAX = 32,
    ENDING_MAX = 16,
    HANDED_OVER_US = 1000,
    TRY_AGAIN = 64, /* of so many documents that are expected to be heavy one is tried here */
    BLOCK = 4096
};

struct ending {
    char text[ENDING_MAX];
    unsigned light, heavy, expected;
};

struct heavy {
    int socket;
    struct wire_reader reader;
    struct ending ending[ENDINGS_MAX];
    size_t n_endings;
};

/* ---- birth and death ------------------------------------------------------------------------- */

static _Noreturn void live(struct worker *w, const struct heavy_options *o, int socket)
{
    close(o->control);
    host_new(&w->host, o->directories);
    sandbox_new(&w->sandbox, o->sandbox);
    int status = worker_serve(w, socket);
    sandbox_free(&w->sandbox);
    host_free(&w->host);
    detector_free(&w->detector);
    _exit(status);
}

static bool receive(struct heavy *h)
{
    char bytes[BLOCK];
    ssize_t n = read(h->socket, bytes, sizeof bytes);
    if (n < 0)
        return errno == EINTR || errno == EAGAIN;
    wire_feed(&h->reader, bytes, (size_t)n);
    return n > 0;
}

/* The plugins as HELLO tells them; the caller frees each, and the array. */
static bool greet(struct heavy *h, struct wire_plugin **plugins, size_t *n)
{
    struct wire_frame frame;
    struct wire_sandbox means;
    uint64_t version;
    int got;
    *plugins = NULL;
    *n = 0;
    while ((got = wire_next(&h->reader, &frame)) == 0)
        if (!receive(h))
            return false;
    return got > 0 && frame.type == WIRE_HELLO &&
           wire_get_hello(frame.payload, frame.length, &version, &means, plugins, n) &&
           version == WIRE_VERSION;
}

static bool any_heavy(const struct wire_plugin *plugins, size_t n, uint32_t light)
{
    for (size_t i = 0; i < n; i++)
        if (!plugins[i].refused && plugins[i].objects > light)
            return true;
    return false;
}

static prospect_status share_plugins(struct worker *w, uint32_t light, struct error *error)
{
    struct wire_plugin *plugins;
    size_t n;
    prospect_status status = PROSPECT_OK;
    if (greet(w->heavy, &plugins, &n)) {
        host_new_light(&w->host, plugins, n, light);
        if (!any_heavy(plugins, n, light))
            heavy_free(&w->heavy);
    } else {
        status =
            error_set(error, PROSPECT_INTERNAL, "the zygote of heavy plugins did not get ready");
    }
    wire_plugins_free(&plugins, &n);
    return status;
}

prospect_status heavy_new(struct worker *w, const struct heavy_options *o, struct error *error)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return error_sys(error, PROSPECT_IO, "no socket for the zygote of heavy plugins");
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        live(w, o, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return error_sys(error, PROSPECT_INTERNAL, "no process for heavy plugins");
    }
    w->heavy = mem_zalloc(sizeof *w->heavy);
    w->heavy->socket = ends[0];
    return share_plugins(w, o->light, error);
}

void heavy_free(struct heavy **h)
{
    if (!*h)
        return;
    close((*h)->socket);
    wire_reader_free(&(*h)->reader);
    free(*h);
    *h = NULL;
}

int heavy_socket(const struct heavy *h)
{
    return h->socket;
}

/* ---- whose document -------------------------------------------------------------------------- */

/* The entry for NAME's ending, a new one if WANTED; NULL: none, or no room. */
static struct ending *ending_of(struct heavy *h, const char *name, bool wanted)
{
    const char *point = name ? strrchr(name, '.') : NULL;
    if (!point || strlen(point) >= ENDING_MAX)
        return NULL;
    for (size_t i = 0; i < h->n_endings; i++)
        if (strcasecmp(h->ending[i].text, point) == 0)
            return &h->ending[i];
    if (!wanted || h->n_endings == ENDINGS_MAX)
        return NULL;
    struct ending *new = &h->ending[h->n_endings++];
    strcpy(new->text, point);
    return new;
}

bool heavy_expects(struct heavy *h, const char *name)
{
    struct ending *e = ending_of(h, name, false);
    return e && e->heavy > e->light && ++e->expected % TRY_AGAIN != 0;
}

void heavy_learn(struct heavy *h, const char *name, bool is_heavy)
{
    struct ending *e = ending_of(h, name, is_heavy);
    if (e && is_heavy)
        e->heavy++;
    else if (e)
        e->light++;
}

/* ---- what is passed on ----------------------------------------------------------------------- */

bool heavy_send(struct heavy *h, uint32_t type, const struct buf *payload, const int *fds, size_t n)
{
    struct buf frame = {0};
    size_t mark = wire_begin(&frame, type), at = 0;
    buf_add(&frame, payload->data, payload->len);
    wire_end(&frame, mark);
    while (at < frame.len) {
        ssize_t sent =
            fdpass_send(h->socket, frame.data + at, frame.len - at, fds, at == 0 ? n : 0);
        if (sent < 0 && errno == ETOOMANYREFS) { /* it takes some soon */
            usleep(HANDED_OVER_US);
            continue;
        }
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            break;
        at += (size_t)sent;
    }
    bool whole = at == frame.len;
    buf_free(&frame);
    return whole;
}

bool heavy_receive(struct heavy *h, struct buf *out)
{
    struct wire_frame frame;
    int got;
    if (!receive(h))
        return false;
    while ((got = wire_next(&h->reader, &frame)) > 0) {
        size_t mark = wire_begin(out, frame.type);
        buf_add(out, frame.payload, frame.length);
        wire_end(out, mark);
    }
    return got == 0;
}
