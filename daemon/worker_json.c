#include "daemon/worker_print.h"
#include "index/base/mem.h"
#include "index/text/utf8.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NULL is null; bytes that are no UTF-8 (names) show as U+FFFD. */
static json_t *text_of(const char *s, size_t length)
{
    struct buf clean = {0};
    if (!s)
        return json_null();
    utf8_repair(&clean, s, length);
    json_t *string = json_stringn(buf_str(&clean), clean.len);
    buf_free(&clean);
    return string ? string : json_null();
}

static json_t *string(const char *s)
{
    return text_of(s, s ? strlen(s) : 0);
}

static void set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        mem_die();
}

static void append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        mem_die();
}

static json_t *strings(const struct strlist *l)
{
    json_t *array = json_array();
    for (size_t i = 0; i < l->count; i++)
        append(array, string(l->item[i]));
    return array;
}

static json_t *metas(const struct meta_list *l)
{
    json_t *array = json_array();
    for (size_t i = 0; i < l->count; i++) {
        json_t *m = json_object();
        set(m, "key", string(l->item[i].key));
        set(m, "value", string(l->item[i].value));
        set(m, "source", string(l->item[i].source));
        set(m, "confidence", json_integer(l->item[i].confidence));
        append(array, m);
    }
    return array;
}

static json_t *spans(const struct unit *u)
{
    static const char *const kinds[] = {"body", "heading", "row", "note"};
    json_t *array = json_array();
    const char *at = u->text;
    for (size_t i = 0; i < u->n_spans; at += u->spans[i++].length) {
        json_t *s = json_object();
        set(s, "kind", string(kinds[u->spans[i].kind & 3]));
        set(s, "text", text_of(at, u->spans[i].length));
        append(array, s);
    }
    return array;
}

static json_t *boxes(const struct extraction *e, uint32_t unit)
{
    json_t *array = json_array();
    for (size_t i = 0; i < e->n_boxes; i++)
        for (size_t j = 0; e->boxes[i].unit == unit && j < e->boxes[i].count; j++) {
            const prospect_box *b = &e->boxes[i].box[j];
            append(array, json_pack("[I,I,f,f,f,f]", (json_int_t)b->start, (json_int_t)b->length,
                                    (double)b->x0, (double)b->y0, (double)b->x1, (double)b->y1));
        }
    return array;
}

static json_t *units(const struct extraction *e)
{
    json_t *array = json_array();
    for (size_t i = 0; i < e->document->n_units; i++) {
        const struct unit *u = &e->document->units[i];
        json_t *o = json_object();
        set(o, "n", json_integer(u->number));
        set(o, "label", string(u->label));
        set(o, "heading", string(u->heading));
        set(o, "lang", *u->lang ? string(u->lang) : json_null());
        set(o, "spans", spans(u));
        set(o, "boxes", boxes(e, u->number));
        append(array, o);
    }
    return array;
}

static json_t *children(const struct extraction *e)
{
    json_t *array = json_array();
    for (size_t i = 0; i < e->n_children; i++) {
        const struct extraction_child *c = &e->children[i];
        json_t *o = json_object();
        set(o, "name", text_of(c->name, c->name_length));
        set(o, "mime", string(c->mime));
        set(o, "size", json_integer((json_int_t)c->size));
        append(array, o);
    }
    return array;
}

static void print(json_t *root)
{
    if (json_dumpf(root, stdout, JSON_INDENT(2)) != 0)
        mem_die();
    putchar('\n');
    json_decref(root);
}

static json_t *costs(const struct worker_cost *cost)
{
    json_t *o = json_object();
    set(o, "wall_ms", json_integer((json_int_t)cost->wall_ms));
    set(o, "cpu_ms", json_integer((json_int_t)cost->cpu_ms));
    set(o, "peak_kib", json_integer((json_int_t)cost->peak_kib));
    return o;
}

void worker_print_extraction_json(const char *file, const struct extraction *e,
                                  const struct worker_cost *cost)
{
    static const char *const kinds[] = {"page", "slide", "sheet", "chapter", "section"};
    const struct document *d = e->document;
    json_t *root = json_object();
    set(root, "file", string(file));
    set(root, "mime", string(d->mime));
    set(root, "plugin", string(d->stamp.plugin));
    set(root, "plugin_version", string(d->stamp.plugin_version));
    set(root, "status", string(prospect_status_name(d->status)));
    set(root, "reason", string(d->reason));
    set(root, "complete", json_boolean(document_complete(d)));
    set(root, "meta", metas(&d->meta));
    set(root, "cuts", strings(&d->cuts));
    set(root, "warnings", strings(&d->warnings));
    set(root, "unit_kind", d->n_units ? string(kinds[d->unit_kind]) : json_null());
    set(root, "units", units(e));
    set(root, "children", children(e));
    set(root, "cost", costs(cost));
    print(root);
}

static json_t *types(const char *list)
{
    struct strlist l = {0};
    strlist_split(&l, list ? list : "", " ");
    json_t *array = strings(&l);
    strlist_free(&l);
    return array;
}

void worker_print_plugins_json(const struct wire_plugin *plugins, size_t n)
{
    json_t *array = json_array();
    for (const struct wire_plugin *p = plugins; p < plugins + n; p++) {
        json_t *o = json_object();
        set(o, "name", string(p->name));
        set(o, "version", string(p->version));
        set(o, "licence", string(p->licence));
        set(o, "abi", p->name || p->abi ? json_integer(p->abi) : json_null());
        set(o, "types", types(p->types));
        set(o, "file", string(p->file));
        set(o, "refused", string(p->refused));
        append(array, o);
    }
    json_t *root = json_object();
    set(root, "plugins", array);
    print(root);
}
