/* What the files of the server share.
 *
 *   server.c             the server as a whole: made, reconfigured, drained, freed
 *   server_connection.c  connections: counted from accept to close
 *   server_guard.c       their bytes, watched before evhttp sees them, and their deadlines
 *   server_request.c     a request comes in: who, what, and on to the search threads
 *   server_answer.c      an answer goes out
 */
#ifndef PROSPECT_SERVER_PARTS_H
#define PROSPECT_SERVER_PARTS_H

#include "daemon/call.h"
#include "daemon/framing.h"
#include "daemon/identity.h"
#include "daemon/listen.h"
#include "daemon/search.h"
#include "daemon/server.h"

#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <sys/socket.h>
#include <uthash.h>

/* One client. It has at most one request at a time: evhttp reads the next only once the last is
 * answered. */
struct connection {
    struct server *server;
    struct bufferevent *bev;         /* evhttp's; ours as well (referenced) until it was met */
    struct evhttp_connection *evcon; /* key of by_evcon; NULL until it was met */
    uint64_t number;                 /* key of by_number: what calls know of a client */
    struct evhttp_request *request;  /* in hand, not answered yet; else NULL */
    bool sending;                    /* the answer is on its way */
    bool closing;                    /* to be closed behind that answer */
    bool refused;                    /* evhttp hears no more of it */
    struct framing framing;
    uint64_t delivered;     /* requests that evhttp has made of what framing let through */
    struct event *deadline; /* for the request that is coming in; then for the refusal */
    struct event *patience; /* for who takes a large answer; NULL: none was */
    uint64_t holds;         /* bytes of the answer on its way, in memory */
    int64_t began_ms;       /* clock_steady_ms() of its first byte */
    bool is_unix;
    uid_t uid;
    struct sockaddr_storage local;
    UT_hash_handle hh_evcon, hh_number;
    struct connection *next_newcomer; /* accepted, but its evhttp_connection is not known yet */
};

struct listener {
    struct evconnlistener *evl; /* evhttp's, until it is told to give it up */
    struct evhttp_bound_socket *bound;
};

struct server {
    struct event_base *base;
    struct evhttp *http;
    struct server_hooks hooks;
    struct search *search;
    struct mailbox *done;
    struct event *done_event;
    /* what follows from the configuration */
    struct links *links;
    struct identity identity;
    struct strlist hosts;
    unsigned max_connections;
    /* sockets */
    struct listen_set sockets;
    struct listener listener[LISTEN_MAX];
    struct event *resume; /* accept again after the system had no descriptor left */
    /* clients */
    struct connection *by_evcon, *by_number;
    uint64_t last_number;
    uint64_t held; /* by all clients' answers */
    struct connection *newcomers;
    unsigned n_newcomers;
    struct event *meet;
    /* requests on their way */
    struct call *calls;
    struct event *look; /* for searches that are long, or late */
    /* the end */
    bool draining;
    struct event *deadline, *drained_event;
    void (*drained)(void *ctx);
    void *drained_ctx;
};

/* ---- server_connection.c ---- */
/* For evhttp_set_bevcb(). */
struct bufferevent *connection_accepted(struct event_base *base, void *server);
/* The newcomers become connections. */
void connection_meet_all(struct server *s);
/* The same as an event of the loop's, when no connection is at work: where there are too many,
 * those that have been idle for longest are closed. */
void connection_meet(evutil_socket_t fd, short what, void *server);
struct connection *connection_of(struct server *s, struct evhttp_connection *evcon);
struct connection *connection_numbered(struct server *s, uint64_t number);
/* It has sent a request. */
void connection_active(struct connection *c);
/* For evconnlistener_set_error_cb(). */
void connection_accept_failed(struct evconnlistener *evl, void *server);
void connection_resume(evutil_socket_t fd, short what, void *server);
/* While draining: lets `drained_event` come once no connection has anything in hand. */
void connection_check_drained(struct server *s);

/* ---- server_guard.c ---- */
/* Watches the bytes that come in on C's bufferevent, and those that wait there. */
void guard_watch(struct connection *c);

/* ---- server_request.c ---- */
/* For evhttp_set_gencb(). */
void request_came(struct evhttp_request *req, void *server);
/* Looks for searches that are late, and comes again while there are any. */
void request_look(evutil_socket_t fd, short what, void *server);

/* ---- server_answer.c ---- */
/* C takes no more of its answer: all of it is sent, or it is gone. */
void answer_taken(struct connection *c);
/* Sends the call's answer to its client, if that is still there, and frees the call. */
void answer_send(struct call *c);
/* Something was posted to `done`. */
void answer_collect(evutil_socket_t fd, short what, void *server);
/* Answers all that are in hand with 503. */
void answer_refuse_all(struct server *s);

#endif
