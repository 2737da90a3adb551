#include "daemon/reply.h"

#include <stdio.h>

static const char *confidence_name(uint8_t confidence)
{
    switch (confidence) {
    case META_EXPLICIT:
        return "explicit";
    case PROSPECT_DECLARED:
        return "declared";
    case PROSPECT_LIKELY:
        return "likely";
    default:
        return "guess";
    }
}

static const char *kind_name(prospect_unit_kind kind)
{
    static const char *const names[] = {"page", "slide", "sheet", "chapter", "section"};
    return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : "section";
}

/* A page without a label of its own is called by its number, as in hits. */
static void put_label(struct emit *j, const struct index_unit_info *u, bool pages)
{
    char number[16];
    snprintf(number, sizeof number, "%u", (unsigned)u->number);
    emit_string(j, "label", u->label != NULL || !pages ? u->label : number);
}

static void put_units(struct emit *j, const struct index_description *d)
{
    emit_string(j, "unit_kind", kind_name(d->fields.unit_kind));
    emit_array(j, "pages");
    for (size_t i = 0; i < d->n_units; i++) {
        const struct index_unit_info *u = &d->units[i];
        emit_object(j, NULL);
        emit_uint(j, "n", u->number);
        put_label(j, u, reply_has_pages(d->fields.unit_kind));
        emit_string(j, "heading", u->heading);
        emit_uint(j, "chars", u->chars);
        emit_string(j, "lang", u->lang[0] != '\0' ? u->lang : NULL);
        emit_bool(j, "ocr", u->ocr);
        emit_end(j);
    }
    emit_end(j);
}

static void put_sources(struct emit *j, const struct meta_list *sources)
{
    emit_array(j, "sources");
    for (size_t i = 0; i < sources->count; i++) {
        const struct meta_value *v = &sources->item[i];
        emit_object(j, NULL);
        emit_string(j, "key", v->key);
        emit_string(j, "value", v->value);
        emit_string(j, "source", v->source);
        emit_string(j, "confidence", confidence_name(v->confidence));
        emit_end(j);
    }
    emit_end(j);
}

void reply_document(struct buf *out, const struct index_description *d, const struct links *l)
{
    struct emit j;
    emit_start(&j, out);
    emit_object(&j, NULL);
    reply_fields(&j, &d->fields, l, 0);
    put_units(&j, d);
    put_sources(&j, &d->sources);
    emit_strings(&j, "children", &d->children);
    emit_bool(&j, "complete", d->fields.complete);
    emit_string(&j, "status", prospect_status_name(d->fields.status));
    emit_string(&j, "reason", d->reason);
    emit_strings(&j, "cuts", &d->cuts);
    emit_strings(&j, "warnings", &d->warnings);
    emit_string(&j, "plugin", d->stamp.plugin);
    emit_string(&j, "plugin_version", d->stamp.plugin_version);
    emit_end(&j);
}

static void put_boxes(struct emit *j, const struct hits_boxes *boxes)
{
    emit_array(j, "boxes");
    for (size_t i = 0; i < boxes->count; i++) {
        emit_object(j, NULL);
        emit_decimal(j, "x0", boxes->item[i].x0, 5);
        emit_decimal(j, "y0", boxes->item[i].y0, 5);
        emit_decimal(j, "x1", boxes->item[i].x1, 5);
        emit_decimal(j, "y1", boxes->item[i].y1, 5);
        emit_end(j);
    }
    emit_end(j);
}

static void put_neighbour(struct emit *j, const char *key, const struct hits *h, size_t i,
                          bool there)
{
    if (there)
        emit_uint(j, key, h->units->item[i].pick.number);
    else
        emit_null(j, key);
}

static void put_unit_hit(struct emit *j, const struct hits *h, size_t i, const struct links *l)
{
    const struct index_fields *f = &h->document->fields;
    const struct index_pick *pick = &h->units->item[i].pick;
    bool pages = reply_has_pages(f->unit_kind);
    struct buf url = {0};
    emit_object(j, NULL);
    emit_uint(j, "n", pick->number);
    if (pages)
        emit_uint(j, "page", pick->number);
    else
        emit_null(j, "page");
    emit_string(j, "page_label", pages ? pick->label : NULL);
    if (!pages)
        emit_uint(j, "section", pick->number);
    emit_string(j, "heading", pick->heading);
    emit_string(j, "snippet", pick->snippet);
    links_document(l, f, pages ? pick->number : 0, &url);
    emit_text(j, "url", url.data, url.len);
    buf_free(&url);
    put_neighbour(j, "previous", h, i - 1, i > 0);
    put_neighbour(j, "next", h, i + 1, i + 1 < h->units->count);
    emit_uint(j, "words", h->units->item[i].n_spans);
    put_boxes(j, &h->boxes[i]);
    emit_end(j);
}

void reply_hits(struct buf *out, const struct hits *h, const struct links *l, double took_ms)
{
    struct emit j;
    emit_start(&j, out);
    emit_object(&j, NULL);
    emit_string(&j, "query", h->query);
    emit_decimal(&j, "took_ms", took_ms, 2);
    reply_fields(&j, &h->document->fields, l, 0);
    emit_uint(&j, "total", h->units->count);
    emit_bool(&j, "partial", h->units->partial);
    emit_bool(&j, "boxes_complete", h->complete);
    emit_array(&j, "hits");
    for (size_t i = 0; i < h->units->count; i++)
        put_unit_hit(&j, h, i, l);
    emit_end(&j);
    emit_end(&j);
}
