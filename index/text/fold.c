#include "index/text/fold.h"

#include "index/text/chars.h"
#include "index/text/utf8.h"

#include <utf8proc.h>

#include <stdbool.h>
#include <string.h>

/* Characters are normalised in blocks, so that a hostile word (a hundred thousand marks) costs no
 * more than its length. Real words fit in one. */
enum {
    BLOCK = 96,
    LONGEST = 32 /* what one character may decompose to (U+FDFA: 18) */
};

struct block {
    utf8proc_int32_t at[BLOCK + LONGEST];
    size_t count;
};

static const char *basic_letters(uint32_t c)
{
    switch (c) {
    case 0xdf:
        return "ss";
    case 0xe6:
        return "ae";
    case 0xf0:
    case 0x111:
        return "d";
    case 0xf8:
        return "o";
    case 0xfe:
        return "th";
    case 0x127:
        return "h";
    case 0x131:
        return "i";
    case 0x138:
        return "k";
    case 0x142:
        return "l";
    case 0x14b:
        return "n";
    case 0x153:
        return "oe";
    case 0x167:
        return "t";
    default:
        return NULL;
    }
}

/* Marks that are only accents: in other scripts a mark is a vowel, and dropping it another word. */
static bool accent(utf8proc_int32_t c)
{
    return (c >= 0x300 && c <= 0x36f) || (c >= 0x1ab0 && c <= 0x1aff) ||
           (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
           (c >= 0xfe20 && c <= 0xfe2f) || (c >= 0x591 && c <= 0x5bd) || c == 0x5bf ||
           (c >= 0x5c1 && c <= 0x5c7) || (c >= 0x64b && c <= 0x65f) || c == 0x670 || c == 0x640;
}

/* й, ѓ, ї, ќ, ў: letters of their own, not accented ones. */
static bool letter_of_its_own(uint32_t c)
{
    return c == 0x439 || c == 0x453 || c == 0x457 || c == 0x45c || c == 0x45e;
}

static void add_without_accents(struct buf *out, uint32_t c)
{
    if (c < 128) {
        buf_addc(out, (char)c);
        return;
    }
    const char *basic = basic_letters(c);
    if (basic) {
        buf_adds(out, basic);
        return;
    }
    utf8proc_int32_t parts[LONGEST];
    int class = 0;
    utf8proc_ssize_t n =
        utf8proc_decompose_char((utf8proc_int32_t)c, parts, LONGEST, UTF8PROC_DECOMPOSE, &class);
    bool dropped = false;
    for (utf8proc_ssize_t i = 0; i < n && i < LONGEST; i++)
        dropped = dropped || accent(parts[i]);
    if (!dropped || letter_of_its_own(c)) {
        utf8_add(out, c);
        return;
    }
    for (utf8proc_ssize_t i = 0; i < n && i < LONGEST; i++)
        if (!accent(parts[i]))
            add_without_accents(out, (uint32_t)parts[i]);
}

/* Canonical order: marks on one letter by their class. */
static void order(struct block *b)
{
    for (size_t i = 1; i < b->count; i++) {
        int class = utf8proc_get_property(b->at[i])->combining_class;
        for (size_t k = i; class && k > 0; k--) {
            if (utf8proc_get_property(b->at[k - 1])->combining_class <= class)
                break;
            utf8proc_int32_t swap = b->at[k];
            b->at[k] = b->at[k - 1];
            b->at[k - 1] = swap;
        }
    }
}

static void flush(struct block *b, enum fold how, struct buf *out)
{
    order(b);
    utf8proc_ssize_t n = utf8proc_normalize_utf32(b->at, (utf8proc_ssize_t)b->count,
                                                  UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        uint32_t c = (uint32_t)b->at[i];
        if (how == FOLD_ALL)
            add_without_accents(out, c);
        else if (c != 0x307 || i == 0 || b->at[i - 1] != 'i') /* İ is i */
            utf8_add(out, c);
    }
    b->count = 0;
}

static void take(struct block *b, uint32_t c)
{
    switch (chars_class(c)) {
    case CHAR_APOSTROPHE:
        b->at[b->count++] = '\'';
        return;
    case CHAR_HYPHEN:
        b->at[b->count++] = '-';
        return;
    case CHAR_IGNORED:
        return;
    default:
        break;
    }
    int class = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(
        (utf8proc_int32_t)c, b->at + b->count, LONGEST,
        UTF8PROC_CASEFOLD | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_IGNORE, &class);
    if (n > 0 && n <= LONGEST)
        b->count += (size_t)n;
}

static bool fold_ascii(const char *word, size_t length, struct buf *out)
{
    char *to = buf_room(out, length);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)word[i];
        if (c >= 128) {
            *to = '\0'; /* what is in OUT ends where it did */
            return false;
        }
        to[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c == '`' ? '\'' : c);
    }
    buf_grew(out, length);
    return true;
}

void fold_word(const char *word, size_t length, enum fold how, struct buf *out)
{
    if (fold_ascii(word, length, out))
        return;
    struct block b = {.count = 0};
    const char *end = word + length;
    while (word < end) {
        uint32_t c = utf8_next(&word, end);
        bool starts = utf8proc_get_property((utf8proc_int32_t)c)->combining_class == 0;
        if (b.count >= BLOCK || (b.count >= BLOCK / 2 && starts))
            flush(&b, how, out);
        take(&b, c);
    }
    flush(&b, how, out);
}
