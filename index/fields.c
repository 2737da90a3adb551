#include "index/fields.h"

#include "index/base/mem.h"
#include "index/text/countries.h"
#include "index/text/dates.h"
#include "index/text/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    TITLE_MAX = 400,
    VALUE_MAX = 200,
    LIST_MAX = 32
};

const char *fields_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void fields_clean(struct buf *out, const char *value, size_t max)
{
    struct buf valid = {0};
    size_t length = strlen(value);
    utf8_repair(&valid, value, length < 4 * max ? length : 4 * max);
    size_t from = out->len;
    for (const char *p = buf_str(&valid), *end = p + valid.len; p < end; p++) {
        bool blank = (unsigned char)*p <= ' ' || *p == 0x7F;
        if (!blank)
            buf_addc(out, *p);
        else if (out->len > from && out->data[out->len - 1] != ' ')
            buf_addc(out, ' ');
    }
    if (out->len - from > max)
        out->len = from + utf8_cut(out->data + from, max);
    while (out->len > from && out->data[out->len - 1] == ' ')
        out->len--;
    if (out->data)
        out->data[out->len] = '\0';
    buf_free(&valid);
}

/* The cleaned value, NULL where nothing is left of it. */
static char *clean(const char *value, size_t max)
{
    struct buf b = {0};
    if (value)
        fields_clean(&b, value, max);
    if (b.len == 0) {
        buf_free(&b);
        return NULL;
    }
    return buf_take(&b);
}

/* ---- choosing ------------------------------------------------------------------------------ */

/* KEYS is a NULL-terminated list, best first: of equal confidence, the earlier key wins. */
static const struct meta_value *best_of(const struct meta_list *l, const char *const *keys)
{
    const struct meta_value *best = NULL;
    for (; *keys; keys++) {
        const struct meta_value *v = meta_best(l, *keys);
        if (v && (!best || v->confidence > best->confidence))
            best = v;
    }
    return best;
}

static char *single(const struct meta_list *l, const char *key)
{
    const struct meta_value *v = meta_best(l, key);
    return v ? clean(v->value, VALUE_MAX) : NULL;
}

static bool same_source(const struct meta_value *a, const struct meta_value *b)
{
    return a->confidence == b->confidence && strcmp(a->key, b->key) == 0 &&
           strcmp(a->source ? a->source : "", b->source ? b->source : "") == 0;
}

static void several(const struct meta_list *l, const char *const *keys, struct strlist *out)
{
    const struct meta_value *best = best_of(l, keys);
    for (size_t i = 0; best && i < l->count && out->count < LIST_MAX; i++) {
        char *value = same_source(&l->item[i], best) ? clean(l->item[i].value, VALUE_MAX) : NULL;
        if (value)
            strlist_add_once(out, value);
        free(value);
    }
}

/* ---- single fields ------------------------------------------------------------------------- */

static void countries(const struct meta_list *l, struct strlist *out)
{
    static const char *const keys[] = {"country", NULL};
    struct strlist given = {0};
    several(l, keys, &given);
    for (size_t i = 0; i < given.count; i++) {
        char code[COUNTRY_SIZE];
        if (country_code(given.item[i], code))
            strlist_add_once(out, code);
    }
    strlist_free(&given);
}

/* The first heading that stands in the text of the first unit that has any text. */
static char *first_heading(const struct document *d)
{
    for (size_t i = 0; i < d->n_units && i < 3; i++) {
        const struct unit *u = &d->units[i];
        if (u->heading && *u->heading)
            return clean(u->heading, TITLE_MAX);
        size_t at = 0;
        for (size_t k = 0; k < u->n_spans && at < u->length; at += u->spans[k++].length) {
            size_t n = u->spans[k].length;
            if (u->spans[k].kind != PROSPECT_HEADING || n > u->length - at)
                continue;
            char *text = mem_dup(u->text + at, n), *title = clean(text, TITLE_MAX);
            free(text);
            if (title)
                return title;
        }
    }
    return NULL;
}

static char *title_of(const struct document *d)
{
    const struct meta_value *v = meta_best(&d->meta, "title");
    char *title = v ? clean(v->value, TITLE_MAX) : NULL;
    if (!title)
        title = first_heading(d);
    if (!title)
        title = clean(fields_file_name(d->path), TITLE_MAX);
    return title ? title : mem_strdup("?");
}

static bool known_type(const char *value)
{
    static const char *const types[] = {"seminar-paper", "strategy", "presentation", "report",
                                        "event",         "glossary", "page",         "other"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcasecmp(value, types[i]) == 0)
            return true;
    return false;
}

static char *type_of(const struct document *d)
{
    const struct meta_value *v = meta_best(&d->meta, "type");
    if (v && known_type(v->value)) {
        char *type = mem_strdup(v->value);
        for (char *p = type; *p; p++)
            *p = (char)tolower((unsigned char)*p);
        return type;
    }
    if (d->n_units && d->unit_kind == PROSPECT_SLIDE)
        return mem_strdup("presentation");
    bool html = d->mime && (strcmp(d->mime, "text/html") == 0 ||
                            strcmp(d->mime, "application/xhtml+xml") == 0);
    return mem_strdup(html ? "page" : "other");
}

static struct date date_of(const struct meta_list *l)
{
    static const char *const keys[] = {"date", "issued", "created", NULL};
    struct date best = {0};
    int surest = -1;
    for (const char *const *key = keys; *key; key++)
        for (size_t i = 0; i < l->count; i++) {
            struct date d;
            if (strcmp(l->item[i].key, *key) == 0 && l->item[i].confidence > surest &&
                date_parse_lenient(l->item[i].value, &d)) {
                best = d;
                surest = l->item[i].confidence;
            }
        }
    return best;
}

void fields_language(const struct document *d, char out[LANGUAGE_SIZE], bool *is_explicit)
{
    const struct meta_value *v = meta_best(&d->meta, "language");
    out[0] = '\0';
    *is_explicit = false;
    if (v) {
        language_code(v->value, out);
        *is_explicit = out[0] && v->confidence >= META_EXPLICIT;
    }
}

void fields_resolve(const struct document *d, struct index_fields *out)
{
    static const char *const creators[] = {"creator", NULL};
    static const char *const events[] = {"event", NULL};
    static const char *const concepts[] = {"concept", NULL};
    memcpy(out->id, d->id, sizeof out->id);
    out->root = mem_strdup(d->root);
    out->path = mem_strdup(d->path);
    out->container = mem_strdup(d->container);
    out->mime = mem_strdup(d->mime);
    out->title = title_of(d);
    several(&d->meta, creators, &out->authors);
    several(&d->meta, events, &out->events);
    several(&d->meta, concepts, &out->concepts);
    countries(&d->meta, &out->countries);
    out->programme = single(&d->meta, "programme");
    out->role = single(&d->meta, "role");
    out->type = type_of(d);
    out->date = date_of(&d->meta);
    out->size = d->stamp.size;
    out->modified_ns = d->stamp.mtime_ns;
    out->unit_kind = d->unit_kind;
    out->units = (uint32_t)d->n_units;
    out->complete = document_complete(d);
    out->status = d->status;
}
