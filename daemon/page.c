/* From the top: head, form, what was found, hits, pager, facets. Links to the same search with
 * something changed are made by put_link(), which repeats the parameters that it knows.
 */
#include "daemon/page.h"

#include "daemon/reply.h"
#include "index/text/countries.h"
#include "index/text/highlight.h"
#include "index/text/utf8.h"

#include <string.h>

/* A name that turns the direction of what follows would pass for another: exe.txt for txt.exe. */
static bool turns_direction(uint32_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void put(struct buf *out, const char *text)
{
    struct buf shown = {0};
    if (text == NULL)
        return;
    for (const char *end = text + strlen(text); text < end;) {
        const uint32_t c = utf8_next(&text, end);
        utf8_add(&shown, turns_direction(c) ? 0xfffd : c);
    }
    highlight_escape(buf_str(&shown), shown.len, out);
    buf_free(&shown);
}

/* ---- links ------------------------------------------------------------------------------------
 */

static bool is_kept(const char *name)
{
    static const char *const kept[] = {"q", "sort", "after", "before", "expand", "size"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strcmp(name, kept[i]) == 0)
            return true;
    return params_is_filter(query_field_named(name, strlen(name)));
}

static void put_pair(struct buf *out, char *before, const char *name, const char *value)
{
    buf_adds(out, *before == '?' ? "?" : "&amp;");
    *before = '&';
    links_escape(out, name, strlen(name), false);
    buf_addc(out, '=');
    links_escape(out, value, strlen(value), false);
}

/* Starts a link to this search again, without parameter NAME (of value DROP; NULL: of any), and
 * with it once more as ADD (NULL: without). */
static void put_link(struct buf *out, const struct page *p, const char *name, const char *drop,
                     const char *add)
{
    char before = '?';
    buf_adds(out, "<a href=\"/");
    for (size_t i = 0; i < p->request->count; i++) {
        const struct request_parameter *one = &p->request->parameter[i];
        bool dropped = strcmp(one->name, name) == 0 && (!drop || strcmp(one->value, drop) == 0);
        if (!dropped && one->value[0] != '\0' && is_kept(one->name))
            put_pair(out, &before, one->name, one->value);
    }
    if (add != NULL)
        put_pair(out, &before, name, add);
    buf_adds(out, "\"");
}

/* ---- the form ---------------------------------------------------------------------------------
 */

static const char *value_of(const struct page *p, const char *name)
{
    const char *value = request_get(p->request, name);
    return value != NULL ? value : "";
}

static void put_head(const struct page *p, struct buf *out)
{
    const char *q = value_of(p, "q");
    buf_adds(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    put(out, q);
    buf_adds(out, q[0] != '\0' ? " – prospect</title>\n" : "prospect</title>\n");
    buf_adds(out, "<link rel=\"stylesheet\" href=\"/style.css\">\n"
                  "<link rel=\"search\" type=\"application/opensearchdescription+xml\" "
                  "title=\"prospect\" href=\"/opensearch.xml\">\n</head>\n<body>\n"
                  "<a class=\"skip\" href=\"#hits\">To the results</a>\n");
}

static void put_sorts(const struct page *p, struct buf *out)
{
    static const struct {
        const char *value, *words;
    } sorts[] = {{"relevance", "best match"},
                 {"-date", "newest first"},
                 {"date", "oldest first"},
                 {"title", "title"}};
    buf_adds(out, "<label>Order <select name=\"sort\">\n");
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++)
        buf_addf(out, "<option value=\"%s\"%s>%s</option>\n", sorts[i].value,
                 strcmp(value_of(p, "sort"), sorts[i].value) == 0 ? " selected" : "",
                 sorts[i].words);
    buf_adds(out, "</select></label>\n");
}

static void put_date_field(const struct page *p, const char *name, const char *label,
                           struct buf *out)
{
    buf_addf(out,
             "<label>%s <input class=\"date\" name=\"%s\" placeholder=\"YYYY-MM-DD\" "
             "autocomplete=\"off\" value=\"",
             label, name);
    put(out, value_of(p, name));
    buf_adds(out, "\"></label>\n");
}

static void put_hidden(const struct page *p, struct buf *out)
{
    for (size_t i = 0; i < p->request->count; i++) {
        const struct request_parameter *one = &p->request->parameter[i];
        if (!params_is_filter(query_field_named(one->name, strlen(one->name))) ||
            one->value[0] == '\0')
            continue;
        buf_addf(out, "<input type=\"hidden\" name=\"%s\" value=\"", one->name);
        put(out, one->value);
        buf_adds(out, "\">\n");
    }
}

static void put_form(const struct page *p, struct buf *out)
{
    buf_adds(out, "<header>\n<h1><a href=\"/\">prospect</a></h1>\n"
                  "<form action=\"/\" method=\"get\" role=\"search\">\n"
                  "<label class=\"q\">Words <input type=\"search\" name=\"q\" value=\"");
    put(out, value_of(p, "q"));
    buf_addf(out, "\"%s></label>\n", p->request->count == 0 ? " autofocus" : "");
    put_date_field(p, "after", "From", out);
    put_date_field(p, "before", "To", out);
    put_sorts(p, out);
    put_hidden(p, out);
    buf_adds(out, "<button type=\"submit\">Search</button>\n</form>\n</header>\n");
}

/* ---- what was found ---------------------------------------------------------------------------
 */

static void put_active(const struct page *p, struct buf *out)
{
    const struct index_search *s = &p->params->search;
    if (s->n_filters == 0)
        return;
    buf_adds(out, "<ul class=\"active\" aria-label=\"Filters in use\">\n");
    for (size_t f = 0; f < s->n_filters; f++) {
        const char *name = query_field_name(s->filters[f].field);
        for (size_t v = 0; v < s->filters[f].values.count; v++) {
            buf_adds(out, "<li>");
            put_link(out, p, name, s->filters[f].values.item[v], NULL);
            buf_addf(out, ">%s: ", name);
            put(out, s->filters[f].values.item[v]);
            buf_adds(out, " <span aria-hidden=\"true\">✕</span>"
                          "<span class=\"skip\"> (take out)</span></a></li>\n");
        }
    }
    buf_adds(out, "</ul>\n");
}

static void put_summary(const struct page *p, struct buf *out)
{
    const struct index_result *res = p->result;
    buf_adds(out, "<p class=\"note\" role=\"status\">");
    if (res->total == 0)
        buf_adds(out, "No results.");
    else
        buf_addf(out, "%s%llu %s", res->total_is_exact ? "" : "About ",
                 (unsigned long long)res->total, res->total == 1 ? "document" : "documents");
    if (res->partial)
        buf_adds(out, " (not all was looked at in time)");
    buf_adds(out, "</p>\n");
    if (res->did_you_mean != NULL) {
        buf_adds(out, "<p>Did you mean ");
        put_link(out, p, "q", NULL, res->did_you_mean);
        buf_addc(out, '>');
        put(out, res->did_you_mean);
        buf_adds(out, "</a>?</p>\n");
    }
    if (res->total == 0)
        buf_adds(out, "<p>Try fewer or other words, or take out a filter.</p>\n");
}

/* ---- hits -------------------------------------------------------------------------------------
 */

static void put_lang(const char *lang, struct buf *out)
{
    if (lang[0] == '\0')
        return;
    buf_adds(out, " lang=\"");
    put(out, lang);
    buf_addc(out, '"');
}

static void put_document_link(const struct page *p, const struct index_fields *f, uint32_t page,
                              struct buf *out)
{
    struct buf url = {0};
    links_document(p->links, f, page, &url);
    buf_adds(out, "<a href=\"");
    put(out, buf_str(&url));
    buf_adds(out, "\"");
    buf_free(&url);
}

static void put_place(const struct index_fields *f, const struct index_pick *pick, struct buf *out)
{
    if (reply_has_pages(f->unit_kind)) {
        buf_adds(out, f->unit_kind == PROSPECT_SLIDE ? "slide " : "page ");
        put(out, pick->label);
    } else {
        put(out, pick->heading != NULL ? pick->heading : "section");
    }
}

static void put_fact(struct buf *out, bool *some, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    buf_adds(out, *some ? " · " : "");
    *some = true;
    put(out, text);
}

static void put_meta(const struct index_hit *hit, struct buf *out)
{
    const struct index_fields *f = &hit->fields;
    struct buf date = {0};
    bool some = false;
    buf_adds(out, "<p class=\"meta\">");
    if (hit->best.number > 0 && (reply_has_pages(f->unit_kind) || hit->best.heading != NULL)) {
        put_place(f, &hit->best, out);
        some = true;
    }
    date_print(&f->date, &date);
    put_fact(out, &some, f->type);
    put_fact(out, &some, buf_str(&date));
    for (size_t i = 0; i < f->authors.count && i < 3; i++)
        put_fact(out, &some, f->authors.item[i]);
    put_fact(out, &some, f->programme);
    put_fact(out, &some, f->path);
    put_fact(out, &some, f->complete ? NULL : "not all of it could be read");
    buf_adds(out, "</p>\n");
    buf_free(&date);
}

static void put_more(const struct page *p, const struct index_hit *hit, struct buf *out)
{
    if (hit->n_more == 0)
        return;
    buf_adds(out, "<p class=\"more\">Also: ");
    for (unsigned i = 0; i < hit->n_more; i++) {
        buf_adds(out, i > 0 ? ", " : "");
        put_document_link(p, &hit->fields, hit->more[i].number, out);
        buf_addc(out, '>');
        put_place(&hit->fields, &hit->more[i], out);
        buf_adds(out, "</a>");
    }
    buf_adds(out, "</p>\n");
}

static void put_hit(const struct page *p, const struct index_hit *hit, struct buf *out)
{
    const struct index_fields *f = &hit->fields;
    buf_adds(out, "<li>\n<h2>");
    put_document_link(p, f, reply_has_pages(f->unit_kind) ? hit->best.number : 0, out);
    put_lang(f->lang, out);
    buf_addc(out, '>');
    put(out, f->title);
    buf_adds(out, "</a></h2>\n");
    put_meta(hit, out);
    if (hit->best.snippet != NULL && hit->best.snippet[0] != '\0') {
        buf_adds(out, "<p class=\"snippet\"");
        put_lang(f->lang, out);
        buf_addf(out, ">%s</p>\n", hit->best.snippet);
    }
    put_more(p, hit, out);
    buf_adds(out, "</li>\n");
}

static void put_pager_link(const struct page *p, unsigned from, const char *rel, const char *words,
                           struct buf *out)
{
    char number[16];
    snprintf(number, sizeof number, "%u", from);
    put_link(out, p, "from", NULL, from > 0 ? number : NULL);
    buf_addf(out, " rel=\"%s\">%s</a>\n", rel, words);
}

static void put_pager(const struct page *p, struct buf *out)
{
    const struct index_search *s = &p->params->search;
    unsigned next = s->from + s->size;
    bool more = p->result->total > next && next + s->size <= PARAMS_REACH_MAX;
    if (s->from == 0 && !more)
        return;
    buf_adds(out, "<nav class=\"pages\" aria-label=\"Pages of results\">\n");
    if (s->from > 0)
        put_pager_link(p, s->from > s->size ? s->from - s->size : 0, "prev", "Previous", out);
    if (more)
        put_pager_link(p, next, "next", "Next", out);
    buf_adds(out, "</nav>\n");
}

static void put_hits(const struct page *p, struct buf *out)
{
    buf_adds(out, "<ol class=\"hits\" id=\"hits\">\n");
    for (size_t i = 0; i < p->result->n_hits; i++)
        put_hit(p, &p->result->hits[i], out);
    buf_adds(out, "</ol>\n");
    put_pager(p, out);
}

/* ---- facets -----------------------------------------------------------------------------------
 */

#define FACET_VALUES 12

/* A country may have been asked for by its name. */
static bool is_same(enum query_field field, const char *asked, const char *value)
{
    char code[COUNTRY_SIZE];
    return strcmp(asked, value) == 0 ||
           (field == FIELD_COUNTRY && country_code(asked, code) && strcmp(code, value) == 0);
}

static bool is_active(const struct page *p, enum query_field field, const char *value)
{
    for (size_t i = 0; i < p->params->search.n_filters; i++) {
        const struct index_filter *f = &p->params->search.filters[i];
        for (size_t v = 0; f->field == field && v < f->values.count; v++)
            if (is_same(field, f->values.item[v], value))
                return true;
    }
    return false;
}

static void put_facet(const struct page *p, const struct index_facet *facet, struct buf *out)
{
    const char *name = query_field_name(facet->field);
    if (facet->count == 0)
        return;
    buf_addf(out, "<h2>%s</h2>\n<ul>\n", name);
    for (size_t i = 0; i < facet->count && i < FACET_VALUES; i++) {
        const struct index_facet_value *v = &facet->values[i];
        buf_adds(out, "<li>");
        if (is_active(p, facet->field, v->value)) {
            buf_adds(out, "<strong>");
            put(out, v->value);
            buf_adds(out, "</strong>");
        } else {
            put_link(out, p, name, v->value, v->value);
            buf_addc(out, '>');
            put(out, v->value);
            buf_adds(out, "</a>");
        }
        buf_addf(out, " <span class=\"note\">%u</span></li>\n", (unsigned)v->count);
    }
    buf_adds(out, "</ul>\n");
}

static void put_facets(const struct page *p, struct buf *out)
{
    buf_adds(out, "<aside aria-label=\"Narrow the results\">\n");
    for (size_t i = 0; i < p->result->n_facets; i++)
        put_facet(p, &p->result->facets[i], out);
    buf_adds(out, "</aside>\n");
}

void page_write(const struct page *p, struct buf *out)
{
    put_head(p, out);
    put_form(p, out);
    buf_adds(out, "<main>\n");
    put_active(p, out);
    if (p->result != NULL) {
        put_summary(p, out);
        buf_adds(out, "<div class=\"columns\">\n<div>\n");
        put_hits(p, out);
        buf_adds(out, "</div>\n");
        put_facets(p, out);
        buf_adds(out, "</div>\n");
    } else {
        buf_adds(out, "<p class=\"problem\" id=\"hits\" role=\"alert\">");
        put(out, p->problem != NULL && p->problem[0] != '\0' ? p->problem : "The search failed.");
        buf_adds(out, "</p>\n");
    }
    buf_adds(out, "</main>\n</body>\n</html>\n");
}
