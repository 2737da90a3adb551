/* Searching: answers for programs and for people. */
#include <config.h>

#include "daemon/page.h"
#include "daemon/params.h"
#include "daemon/reply.h"
#include "daemon/resources.h"
#include "daemon/web.h"
#include "index/text/utf8.h"

#include <string.h>

/* Who has waited for so long for a thread, and all the time that was asked for, has better asked
 * again than be told that nothing was found in the time that is left. */
#define WAITED_MS 500

void search_begin(struct call *c)
{
    c->hooks->searched(c->hooks->ctx);
}

/* The time counts from when the request was there: what it waited is not added. */
static prospect_status search(struct call *c, struct index_reader *r, struct params *p,
                              struct index_result **out, struct error *error)
{
    const double waited_ms = call_took_ms(c);
    if (waited_ms >= WAITED_MS && waited_ms >= p->search.timeout_ms)
        return error_set(error, PROSPECT_BUSY, "too many searches at once: try again in a second");
    p->search.began_ns = c->started_ns;
    return index_search(r, &c->who, &p->search, out, error);
}

void search_answer(struct call *c, struct index_reader *r)
{
    struct error error = {0};
    struct index_result *result = NULL;
    struct params p;
    error.status = params_read(&p, &c->request, &error);
    if (error.status == PROSPECT_OK)
        error.status = search(c, r, &p, &result, &error);
    if (error.status != PROSPECT_OK) {
        call_failed(c, &error);
    } else if (p.csv) {
        call_answer(c, 200, "text/csv; charset=utf-8; header=present", POLICY_DATA);
        call_header(c, "Content-Disposition", "attachment; filename=\"hits.csv\"");
        reply_csv(&c->answer.body, result, c->links);
    } else {
        call_json(c, 200);
        reply_search(&c->answer.body, &p.search, result, c->links, call_took_ms(c));
    }
    index_result_free(&result);
    params_free(&p);
}

void page_answer(struct call *c, struct index_reader *r)
{
    struct error error = {0};
    struct index_result *result = NULL;
    struct params p;
    error.status = params_read(&p, &c->request, &error);
    p.search.facets = PAGE_FACETS;
    p.search.style = HIGHLIGHT_MARK;
    p.search.snippets = true;
    if (error.status == PROSPECT_OK)
        error.status = search(c, r, &p, &result, &error);
    call_answer(c, reply_code(error.status), "text/html; charset=utf-8", POLICY_PAGE);
    const struct page page = {.request = &c->request,
                              .params = &p,
                              .result = result,
                              .problem = error.status != PROSPECT_OK ? error.line : NULL,
                              .links = c->links,
                              .took_ms = call_took_ms(c)};
    page_write(&page, &c->answer.body);
    index_result_free(&result);
    params_free(&p);
}

#define SUGGEST_BYTES_MAX 1024
#define SUGGEST_MAX       10
#ifdef PROSPECT_SANITIZED /* all takes longer, and is to be the same each time */
#define SUGGEST_MS 2000
#else
#define SUGGEST_MS 100
#endif

void suggest_answer(struct call *c, struct index_reader *r)
{
    struct error error = {0};
    struct strlist completions = {0};
    const char *typed = request_get(&c->request, "q");
    if (typed == NULL)
        typed = "";
    if (strlen(typed) > SUGGEST_BYTES_MAX || !utf8_valid(typed, strlen(typed))) {
        call_problem(c, 400, "q is no UTF-8, or longer than %d bytes", SUGGEST_BYTES_MAX);
        return;
    }
    if (index_suggest(r, &c->who, typed, SUGGEST_MAX, SUGGEST_MS, &completions, &error) ==
        PROSPECT_OK) {
        call_answer(c, 200, "application/x-suggestions+json", POLICY_DATA);
        reply_suggestions(&c->answer.body, typed, &completions);
    } else {
        call_failed(c, &error);
    }
    strlist_free(&completions);
}

void opensearch_answer(struct call *c)
{
    call_answer(c, 200, "application/opensearchdescription+xml", POLICY_DATA);
    reply_opensearch(&c->answer.body, c->base);
}

void style_answer(struct call *c)
{
    call_answer(c, 200, "text/css; charset=utf-8", POLICY_DATA);
    call_header(c, "Cache-Control", "max-age=3600");
    buf_add(&c->answer.body, web_style, web_style_size);
}
