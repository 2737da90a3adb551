/* The search answer. Members that not every document has (container, events, concepts, ...) are
 * left out where there is nothing to say; those of the interface are always there.
 */
#include "daemon/reply.h"

#include "index/text/utf8.h"

#include <string.h>

bool reply_has_pages(prospect_unit_kind kind)
{
    return kind == PROSPECT_PAGE || kind == PROSPECT_SLIDE || kind == PROSPECT_SHEET;
}

const char *reply_matched(enum index_matched matched)
{
    static const char *const names[] = {"all", "some", "corrected"};
    return names[matched];
}

void reply_path(struct emit *j, const char *path)
{
    emit_string(j, "path", path);
    if (path == NULL || utf8_valid(path, strlen(path)))
        return;
    struct buf exact = {0};
    links_escape(&exact, path, strlen(path), true);
    emit_text(j, "path_bytes", exact.data, exact.len);
    buf_free(&exact);
}

static void put_date(struct emit *j, const struct date *date)
{
    struct buf text = {0};
    date_print(date, &text);
    emit_string(j, "date", text.len > 0 ? text.data : NULL);
    emit_string(j, "date_precision", date_precision_name(date->precision));
    buf_free(&text);
}

static void put_some(struct emit *j, const char *key, const struct strlist *values, size_t least)
{
    if (values->count >= least)
        emit_strings(j, key, values);
}

static void put_knowledge(struct emit *j, const struct index_fields *f)
{
    emit_string(j, "title", f->title);
    emit_strings(j, "authors", &f->authors);
    put_date(j, &f->date);
    emit_string(j, "type", f->type != NULL ? f->type : "other");
    emit_string(j, "mime", f->mime);
    emit_string(j, "lang", f->lang[0] != '\0' ? f->lang : NULL);
    emit_strings(j, "countries", &f->countries);
    emit_string(j, "programme", f->programme);
    emit_string(j, "event", f->events.count > 0 ? f->events.item[0] : NULL);
    put_some(j, "events", &f->events, 2);
    put_some(j, "concepts", &f->concepts, 1);
    if (f->role != NULL)
        emit_string(j, "role", f->role);
}

void reply_fields(struct emit *j, const struct index_fields *f, const struct links *l,
                  uint32_t page)
{
    struct buf url = {0};
    emit_string(j, "id", f->id);
    reply_path(j, f->path);
    emit_string(j, "root", f->root);
    links_document(l, f, page, &url);
    emit_text(j, "url", url.data, url.len);
    buf_free(&url);
    if (f->container != NULL)
        emit_string(j, "container", f->container);
    put_knowledge(j, f);
    emit_uint(j, "size", f->size);
    emit_time(j, "modified", f->modified_ns / 1000000000);
    put_some(j, "duplicates", &f->duplicates, 1);
}

static void put_unit_count(struct emit *j, const struct index_fields *f)
{
    if (reply_has_pages(f->unit_kind)) {
        emit_uint(j, "pages", f->units);
    } else {
        emit_null(j, "pages");
        emit_uint(j, "sections", f->units);
    }
}

static void put_number(struct emit *j, const char *key, uint32_t number)
{
    if (number > 0)
        emit_uint(j, key, number);
    else
        emit_null(j, key);
}

static void put_pick(struct emit *j, const struct index_pick *pick, bool pages)
{
    put_number(j, "page", pages ? pick->number : 0);
    emit_string(j, "page_label", pages && pick->number > 0 ? pick->label : NULL);
    if (!pages)
        put_number(j, "section", pick->number);
    emit_string(j, "heading", pick->heading);
    emit_string(j, "snippet", pick->snippet);
}

static void put_reason(struct emit *j, const struct index_reason *r, double sum)
{
    static const char *const kinds[] = {"word",   "phrase",    "near",   "title",
                                        "author", "expansion", "places", "other"};
    emit_object(j, NULL);
    emit_string(j, "what", kinds[r->kind]);
    emit_string(j, "word", r->word);
    emit_array(j, "forms");
    for (size_t i = 0; i < r->n_forms; i++) {
        emit_object(j, NULL);
        emit_string(j, "form", r->forms[i].form);
        emit_uint(j, "count", r->forms[i].count);
        emit_end(j);
    }
    emit_end(j);
    emit_uint(j, "count", r->count);
    emit_bool(j, "in_title", r->in_title);
    emit_decimal(j, "weight", r->weight, 4);
    emit_decimal(j, "share", sum > 0 ? r->weight / sum : 0, 4);
    emit_end(j);
}

static void put_explanation(struct emit *j, const struct index_hit *hit)
{
    const struct index_explanation *e = hit->explanation;
    emit_object(j, "explanation");
    emit_decimal(j, "weight", e->weight, 4);
    emit_array(j, "parts");
    for (size_t i = 0; i < e->count; i++)
        put_reason(j, &e->reasons[i], e->weight);
    emit_end(j);
    if (hit->best.number > 0)
        emit_decimal(j, "page_score", hit->best.score, 4);
    else
        emit_null(j, "page_score");
    emit_end(j);
}

static void put_hit(struct emit *j, const struct index_hit *hit, const struct links *l)
{
    bool pages = reply_has_pages(hit->fields.unit_kind);
    emit_object(j, NULL);
    reply_fields(j, &hit->fields, l, pages ? hit->best.number : 0);
    put_unit_count(j, &hit->fields);
    emit_decimal(j, "score", hit->score, 4);
    emit_string(j, "matched", reply_matched(hit->matched));
    put_pick(j, &hit->best, pages);
    emit_array(j, "more");
    for (unsigned i = 0; i < hit->n_more; i++) {
        emit_object(j, NULL);
        put_pick(j, &hit->more[i], pages);
        emit_end(j);
    }
    emit_end(j);
    emit_bool(j, "complete", hit->fields.complete);
    if (hit->explanation != NULL)
        put_explanation(j, hit);
    emit_end(j);
}

static void put_facets(struct emit *j, const struct index_result *res)
{
    emit_object(j, "facets");
    for (size_t i = 0; i < res->n_facets; i++) {
        const struct index_facet *facet = &res->facets[i];
        emit_array(j, query_field_name(facet->field));
        for (size_t v = 0; v < facet->count; v++) {
            emit_object(j, NULL);
            emit_string(j, "value", facet->values[v].value);
            emit_uint(j, "count", facet->values[v].count);
            emit_end(j);
        }
        emit_end(j);
    }
    emit_end(j);
    if (res->n_facets > 0)
        emit_bool(j, "facets_are_exact", res->facets_exact);
}

static void put_expansions(struct emit *j, const struct index_result *res)
{
    emit_array(j, "expanded");
    for (size_t i = 0; i < res->n_expansions; i++) {
        emit_object(j, NULL);
        emit_string(j, "term", res->expansions[i].term);
        emit_strings(j, "also", &res->expansions[i].also);
        emit_end(j);
    }
    emit_end(j);
}

void reply_search(struct buf *out, const struct index_search *s, const struct index_result *res,
                  const struct links *l, double took_ms)
{
    struct emit j;
    emit_start(&j, out);
    emit_object(&j, NULL);
    emit_string(&j, "query", s->q != NULL ? s->q : "");
    emit_string(&j, "parsed", res->parsed != NULL ? res->parsed : "");
    if (res->query_cut)
        emit_bool(&j, "query_cut", true);
    emit_decimal(&j, "took_ms", took_ms, 2);
    emit_uint(&j, "total", res->total);
    emit_bool(&j, "total_is_exact", res->total_is_exact);
    emit_bool(&j, "partial", res->partial);
    emit_uint(&j, "from", s->from);
    emit_uint(&j, "size", s->size);
    emit_string(&j, "did_you_mean", res->did_you_mean);
    put_expansions(&j, res);
    emit_array(&j, "hits");
    for (size_t i = 0; i < res->n_hits; i++)
        put_hit(&j, &res->hits[i], l);
    emit_end(&j);
    put_facets(&j, res);
    emit_end(&j);
}
