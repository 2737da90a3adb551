/* The records of units: a line about each, and each one's text. */
#include "index/record.h"

#include "index/base/mem.h"
#include "index/record_frame.h"

#include <stdlib.h>
#include <string.h>

static uint32_t characters(const char *text, size_t length)
{
    uint32_t n = 0;
    for (size_t i = 0; i < length; i++)
        n += ((unsigned char)text[i] & 0xC0) != 0x80;
    return n;
}

void record_pack_infos(struct buf *b, const struct document *d, char (*langs)[LANGUAGE_SIZE])
{
    struct buf plain = {0};
    pack_u64(&plain, d->n_units);
    for (size_t i = 0; i < d->n_units; i++) {
        const struct unit *x = &d->units[i];
        pack_u64(&plain, x->number);
        pack_str(&plain, x->label);
        pack_str(&plain, x->heading);
        pack_u64(&plain, characters(x->text, x->length));
        pack_short(&plain, langs[i]);
        pack_u64(&plain, x->ocr);
    }
    record_seal(b, &plain);
}

void unit_infos_free(struct index_unit_info *info, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(info[i].label);
        free(info[i].heading);
    }
    free(info);
}

static bool unpack_infos(struct unpack *u, struct index_unit_info **out, size_t *count)
{
    size_t n = unpack_count(u);
    struct index_unit_info *info = mem_resize(NULL, n + 1, sizeof *info);
    for (*count = 0; *count < n && !u->bad; ++*count) {
        struct index_unit_info *x = &info[*count];
        *x = (struct index_unit_info){.number = unpack_u32(u)};
        x->label = unpack_str(u);
        x->heading = unpack_str(u);
        x->chars = unpack_u32(u);
        unpack_short(u, x->lang, sizeof x->lang);
        x->ocr = unpack_u64(u) != 0;
    }
    *out = info;
    return unpack_done(u);
}

bool record_unpack_infos(const char *bytes, size_t length, struct index_unit_info **out,
                         size_t *count)
{
    struct buf plain = {0};
    *out = NULL;
    *count = 0;
    bool good = record_expand(&plain, bytes, length);
    if (good) {
        struct unpack u = unpack_start(plain.data, plain.len);
        good = unpack_infos(&u, out, count);
        if (!good) {
            unit_infos_free(*out, *count);
            *out = NULL;
            *count = 0;
        }
    }
    buf_free(&plain);
    return good;
}

void record_pack_unit(struct buf *b, const struct unit *x)
{
    struct marks marks;
    struct buf plain = {0};
    pack_u64(&plain, x->number);
    pack_str(&plain, x->label);
    pack_str(&plain, x->heading);
    pack_short(&plain, x->lang);
    pack_u64(&plain, x->ocr);
    pack_u64(&plain, x->n_spans);
    for (size_t i = 0; i < x->n_spans; i++) {
        pack_u64(&plain, x->spans[i].kind);
        pack_u64(&plain, x->spans[i].length);
    }
    pack_bytes(&plain, x->text ? x->text : "", x->length);
    marks_find(buf_str(&plain) + plain.len - x->length, x->length, &marks);
    marks_pack(&plain, &marks);
    marks_free(&marks);
    record_seal(b, &plain);
}

static bool unpack_unit(struct unpack *u, struct unit *x, struct marks *marks)
{
    x->number = unpack_u32(u);
    x->label = unpack_str(u);
    x->heading = unpack_str(u);
    unpack_short(u, x->lang, sizeof x->lang);
    x->ocr = unpack_u64(u) != 0;
    size_t n = unpack_count(u);
    x->spans = n ? mem_resize(NULL, n, sizeof *x->spans) : NULL;
    for (; x->n_spans < n && !u->bad; x->n_spans++) {
        struct unit_span *span = &x->spans[x->n_spans];
        span->kind = (uint8_t)unpack_u64(u);
        span->length = unpack_u32(u);
    }
    const char *text = unpack_bytes(u, &x->length);
    x->text = mem_dup(text, x->length);
    marks_unpack(u, x->length, marks);
    return unpack_done(u) && !memchr(text, 0, x->length);
}

bool record_unpack_marked(const char *bytes, size_t length, struct unit *out, struct marks *marks)
{
    struct buf plain = {0};
    *out = (struct unit){0};
    *marks = (struct marks){0};
    bool good = record_expand(&plain, bytes, length);
    if (good) {
        struct unpack u = unpack_start(plain.data, plain.len);
        good = unpack_unit(&u, out, marks);
    }
    if (!good) {
        unit_clear(out);
        marks_free(marks);
    }
    buf_free(&plain);
    return good;
}

bool record_unpack_unit(const char *bytes, size_t length, struct unit *out)
{
    struct marks marks;
    bool good = record_unpack_marked(bytes, length, out, &marks);
    marks_free(&marks);
    return good;
}
