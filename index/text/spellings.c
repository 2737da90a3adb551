#include "index/text/spellings.h"

#include "index/text/utf8.h"

#include <string.h>

static void take_back(struct buf *out, size_t length)
{
    if (out->len > length)
        out->data[out->len = length] = '\0';
}

static const char *written_out(uint32_t c)
{
    switch (c) {
    case 0xe4: /* ä */
        return "ae";
    case 0xe5: /* å */
        return "aa";
    case 0xf6: /* ö */
    case 0xf8: /* ø */
        return "oe";
    case 0xfc: /* ü */
        return "ue";
    default:
        return NULL;
    }
}

bool spelling_written_out(const char *folded, size_t length, struct buf *out)
{
    size_t before = out->len;
    bool differs = false;
    for (const char *at = folded, *end = folded + length; at < end;) {
        uint32_t c = utf8_next(&at, end);
        const char *letters = written_out(c);
        differs = differs || letters;
        if (letters)
            buf_adds(out, letters);
        else
            utf8_add(out, c);
    }
    if (!differs)
        take_back(out, before);
    return differs;
}

bool spelling_maybe_written_out(const char *folded, size_t length)
{
    for (size_t i = 1; i < length; i++)
        if ((folded[i] == 'e' && strchr("aou", folded[i - 1])) ||
            (folded[i] == 'a' && folded[i - 1] == 'a'))
            return folded[i - 1] != '\0';
    return false;
}

/* By the letter's number from U+0430 on; NULL for letters that Serbian has not. */
static const char *latin(uint32_t c)
{
    static const char *const basic[] = {"a",  "b", "v", "g", "d", "e", "ž", "z",  "i",
                                        NULL, "k", "l", "m", "n", "o", "p", "r",  "s",
                                        "t",  "u", "f", "h", "c", "č", "š", NULL, NULL};
    if (c >= 0x430 && c < 0x430 + sizeof basic / sizeof *basic)
        return basic[c - 0x430];
    switch (c) {
    case 0x452:
        return "đ";
    case 0x458:
        return "j";
    case 0x459:
        return "lj";
    case 0x45a:
        return "nj";
    case 0x45b:
        return "ć";
    case 0x45f:
        return "dž";
    default:
        return NULL;
    }
}

bool spelling_latin(const char *folded, size_t length, struct buf *out)
{
    size_t before = out->len;
    for (const char *at = folded, *end = folded + length; at < end;) {
        const char *letters = latin(utf8_next(&at, end));
        if (!letters) {
            take_back(out, before);
            return false;
        }
        buf_adds(out, letters);
    }
    return out->len > before;
}

bool spelling_dotless(const char *surface, size_t length, struct buf *out)
{
    if (!memchr(surface, 'I', length))
        return false;
    for (size_t i = 0; i < length; i++)
        if (surface[i] == 'I')
            utf8_add(out, 0x131);
        else
            buf_addc(out, surface[i]);
    return true;
}
