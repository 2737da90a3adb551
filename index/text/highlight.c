/* One pass of the scanner finds the words that match, up to the last of them; the window is chosen
 * among those, and only the text in it is looked at again. */
#include "index/text/highlight.h"

#include "index/base/mem.h"
#include "index/text/chars.h"
#include "index/text/tokens.h"
#include "index/text/utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    SNAP_MAX = 80,    /* bytes to look for a word's edge */
    LEAD_MAX = 100,   /* bytes before the first match to look for a sentence's beginning */
    DISTINCT = 1000,  /* what a further word of the query counts in a window; all else is less */
    NEIGHBOURS = 100, /* what two of them side by side count */
    REPEATED = 10,    /* what each match counts */
    REPEATED_MAX = 20,
    WORDS = 64
};

struct hit {
    size_t start, end;
    uint64_t words; /* of the query, bit by bit */
};

struct window {
    size_t start, end;
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

void highlight_spans(const char *text, size_t length, const uint32_t *positions, size_t n,
                     struct span *spans)
{
    struct tokens tokens;
    struct token token;
    size_t i = 0;
    tokens_start(&tokens, text, length);
    while (i < n && tokens_next(&tokens, &token)) {
        if (token.kind == TOKEN_COMPOUND)
            continue;
        for (; i < n && positions[i] <= token.position; i++)
            spans[i] = positions[i] == token.position ? (struct span){token.start, token.end}
                                                      : (struct span){0, 0};
    }
    for (; i < n; i++)
        spans[i] = (struct span){0, 0};
}

/* The matches as stretches of TEXT, several of one position as one; the caller frees. */
static struct hit *find_hits(const char *text, size_t length, const struct match *matches, size_t n,
                             size_t *count)
{
    struct hit *hits = mem_alloc((n ? n : 1) * sizeof *hits);
    struct tokens tokens;
    struct token token;
    size_t i = 0;
    *count = 0;
    tokens_start(&tokens, text, length);
    while (i < n && tokens_next(&tokens, &token)) {
        if (token.kind == TOKEN_COMPOUND)
            continue;
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

struct tally {
    unsigned of_word[WORDS];
    unsigned distinct, hits;
    double closeness;
};

static void count_words(struct tally *t, uint64_t words, int by)
{
    for (; words; words &= words - 1) {
        unsigned *n = &t->of_word[__builtin_ctzll(words)];
        t->distinct += by > 0 && *n == 0;
        *n += (unsigned)by;
        t->distinct -= by < 0 && *n == 0;
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
    return DISTINCT * (double)t->distinct + (within < DISTINCT - 1 ? within : DISTINCT - 1);
}

/* First and last hit of the best window of LENGTH bytes; the earliest of equals. */
static void best_window(const struct hit *hits, size_t count, size_t length, size_t *first,
                        size_t *last)
{
    struct tally t = {.distinct = 0};
    double best = -1;
    size_t end = 0; /* behind the last hit of the window */
    for (size_t i = 0; i < count; i++) {
        for (; end < count && (end == i || hits[end].end - hits[i].start <= length); end++) {
            count_words(&t, hits[end].words, 1);
            if (end > i)
                t.closeness += closeness(&hits[end - 1], &hits[end]);
        }
        if (score(&t) > best + 1e-6) {
            best = score(&t);
            *first = i;
            *last = end - 1;
        }
        count_words(&t, hits[i].words, -1);
        if (i + 1 < end)
            t.closeness -= closeness(&hits[i], &hits[i + 1]);
    }
}

/* ---- its edges ----------------------------------------------------------------------------- */

static bool blank(char c)
{
    return chars_ascii[c & 0x7f] == CHAR_SPACE && (unsigned char)c < 0x80;
}

static bool begins_character(const char *text, size_t length, size_t at)
{
    return at >= length || ((unsigned char)text[at] & 0xc0) != 0x80;
}

/* The beginning of the character before AT. */
static size_t before(const char *text, size_t at)
{
    size_t from = at - 1;
    while (from > 0 && at - from < 4 && ((unsigned char)text[from] & 0xc0) == 0x80)
        from--;
    return from;
}

/* True if the blanks around AT stand inside a word: 5 196, or a word broken at the line's end. */
static bool inside_word(const char *text, size_t length, size_t at)
{
    size_t from = at, to = at, next;
    while (from > 0 && blank(text[from - 1]) && at - from < SNAP_MAX)
        from--;
    while (to < length && blank(text[to]) && to - at < SNAP_MAX)
        to++;
    if (from == 0 || to == length)
        return false;
    if (chars_ascii[text[from - 1] & 0x7f] == CHAR_DIGIT &&
        chars_ascii[text[to] & 0x7f] == CHAR_DIGIT)
        return true;
    uint32_t c;
    from = before(text, from);
    enum char_class class = chars_at(text, length, from, &next, &c);
    return (class == CHAR_HYPHEN || c == CHAR_SOFT_HYPHEN) && tokens_line_join(text, length, from);
}

/* True if text may be cut at AT without cutting a word. */
static bool edge(const char *text, size_t length, size_t at)
{
    size_t next;
    uint32_t c;
    if (at == 0 || at >= length)
        return true;
    if (!begins_character(text, length, at))
        return false;
    if (blank(text[at]) || blank(text[at - 1]))
        return !inside_word(text, length, at);
    return chars_at(text, length, at, &next, &c) == CHAR_IDEOGRAPH ||
           chars_at(text, length, before(text, at), &next, &c) == CHAR_IDEOGRAPH;
}

/* The first edge from AT on, at most LIMIT, where there is one by definition. */
static size_t edge_after(const char *text, size_t length, size_t at, size_t limit)
{
    size_t stop = limit - at > SNAP_MAX ? at + SNAP_MAX : limit;
    for (; at < stop; at++)
        if (edge(text, length, at))
            return at;
    return limit;
}

/* The last edge up to AT, at least LIMIT. */
static size_t edge_before(const char *text, size_t length, size_t at, size_t limit)
{
    size_t stop = at - limit > SNAP_MAX ? at - SNAP_MAX : limit;
    for (; at > stop; at--)
        if (edge(text, length, at))
            return at;
    return limit;
}

/* Where the sentence or paragraph of AT begins, if that is in the LEAD bytes before it; else AT. */
static size_t sentence_start(const char *text, size_t at, size_t lead)
{
    size_t stop = lead < at ? at - lead : 0;
    for (size_t i = at; i > stop && i >= 2; i--)
        if (!blank(text[i]) && blank(text[i - 1]) && text[i - 2] && strchr(".!?\n", text[i - 2]))
            return i;
    return stop == 0 ? 0 : at;
}

/* LENGTH bytes of text around the hits from FROM to TO, by whole words. */
static struct window around(const char *text, size_t length, size_t wanted, size_t from, size_t to)
{
    struct window w = {from, to};
    size_t room = wanted > to - from ? wanted - (to - from) : 0;
    size_t lead = room * 2 / 3 < LEAD_MAX ? room * 2 / 3 : LEAD_MAX;
    w.start = sentence_start(text, from, lead);
    if (w.start == from && from > 0) {
        size_t at = from > lead / 2 ? from - lead / 2 : 0;
        w.start = edge_after(text, length, at, from);
    }
    size_t end = length - w.start > wanted ? w.start + wanted : length;
    w.end = end > to ? edge_before(text, length, end, to) : to;
    if (w.end == length && length > wanted && w.start > length - wanted)
        w.start = edge_after(text, length, length - wanted, w.start);
    return w;
}

/* Without matches there is no word's edge to fall back to but a character's. */
static struct window beginning(const char *text, size_t length, size_t wanted)
{
    struct window w = {0, length};
    if (length <= wanted)
        return w;
    w.end = edge_before(text, length, wanted, 0);
    if (w.end == 0)
        w.end = utf8_cut(text, wanted);
    return w;
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

/* Writes the character at AT, or what stands for it, and returns where to go on. */
static size_t put(struct writing *w, size_t at)
{
    size_t next, joined = 0;
    uint32_t c;
    enum char_class class = chars_at(w->text, w->length, at, &next, &c);
    if (class == CHAR_SPACE) {
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
    put_blank(w);
    w->letter = class == CHAR_LETTER || class == CHAR_MARK;
    if (w->how->style == HIGHLIGHT_MARK)
        add_escaped(w->out, c);
    else
        utf8_add(w->out, c);
    return next;
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
        at = put(w, at);
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

static void trim(const char *text, struct window *w)
{
    while (w->start < w->end && blank(text[w->start]))
        w->start++;
    while (w->end > w->start && blank(text[w->end - 1]))
        w->end--;
}

void highlight_snippet(const struct highlight *how, const char *text, size_t length,
                       const struct match *matches, size_t n, struct buf *out)
{
    struct window all = {0, length}, w;
    size_t count, first = 0, last = 0;
    trim(text, &all);
    struct hit *hits = find_hits(text, length, matches, n, &count);
    best_window(hits, count, how->length, &first, &last);
    w = count ? around(text, length, how->length, hits[first].start, hits[last].end)
              : beginning(text, length, all.start + how->length);
    trim(text, &w);
    while (first > 0 && hits[first - 1].start >= w.start)
        first--;
    while (last + 1 < count && hits[last + 1].end <= w.end)
        last++;
    struct writing writing = {.how = how, .text = text, .length = length, .out = out};
    if (w.start > all.start)
        buf_adds(out, "… ");
    write_window(&writing, w, hits + first, count ? last - first + 1 : 0);
    if (w.end < all.end)
        buf_adds(out, " …");
    free(hits);
}
