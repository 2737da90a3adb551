/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON (RFC 8259) as plain text, with the escapes of its strings undone: programs often write all
 * that is not ASCII so, and nobody would find "\u03b9\u03c3\u03cc". Its structure is left as it is.
 */
#include "plugins/sections.h"
#include "plugins/text.h"

#include <stdlib.h>
#include <string.h>

#define ESCAPE_MAX 12 /* a pair of surrogates */

struct json {
    struct sections sections;
    struct text_buf in, out; /* IN begins with what the line before left of an escape */
};

/* The four hexadecimal digits at S, or -1. */
static long hex4(const char *s)
{
    char digits[5] = {0};
    memcpy(digits, s, 4);
    return strspn(digits, "0123456789abcdefABCDEF") == 4 ? strtol(digits, NULL, 16) : -1;
}

/* Undoes "\uXXXX" at S and the second half of a pair. Returns its length. */
static size_t unicode(struct text_buf *out, const char *s, size_t n)
{
    long code = n >= 6 ? hex4(s + 2) : -1;
    size_t length = 6;
    if (code < 0) {
        text_buf_char(out, '\\');
        return 1;
    }
    if (code >= 0xd800 && code < 0xdc00 && n >= ESCAPE_MAX && s[6] == '\\' && s[7] == 'u') {
        long low = hex4(s + 8);
        if (low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            length = ESCAPE_MAX;
        }
    }
    char utf8[4];
    if (code < ' ' || code == 0x7f)
        text_buf_char(out, code == '\n' ? '\n' : ' ');
    else
        text_buf_add(out, utf8, utf8_put(utf8, (uint32_t)code));
    return length;
}

/* Undoes the escape at S, where N bytes are left. Returns its length. */
static size_t escape(struct text_buf *out, const char *s, size_t n)
{
    char next = n > 1 ? s[1] : '\0';
    if (next == 'u')
        return unicode(out, s, n);
    if (next == '\\') {
        text_buf_char(out, '\\');
        return 2;
    }
    bool space = next && strchr("nrtbf", next);
    text_buf_char(out, next == 'n' ? '\n' : space ? ' ' : next == '"' || next == '/' ? next : '\\');
    return space || next == '"' || next == '/' ? 2 : 1;
}

static prospect_status json_line(void *context, const char *line, size_t n)
{
    struct json *j = context;
    text_buf_add(&j->in, line, n);
    const char *s = j->in.data;
    size_t i = 0, all = j->in.len;
    bool whole = all && s[all - 1] == '\n';
    text_buf_clear(&j->out);
    while (i < all) {
        const char *slash = memchr(s + i, '\\', all - i);
        size_t run = slash ? (size_t)(slash - s) - i : all - i;
        text_buf_add(&j->out, s + i, run);
        i += run;
        if (i < all && !whole && all - i < ESCAPE_MAX)
            break;
        if (i < all)
            i += escape(&j->out, s + i, all - i);
    }
    prospect_status status =
        sections_text(&j->sections, PROSPECT_BODY, text_buf_get(&j->out), j->out.len, true);
    size_t left = all - i;
    memmove(j->in.data, j->in.data + i, left);
    j->in.len = left;
    return status;
}

prospect_status text_json(struct charset *c, const prospect_source *source, prospect_sink *sink)
{
    struct json j = {0};
    sections_init(&j.sections, sink, PROSPECT_SECTION);
    prospect_status status = text_lines(c, source, sink, json_line, &j);
    if (!STOPS(status) && j.in.len)
        status = json_line(&j, "\n", 1);
    if (!STOPS(status))
        status = sections_end(&j.sections);
    sections_free(&j.sections);
    text_buf_free(&j.in);
    text_buf_free(&j.out);
    return status;
}
