#include "index/text/edges.h"

#include "index/text/chars.h"
#include "index/text/tokens.h"
#include "index/text/utf8.h"

#include <stdbool.h>
#include <string.h>

enum {
    SNAP_MAX = 80, /* bytes to look for a word's edge */
    LEAD_MAX = 100 /* bytes before the first word to look for a sentence's beginning */
};

static bool blank(char c)
{
    return chars_byte(c) == CHAR_SPACE;
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
    if (chars_byte(text[from - 1]) == CHAR_DIGIT && chars_byte(text[to]) == CHAR_DIGIT)
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

static bool begins_sentence(const char *text, size_t at)
{
    return at == 0 || (at >= 2 && !blank(text[at]) && blank(text[at - 1]) && text[at - 2] &&
                       strchr(".!?\n", text[at - 2]));
}

/* Where the sentence or paragraph of AT begins, if that is in the LEAD bytes before it; else AT. */
static size_t sentence_start(const char *text, size_t at, size_t lead)
{
    size_t stop = lead < at ? at - lead : 0;
    for (size_t i = at; i > stop; i--)
        if (begins_sentence(text, i))
            return i;
    return stop == 0 ? 0 : at;
}

/* The first beginning between FROM and TO: of a sentence if one is near, else of a word. */
static size_t first_start(const char *text, size_t length, size_t from, size_t to)
{
    if (from == 0)
        return 0;
    for (size_t i = from; i < to && i - from < SNAP_MAX; i++)
        if (begins_sentence(text, i))
            return i;
    return edge_after(text, length, from, to);
}

struct window edges_around(const char *text, size_t length, size_t wanted, size_t from, size_t to)
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
    /* What the end of the text leaves over is spent before the beginning. */
    size_t spare = wanted > w.end - w.start ? wanted - (w.end - w.start) : 0;
    if (w.end == length && spare > 0)
        w.start = first_start(text, length, w.start > spare ? w.start - spare : 0, w.start);
    return w;
}

struct window edges_beginning(const char *text, size_t length, size_t wanted)
{
    struct window w = {0, length};
    if (length <= wanted)
        return w;
    w.end = edge_before(text, length, wanted, 0);
    if (w.end == 0)
        w.end = utf8_cut(text, wanted);
    return w;
}

void edges_trim(const char *text, struct window *w)
{
    while (w->start < w->end && blank(text[w->start]))
        w->start++;
    while (w->end > w->start && blank(text[w->end - 1]))
        w->end--;
}
