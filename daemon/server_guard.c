/* What stands between a client's bytes and evhttp. A callback on the input buffer hands each byte
 * to framing.h as it arrives. Where a request turns out to be none, the bufferevent's callbacks are
 * exchanged for ours before evhttp is called with it: we answer, wait a moment for the client to
 * have read that, and let evhttp free the connection. While an earlier request is in hand, the
 * connection is merely closed behind its answer.
 *
 * evhttp's own timeout is between two bytes; a client that sends one now and then would live for
 * ever. So each request has a deadline of its own, from its first byte.
 */
#include "daemon/server_parts.h"

#include "daemon/log.h"
#include "daemon/reply.h"
#include "index/base/clock.h"
#include "index/base/mem.h"

#include <event2/buffer.h>

enum {
    HEAD_MS = 5000,     /* from the first byte of a request to the end of its headers */
    REQUEST_MS = 10000, /* to the end of its body */
    LINGER_MS = 1000,   /* for a client to read why it was refused */
    EXTENTS = 8         /* of one read; evbuffer uses four */
};

/* ---- the refusal ----------------------------------------------------------------------------- */

static void end(struct connection *c)
{
    evhttp_connection_free(c->evcon);
}

static void swallow(struct bufferevent *bev, void *ctx)
{
    struct evbuffer *in = bufferevent_get_input(bev);
    (void)ctx;
    evbuffer_drain(in, evbuffer_get_length(in));
}

/* Closing at once would throw away what the client has not read yet. */
static void written(struct bufferevent *bev, void *ctx)
{
    (void)ctx;
    shutdown(bufferevent_getfd(bev), SHUT_WR);
}

static void gone(struct bufferevent *bev, short what, void *ctx)
{
    (void)bev;
    (void)what;
    end(ctx);
}

static void arm(struct connection *c, int64_t ms)
{
    const struct timeval wait = {ms > 0 ? ms / 1000 : 0, ms > 0 ? ms % 1000 * 1000 : 0};
    evtimer_add(c->deadline, &wait);
}

static void write_problem(struct connection *c, int code, const char *why)
{
    struct buf body = {0};
    struct evbuffer *out = bufferevent_get_output(c->bev);
    reply_problem(&body, code, why);
    evbuffer_add_printf(out,
                        "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\n"
                        "Prospect-API: 1\r\nX-Content-Type-Options: nosniff\r\n"
                        "Content-Security-Policy: default-src 'none'\r\n"
                        "Content-Length: %zu\r\nConnection: close\r\n\r\n",
                        code, reply_phrase(code), body.len);
    evbuffer_add(out, body.data, body.len);
    buf_free(&body);
}

/* Not from the callback of a buffer: evhttp may be in the middle of it. */
static void refuse(struct connection *c, int code, const char *why)
{
    c->refused = true;
    log_line(LOG_DEBUG, "a request was refused with %d: %s", code, why);
    bufferevent_setcb(c->bev, swallow, written, gone, c);
    bufferevent_enable(c->bev, EV_READ | EV_WRITE);
    write_problem(c, code, why);
    arm(c, LINGER_MS);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static bool waits_for_answer(const struct connection *c)
{
    return c->request != NULL || c->sending || c->framing.requests > c->delivered;
}

/* evhttp would have been called now. */
static void refuse_bytes(struct bufferevent *bev, void *ctx)
{
    struct connection *c = ctx;
    swallow(bev, c);
    refuse(c, c->framing.code, c->framing.why);
}

static void judge(struct connection *c)
{
    if (c->framing.code != 0) {
        evtimer_del(c->deadline);
        c->closing = true;
        if (!waits_for_answer(c))
            bufferevent_setcb(c->bev, refuse_bytes, NULL, gone, c);
    } else if (!framing_inside(&c->framing)) {
        evtimer_del(c->deadline);
        c->began_ms = 0;
    } else {
        int64_t now = clock_steady_ms();
        c->began_ms = c->began_ms != 0 ? c->began_ms : now;
        arm(c, c->began_ms + (c->framing.body_left > 0 ? REQUEST_MS : HEAD_MS) - now);
    }
}

/* The last N bytes of IN. */
static void take(struct connection *c, struct evbuffer *in, size_t n)
{
    struct evbuffer_iovec extent[EXTENTS];
    struct evbuffer_ptr at;
    uint64_t before = c->framing.requests;
    if (evbuffer_ptr_set(in, &at, evbuffer_get_length(in) - n, EVBUFFER_PTR_SET) != 0)
        return;
    int extents = evbuffer_peek(in, (ev_ssize_t)n, &at, extent, EXTENTS);
    for (int i = 0; i < extents && i < EXTENTS && n > 0; i++) {
        size_t length = extent[i].iov_len < n ? extent[i].iov_len : n;
        framing_feed(&c->framing, extent[i].iov_base, length);
        n -= length;
    }
    if (c->framing.requests != before)
        c->began_ms = 0; /* what is inside now is another request */
    judge(c);
}

static void bytes_came(struct evbuffer *in, const struct evbuffer_cb_info *info, void *ctx)
{
    struct connection *c = ctx;
    if (info->n_added > 0 && !c->refused && c->framing.code == 0)
        take(c, in, info->n_added);
}

static void deadline_passed(evutil_socket_t fd, short what, void *ctx)
{
    struct connection *c = ctx;
    (void)fd;
    (void)what;
    if (c->refused)
        end(c);
    else if (waits_for_answer(c)) /* till then nothing is read */
        arm(c, HEAD_MS);
    else
        refuse(c, 408, "the request did not come in time");
}

void guard_watch(struct connection *c)
{
    struct evbuffer *in = bufferevent_get_input(c->bev);
    c->deadline = evtimer_new(c->server->base, deadline_passed, c);
    if (c->deadline == NULL || evbuffer_add_cb(in, bytes_came, c) == NULL)
        mem_die();
    if (evbuffer_get_length(in) > 0)
        take(c, in, evbuffer_get_length(in));
}
