#include "daemon/hits.h"

#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>

static bool may_have_boxes(const struct index_fields *f)
{
    return f->container == NULL && f->mime != NULL &&
           (f->unit_kind == PROSPECT_PAGE || f->unit_kind == PROSPECT_SLIDE) &&
           strncmp(f->mime, "text/", 5) != 0;
}

static size_t count_boxed(const struct index_unit_hits *units)
{
    size_t n = 0;
    while (n < units->count && n < HITS_BOXED_UNITS &&
           units->item[n].pick.number - units->item[0].pick.number < HITS_BOXED_REACH)
        n++;
    return n;
}

void hits_new(struct hits **out, const char *query, struct index_description *document,
              struct index_unit_hits *units)
{
    struct hits *h = mem_zalloc(sizeof *h);
    h->query = mem_strdup(query);
    h->document = document;
    h->units = units;
    h->boxes = mem_zalloc(units->count * sizeof *h->boxes);
    h->n_boxed = may_have_boxes(&document->fields) ? count_boxed(units) : 0;
    h->digest = mem_zalloc(h->n_boxed * sizeof *h->digest);
    h->complete = !may_have_boxes(&document->fields) || units->count == 0;
    *out = h;
}

void hits_free(struct hits **h)
{
    struct hits *gone = *h;
    *h = NULL;
    if (gone == NULL)
        return;
    for (size_t i = 0; i < gone->units->count; i++)
        free(gone->boxes[i].item);
    free(gone->boxes);
    free(gone->digest);
    free(gone->query);
    index_description_free(&gone->document);
    index_unit_hits_free(&gone->units);
    free(gone);
}

bool hits_span(const struct hits *h, uint32_t *first, uint32_t *last)
{
    if (h->n_boxed == 0)
        return false;
    *first = h->units->item[0].pick.number;
    *last = h->units->item[h->n_boxed - 1].pick.number;
    return true;
}

void hits_text(struct hits *h, size_t i, const char *text, size_t length)
{
    digest_bytes(text, length, h->digest[i]);
}

static bool same_text(const struct hits *h, size_t i, const struct extraction *e)
{
    uint8_t digest[DIGEST_SIZE];
    for (size_t u = 0; u < e->document->n_units; u++) {
        const struct unit *unit = &e->document->units[u];
        if (unit->number != h->units->item[i].pick.number)
            continue;
        digest_bytes(unit->text != NULL ? unit->text : "", unit->length, digest);
        return memcmp(digest, h->digest[i], DIGEST_SIZE) == 0;
    }
    return false;
}

/* Spans rise and do not overlap, so the first that ends behind the box's start decides. */
static bool is_marked(const struct index_unit_hit *unit, const prospect_box *box)
{
    size_t low = 0, high = unit->n_spans;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (unit->spans[middle].end <= box->start)
            low = middle + 1;
        else
            high = middle;
    }
    return low < unit->n_spans && unit->spans[low].start < (size_t)box->start + box->length &&
           unit->spans[low].start < unit->spans[low].end;
}

/* False where there are too many. */
static bool take_boxes(struct hits_boxes *to, const struct index_unit_hit *unit,
                       const struct extraction_boxes *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const prospect_box *box = &from->box[i];
        if (!is_marked(unit, box))
            continue;
        if (to->count == HITS_BOXES_MAX)
            return false;
        to->item = mem_resize(to->item, to->count + 1, sizeof *to->item);
        to->item[to->count++] = (struct hits_box){box->x0, box->y0, box->x1, box->y1};
    }
    return true;
}

void hits_merge(struct hits *h, const struct extraction *result)
{
    h->complete = false;
    if (result == NULL)
        return;
    bool all = h->n_boxed == h->units->count;
    for (size_t i = 0; i < h->n_boxed; i++) {
        if (!same_text(h, i, result)) {
            all = false;
            continue;
        }
        for (size_t b = 0; b < result->n_boxes; b++)
            if (result->boxes[b].unit == h->units->item[i].pick.number)
                all &= take_boxes(&h->boxes[i], &h->units->item[i], &result->boxes[b]);
    }
    h->complete = all;
}
