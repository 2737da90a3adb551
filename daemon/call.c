#include "daemon/call.h"

#include "daemon/hits.h"
#include "daemon/log.h"
#include "daemon/reply.h"
#include "index/base/clock.h"
#include "index/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void call_new(struct call **out)
{
    *out = mem_zalloc(sizeof **out);
    (*out)->answer.fd = -1;
    (*out)->source = -1;
    (*out)->started_ns = clock_steady_ns();
}

static void answer_clear(struct answer *a)
{
    for (unsigned i = 0; i < a->headers; i++)
        free(a->header[i].value);
    if (a->fd >= 0)
        close(a->fd);
    buf_free(&a->body);
    *a = (struct answer){.fd = -1};
}

void call_free(struct call **c)
{
    struct call *gone = *c;
    *c = NULL;
    if (gone == NULL)
        return;
    request_free(&gone->request);
    strlist_free(&gone->who.groups);
    links_drop(&gone->links);
    free(gone->base);
    free(gone->range);
    free(gone->if_range);
    free(gone->if_none_match);
    free(gone->if_modified_since);
    snapshot_free(&gone->snapshot);
    hits_free(&gone->hits);
    if (gone->source >= 0)
        close(gone->source);
    answer_clear(&gone->answer);
    free(gone);
}

double call_took_ms(const struct call *c)
{
    return (double)(clock_steady_ns() - c->started_ns) / 1e6;
}

void call_answer(struct call *c, int code, const char *type, enum answer_policy policy)
{
    c->answer.code = code;
    snprintf(c->answer.type, sizeof c->answer.type, "%s", type);
    c->answer.policy = policy;
}

void call_json(struct call *c, int code)
{
    call_answer(c, code, "application/json", POLICY_DATA);
}

void call_header(struct call *c, const char *name, const char *value)
{
    if (c->answer.headers == ANSWER_HEADERS_MAX)
        abort();
    c->answer.header[c->answer.headers].name = name;
    c->answer.header[c->answer.headers++].value = mem_strdup(value);
}

void call_problem(struct call *c, int code, const char *format, ...)
{
    char detail[512];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    answer_clear(&c->answer);
    call_answer(c, code, "application/problem+json", POLICY_DATA);
    reply_problem(&c->answer.body, code, detail);
    if (code == 503)
        call_header(c, "Retry-After", "1");
}

/* Damage shows in many ways: blocks that say nonsense are not always called corrupt. */
static bool may_be_damage(prospect_status status)
{
    return status == PROSPECT_CORRUPT || status == PROSPECT_IO || status == PROSPECT_INTERNAL ||
           status == PROSPECT_SCHEMA;
}

void call_failed(struct call *c, const struct error *error)
{
    int code = reply_code(error->status);
    if (may_be_damage(error->status) && c->hooks && c->hooks->suspect)
        c->hooks->suspect(c->hooks->ctx);
    if (code >= 500 && code != 503)
        log_line(LOG_ERROR, "answering %s: %s", c->request.path, error->line);
    call_problem(c, code, "%s",
                 error->line[0] != '\0' ? error->line : prospect_status_name(error->status));
}
