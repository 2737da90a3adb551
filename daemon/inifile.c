/* inih cuts lines of more than 200 bytes without a word, and offers no line numbers. So we hand it
 * prepared lines: what it could misread is reported before, and a long line comes in pieces that
 * it takes for continuation lines, which are joined again here. A value is delivered once the
 * next line is asked for.
 */
#include "daemon/inifile.h"

#include "index/base/buf.h"

#include <ini.h>
#include <string.h>

enum {
    PIECE_MAX = 190 /* inih's buffer is 200 */
};

struct parse {
    const char *at, *end;
    unsigned number;
    bool comments, stopped;
    inifile_fn *each;
    void *ctx;
    struct buf line; /* what inih is being given */
    size_t given;
    struct buf section, key, value; /* what came back and is not delivered yet */
    bool pending;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static void deliver(struct parse *p, const char *key, const char *bad)
{
    struct inifile_line line = {.number = p->number,
                                .section = buf_str(&p->section),
                                .key = key,
                                .value = key || bad ? buf_str(&p->value) : NULL,
                                .bad = bad};
    if (!p->stopped && !p->each(p->ctx, &line))
        p->stopped = true;
}

static void deliver_bad(struct parse *p, const char *from, size_t length, const char *bad)
{
    buf_clear(&p->value);
    buf_add(&p->value, from, length < PIECE_MAX ? length : PIECE_MAX);
    deliver(p, NULL, bad);
    buf_clear(&p->value);
}

static void deliver_pending(struct parse *p)
{
    if (!p->pending)
        return;
    p->pending = false;
    deliver(p, buf_str(&p->key), NULL);
    buf_clear(&p->key);
    buf_clear(&p->value);
}

/* Copies the raw line, without what inih would take for a comment. */
static void prepare(struct parse *p, const char *from, size_t length)
{
    buf_clear(&p->line);
    p->given = 0;
    for (size_t i = 0; i < length; i++) {
        if (from[i] == ';' && i > 0 && is_blank(from[i - 1])) {
            if (p->comments)
                break;
            while (p->line.len > 0 && is_blank(p->line.data[p->line.len - 1]))
                p->line.data[--p->line.len] = '\0';
        }
        buf_addc(&p->line, from[i]);
    }
    while (p->line.len > 0 && is_blank(p->line.data[p->line.len - 1]))
        p->line.data[--p->line.len] = '\0';
}

static const char *check_section(struct parse *p)
{
    const char *close = memchr(p->line.data, ']', p->line.len);
    if (!close)
        return "starts a section and has no \"]\"";
    if ((size_t)(close - p->line.data) - 1 > INIFILE_NAME_MAX)
        return "has a section name of more than 48 bytes";
    p->line.len = (size_t)(close - p->line.data) + 1;
    return NULL;
}

static const char *check_key(struct parse *p)
{
    size_t name = strcspn(p->line.data, "=:");
    if (name == p->line.len)
        return "is neither \"[section]\" nor \"key = value\"";
    if (name > PIECE_MAX / 2)
        return "has a key of more than 48 bytes";
    while (name > 0 && is_blank(p->line.data[name - 1]))
        name--;
    if (name == 0)
        return "has no key before the \"=\"";
    if (name > INIFILE_NAME_MAX)
        return "has a key of more than 48 bytes";
    return NULL;
}

static void start_section(struct parse *p)
{
    buf_clear(&p->section);
    buf_add(&p->section, p->line.data + 1,
            (size_t)((char *)memchr(p->line.data, ']', p->line.len) - p->line.data) - 1);
    deliver(p, NULL, NULL);
}

/* One raw line: true if it is one for inih. */
static bool take_line(struct parse *p, const char *from, size_t length)
{
    const char *bad;
    while (length > 0 && is_blank(*from))
        from++, length--;
    if (memchr(from, '\0', length)) {
        deliver_bad(p, from, length, "has a NUL byte");
        return false;
    }
    if (length == 0 || *from == ';' || *from == '#')
        return false;
    if (length > INIFILE_LINE_MAX) {
        deliver_bad(p, from, length, "has more than 8000 bytes");
        return false;
    }
    prepare(p, from, length);
    bad = *from == '[' ? check_section(p) : check_key(p);
    if (bad) {
        deliver_bad(p, p->line.data, p->line.len, bad);
        return false;
    }
    if (*from == '[')
        start_section(p);
    return true;
}

static bool next_line(struct parse *p)
{
    while (!p->stopped && p->at < p->end) {
        const char *stop = memchr(p->at, '\n', (size_t)(p->end - p->at));
        const char *from = p->at;
        if (!stop)
            stop = p->end;
        p->at = stop < p->end ? stop + 1 : p->end;
        p->number++;
        if (take_line(p, from, (size_t)(stop - from)))
            return true;
    }
    return false;
}

/* How much of the line fits: never cut where inih would trim a blank or see a comment. */
static size_t piece(const struct parse *p)
{
    const char *rest = p->line.data + p->given;
    size_t n = p->line.len - p->given;
    if (n <= PIECE_MAX)
        return n;
    for (n = PIECE_MAX; n > 1; n--)
        if (!is_blank(rest[n - 1]) && !is_blank(rest[n]) && rest[n] != ';' && rest[n] != '#')
            return n;
    return 0;
}

/* inih's reader: see ini_parse_stream(). */
static char *give_piece(char *out, int size, void *ctx)
{
    struct parse *p = ctx;
    size_t lead = p->given > 0;
    while (p->given == p->line.len || piece(p) == 0) {
        if (p->given < p->line.len) { /* the rest is blanks without end */
            p->pending = false;
            deliver_bad(p, p->line.data, p->line.len, "has too many blanks in a row");
        }
        deliver_pending(p);
        buf_clear(&p->line);
        p->given = 0;
        if (p->stopped || !next_line(p))
            return NULL;
        lead = 0;
    }
    size_t n = piece(p);
    if (lead + n + 2 > (size_t)size)
        return NULL;
    out[0] = ' ';
    memcpy(out + lead, p->line.data + p->given, n);
    memcpy(out + lead + n, "\n", 2);
    p->given += n;
    return out;
}

static int take_value(void *ctx, const char *section, const char *key, const char *value)
{
    struct parse *p = ctx;
    (void)section;
    if (!p->pending)
        buf_adds(&p->key, key);
    p->pending = true;
    buf_adds(&p->value, value);
    return 1;
}

void inifile_parse(const char *text, size_t length, bool comments, inifile_fn *each, void *ctx)
{
    struct parse p = {.comments = comments, .each = each, .ctx = ctx};
    p.at = text;
    p.end = text + length;
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        p.at += 3;
    ini_parse_stream(give_piece, &p, take_value, &p);
    deliver_pending(&p);
    buf_free(&p.line);
    buf_free(&p.section);
    buf_free(&p.key);
    buf_free(&p.value);
}
