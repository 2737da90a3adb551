/* evhttp does not tell of a connection before its first request. It does ask for a bufferevent
 * (bevcb) at accept, though, and hangs itself on that as the argument of its callbacks; a turn of
 * the loop later the evhttp_connection is found there, and its closecb set. So every connection is
 * counted from accept to close, whether it ever asks anything or not. A bufferevent that was freed
 * meanwhile has no callbacks; the reference that we hold keeps it readable.
 */
#include "daemon/server_parts.h"

#include "daemon/log.h"
#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>

struct connection *connection_of(struct server *s, struct evhttp_connection *evcon)
{
    struct connection *c = NULL;
    if (s->newcomers != NULL)
        connection_meet_all(s);
    HASH_FIND(hh_evcon, s->by_evcon, &evcon, sizeof evcon, c);
    return c;
}

struct connection *connection_numbered(struct server *s, uint64_t number)
{
    struct connection *c = NULL;
    HASH_FIND(hh_number, s->by_number, &number, sizeof number, c);
    return c;
}

static unsigned held(const struct server *s)
{
    return HASH_CNT(hh_evcon, s->by_evcon) + s->n_newcomers;
}

/* The hash table keeps the order in which they were added. */
void connection_active(struct connection *c)
{
    HASH_DELETE(hh_number, c->server->by_number, c);
    HASH_ADD(hh_number, c->server->by_number, number, sizeof c->number, c);
}

static struct connection *longest_idle(struct server *s)
{
    struct connection *c = s->by_number;
    while (c != NULL && (c->request != NULL || c->sending))
        c = c->hh_number.next;
    return c;
}

/* Who only holds connections must not keep others out. */
static void make_room(struct server *s)
{
    struct connection *c;
    while (!s->draining && s->max_connections > 0 && held(s) > s->max_connections &&
           (c = longest_idle(s)) != NULL)
        evhttp_connection_free(c->evcon);
}

void connection_check_drained(struct server *s)
{
    if (!s->draining || s->drained == NULL)
        return;
    for (struct connection *c = s->by_number; c != NULL; c = c->hh_number.next)
        if (c->request != NULL || c->sending)
            return;
    event_active(s->drained_event, EV_TIMEOUT, 0);
}

static void forget(struct connection *c)
{
    answer_taken(c);
    if (c->patience != NULL)
        event_free(c->patience);
    if (c->deadline != NULL)
        event_free(c->deadline);
    framing_free(&c->framing);
    free(c);
}

static void closed(struct evhttp_connection *evcon, void *ctx)
{
    struct connection *c = ctx;
    struct server *s = c->server;
    (void)evcon;
    HASH_DELETE(hh_evcon, s->by_evcon, c);
    HASH_DELETE(hh_number, s->by_number, c);
    forget(c);
    connection_check_drained(s);
}

static void learn_peer(struct connection *c, int fd)
{
    struct ucred peer;
    socklen_t length = sizeof c->local;
    if (getsockname(fd, (struct sockaddr *)&c->local, &length) != 0)
        c->local.ss_family = AF_UNSPEC;
    length = sizeof peer;
    if (c->local.ss_family == AF_UNIX &&
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0) {
        c->is_unix = true;
        c->uid = peer.uid;
    }
}

/* False if it is gone already. */
static bool meet(struct server *s, struct connection *c)
{
    bufferevent_data_cb read = NULL;
    void *evcon = NULL;
    bufferevent_getcb(c->bev, &read, NULL, NULL, &evcon);
    if (read == NULL || evcon == NULL)
        return false;
    c->evcon = evcon;
    c->number = ++s->last_number;
    learn_peer(c, bufferevent_getfd(c->bev));
    HASH_ADD(hh_evcon, s->by_evcon, evcon, sizeof c->evcon, c);
    HASH_ADD(hh_number, s->by_number, number, sizeof c->number, c);
    evhttp_connection_set_closecb(evcon, closed, c);
    guard_watch(c);
    return true;
}

void connection_meet_all(struct server *s)
{
    while (s->newcomers != NULL) {
        struct connection *c = s->newcomers;
        struct bufferevent *bev = c->bev;
        s->newcomers = c->next_newcomer;
        s->n_newcomers--;
        if (!meet(s, c))
            forget(c);
        bufferevent_decref(bev);
    }
}

void connection_meet(evutil_socket_t fd, short what, void *server)
{
    struct server *s = server;
    (void)fd;
    (void)what;
    connection_meet_all(s);
    make_room(s);
}

struct bufferevent *connection_accepted(struct event_base *base, void *server)
{
    struct server *s = server;
    struct connection *c = mem_zalloc(sizeof *c);
    c->server = s;
    c->bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    if (c->bev == NULL)
        mem_die();
    bufferevent_incref(c->bev);
    c->next_newcomer = s->newcomers;
    s->newcomers = c;
    s->n_newcomers++;
    event_active(s->meet, EV_TIMEOUT, 0);
    return c->bev;
}

/* Without this, a listener that cannot accept is called again at once, for ever. */
void connection_accept_failed(struct evconnlistener *evl, void *server)
{
    struct server *s = server;
    static const struct timeval soon = {.tv_usec = 100000};
    log_line(LOG_WARNING, "cannot accept a connection: %s",
             evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
    evconnlistener_disable(evl);
    event_add(s->resume, &soon);
}

void connection_resume(evutil_socket_t fd, short what, void *server)
{
    struct server *s = server;
    (void)fd;
    (void)what;
    for (unsigned i = 0; i < s->sockets.count && !s->draining; i++)
        evconnlistener_enable(s->listener[i].evl);
}
