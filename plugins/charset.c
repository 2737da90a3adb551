/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two steps: `decode` turns bytes into well-formed UTF-8 in `raw`, charset_read() hands it out
 * cleaned. Both work on blocks, so a file of any size needs the same memory.
 */
#include "plugins/charset.h"
#include "plugins/charset_detect.h"
#include "plugins/charset_label.h"
#include "plugins/charset_table.h"
#include "plugins/common.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define BLOCK          16384
#define NO_ICONV       ((iconv_t)-1)
#define IS(a, b)       (!strcasecmp((a), (b)))
#define CONVERTERS_MAX 100
#define REPLACEMENT    "\xef\xbf\xbd"

struct charset {
    int fd;
    uint64_t at;
    bool eof, failed, after_cr, pages;
    char name[CHARSET_NAME_MAX];
    size_t width; /* bytes to skip after what cannot be decoded */
    iconv_t converter;
    const struct charset_table *table; /* in place of the converter */
    unsigned long long replaced;
    size_t n_in, n_raw, raw_at;
    char in[BLOCK];
    char raw[4 * BLOCK];
};

/* What can be is a table. The others' converters are kept open for the life of the process, so that
 * glibc keeps their modules loaded. */
static iconv_t opened[CONVERTERS_MAX];
static struct charset_table *tables[CONVERTERS_MAX];
static bool warm;

static void prepare(size_t i)
{
    struct charset_table *table = malloc(sizeof *table);
    opened[i] = NO_ICONV;
    if (table && charset_table_make(table, charset_names[i])) {
        tables[i] = table;
        return;
    }
    free(table);
    opened[i] = iconv_open("UTF-8", charset_names[i]);
}

prospect_status charset_warm_up(void)
{
    for (size_t i = 0; i < CONVERTERS_MAX && charset_names[i] && !warm; i++)
        prepare(i);
    warm = true;
    return PROSPECT_OK;
}

/* Once warm, nothing else is opened: a converter is a shared object, and to load one in the sandbox
 * would be the end. */
static bool open_converter(struct charset *c, const char *label)
{
    const char *name = charset_real_name(label);
    if (strlen(name) >= sizeof c->name || strpbrk(name, "/ ,\t\n"))
        return false;
    c->converter = NO_ICONV;
    c->table = NULL;
    for (size_t i = 0; i < CONVERTERS_MAX && charset_names[i] && warm; i++)
        if (IS(name, charset_names[i])) {
            c->converter = opened[i];
            c->table = tables[i];
        }
    if (c->converter == NO_ICONV && !warm && !IS(name, "UTF-8"))
        c->converter = iconv_open("UTF-8", name);
    if (c->converter == NO_ICONV && !c->table && !IS(name, "UTF-8"))
        return false;
    c->width = !strncasecmp(name, "UTF-16", 6) ? 2 : !strncasecmp(name, "UTF-32", 6) ? 4 : 1;
    snprintf(c->name, sizeof c->name, "%s", name);
    return true;
}

/* libmagic's answers for any eight-bit text: no information. */
static bool says_nothing(const char *name)
{
    static const char *const empty[] = {"",           "binary", "us-ascii", "unknown-8bit",
                                        "iso-8859-1", "unknown"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
        if (IS(name, empty[i]))
            return true;
    return false;
}

/* A declaration of a wide encoding that got this far is wrong: its pattern was not found. */
static bool believable(const char *declared, const struct charset_scan *scan)
{
    if (!declared || !*declared || !strncasecmp(declared, "UTF-", 4))
        return false;
    bool seven_bit = !strncasecmp(declared, "ISO-2022", 8) || !strncasecmp(declared, "HZ", 2);
    return scan->invalid > 0 || (seven_bit && !scan->multibyte);
}

static void choose(struct charset *c, const struct charset_scan *scan, const char *declared,
                   const char *hint)
{
    bool utf8 = scan->invalid * 20 <= scan->multibyte;
    if (believable(declared, scan) && !(utf8 && scan->invalid) && open_converter(c, declared))
        return;
    if (utf8 && open_converter(c, "UTF-8"))
        return;
    if (hint && !says_nothing(hint) && believable(hint, scan) && open_converter(c, hint))
        return;
    if (*scan->guess && !IS(scan->guess, "ASCII") && strncasecmp(scan->guess, "UTF-", 4) &&
        open_converter(c, scan->guess))
        return;
    if (!open_converter(c, "WINDOWS-1252"))
        open_converter(c, "UTF-8");
}

/* Form feeds in UTF-16: only the first part is looked at. */
static bool wide_pages(const unsigned char *s, size_t n, bool big)
{
    for (size_t i = 0; i + 3 < n; i += 2)
        if (s[i] == (big ? 0 : '\f') && s[i + 1] == (big ? '\f' : 0))
            return true;
    return false;
}

prospect_status charset_open(struct charset **out, const prospect_source *source,
                             const char *declared)
{
    struct charset *c = calloc(1, sizeof *c);
    *out = c;
    if (!c)
        return PROSPECT_MEMORY;
    c->fd = source->fd;
    c->converter = NO_ICONV;
    ssize_t n = pread(c->fd, c->in, sizeof c->in, 0);
    if (n < 0)
        return PROSPECT_IO;
    const unsigned char *s = (const unsigned char *)c->in;
    const char *name = NULL;
    c->at = charset_bom(s, (size_t)n, &name);
    if (!name)
        name = charset_utf16(s, (size_t)n);
    if (name && !IS(name, "UTF-8") && open_converter(c, name)) {
        c->pages = c->width == 2 && wide_pages(s, (size_t)n, IS(name, "UTF-16BE"));
        return PROSPECT_OK;
    }
    struct charset_scan scan;
    if (!charset_scan(c->fd, c->at, &scan))
        return PROSPECT_IO;
    c->pages = scan.form_feeds > 0;
    if (!name || !open_converter(c, name))
        choose(c, &scan, declared, source->encoding);
    return PROSPECT_OK;
}

void charset_close(struct charset **c)
{
    if (!*c)
        return;
    bool kept = false;
    for (size_t i = 0; i < CONVERTERS_MAX && charset_names[i] && warm; i++)
        kept |= (*c)->converter == opened[i];
    if ((*c)->converter != NO_ICONV && !kept)
        iconv_close((*c)->converter);
    free(*c);
    *c = NULL;
}

static void refill(struct charset *c)
{
    while (!c->eof && c->n_in < sizeof c->in) {
        ssize_t n = pread(c->fd, c->in + c->n_in, sizeof c->in - c->n_in, (off_t)c->at);
        if (n < 0 && errno == EINTR)
            continue;
        c->failed |= n < 0;
        c->eof = n <= 0;
        if (n > 0) {
            c->n_in += (size_t)n;
            c->at += (uint64_t)n;
        }
    }
}

static void put(struct charset *c, const char *s, size_t n)
{
    memcpy(c->raw + c->n_raw, s, n);
    c->n_raw += n;
}

static size_t decode_utf8(struct charset *c)
{
    const unsigned char *s = (const unsigned char *)c->in;
    size_t from = 0, i = 0;
    while (i < c->n_in) {
        int length = s[i] < 0x80 ? 1 : utf8_length(s + i, c->n_in - i);
        if (length > 0) {
            i += (size_t)length;
            continue;
        }
        if (length < 0 && !c->eof)
            break;
        put(c, c->in + from, i - from);
        put(c, REPLACEMENT, 3);
        c->replaced++;
        i += length < 0 ? c->n_in - i : 1;
        from = i;
    }
    put(c, c->in + from, i - from);
    return i;
}

static size_t decode_iconv(struct charset *c)
{
    char *in = c->in, *out = c->raw;
    size_t left = c->n_in, room = sizeof c->raw - 4;
    while (left) {
        if (iconv(c->converter, &in, &left, &out, &room) != (size_t)-1 || errno == E2BIG)
            break;
        if (errno == EINVAL && !c->eof)
            break;
        if (room < 3)
            break;
        memcpy(out, REPLACEMENT, 3);
        out += 3;
        room -= 3;
        c->replaced++;
        size_t skip = left < c->width ? left : c->width;
        in += skip;
        left -= skip;
    }
    c->n_raw = (size_t)(out - c->raw);
    return c->n_in - left;
}

static size_t decode_table(struct charset *c)
{
    c->n_raw = charset_table_decode(c->table, c->in, c->n_in, c->raw, &c->replaced);
    return c->n_in;
}

static void decode(struct charset *c)
{
    c->n_raw = c->raw_at = 0;
    refill(c);
    if (!c->n_in)
        return;
    size_t used = c->table                   ? decode_table(c)
                  : c->converter == NO_ICONV ? decode_utf8(c)
                                             : decode_iconv(c);
    c->n_in -= used;
    memmove(c->in, c->in + used, c->n_in);
    if (!used && !c->n_raw) /* no progress: never twice with the same bytes */
        c->n_in = 0;
}

static bool is_plain(unsigned char b)
{
    return b >= 0x20 && b != 0x7f;
}

/* Copies what is ready into OUT, cleaned. */
static size_t hand_out(struct charset *c, char *out, size_t size)
{
    size_t n = 0;
    while (c->raw_at < c->n_raw && size - n >= 4) {
        const char *s = c->raw + c->raw_at;
        size_t left = c->n_raw - c->raw_at, run = 0;
        while (run < left && is_plain((unsigned char)s[run]))
            run++;
        if (run) {
            run = utf8_floor(s, run, size - n);
            memcpy(out + n, s, run);
            n += run;
            c->raw_at += run;
            c->after_cr = false;
            continue;
        }
        char b = *s;
        c->raw_at++;
        bool drop = b == '\0' || (b == '\n' && c->after_cr);
        c->after_cr = b == '\r';
        if (!drop)
            out[n++] = b == '\t' || b == '\n' || b == '\f' ? b : b == '\r' ? '\n' : ' ';
    }
    return n;
}

ssize_t charset_read(struct charset *c, char *out, size_t size)
{
    for (;;) {
        size_t n = hand_out(c, out, size);
        if (n)
            return (ssize_t)n;
        if (c->eof && !c->n_in)
            return c->failed ? -1 : 0;
        decode(c);
    }
}

const char *charset_name(const struct charset *c)
{
    return c->name;
}

bool charset_has_pages(const struct charset *c)
{
    return c->pages;
}

prospect_status charset_report(const struct charset *c, prospect_sink *sink)
{
    if (!c->replaced)
        return PROSPECT_OK;
    char line[96];
    snprintf(line, sizeof line, "%llu characters could not be decoded as %s", c->replaced, c->name);
    return sink->warning(sink, line);
}
