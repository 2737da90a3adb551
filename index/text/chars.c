#include "index/text/chars.h"

#include "index/text/utf8.h"

#include <utf8proc.h>

#define S CHAR_SPACE
#define W CHAR_WIDE
#define L CHAR_LETTER
#define D CHAR_DIGIT
#define A CHAR_APOSTROPHE
#define H CHAR_HYPHEN
#define P CHAR_DOT
const uint8_t chars_of_byte[256] = {
    S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
    S, 0, 0, 0, 0, 0, 0, A, 0, 0, 0, 0, 0, H, P, 0, D, D, D, D, D, D, D, D, D, D, 0, 0, 0, 0, 0, 0,
    0, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, 0, 0, 0, 0, 0,
    A, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, 0, 0, 0, 0, S,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
};
#undef S
#undef W
#undef L
#undef D
#undef A
#undef H
#undef P

static bool ideograph(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
           (c >= 0x3040 && c <= 0x30ff) || (c >= 0x31f0 && c <= 0x31ff) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff66 && c <= 0xff9f) ||
           (c >= 0x20000 && c <= 0x3ffff);
}

/* Raised digits are mostly footnote numbers and units (km²), lowered ones formulas (CO₂): both
 * are read as digits. Other numbers of the category (½, ①) are symbols. */
static bool small_digit(uint32_t c)
{
    return c == 0xb2 || c == 0xb3 || c == 0xb9 || c == 0x2070 || (c >= 0x2074 && c <= 0x2079) ||
           (c >= 0x2080 && c <= 0x2089);
}

static enum char_class by_category(uint32_t c)
{
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return ideograph(c) ? CHAR_IDEOGRAPH : CHAR_LETTER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
        return CHAR_DIGIT;
    case UTF8PROC_CATEGORY_NO:
        return small_digit(c) ? CHAR_DIGIT : CHAR_OTHER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return CHAR_MARK;
    case UTF8PROC_CATEGORY_CF:
        return CHAR_IGNORED;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
        return CHAR_SPACE;
    default:
        return CHAR_OTHER;
    }
}

enum char_class chars_class(uint32_t c)
{
    if (c < 128)
        return chars_byte((char)c);
    switch (c) {
    case 0xb4:   /* acute accent */
    case 0x2bc:  /* modifier letter apostrophe */
    case 0x2018: /* quotation marks */
    case 0x2019:
    case 0x201b:
    case 0x2032: /* prime */
    case 0xff07: /* full width */
        return CHAR_APOSTROPHE;
    case 0x2010: /* hyphen */
    case 0x2011: /* that does not break */
    case 0xfe63: /* small */
    case 0xff0d: /* full width */
        return CHAR_HYPHEN;
    default:
        return by_category(c);
    }
}

bool chars_small(uint32_t c)
{
    return c < 128 ? c >= 'a' && c <= 'z'
                   : utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LL;
}

uint32_t chars_capital(uint32_t c)
{
    return (uint32_t)utf8proc_toupper((utf8proc_int32_t)c);
}

enum char_class chars_at_wide(const char *text, size_t length, size_t at, size_t *next, uint32_t *c)
{
    if (at >= length) {
        *next = length;
        *c = 0;
        return CHAR_OTHER;
    }
    const char *p = text + at;
    *c = utf8_next(&p, text + length);
    *next = (size_t)(p - text);
    return chars_class(*c);
}
