#include "index/record.h"

#include "index/base/mem.h"
#include "index/record_frame.h"

#include <stdlib.h>
#include <string.h>

static void pack_list(struct buf *b, const struct strlist *l)
{
    pack_u64(b, l->count);
    for (size_t i = 0; i < l->count; i++)
        pack_str(b, l->item[i]);
}

static void unpack_list(struct unpack *u, struct strlist *l)
{
    size_t n = unpack_count(u);
    l->item = n ? mem_resize(NULL, n, sizeof *l->item) : NULL;
    for (size_t i = 0; i < n && !u->bad; i++) {
        char *s = unpack_str(u);
        if (s)
            l->item[l->count++] = s;
        else
            u->bad = true;
    }
}

/* ---- data ---------------------------------------------------------------------------------- */

void unit_places_free(struct unit_places *p)
{
    free(p->item);
    *p = (struct unit_places){0};
}

void index_fields_free(struct index_fields *f)
{
    char *const strings[] = {f->root,      f->path, f->container, f->title,
                             f->programme, f->type, f->role,      f->mime};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        free(strings[i]);
    strlist_free(&f->authors);
    strlist_free(&f->countries);
    strlist_free(&f->events);
    strlist_free(&f->concepts);
    strlist_free(&f->duplicates);
    *f = (struct index_fields){0};
}

static void pack_places(struct buf *b, const struct unit_places *p)
{
    struct unit_place last = {0, 0};
    pack_u64(b, p->count);
    for (size_t i = 0; i < p->count; i++) {
        pack_u64(b, p->item[i].number - last.number);
        pack_u64(b, p->item[i].first - last.first);
        last = p->item[i];
    }
}

static void unpack_places(struct unpack *u, struct unit_places *p)
{
    struct unit_place last = {0, 0};
    size_t n = unpack_count(u);
    p->item = n ? mem_resize(NULL, n, sizeof *p->item) : NULL;
    for (size_t i = 0; i < n && !u->bad; i++) {
        last.number += unpack_u32(u);
        last.first += unpack_u32(u);
        p->item[p->count++] = last;
    }
}

void record_pack_data(struct buf *b, const struct index_fields *f, const struct unit_places *p)
{
    size_t from = b->len;
    pack_places(b, p);
    pack_short(b, f->id);
    char *const strings[] = {f->root,      f->path, f->container, f->title,
                             f->programme, f->type, f->role,      f->mime};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        pack_str(b, strings[i]);
    const struct strlist *const lists[] = {&f->authors, &f->countries, &f->events, &f->concepts};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        pack_list(b, lists[i]);
    pack_u64(b, f->date.precision);
    pack_i64(b, f->date.first);
    pack_i64(b, f->date.last);
    pack_short(b, f->lang);
    pack_u64(b, f->size);
    pack_i64(b, f->modified_ns);
    pack_u64(b, f->unit_kind);
    pack_u64(b, f->units);
    pack_u64(b, f->complete);
    pack_u64(b, f->status);
    pack_seal(b, from);
}

bool record_unpack_places(const char *bytes, size_t length, struct unit_places *p)
{
    struct unpack u = unpack_sealed(bytes, length);
    unpack_places(&u, p);
    return !u.bad;
}

bool record_unpack_data(const char *bytes, size_t length, struct index_fields *f,
                        struct unit_places *p)
{
    struct unpack u = unpack_sealed(bytes, length);
    unpack_places(&u, p);
    unpack_short(&u, f->id, sizeof f->id);
    char **const strings[] = {&f->root,      &f->path, &f->container, &f->title,
                              &f->programme, &f->type, &f->role,      &f->mime};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        *strings[i] = unpack_str(&u);
    struct strlist *const lists[] = {&f->authors, &f->countries, &f->events, &f->concepts};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        unpack_list(&u, lists[i]);
    f->date.precision = (enum date_precision)unpack_u64(&u);
    f->date.first = (int32_t)unpack_i64(&u);
    f->date.last = (int32_t)unpack_i64(&u);
    unpack_short(&u, f->lang, sizeof f->lang);
    f->size = unpack_u64(&u);
    f->modified_ns = unpack_i64(&u);
    f->unit_kind = (prospect_unit_kind)unpack_u64(&u);
    f->units = unpack_u32(&u);
    f->complete = unpack_u64(&u) != 0;
    f->status = (prospect_status)unpack_u64(&u);
    return unpack_done(&u) && f->root && f->path && f->title;
}

void record_pack_bounds(struct buf *b, const uint32_t *bounds, size_t n)
{
    uint32_t last = 0;
    for (size_t i = 0; i < n; last = bounds[i++])
        pack_u64(b, bounds[i] - last);
}

bool record_unpack_bounds(const char *bytes, size_t length, void (*each)(void *ctx, uint32_t bound),
                          void *ctx)
{
    struct unpack u = unpack_start(bytes, length);
    uint32_t bound = 0;
    while (u.at < u.end && !u.bad) {
        bound += unpack_u32(&u);
        if (!u.bad)
            each(ctx, bound);
    }
    return !u.bad;
}

/* ---- stamp --------------------------------------------------------------------------------- */

static void pack_plain_stamp(struct buf *b, const struct stamp *s)
{
    pack_u64(b, s->size);
    pack_i64(b, s->mtime_ns);
    pack_i64(b, s->ctime_ns);
    pack_u64(b, s->inode);
    pack_bytes(b, s->content, sizeof s->content);
    pack_str(b, s->plugin);
    pack_str(b, s->plugin_version);
    pack_bytes(b, s->rules, sizeof s->rules);
}

static void unpack_plain_stamp(struct unpack *u, struct stamp *s)
{
    s->size = unpack_u64(u);
    s->mtime_ns = unpack_i64(u);
    s->ctime_ns = unpack_i64(u);
    s->inode = unpack_u64(u);
    unpack_array(u, (char *)s->content, sizeof s->content);
    s->plugin = unpack_str(u);
    s->plugin_version = unpack_str(u);
    unpack_array(u, (char *)s->rules, sizeof s->rules);
}

void file_stamp_free(struct file_stamp *s)
{
    free(s->root);
    free(s->path);
    free(s->mime);
    stamp_free(&s->stamp);
    *s = (struct file_stamp){0};
}

void record_pack_stamp(struct buf *b, const struct document *d)
{
    size_t from = b->len;
    pack_str(b, d->root);
    pack_str(b, d->path);
    pack_str(b, d->mime);
    pack_plain_stamp(b, &d->stamp);
    pack_u64(b, d->status);
    pack_u64(b, d->tries);
    pack_i64(b, d->since);
    pack_i64(b, d->next_try);
    pack_seal(b, from);
}

bool record_unpack_stamp(const char *bytes, size_t length, struct file_stamp *out)
{
    struct unpack u = unpack_sealed(bytes, length);
    out->root = unpack_str(&u);
    out->path = unpack_str(&u);
    out->mime = unpack_str(&u);
    unpack_plain_stamp(&u, &out->stamp);
    out->status = (prospect_status)unpack_u64(&u);
    out->tries = unpack_u32(&u);
    out->since = unpack_i64(&u);
    out->next_try = unpack_i64(&u);
    return unpack_done(&u) && out->root && out->path;
}

/* ---- document ------------------------------------------------------------------------------ */

static void pack_meta(struct buf *b, const struct meta_list *l)
{
    pack_u64(b, l->count);
    for (size_t i = 0; i < l->count; i++) {
        pack_str(b, l->item[i].key);
        pack_str(b, l->item[i].value);
        pack_str(b, l->item[i].source);
        pack_u64(b, l->item[i].confidence);
    }
}

static void unpack_meta(struct unpack *u, struct meta_list *l)
{
    size_t n = unpack_count(u);
    for (size_t i = 0; i < n && !u->bad; i++) {
        char *key = unpack_str(u), *value = unpack_str(u), *source = unpack_str(u);
        uint8_t confidence = (uint8_t)unpack_u64(u);
        if (key && value)
            meta_add(l, key, value, source, confidence);
        else
            u->bad = true;
        free(key);
        free(value);
        free(source);
    }
}

void record_pack_document(struct buf *b, const struct document *d)
{
    struct buf plain = {0};
    pack_short(&plain, d->id);
    char *const strings[] = {d->root, d->path, d->container, d->mime, d->reason};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        pack_str(&plain, strings[i]);
    pack_plain_stamp(&plain, &d->stamp);
    pack_u64(&plain, d->restricted);
    pack_list(&plain, &d->access);
    pack_list(&plain, &d->cuts);
    pack_list(&plain, &d->warnings);
    pack_meta(&plain, &d->meta);
    pack_u64(&plain, d->unit_kind);
    pack_u64(&plain, d->status);
    pack_u64(&plain, d->tries);
    pack_i64(&plain, d->since);
    pack_i64(&plain, d->next_try);
    record_seal(b, &plain);
}

static bool unpack_document(struct unpack *u, struct document *d)
{
    unpack_short(u, d->id, sizeof d->id);
    char **const strings[] = {&d->root, &d->path, &d->container, &d->mime, &d->reason};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        *strings[i] = unpack_str(u);
    unpack_plain_stamp(u, &d->stamp);
    d->restricted = unpack_u64(u) != 0;
    unpack_list(u, &d->access);
    unpack_list(u, &d->cuts);
    unpack_list(u, &d->warnings);
    unpack_meta(u, &d->meta);
    d->unit_kind = (prospect_unit_kind)unpack_u64(u);
    d->status = (prospect_status)unpack_u64(u);
    d->tries = unpack_u32(u);
    d->since = unpack_i64(u);
    d->next_try = unpack_i64(u);
    return unpack_done(u) && d->root && d->path;
}

bool record_unpack_document(const char *bytes, size_t length, struct document **out)
{
    struct buf plain = {0};
    *out = NULL;
    bool good = record_expand(&plain, bytes, length);
    if (good) {
        document_new(out);
        struct unpack u = unpack_start(plain.data, plain.len);
        good = unpack_document(&u, *out);
        if (!good)
            document_free(out);
    }
    buf_free(&plain);
    return good;
}
