#include "index/text/utf8.h"

/* How many bytes a character takes that begins with FIRST, and the bounds of its second byte
 * (Unicode Standard, table 3-7); 0 where nothing begins so. */
static unsigned lead(unsigned char first, unsigned char *low, unsigned char *high)
{
    *low = 0x80;
    *high = 0xbf;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef) {
        *low = first == 0xe0 ? 0xa0 : 0x80;
        *high = first == 0xed ? 0x9f : 0xbf;
        return 3;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        *low = first == 0xf0 ? 0x90 : 0x80;
        *high = first == 0xf4 ? 0x8f : 0xbf;
        return 4;
    }
    return 0;
}

/* As utf8_next(); *GOOD says whether the bytes were a character. */
static uint32_t decode(const char **at, const char *end, bool *good)
{
    const unsigned char *p = (const unsigned char *)*at;
    *good = true;
    if (p[0] < 0x80) {
        (*at)++;
        return p[0];
    }
    unsigned char low, high;
    unsigned length = lead(p[0], &low, &high);
    uint32_t c = length == 2 ? p[0] & 0x1f : length == 3 ? p[0] & 0x0f : p[0] & 0x07;
    unsigned i = 1;
    for (; i < length && (size_t)(end - *at) > i && p[i] >= low && p[i] <= high; i++) {
        c = c << 6 | (p[i] & 0x3f);
        low = 0x80;
        high = 0xbf;
    }
    *at += i;
    *good = length && i == length;
    return *good ? c : 0xfffd;
}

uint32_t utf8_next(const char **at, const char *end)
{
    bool good;
    return decode(at, end, &good);
}

bool utf8_valid(const char *bytes, size_t length)
{
    const char *end = bytes + length;
    bool good = true;
    while (good && bytes < end)
        decode(&bytes, end, &good);
    return good;
}

size_t utf8_repair(struct buf *out, const char *bytes, size_t length)
{
    const char *end = bytes + length, *from = bytes;
    size_t replaced = 0;
    while (bytes < end) {
        const char *start = bytes;
        bool good;
        decode(&bytes, end, &good);
        if (good)
            continue;
        buf_add(out, from, (size_t)(start - from));
        utf8_add(out, 0xfffd);
        from = bytes;
        replaced++;
    }
    buf_add(out, from, (size_t)(end - from));
    return replaced;
}

void utf8_add(struct buf *out, uint32_t c)
{
    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        c = 0xfffd;
    char *to = buf_room(out, 4);
    if (c < 0x80) {
        to[0] = (char)c;
        buf_grew(out, 1);
    } else if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        buf_grew(out, 2);
    } else if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3f));
        to[2] = (char)(0x80 | (c & 0x3f));
        buf_grew(out, 3);
    } else {
        to[0] = (char)(0xf0 | c >> 18);
        to[1] = (char)(0x80 | (c >> 12 & 0x3f));
        to[2] = (char)(0x80 | (c >> 6 & 0x3f));
        to[3] = (char)(0x80 | (c & 0x3f));
        buf_grew(out, 4);
    }
}

size_t utf8_cut(const char *bytes, size_t length)
{
    size_t at = length;
    while (at > 0 && length - at < 4 && ((unsigned char)bytes[at - 1] & 0xc0) == 0x80)
        at--;
    if (at == 0)
        return length;
    unsigned char low, high;
    return lead((unsigned char)bytes[at - 1], &low, &high) > length - at + 1 ? at - 1 : length;
}
