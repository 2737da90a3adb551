/* Life of the server. The order at its end matters: no new connections, what is in hand answered
 * (or refused at the deadline), the search threads joined, and only then evhttp freed, which does
 * not survive a request that was never answered.
 */
#include "daemon/server_parts.h"

#include "daemon/hosts.h"
#include "daemon/log.h"
#include "index/base/mem.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define HEADERS_MAX  8192
#define BODY_MAX     (64 * 1024)
#define IDLE_SECONDS 30

/* The longest search has two seconds for its hits, and some more to show them. */
static const struct search_options search_options = {.limit = 256, .late_ms = 4000};

static void set_hosts(struct server *s, const struct config *config)
{
    strlist_copy(&s->hosts, &config->allowed_hosts);
    char *own = config->public_url != NULL ? hosts_of_url(config->public_url) : NULL;
    if (own != NULL)
        strlist_add_once(&s->hosts, own);
    free(own);
}

/* A quarter of the descriptors is for files: those to be sent, read and searched. */
static unsigned allowed_connections(unsigned wanted)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur / 4 * 3 >= wanted)
        return wanted;
    unsigned allowed = (unsigned)(r.rlim_cur / 4 * 3);
    log_line(LOG_WARNING, "max_connections is %u, not %u: no more descriptors are to be had",
             allowed, wanted);
    return allowed;
}

void server_reconfigure(struct server *s, const struct config *config)
{
    links_drop(&s->links);
    identity_free(&s->identity);
    s->links = links_new(config);
    identity_load(&s->identity, config);
    set_hosts(s, config);
    s->max_connections = allowed_connections(config->max_connections);
}

static prospect_status make_http(struct server *s, struct error *error)
{
    s->http = evhttp_new(s->base);
    if (s->http == NULL)
        return error_set(error, PROSPECT_MEMORY, "evhttp_new failed");
    evhttp_set_allowed_methods(s->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
                                            EVHTTP_REQ_PUT | EVHTTP_REQ_PATCH | EVHTTP_REQ_DELETE |
                                            EVHTTP_REQ_OPTIONS | EVHTTP_REQ_TRACE |
                                            EVHTTP_REQ_CONNECT);
    evhttp_set_max_headers_size(s->http, HEADERS_MAX);
    evhttp_set_max_body_size(s->http, BODY_MAX);
    evhttp_set_timeout(s->http, IDLE_SECONDS);
    evhttp_set_default_content_type(s->http, "text/plain; charset=utf-8");
    evhttp_set_bevcb(s->http, connection_accepted, s);
    evhttp_set_gencb(s->http, request_came, s);
    return PROSPECT_OK;
}

static prospect_status make_listeners(struct server *s, struct error *error)
{
    for (unsigned i = 0; i < s->sockets.count; i++) {
        struct listener *l = &s->listener[i];
        l->evl =
            evconnlistener_new(s->base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC,
                               0, s->sockets.item[i].fd);
        if (l->evl == NULL)
            return error_sys(error, PROSPECT_IO, "cannot listen");
        s->sockets.item[i].fd = -1;
        l->bound = evhttp_bind_listener(s->http, l->evl);
        evconnlistener_set_error_cb(l->evl, connection_accept_failed);
    }
    return PROSPECT_OK;
}

static void drained_now(evutil_socket_t fd, short what, void *server)
{
    struct server *s = server;
    void (*drained)(void *) = s->drained;
    (void)fd;
    (void)what;
    s->drained = NULL;
    event_del(s->deadline);
    if (drained != NULL)
        drained(s->drained_ctx);
}

static void deadline_passed(evutil_socket_t fd, short what, void *server)
{
    struct server *s = server;
    (void)fd;
    (void)what;
    answer_refuse_all(s);
    event_active(s->drained_event, EV_TIMEOUT, 0);
}

static void make_events(struct server *s)
{
    mailbox_new(&s->done, 0);
    s->done_event =
        event_new(s->base, mailbox_fd(s->done), EV_READ | EV_PERSIST, answer_collect, s);
    s->meet = evtimer_new(s->base, connection_meet, s);
    s->resume = evtimer_new(s->base, connection_resume, s);
    s->look = evtimer_new(s->base, request_look, s);
    s->deadline = evtimer_new(s->base, deadline_passed, s);
    s->drained_event = evtimer_new(s->base, drained_now, s);
    if (s->done_event == NULL || s->meet == NULL || s->resume == NULL || s->look == NULL ||
        s->deadline == NULL || s->drained_event == NULL)
        mem_die();
    event_add(s->done_event, NULL);
}

prospect_status server_new(struct server **out, struct event_base *base,
                           const struct config *config, const char *index_dir,
                           const struct server_hooks *hooks, struct error *error)
{
    struct server *s = mem_zalloc(sizeof *s);
    s->base = base;
    s->hooks = *hooks;
    signal(SIGPIPE, SIG_IGN); /* clients leave in the middle of answers */
    make_events(s);
    prospect_status status = listen_open(&s->sockets, config, error);
    if (status == PROSPECT_OK)
        status = make_http(s, error);
    if (status == PROSPECT_OK)
        status = search_new(&s->search, index_dir, &search_options, s->done, error);
    if (status == PROSPECT_OK) {
        server_reconfigure(s, config);
        status = make_listeners(s, error);
    }
    if (status != PROSPECT_OK)
        server_free(&s);
    *out = s;
    return status;
}

uint64_t server_late_searches(const struct server *s)
{
    return search_late(s->search);
}

const char *server_address(const struct server *s)
{
    return s->sockets.address;
}

static void stop_listening(struct server *s)
{
    for (unsigned i = 0; i < s->sockets.count; i++) {
        if (s->listener[i].bound != NULL)
            evhttp_del_accept_socket(s->http, s->listener[i].bound);
        else if (s->listener[i].evl != NULL)
            evconnlistener_free(s->listener[i].evl);
        s->listener[i] = (struct listener){0};
    }
}

void server_drain(struct server *s, unsigned deadline_ms, void (*drained)(void *ctx), void *ctx)
{
    const struct timeval limit = {deadline_ms / 1000, (deadline_ms % 1000) * 1000};
    s->draining = true;
    s->drained = drained;
    s->drained_ctx = ctx;
    stop_listening(s);
    event_add(s->deadline, &limit);
    connection_check_drained(s);
}

static void free_events(struct server *s)
{
    struct event **all[] = {&s->done_event, &s->meet,     &s->resume,
                            &s->look,       &s->deadline, &s->drained_event};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (*all[i] != NULL)
            event_free(*all[i]);
}

bool server_stop(struct server *s, unsigned ms)
{
    s->draining = true;
    stop_listening(s);
    bool ended = search_stop(s->search, ms);
    if (!ended)
        listen_close(&s->sockets);
    return ended;
}

/* The calls that are left have nobody to answer: those that ran meanwhile, and those that wait
 * for a file to be read. */
static void free_calls(struct server *s)
{
    while (s->calls != NULL) {
        struct call *c = s->calls;
        s->calls = c->next;
        call_free(&c);
    }
}

void server_free(struct server **server)
{
    struct server *s = *server;
    *server = NULL;
    if (s == NULL)
        return;
    s->draining = true;
    s->drained = NULL;
    stop_listening(s);
    search_free(&s->search);
    connection_meet_all(s);
    answer_refuse_all(s);
    if (s->http != NULL)
        evhttp_free(s->http);
    free_calls(s);
    free_events(s);
    mailbox_free(&s->done);
    listen_close(&s->sockets);
    links_drop(&s->links);
    identity_free(&s->identity);
    strlist_free(&s->hosts);
    free(s);
}
