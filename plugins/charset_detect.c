/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only blocks with bytes over 127 go to uchardet, so that the one accented word at the end of a
 * long ASCII text decides. Its guess is not believed where it takes text whose words mix ASCII
 * letters with others (Latin script) for Cyrillic, Greek or East Asian.
 */
#include "plugins/charset_detect.h"
#include "plugins/common.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uchardet/uchardet.h>
#include <unistd.h>

#define BLOCK        65536
#define GUESS_ENOUGH (1u << 20)

size_t charset_bom(const unsigned char *s, size_t n, const char **name)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *name;
    } marks[] = {{"\xef\xbb\xbf", 3, "UTF-8"},
                 {"\xff\xfe\0\0", 4, "UTF-32LE"},
                 {"\0\0\xfe\xff", 4, "UTF-32BE"},
                 {"\xff\xfe", 2, "UTF-16LE"},
                 {"\xfe\xff", 2, "UTF-16BE"}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (n >= marks[i].length && !memcmp(s, marks[i].bytes, marks[i].length)) {
            *name = marks[i].name;
            return marks[i].length;
        }
    }
    return 0;
}

/* How much the bytes look like UTF-16: characters of everyday text minus impossible ones, in
 * hundredths. */
static int utf16_score(const unsigned char *s, size_t n, bool big)
{
    long good = 0, bad = 0, units = (long)(n / 2);
    for (size_t i = 0; i + 1 < n; i += 2) {
        unsigned u = big ? s[i] << 8 | s[i + 1] : s[i + 1] << 8 | s[i];
        if (u < 0x20 ? u == '\t' || u == '\n' || u == '\r' || u == '\f' : u < 0x530)
            good++;
        else if (u < 0x20 || u >= 0xfffe || (u >= 0xe000 && u < 0xf900))
            bad++;
    }
    return units ? (int)(100 * (good - 4 * bad) / units) : 0;
}

const char *charset_utf16(const unsigned char *s, size_t n)
{
    n = n > 4096 ? 4096 : n;
    if (n < 4 || !memchr(s, '\0', n))
        return NULL;
    int little = utf16_score(s, n, false), big = utf16_score(s, n, true);
    if (little < 60 && big < 60)
        return NULL;
    return big > little ? "UTF-16BE" : "UTF-16LE";
}

struct words {
    unsigned long mixed, apart; /* words of both kinds of bytes, and of high bytes only */
};

static void count_words(const unsigned char *s, size_t n, struct words *w)
{
    bool ascii = false;
    size_t high = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i < n && s[i] >= 0x80) {
            high++;
        } else if (i < n && isalpha(s[i])) {
            ascii = true;
        } else {
            w->mixed += high && ascii;
            w->apart += high > 1 && !ascii;
            high = 0;
            ascii = false;
        }
    }
}

static bool is_latin(const char *name)
{
    static const char *const latin[] = {
        "ISO-8859-1",   "ISO-8859-2",   "ISO-8859-3",        "ISO-8859-4",
        "ISO-8859-9",   "ISO-8859-10",  "ISO-8859-13",       "ISO-8859-14",
        "ISO-8859-15",  "ISO-8859-16",  "WINDOWS-1250",      "WINDOWS-1252",
        "WINDOWS-1254", "WINDOWS-1257", "MAC-CENTRALEUROPE", "IBM852"};
    for (size_t i = 0; i < sizeof latin / sizeof *latin; i++)
        if (!strcasecmp(name, latin[i]))
            return true;
    return false;
}

static bool take_block(const unsigned char *s, size_t n, bool last, size_t *used,
                       struct charset_scan *out)
{
    bool high = false;
    size_t i = 0;
    while (i < n) {
        if (s[i] < 0x80) {
            out->form_feeds += s[i] == '\f';
            i++;
            continue;
        }
        high = true;
        int length = utf8_length(s + i, n - i);
        if (length < 0 && !last)
            break;
        out->multibyte += length > 0;
        out->invalid += length == 0;
        i += length > 0 ? (size_t)length : length < 0 ? n - i : 1;
    }
    *used = i;
    return high;
}

struct guesser {
    uchardet_t detector;
    struct words words;
    size_t fed;
};

static void feed(struct guesser *g, const unsigned char *s, size_t n)
{
    if (!g->detector || g->fed > GUESS_ENOUGH)
        return;
    uchardet_handle_data(g->detector, (const char *)s, n);
    count_words(s, n, &g->words);
    g->fed += n;
}

static void conclude(struct guesser *g, char out[CHARSET_NAME_MAX])
{
    uchardet_data_end(g->detector);
    const char *name = uchardet_get_charset(g->detector);
    if (g->words.mixed > g->words.apart && !is_latin(name))
        name = "";
    snprintf(out, CHARSET_NAME_MAX, "%s", name);
}

bool charset_scan(int fd, uint64_t start, struct charset_scan *out)
{
    unsigned char *block = malloc(BLOCK);
    struct guesser g = {.detector = uchardet_new()};
    size_t kept = 0;
    uint64_t at = start, trailing = 0;
    ssize_t n = -1;
    *out = (struct charset_scan){0};
    while (block && (n = pread(fd, block + kept, BLOCK - kept, (off_t)at)) > 0) {
        at += (uint64_t)n;
        size_t all = kept + (size_t)n, used;
        if (take_block(block, all, false, &used, out))
            feed(&g, block, used);
        trailing = used && block[used - 1] == '\f';
        kept = all - used;
        memmove(block, block + used, kept);
    }
    out->form_feeds -= trailing;
    if (g.detector) {
        if (out->invalid)
            conclude(&g, out->guess);
        uchardet_delete(g.detector);
    }
    free(block);
    return n == 0;
}
