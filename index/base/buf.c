#include "index/base/buf.h"

#include "index/base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *buf_room(struct buf *b, size_t length)
{
    if (length >= SIZE_MAX / 2 - b->len)
        mem_die();
    size_t need = b->len + length + 1;
    if (need > b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 64;
        b->cap = cap > need ? cap : need;
        b->data = mem_resize(b->data, b->cap, 1);
    }
    return b->data + b->len;
}

void buf_grew(struct buf *b, size_t length)
{
    b->len += length;
    b->data[b->len] = '\0';
}

void buf_add(struct buf *b, const void *bytes, size_t length)
{
    char *to = buf_room(b, length);
    if (length)
        memcpy(to, bytes, length);
    buf_grew(b, length);
}

void buf_adds(struct buf *b, const char *s)
{
    if (s)
        buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_addf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        return;
    char *to = buf_room(b, (size_t)n);
    va_start(args, format);
    vsnprintf(to, (size_t)n + 1, format, args);
    va_end(args);
    buf_grew(b, (size_t)n);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    if (b->data)
        b->data[0] = '\0';
}

void buf_free(struct buf *b)
{
    free(b->data);
    *b = (struct buf){0};
}

char *buf_take(struct buf *b)
{
    char *s = b->data ? b->data : mem_dup("", 0);
    *b = (struct buf){0};
    return s;
}

const char *buf_str(const struct buf *b)
{
    return b->data ? b->data : "";
}
