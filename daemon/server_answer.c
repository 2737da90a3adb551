#include "daemon/server_parts.h"

#include "daemon/log.h"
#include "daemon/reply.h"
#include "daemon/resources.h"
#include "index/base/mem.h"

#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *policy_text(enum answer_policy policy)
{
    switch (policy) {
    case POLICY_PAGE:
        return "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
               "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    case POLICY_FILE:
        return "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; "
               "frame-ancestors 'none'";
    case POLICY_PDF: /* a sandbox would keep the browser's viewer from starting */
        return "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; "
               "frame-ancestors 'none'";
    default:
        return "default-src 'none'; frame-ancestors 'none'";
    }
}

/* An answer is for who asked: a proxy that keeps one for others would show what they may not see.
 */
static void set_default(struct evkeyvalq *to, const char *name, const char *value)
{
    if (evhttp_find_header(to, name) == NULL)
        evhttp_add_header(to, name, value);
}

static void set_headers(struct evkeyvalq *to, const struct call *c, uint64_t length, bool closing)
{
    const struct answer *a = &c->answer;
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)length);
    evhttp_add_header(to, "Content-Type", a->type);
    evhttp_add_header(to, "Prospect-API", "1");
    evhttp_add_header(to, "X-Content-Type-Options", "nosniff");
    evhttp_add_header(to, "Content-Security-Policy", policy_text(a->policy));
    evhttp_add_header(to, "Referrer-Policy", "no-referrer");
    if (a->code != 304)
        evhttp_add_header(to, "Content-Length", number);
    for (unsigned i = 0; i < a->headers; i++)
        evhttp_add_header(to, a->header[i].name, a->header[i].value);
    set_default(to, "Cache-Control", "private, no-cache");
    if (closing)
        evhttp_add_header(to, "Connection", "close");
}

static void release(const void *data, size_t length, void *ctx)
{
    (void)data;
    (void)length;
    free(ctx);
}

/* The body, handed over without a copy. A file is sent from its descriptor: mapping it would make
 * its being cut short a fatal signal. */
static struct evbuffer *take_body(struct answer *a)
{
    struct evbuffer *body = evbuffer_new();
    if (a->fd >= 0) {
        evbuffer_set_flags(body, EVBUFFER_FLAG_DRAINS_TO_FD);
        if (evbuffer_add_file(body, a->fd, (ev_off_t)a->first, (ev_off_t)a->length) != 0)
            close(a->fd);
        a->fd = -1;
    } else if (a->body.len > 0) {
        size_t length = a->body.len;
        char *bytes = buf_take(&a->body);
        evbuffer_add_reference(body, bytes, length, release, bytes);
    }
    return body;
}

/* ---- who takes it ---------------------------------------------------------------------------- */

/* evhttp gives up on a client that takes nothing for a while, but not on one that takes a byte now
 * and then. */
enum {
    LARGE = 256 * 1024, /* smaller ones mostly fit into the socket's buffer */
    TAKE_MS = 30000,    /* for an answer, and as long as its length takes at */
    TAKE_RATE = 64      /* bytes a ms */
};
#define HELD_MAX (UINT64_C(256) << 20)

static void patience_ended(evutil_socket_t fd, short what, void *client)
{
    struct connection *c = client;
    (void)fd;
    (void)what;
    log_line(LOG_DEBUG, "a client takes its answer too slowly, and is cut off");
    evhttp_connection_free(c->evcon);
}

static void be_patient(struct connection *c, uint64_t length)
{
    const uint64_t ms = TAKE_MS + length / TAKE_RATE;
    const struct timeval wait = {(time_t)(ms / 1000), (suseconds_t)(ms % 1000 * 1000)};
    if (length < LARGE)
        return;
    if (c->patience == NULL)
        c->patience = evtimer_new(c->server->base, patience_ended, c);
    if (c->patience == NULL)
        mem_die();
    evtimer_add(c->patience, &wait);
}

/* Of those who hold much, the one that has done so for longest. */
static struct connection *slowest(struct server *s, const struct connection *but)
{
    struct connection *c = s->by_number;
    while (c != NULL && (c == but || !c->sending || c->holds < LARGE))
        c = c->hh_number.next;
    return c;
}

/* Answers that nobody takes must not fill the memory: the slowest have to make room for another. */
static void hold(struct connection *client, uint64_t bytes)
{
    struct server *s = client->server;
    struct connection *c;
    while (bytes >= LARGE && s->held + bytes > HELD_MAX && (c = slowest(s, client)) != NULL)
        evhttp_connection_free(c->evcon);
    client->holds = bytes;
    s->held += bytes;
}

void answer_taken(struct connection *c)
{
    c->server->held -= c->holds;
    c->holds = 0;
    if (c->patience != NULL)
        evtimer_del(c->patience);
}

static void sent(struct evhttp_request *req, void *ctx)
{
    struct server *s = ctx;
    struct connection *client = connection_of(s, evhttp_request_get_connection(req));
    if (client != NULL) {
        client->sending = false;
        answer_taken(client);
    }
    connection_check_drained(s);
}

static void send_to(struct connection *client, struct call *c)
{
    struct evhttp_request *req = client->request;
    struct answer *a = &c->answer;
    uint64_t length = a->fd >= 0 ? a->length : a->body.len;
    bool in_memory = a->fd < 0;
    bool bodiless = evhttp_request_get_command(req) == EVHTTP_REQ_HEAD || a->code == 304;
    struct evbuffer *body = bodiless || length == 0 ? evbuffer_new() : take_body(a);
    set_headers(evhttp_request_get_output_headers(req), c, length,
                client->server->draining || client->closing);
    client->request = NULL;
    client->sending = true;
    hold(client, in_memory ? evbuffer_get_length(body) : 0);
    be_patient(client, evbuffer_get_length(body));
    evhttp_request_set_on_complete_cb(req, sent, client->server);
    evhttp_send_reply(req, a->code, reply_phrase(a->code), body);
    evbuffer_free(body);
}

static void unlink_call(struct call *c)
{
    *c->place = c->next;
    if (c->next != NULL)
        c->next->place = c->place;
}

void answer_send(struct call *c)
{
    struct server *s = c->server;
    struct connection *client = connection_numbered(s, c->client);
    unlink_call(c);
    log_line(LOG_DEBUG, "%d %s in %.1f ms", c->answer.code,
             c->request.path != NULL ? c->request.path : "?", call_took_ms(c));
    if (client != NULL && client->request != NULL)
        send_to(client, c);
    call_free(&c);
}

void answer_collect(evutil_socket_t fd, short what, void *server)
{
    struct server *s = server;
    struct message *message;
    (void)fd;
    (void)what;
    while ((message = mailbox_take(s->done)) != NULL) {
        struct call *c = (struct call *)message;
        if (c->answer.code == 0 && c->resource->finish != NULL && !c->resource->finish(c))
            continue;
        if (c->answer.code == 0)
            call_problem(c, 500, "no answer was made");
        answer_send(c);
    }
}

void answer_refuse_all(struct server *s)
{
    for (struct connection *client = s->by_number, *next; client != NULL; client = next) {
        struct call *c;
        next = client->hh_number.next;
        if (client->request == NULL)
            continue;
        call_new(&c);
        call_problem(c, 503, "prospectd is stopping");
        send_to(client, c);
        call_free(&c);
    }
}
