#include "index/document.h"

#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>

void meta_add(struct meta_list *l, const char *key, const char *value, const char *source,
              uint8_t confidence)
{
    l->item = mem_resize(l->item, l->count + 1, sizeof *l->item);
    l->item[l->count++] = (struct meta_value){.key = mem_strdup(key),
                                              .value = mem_strdup(value),
                                              .source = mem_strdup(source),
                                              .confidence = confidence};
}

const struct meta_value *meta_best(const struct meta_list *l, const char *key)
{
    const struct meta_value *best = NULL;
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->item[i].key, key) == 0 && (!best || l->item[i].confidence > best->confidence))
            best = &l->item[i];
    return best;
}

void meta_free(struct meta_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->item[i].key);
        free(l->item[i].value);
        free(l->item[i].source);
    }
    free(l->item);
    *l = (struct meta_list){0};
}

void unit_clear(struct unit *u)
{
    free(u->label);
    free(u->heading);
    free(u->text);
    free(u->spans);
    *u = (struct unit){0};
}

void stamp_free(struct stamp *s)
{
    free(s->plugin);
    free(s->plugin_version);
    *s = (struct stamp){0};
}

void stamp_copy(struct stamp *to, const struct stamp *from)
{
    struct stamp copy = *from;
    copy.plugin = mem_strdup(from->plugin);
    copy.plugin_version = mem_strdup(from->plugin_version);
    stamp_free(to);
    *to = copy;
}

void document_new(struct document **out)
{
    *out = mem_zalloc(sizeof **out);
}

void document_free(struct document **d)
{
    struct document *x = *d;
    if (!x)
        return;
    free(x->root);
    free(x->path);
    free(x->container);
    free(x->mime);
    free(x->reason);
    stamp_free(&x->stamp);
    strlist_free(&x->access);
    strlist_free(&x->cuts);
    strlist_free(&x->warnings);
    meta_free(&x->meta);
    for (size_t i = 0; i < x->n_units; i++)
        unit_clear(&x->units[i]);
    free(x->units);
    free(x);
    *d = NULL;
}

bool document_complete(const struct document *d)
{
    return d->status == PROSPECT_OK && d->cuts.count == 0;
}

struct unit *document_add_unit(struct document *d)
{
    /* Grown by doubling: a document may have tens of thousands of units. */
    if ((d->n_units & (d->n_units - 1)) == 0)
        d->units = mem_resize(d->units, d->n_units ? d->n_units * 2 : 1, sizeof *d->units);
    struct unit *u = &d->units[d->n_units++];
    *u = (struct unit){0};
    return u;
}
