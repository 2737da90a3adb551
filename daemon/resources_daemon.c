/* What the daemon tells of itself, and what its admin may ask of it. */
#include "daemon/params.h"
#include "daemon/reply.h"
#include "daemon/resources.h"
#include "index/base/clock.h"

#include <string.h>

/* Before the index is looked at: where the queue was empty then, the counts that follow hold all
 * that was seen. */
void status_begin(struct call *c)
{
    struct daemon_state state = {0};
    c->hooks->state(c->hooks->ctx, &state);
    snapshot_new(&c->snapshot, &state);
}

void status_answer(struct call *c, struct index_reader *r)
{
    struct error error = {0};
    struct index_stats *stats = NULL;
    if (index_stats(r, &c->who, &stats, &error) != PROSPECT_OK) {
        call_failed(c, &error);
        return;
    }
    call_json(c, 200);
    reply_status(&c->answer.body, &c->snapshot->state, stats, c->who.admin);
    index_stats_free(&stats);
}

#define LIST_MAX 10000 /* entries of one answer */
#define LIST_MS  1000  /* for finding them */

/* The part of a list that is asked for. */
static prospect_status asked_part(struct call *c, uint64_t *from, uint64_t *size,
                                  struct error *error)
{
    *from = 0;
    *size = LIST_MAX;
    error->status = params_number(&c->request, "from", 0, UINT32_MAX, from, error);
    if (error->status == PROSPECT_OK)
        error->status = params_number(&c->request, "size", 1, LIST_MAX, size, error);
    return error->status;
}

void failures_answer(struct call *c, struct index_reader *r)
{
    struct error error = {0};
    struct index_failures *failures = NULL;
    uint64_t from, size;
    if (asked_part(c, &from, &size, &error) == PROSPECT_OK)
        error.status = index_failures(r, &c->who, from, (unsigned)size, LIST_MS, &failures, &error);
    if (error.status != PROSPECT_OK) {
        call_failed(c, &error);
        return;
    }
    call_json(c, 200);
    reply_failures(&c->answer.body, failures);
    index_failures_free(&failures);
}

void ignored_answer(struct call *c, struct index_reader *r)
{
    struct error error = {0};
    struct ignored_list list = {0};
    (void)r;
    if (!c->who.admin) { /* who speaks for others may administer, and still sees what they see */
        call_problem(c, 403, "only who sees everything may see this");
        return;
    }
    list.end_ms = clock_steady_ms() + LIST_MS;
    if (asked_part(c, &list.from, &list.size, &error) == PROSPECT_OK)
        error.status = c->hooks->ignored(c->hooks->ctx, &list, &error);
    if (error.status == PROSPECT_OK) {
        call_json(c, 200);
        reply_ignored(&c->answer.body, &list);
    } else {
        call_failed(c, &error);
    }
    ignored_clear(&list);
}

void health_answer(struct call *c)
{
    call_answer(c, 200, "text/plain; charset=utf-8", POLICY_DATA);
    buf_adds(&c->answer.body, "ok\n");
}

static void accepted(struct call *c, const char *what)
{
    struct emit j;
    call_json(c, 202);
    emit_start(&j, &c->answer.body);
    emit_object(&j, NULL);
    emit_string(&j, "accepted", what);
    emit_end(&j);
}

void rescan_answer(struct call *c)
{
    c->hooks->rescan(c->hooks->ctx);
    accepted(c, "rescan");
}

void retry_answer(struct call *c)
{
    struct error error = {0};
    prospect_status status = c->hooks->retry(c->hooks->ctx, request_value(&c->request, "root"),
                                             request_value(&c->request, "path"), &error);
    if (status == PROSPECT_OK) {
        accepted(c, "retry");
        return;
    }
    error.status = status;
    call_failed(c, &error);
}

void reindex_answer(struct call *c)
{
    struct error error = {0};
    uint64_t read = 0;
    if (params_number(&c->request, "read", 0, 1, &read, &error) != PROSPECT_OK) {
        call_failed(c, &error);
        return;
    }
    c->hooks->reindex(c->hooks->ctx, read == 1);
    accepted(c, "reindex");
}
