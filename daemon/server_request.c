/* From an evhttp_request to a call, and the call on its way. Whatever is wrong is answered at once
 * by the same path as everything else, so that every answer looks alike.
 */
#include "daemon/server_parts.h"

#include "daemon/hosts.h"
#include "daemon/log.h"
#include "daemon/reply.h"
#include "daemon/resources.h"
#include "index/base/mem.h"

#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>
#include <time.h>

static const char *method_of(struct evhttp_request *req)
{
    static const struct {
        enum evhttp_cmd_type type;
        const char *name;
    } methods[] = {
        {EVHTTP_REQ_GET, "GET"},         {EVHTTP_REQ_HEAD, "HEAD"},
        {EVHTTP_REQ_POST, "POST"},       {EVHTTP_REQ_PUT, "PUT"},
        {EVHTTP_REQ_PATCH, "PATCH"},     {EVHTTP_REQ_DELETE, "DELETE"},
        {EVHTTP_REQ_OPTIONS, "OPTIONS"}, {EVHTTP_REQ_TRACE, "TRACE"},
        {EVHTTP_REQ_CONNECT, "CONNECT"},
    };
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (methods[i].type == evhttp_request_get_command(req))
            return methods[i].name;
    return "?";
}

static const char *header(struct evhttp_request *req, const char *name)
{
    return evhttp_find_header(evhttp_request_get_input_headers(req), name);
}

/* Who sends one of these twice wants two parties to read it differently. */
static bool is_doubled(struct evhttp_request *req, const char *name)
{
    struct evkeyval *h;
    unsigned n = 0;
    TAILQ_FOREACH(h, evhttp_request_get_input_headers(req), next)
    n += strcasecmp(h->key, name) == 0;
    return n > 1;
}

static bool check_headers(struct call *c, struct evhttp_request *req)
{
    static const char *const once[] = {"Host", "Content-Length", "Authorization",
                                       "X-Prospect-Groups"};
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        if (!is_doubled(req, once[i]))
            continue;
        call_problem(c, 400, "the header %s is given more than once", once[i]);
        return false;
    }
    return true;
}

static bool check_host(struct call *c, const struct connection *client, const char *host)
{
    if (client->is_unix)
        return true;
    const struct server *s = client->server;
    if (host != NULL && hosts_accept(host, (const struct sockaddr *)&client->local, &s->hosts))
        return true;
    call_problem(c, 421,
                 "the Host header is neither the address listened on, nor localhost, nor one of "
                 "allowed_hosts");
    return false;
}

/* What a browser runs elsewhere may ask us, but not under another site's name. */
static bool check_origin(struct call *c, const struct connection *client, const char *origin)
{
    if (client->is_unix || origin == NULL)
        return true;
    const struct server *s = client->server;
    char *host = hosts_of_url(origin);
    bool own =
        host != NULL && hosts_accept(host, (const struct sockaddr *)&client->local, &s->hosts);
    free(host);
    if (!own)
        call_problem(c, 403, "pages of another site may not ask here (Origin)");
    return own;
}

static void set_base(struct call *c, const struct server *s, const char *host)
{
    struct buf base = {0};
    if (s->links->base[0] != '\0')
        buf_adds(&base, s->links->base);
    else
        buf_addf(&base, "http://%s", host != NULL && hosts_sane(host) ? host : "localhost");
    c->base = buf_take(&base);
}

static bool parse_target(struct call *c, struct evhttp_request *req,
                         const struct connection *client)
{
    struct error error = {0};
    prospect_status status = request_parse(&c->request, evhttp_request_get_uri(req), &error);
    if (status != PROSPECT_OK) {
        call_problem(c, status == PROSPECT_LIMIT ? 414 : 400, "%s", error.line);
        return false;
    }
    /* What a whole URL names counts; the Host beside it may not be another's all the same. */
    const char *named = c->request.authority, *host = header(req, "Host");
    set_base(c, client->server, named != NULL ? named : host);
    return (named == NULL || check_host(c, client, named)) && check_host(c, client, host) &&
           check_origin(c, client, header(req, "Origin"));
}

static void log_ignored_header(const struct connection *client)
{
    if (client->is_unix)
        log_line(LOG_WARNING, "X-Prospect-Groups of user %lu, who is not trusted, is ignored",
                 (unsigned long)client->uid);
    else
        log_line(LOG_WARNING, "X-Prospect-Groups on a TCP connection is ignored");
}

static bool identify(struct call *c, struct evhttp_request *req, const struct connection *client)
{
    struct identity_verdict verdict;
    const struct identity_claim claim = {.is_unix = client->is_unix,
                                         .uid = client->uid,
                                         .groups = header(req, "X-Prospect-Groups"),
                                         .authorization = header(req, "Authorization")};
    identity_judge(&client->server->identity, &claim, &verdict);
    c->who = verdict.who;
    if (verdict.groups_ignored)
        log_ignored_header(client);
    return verdict.may_administer;
}

static bool find_resource(struct call *c, const char *method)
{
    struct buf allow = {0};
    c->resource = resources_find(method, c->request.path, c->document, &allow);
    if (c->resource == NULL && allow.len == 0) {
        call_problem(c, 404, "there is nothing at %.200s", c->request.path);
    } else if (c->resource == NULL) {
        call_problem(c, 405, "%s does not take %s, but %s", c->request.path, method,
                     buf_str(&allow));
        call_header(c, "Allow", buf_str(&allow));
    }
    buf_free(&allow);
    return c->resource != NULL;
}

static void copy_conditions(struct call *c, struct evhttp_request *req)
{
    c->range = mem_strdup(header(req, "Range"));
    c->if_range = mem_strdup(header(req, "If-Range"));
    c->if_none_match = mem_strdup(header(req, "If-None-Match"));
    c->if_modified_since = mem_strdup(header(req, "If-Modified-Since"));
}

/* True where the call is to be run; false where it has its answer already. */
static bool accept_call(struct call *c, struct evhttp_request *req, const struct connection *client)
{
    if (client->server->draining) {
        call_problem(c, 503, "prospectd is stopping");
        return false;
    }
    if (!check_headers(c, req) || !parse_target(c, req, client))
        return false;
    bool admin = identify(c, req, client);
    if (!find_resource(c, method_of(req)))
        return false;
    if (c->resource->admin && !admin) {
        call_problem(c, 403,
                     "only the daemon's own user and root may do this on the Unix socket, and who "
                     "has the token (Authorization: Bearer) on TCP");
        return false;
    }
    copy_conditions(c, req);
    if (c->resource->begin != NULL)
        c->resource->begin(c);
    return c->answer.code == 0;
}

static void run(struct search_job *job, struct index_reader *r)
{
    struct call *c = (struct call *)job;
    c->resource->run(c, r);
}

static struct call *new_call(struct server *s, const struct connection *client)
{
    struct call *c;
    call_new(&c);
    c->job.run = run;
    c->client = client->number;
    c->hooks = &s->hooks;
    c->links = links_hold(s->links);
    c->complete = answer_send;
    c->server = s;
    c->next = s->calls;
    c->place = &s->calls;
    if (c->next != NULL)
        c->next->place = &c->next;
    s->calls = c;
    return c;
}

void request_look(evutil_socket_t fd, short what, void *server)
{
    static const struct timeval soon = {.tv_usec = SEARCH_LOOK_MS * 1000};
    struct server *s = server;
    (void)fd;
    (void)what;
    if (search_look(s->search))
        evtimer_add(s->look, &soon);
}

void request_came(struct evhttp_request *req, void *server)
{
    struct server *s = server;
    struct connection *client = connection_of(s, evhttp_request_get_connection(req));
    if (client == NULL) { /* cannot be: every connection was met */
        log_line(LOG_ERROR, "a request from a connection that nobody knows");
        evhttp_send_error(req, HTTP_INTERNAL, NULL);
        return;
    }
    struct call *c = new_call(s, client);
    client->request = req;
    client->delivered++;
    connection_active(client);
    if (!accept_call(c, req, client)) {
        answer_send(c);
    } else if (!search_submit(s->search, &c->job)) {
        call_problem(c, 503, "too many searches at once: try again in a second");
        answer_send(c);
    } else if (!evtimer_pending(s->look, NULL)) {
        request_look(-1, 0, s);
    }
}
