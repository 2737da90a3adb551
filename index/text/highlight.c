/* One pass of the scanner finds the words that match, from mark to mark, up to the last of them;
 * the windows are chosen among those, and only the text in them is looked at again. */
#include "index/text/highlight.h"

#include "index/base/mem.h"
#include "index/text/chars.h"
#include "index/text/edges.h"
#include "index/text/tokens.h"
#include "index/text/utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    DISTINCT = 1000,  /* what a further word of the query counts in a window; all else is less */
    NEIGHBOURS = 100, /* what two of them side by side count */
    REPEATED = 10,    /* what each match counts */
    REPEATED_MAX = 20,
    LEADER_MIN = 4, /* so many dots in a row lead the eye to a page number, and say nothing */
    WORDS = 64
};

/* What the words are worth that a second window is to add before the snippet is divided. */
#define WORTH_DIVIDING 0.25

struct hit {
    size_t start, end;
    uint64_t words; /* of the query, bit by bit */
};

/* ---- escaping ------------------------------------------------------------------------------ */

static void add_escaped(struct buf *out, uint32_t c)
{
    switch (c) {
    case '&':
        buf_adds(out, "&amp;");
        break;
    case '<':
        buf_adds(out, "&lt;");
        break;
    case '>':
        buf_adds(out, "&gt;");
        break;
    case '"':
        buf_adds(out, "&quot;");
        break;
    case '\'':
        buf_adds(out, "&#39;");
        break;
    default:
        utf8_add(out, c);
    }
}

static bool control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

void highlight_escape(const char *text, size_t length, struct buf *out)
{
    const char *end = text + length;
    while (text < end) {
        uint32_t c = utf8_next(&text, end);
        add_escaped(out, control(c) ? ' ' : c);
    }
}

/* ---- where the matches stand --------------------------------------------------------------- */

/* The word at POSITION or, where there is none, the next. */
static bool find_word(struct tokens *t, const struct marks *marks, uint32_t position,
                      struct token *out)
{
    if (marks)
        marks_skip(marks, t, position);
    while (tokens_next(t, out))
        if (out->kind != TOKEN_COMPOUND && out->position >= position)
            return true;
    return false;
}

void highlight_spans(const char *text, size_t length, const uint32_t *positions, size_t n,
                     struct span *spans)
{
    struct tokens tokens;
    struct token token;
    size_t i = 0;
    tokens_start(&tokens, text, length);
    while (i < n && find_word(&tokens, NULL, positions[i], &token))
        for (; i < n && positions[i] <= token.position; i++)
            spans[i] = positions[i] == token.position ? (struct span){token.start, token.end}
                                                      : (struct span){0, 0};
    for (; i < n; i++)
        spans[i] = (struct span){0, 0};
}

/* The matches as stretches of TEXT, several of one position as one; the caller frees. */
static struct hit *find_hits(const struct highlight *how, const char *text, size_t length,
                             const struct match *matches, size_t n, size_t *count)
{
    struct hit *hits = mem_alloc((n ? n : 1) * sizeof *hits);
    struct tokens tokens;
    struct token token;
    size_t i = 0;
    *count = 0;
    tokens_start(&tokens, text, length);
    while (i < n && find_word(&tokens, how->marks, matches[i].position, &token)) {
        uint64_t words = 0;
        for (; i < n && matches[i].position <= token.position; i++)
            if (matches[i].position == token.position)
                words |= UINT64_C(1) << (matches[i].word % WORDS);
        if (words)
            hits[(*count)++] = (struct hit){token.start, token.end, words};
    }
    return hits;
}

/* ---- the best window ----------------------------------------------------------------------- */

/* Hits from FIRST to LAST. */
struct row {
    size_t first, last;
    bool found;
};

struct choice {
    const struct highlight *how;
    const struct hit *hits;
    uint64_t have; /* words that are shown already, and count as repeated ones only */
};

struct tally {
    unsigned of_word[WORDS];
    unsigned hits;
    double distinct, closeness;
};

static double worth(const struct highlight *how, uint64_t words)
{
    double sum = 0;
    for (; words; words &= words - 1)
        sum += how->weight ? how->weight[__builtin_ctzll(words)] : 1;
    return sum;
}

static void count_words(const struct choice *c, struct tally *t, uint64_t words, int by)
{
    for (uint64_t left = words; left; left &= left - 1) {
        unsigned *n = &t->of_word[__builtin_ctzll(left)];
        uint64_t word = left & -left & ~c->have;
        t->distinct += by > 0 && *n == 0 ? worth(c->how, word) : 0;
        *n += (unsigned)by;
        t->distinct -= by < 0 && *n == 0 ? worth(c->how, word) : 0;
    }
    t->hits += (unsigned)by;
}

/* What it counts that A and B, which follow each other, stand close together. */
static double closeness(const struct hit *a, const struct hit *b)
{
    if (a->words == b->words)
        return 0;
    return NEIGHBOURS / (1 + (double)(b->start - a->end) / 8);
}

static double score(const struct tally *t)
{
    double within = t->closeness + REPEATED * (t->hits < REPEATED_MAX ? t->hits : REPEATED_MAX);
    return DISTINCT * t->distinct + (within < DISTINCT - 1 ? within : DISTINCT - 1);
}

/* The best row among hits FROM to TO (not included) that fits into LENGTH bytes; the earliest of
 * equals. */
static struct row best_row(const struct choice *c, size_t from, size_t to, size_t length)
{
    const struct hit *hits = c->hits;
    struct row row = {from, from, false};
    struct tally t = {.hits = 0};
    double best = -1;
    size_t end = from; /* behind the last hit of the window */
    for (size_t i = from; i < to; i++) {
        for (; end < to && (end == i || hits[end].end - hits[i].start <= length); end++) {
            count_words(c, &t, hits[end].words, 1);
            if (end > i)
                t.closeness += closeness(&hits[end - 1], &hits[end]);
        }
        if (score(&t) > best + 1e-6) {
            best = score(&t);
            row = (struct row){i, end - 1, true};
        }
        count_words(c, &t, hits[i].words, -1);
        if (i + 1 < end)
            t.closeness -= closeness(&hits[i], &hits[i + 1]);
    }
    return row;
}

static uint64_t words_of(const struct hit *hits, struct row row)
{
    uint64_t words = 0;
    for (size_t i = row.first; row.found && i <= row.last; i++)
        words |= hits[i].words;
    return words;
}

/* The row that adds most to ROW, before or behind it. */
static struct row second_row(struct choice *c, size_t count, struct row row, size_t length)
{
    c->have = words_of(c->hits, row);
    struct row before = best_row(c, 0, row.first, length);
    struct row behind = best_row(c, row.last + 1, count, length);
    double worth_before = worth(c->how, words_of(c->hits, before) & ~c->have);
    double worth_behind = worth(c->how, words_of(c->hits, behind) & ~c->have);
    return worth_before > worth_behind ? before : behind;
}

/* One row, or, where words of weight stand too far apart for one, two, in reading order. Returns
 * how many. */
static size_t choose_rows(const struct highlight *how, const struct hit *hits, size_t count,
                          struct row rows[2])
{
    struct choice c = {how, hits, 0};
    rows[0] = best_row(&c, 0, count, how->length);
    uint64_t one = words_of(hits, rows[0]);
    uint64_t all = words_of(hits, (struct row){0, count - 1, count > 0});
    if (worth(how, all & ~one) < WORTH_DIVIDING)
        return rows[0].found;
    struct row a = best_row(&c, 0, count, how->length / 2);
    struct row b = second_row(&c, count, a, how->length / 2);
    uint64_t two = words_of(hits, a) | words_of(hits, b);
    if (!b.found || worth(how, two) < worth(how, one) + WORTH_DIVIDING)
        return 1;
    rows[0] = a.first < b.first ? a : b;
    rows[1] = a.first < b.first ? b : a;
    return 2;
}

/* ---- writing it ---------------------------------------------------------------------------- */

struct writing {
    const struct highlight *how;
    const char *text;
    size_t length;
    struct buf *out;
    bool blank, any; /* a blank is due; something was written */
    bool letter;     /* the last character was one */
};

static void put_blank(struct writing *w)
{
    if (w->blank && w->any)
        buf_addc(w->out, ' ');
    w->blank = false;
    w->any = true;
}

/* Where a row of dots or lines ends that leads the eye over the page, also with blanks between; 0
 * if there is none at AT. */
static size_t leader_end(const char *text, size_t length, size_t at)
{
    size_t n = 0, end = at;
    const char dot = text[at];
    if (!memchr("._-=*", dot, 5))
        return 0;
    for (size_t i = at; i < length && (text[i] == dot || text[i] == ' '); i++)
        if (text[i] == dot) {
            end = i + 1;
            n++;
        }
    return n >= LEADER_MIN ? end : 0;
}

/* Where the next bar of a drawn table stands, if nothing but blanks is between it and the one at
 * AT; else 0. */
static size_t empty_cell_end(const char *text, size_t length, size_t at)
{
    size_t i = at + 1;
    if (text[at] != '|')
        return 0;
    while (i < length && memchr(" \t\r\n", text[i], 4))
        i++;
    return i > at + 1 && i < length && text[i] == '|' ? i : 0;
}

static bool private_use(uint32_t c)
{
    return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000;
}

static void put_character(struct writing *w, uint32_t c)
{
    put_blank(w);
    if (w->how->style == HIGHLIGHT_MARK)
        add_escaped(w->out, c);
    else
        utf8_add(w->out, c);
}

/* Writes the character at AT, or what stands for it, and returns where to go on. */
static size_t put(struct writing *w, size_t at)
{
    size_t next, joined = 0;
    uint32_t c;
    enum char_class class = chars_at(w->text, w->length, at, &next, &c);
    if (class == CHAR_SPACE || private_use(c)) { /* a font's own signs: bullets, mostly */
        w->blank = true;
        w->letter = false;
        return next;
    }
    if ((class == CHAR_HYPHEN || c == CHAR_SOFT_HYPHEN) && w->letter)
        joined = tokens_line_join(w->text, w->length, at);
    if (joined)
        return joined;
    if (class == CHAR_IGNORED && c != 0x200c && c != 0x200d) /* joiners shape letters */
        return next;
    w->letter = class == CHAR_LETTER || class == CHAR_MARK;
    if ((joined = empty_cell_end(w->text, w->length, at))) {
        w->blank = true;
        return joined;
    }
    if ((joined = leader_end(w->text, w->length, at))) {
        put_character(w, 0x2026);
        return joined;
    }
    put_character(w, c);
    return next;
}

/* Writes the plain letters and digits from AT on, most of most texts, and returns where they end,
 * at END at the latest. */
static size_t put_plain(struct writing *w, size_t at, size_t end)
{
    const size_t start = at;
    while (at < end && chars_in_word(chars_byte(w->text[at])))
        at++;
    if (at == start)
        return at;
    put_blank(w);
    buf_add(w->out, w->text + start, at - start);
    w->letter = chars_byte(w->text[at - 1]) == CHAR_LETTER;
    return at;
}

static void put_mark(struct writing *w, const char *mark)
{
    if (w->how->style == HIGHLIGHT_MARK)
        buf_adds(w->out, mark);
}

/* True if one mark should span A and B: nothing, or one character that is no blank, between. */
static bool touching(const struct writing *w, const struct hit *a, const struct hit *b)
{
    size_t next;
    uint32_t c;
    if (a->end == b->start)
        return true;
    enum char_class class = chars_at(w->text, w->length, a->end, &next, &c);
    return next == b->start && class != CHAR_SPACE;
}

static void write_window(struct writing *w, struct window in, const struct hit *hits, size_t n)
{
    bool open = false;
    for (size_t at = in.start; at < in.end;) {
        if (n && !open && at >= hits->start) {
            put_blank(w);
            put_mark(w, "<mark>");
            open = true;
        }
        const size_t stop = n == 0 ? in.end : open ? hits->end : hits->start;
        const size_t plain = put_plain(w, at, stop < in.end ? stop : in.end);
        at = plain > at ? plain : put(w, at);
        for (; open && at >= hits->end; hits++, n--) {
            if (n > 1 && touching(w, hits, hits + 1))
                continue;
            put_mark(w, "</mark>");
            open = false;
        }
    }
    if (open)
        put_mark(w, "</mark>");
}

/* The windows of text around the ROWS, those that meet as one. Returns how many. */
static size_t windows_of(const struct highlight *how, const char *text, size_t length,
                         const struct hit *hits, const struct row *rows, size_t n,
                         struct window w[2])
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct hit *first = &hits[rows[i].first], *last = &hits[rows[i].last];
        struct window next = edges_around(text, length, how->length / n, first->start, last->end);
        if (count > 0 && next.start <= w[0].end)
            w[0].end = next.end > w[0].end ? next.end : w[0].end;
        else
            w[count++] = next;
    }
    return count;
}

/* Writes the hits that lie in the window, and what stands around them. */
static void write_part(struct writing *w, struct window in, const struct hit *hits, size_t count)
{
    size_t first = 0, last;
    while (first < count && hits[first].start < in.start)
        first++;
    for (last = first; last < count && hits[last].end <= in.end; last++)
        continue;
    w->blank = w->any = w->letter = false;
    write_window(w, in, hits + first, last - first);
}

void highlight_snippet(const struct highlight *how, const char *text, size_t length,
                       const struct match *matches, size_t n, struct buf *out)
{
    struct window all = {0, length}, w[2];
    struct row rows[2];
    size_t count;
    edges_trim(text, &all);
    struct hit *hits = find_hits(how, text, length, matches, n, &count);
    size_t parts = choose_rows(how, hits, count, rows);
    parts = windows_of(how, text, all.end, hits, rows, parts, w);
    if (parts == 0)
        w[parts++] = edges_beginning(text, all.end, all.start + how->length);
    struct writing writing = {.how = how, .text = text, .length = length, .out = out};
    for (size_t i = 0; i < parts; i++) {
        edges_trim(text, &w[i]);
        if (i > 0 || w[i].start > all.start)
            buf_adds(out, i > 0 ? " … " : "… ");
        write_part(&writing, w[i], hits, count);
    }
    if (w[parts - 1].end < all.end)
        buf_adds(out, " …");
    free(hits);
}
