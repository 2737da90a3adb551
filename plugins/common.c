/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/common.h"

#include <stdlib.h>
#include <string.h>

#define META_MAX 4096

static bool text_buf_room(struct text_buf *b, size_t n)
{
    size_t max = b->max ? b->max : TEXT_BUF_MAX;
    if (n > max || b->len > max - n)
        return false;
    if (b->len + n < b->size)
        return true;
    size_t size = b->size ? b->size : 256;
    while (size <= b->len + n)
        size *= 2;
    char *data = realloc(b->data, size);
    if (!data)
        return false;
    b->data = data;
    b->size = size;
    return true;
}

void text_buf_add(struct text_buf *b, const char *bytes, size_t n)
{
    if (!n)
        return;
    if (!text_buf_room(b, n)) {
        b->full = true;
        return;
    }
    memcpy(b->data + b->len, bytes, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void text_buf_str(struct text_buf *b, const char *s)
{
    text_buf_add(b, s, strlen(s));
}

void text_buf_char(struct text_buf *b, char c)
{
    text_buf_add(b, &c, 1);
}

void text_buf_clear(struct text_buf *b)
{
    b->len = 0;
    b->full = false;
    if (b->data)
        b->data[0] = '\0';
}

void text_buf_trim(struct text_buf *b)
{
    while (b->len && strchr(" \t\n", b->data[b->len - 1]))
        b->data[--b->len] = '\0';
}

void text_buf_free(struct text_buf *b)
{
    free(b->data);
    *b = (struct text_buf){.max = b->max};
}

const char *text_buf_get(const struct text_buf *b)
{
    return b->len ? b->data : "";
}

size_t utf8_put(char out[4], uint32_t code)
{
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        code = 0xfffd;
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)(lead[n] | code);
    return n;
}

int utf8_length(const unsigned char *s, size_t n)
{
    unsigned c = s[0];
    if (c < 0x80)
        return 1;
    if (c < 0xc2 || c > 0xf4)
        return 0;
    int want = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    for (int i = 1; i < want; i++) {
        if ((size_t)i >= n)
            return -1;
        unsigned low = 0x80, high = 0xbf;
        if (i == 1) {
            low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
            high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
        }
        if (s[i] < low || s[i] > high)
            return 0;
    }
    return want;
}

size_t utf8_floor(const char *s, size_t n, size_t max)
{
    if (n <= max)
        return n;
    while (max && ((unsigned char)s[max] & 0xc0) == 0x80)
        max--;
    return max;
}

static char *squeeze(const char *in, size_t n, size_t max)
{
    struct text_buf b = {.max = max < n ? max + 4 : n + 1};
    for (size_t i = 0; i < n && b.len < max; i++) {
        bool space = (unsigned char)in[i] <= ' ';
        if (!space)
            text_buf_char(&b, in[i]);
        else if (b.len && b.data[b.len - 1] != ' ')
            text_buf_char(&b, ' ');
    }
    text_buf_trim(&b);
    if (!b.len) {
        text_buf_free(&b);
        return NULL;
    }
    b.data[utf8_floor(b.data, b.len, b.len < max ? b.len : max - 1)] = '\0';
    return b.data;
}

char *text_squeeze(const char *in, size_t max)
{
    return in ? squeeze(in, strlen(in), max) : NULL;
}

static prospect_status send_part(prospect_sink *sink, const char *key, const char *value, size_t n,
                                 const char *source, prospect_confidence confidence)
{
    char *clean = squeeze(value, n, META_MAX);
    if (!clean)
        return PROSPECT_OK;
    prospect_status status = sink->meta(sink, key, clean, source, confidence);
    free(clean);
    return status;
}

prospect_status meta_send(prospect_sink *sink, const char *key, const char *value,
                          const char *source, prospect_confidence confidence)
{
    return value ? send_part(sink, key, value, strlen(value), source, confidence) : PROSPECT_OK;
}

prospect_status meta_send_list(prospect_sink *sink, const char *key, const char *value,
                               const char *separators, const char *source,
                               prospect_confidence confidence)
{
    prospect_status status = PROSPECT_OK;
    for (int i = 0; value && i < 100 && *value && !STOPS(status); i++) {
        size_t n = strcspn(value, separators);
        status = send_part(sink, key, value, n, source, confidence);
        value += n + (value[n] != '\0');
    }
    return status;
}

/* "Banerjee, Mira" is one person, "Mira Banerjee, Jan Novák" are two: where each part has a space
 * inside, the comma stands between persons. */
static bool comma_splits(const char *value)
{
    for (;;) {
        value += strspn(value, " ");
        size_t n = strcspn(value, ",");
        size_t used = n;
        while (used && value[used - 1] == ' ')
            used--;
        if (!memchr(value, ' ', used))
            return false;
        if (!value[n])
            return true;
        value += n + 1;
    }
}

prospect_status meta_send_people(prospect_sink *sink, const char *value, const char *source,
                                 prospect_confidence confidence)
{
    char *clean = text_squeeze(value, META_MAX);
    if (!clean)
        return PROSPECT_OK;
    for (char *and = clean; (and = strstr(and, " and "));)
        memcpy(and, ";    ", 5);
    for (char *amp = clean; (amp = strstr(amp, " & "));)
        memcpy(amp, ";  ", 3);
    bool semicolons = strchr(clean, ';') != NULL;
    const char *separators = !semicolons && comma_splits(clean) ? ",;" : ";";
    prospect_status status = meta_send_list(sink, "creator", clean, separators, source, confidence);
    free(clean);
    return status;
}

prospect_status meta_send_date(prospect_sink *sink, const char *key, const char *value,
                               const char *source, prospect_confidence confidence)
{
    char date[DATE_MAX];
    if (!value || !date_w3c(value, date))
        return PROSPECT_OK;
    return sink->meta(sink, key, date, source, confidence);
}
