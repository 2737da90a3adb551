#include "index/base/pack.h"

#include "index/base/mem.h"
#include "index/base/sum.h"

#include <string.h>

void pack_u64(struct buf *b, uint64_t value)
{
    char *to = buf_room(b, 10);
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        to[n++] = (char)(value | 0x80);
    to[n++] = (char)value;
    buf_grew(b, n);
}

void pack_i64(struct buf *b, int64_t value)
{
    pack_u64(b, ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0));
}

void pack_bytes(struct buf *b, const void *bytes, size_t length)
{
    pack_u64(b, length);
    buf_add(b, bytes, length);
}

/* Length + 1, so that 0 can mean NULL. */
void pack_str(struct buf *b, const char *s)
{
    size_t n = s ? strlen(s) : 0;
    pack_u64(b, s ? n + 1 : 0);
    if (n)
        buf_add(b, s, n);
}

void pack_short(struct buf *b, const char *s)
{
    pack_bytes(b, s, strlen(s));
}

struct unpack unpack_start(const void *bytes, size_t length)
{
    static const uint8_t nothing[1];
    const uint8_t *at = length ? bytes : nothing;
    return (struct unpack){.at = at, .end = at + length};
}

static uint64_t damage(struct unpack *u)
{
    u->bad = true;
    u->at = u->end;
    return 0;
}

uint64_t unpack_u64(struct unpack *u)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (u->at == u->end)
            return damage(u);
        uint8_t byte = *u->at++;
        if (shift == 63 && byte > 1)
            return damage(u);
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return value;
    }
    return damage(u);
}

int64_t unpack_i64(struct unpack *u)
{
    uint64_t value = unpack_u64(u);
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

uint32_t unpack_u32(struct unpack *u)
{
    uint64_t value = unpack_u64(u);
    return value <= UINT32_MAX ? (uint32_t)value : (uint32_t)damage(u);
}

const char *unpack_bytes(struct unpack *u, size_t *length)
{
    uint64_t n = unpack_u64(u);
    if (n > (uint64_t)(u->end - u->at)) {
        damage(u);
        n = 0;
    }
    const char *bytes = (const char *)u->at;
    u->at += n;
    *length = (size_t)n;
    return bytes;
}

char *unpack_str(struct unpack *u)
{
    uint64_t n = unpack_u64(u);
    if (n == 0)
        return NULL;
    n--;
    if (n > (uint64_t)(u->end - u->at) || memchr(u->at, 0, (size_t)n)) {
        damage(u);
        return NULL;
    }
    char *s = mem_dup(u->at, (size_t)n);
    u->at += n;
    return s;
}

size_t unpack_count(struct unpack *u)
{
    uint64_t n = unpack_u64(u);
    if (n <= (uint64_t)(u->end - u->at))
        return (size_t)n;
    damage(u);
    return 0;
}

void unpack_array(struct unpack *u, char *to, size_t size)
{
    size_t n;
    const char *bytes = unpack_bytes(u, &n);
    if (n != size) {
        u->bad = true;
        memset(to, 0, size);
        return;
    }
    memcpy(to, bytes, size);
}

void unpack_short(struct unpack *u, char *to, size_t size)
{
    size_t n;
    const char *bytes = unpack_bytes(u, &n);
    if (n >= size || memchr(bytes, 0, n)) {
        u->bad = true;
        n = 0;
    }
    memcpy(to, bytes, n);
    to[n] = '\0';
}

bool unpack_done(const struct unpack *u)
{
    return !u->bad && u->at == u->end;
}

enum {
    SEAL = 4
};

void pack_seal(struct buf *b, size_t from)
{
    uint32_t sum = sum_of(buf_str(b) + from, b->len - from);
    for (size_t i = 0; i < SEAL; i++)
        buf_addc(b, (char)(sum >> 8 * i));
}

struct unpack unpack_sealed(const void *bytes, size_t length)
{
    struct unpack u = unpack_start(bytes, length < SEAL ? 0 : length - SEAL);
    uint32_t sum = sum_of(u.at, (size_t)(u.end - u.at));
    u.bad = length < SEAL;
    for (size_t i = 0; i < SEAL && !u.bad; i++)
        u.bad = u.end[i] != (uint8_t)(sum >> 8 * i);
    if (u.bad)
        u.at = u.end;
    return u;
}
