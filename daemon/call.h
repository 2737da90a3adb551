/* One request on its way: made on the event loop, run on a search thread, answered on the loop
 * again. It carries all that it needs; of the client it has but a number, so that nothing here
 * minds when the client goes.
 */
#ifndef PROSPECT_CALL_H
#define PROSPECT_CALL_H

#include "daemon/links.h"
#include "daemon/range.h"
#include "daemon/request.h"
#include "daemon/search.h"
#include "daemon/server.h"
#include "daemon/snapshot.h"

#define ANSWER_HEADERS_MAX 8

/* What a browser may do with an answer (Content-Security-Policy). */
enum answer_policy {
    POLICY_DATA, /* nothing */
    POLICY_PAGE, /* a page of ours: our own style sheet, pictures, scripts and forms */
    POLICY_FILE, /* somebody's file: nothing, in an origin of its own */
    POLICY_PDF   /* somebody's PDF, which the browser's own viewer shows */
};

struct answer {
    int code; /* 0: there is none yet */
    char type[160];
    enum answer_policy policy;
    struct buf body;
    struct {
        const char *name; /* static */
        char *value;
    } header[ANSWER_HEADERS_MAX];
    unsigned headers;
    int fd; /* -1, or the file to send LENGTH bytes of from FIRST on, in place of the body */
    uint64_t first, length;
};

struct resource;

struct call {
    struct search_job job; /* first */
    uint64_t client;
    const struct resource *resource;
    const struct server_hooks *hooks;
    struct request request;
    char document[65]; /* the {id} of the path */
    struct access who;
    struct links *links;
    char *base; /* address of the daemon as the client knows it, without a slash at its end */
    char *range, *if_range, *if_none_match, *if_modified_since; /* NULL: not sent */
    int64_t started_ns;                                         /* monotonic */
    struct snapshot *snapshot;
    struct hits *hits;
    int source; /* -1, or the document's file, opened to be extracted */
    struct answer answer;
    /* On the loop, once, when there is an answer: takes the call over. */
    void (*complete)(struct call *call);
    void *server;
    struct call *next, **place; /* of the server's list */
};

void call_new(struct call **out);
/* On the loop only. */
void call_free(struct call **c);

double call_took_ms(const struct call *c);
/* Sets code, content type and policy; the body is filled by the caller. */
void call_answer(struct call *c, int code, const char *type, enum answer_policy policy);
void call_json(struct call *c, int code);
/* NAME is static; VALUE is copied. */
void call_header(struct call *c, const char *name, const char *value);
/* Answers with problem+json in place of whatever there was. */
void call_problem(struct call *c, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void call_failed(struct call *c, const struct error *error);

#endif
