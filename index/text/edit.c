/* Row i of the table holds, for each beginning of the word, the edits from the first i characters
 * of the term to it. A row without a cell within the limit is dead: no term that goes on from there
 * is near. In a row whose best cell is AT the limit only a character of the word can follow.
 */
#include "index/text/edit.h"

#include "index/base/mem.h"
#include "index/text/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEPTH_MAX = EDIT_WORD_MAX + EDIT_MAX + 2,
    CHARACTER_MAX = 0x10ffff
};

#define NO_CHARACTER UINT32_MAX

/* Blocks of the Unicode Standard, put together by script; what is behind Cyrillic is one here. */
static const struct range {
    uint32_t first, last;
} script[] = {
    {0, '/'},       /* apostrophes, dots */
    {'0', '@'},     /* digits */
    {'[', 0x36f},   /* Latin, without capitals */
    {0x370, 0x3ff}, /* Greek */
    {0x400, 0x52f}, /* Cyrillic */
    {0x530, CHARACTER_MAX},
};
enum {
    SCRIPTS = sizeof script / sizeof *script,
    IN_ALL = 1 << 0 | 1 << 2 /* what stands in words of every script */
};

struct edit_walk {
    uint32_t word[EDIT_WORD_MAX];
    size_t length;
    unsigned limit;
    bool keep_first, beginnings;
    size_t early;     /* so many characters of a term have one edit at most */
    unsigned scripts; /* of `script`, bit by bit, in order; 0: every character */
    /* of the term looked at: so many characters have living rows */
    uint32_t term[DEPTH_MAX];
    uint8_t row[DEPTH_MAX + 1][EDIT_WORD_MAX + 1];
    size_t depth;
    uint32_t dead; /* the character that came behind them; NO_CHARACTER: the term ended */
    bool started;
    bool near; /* the term was */
};

static size_t decode(const char *utf8, size_t length, uint32_t *out, size_t max)
{
    const char *at = utf8, *end = utf8 + length;
    size_t n = 0;
    while (at < end && n < max)
        out[n++] = utf8_next(&at, end);
    return at < end ? max + 1 : n;
}

size_t edit_characters(const char *utf8, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        n += ((unsigned char)utf8[i] & 0xc0) != 0x80;
    return n;
}

void edit_walk_new(struct edit_walk **out, const char *word, size_t length, unsigned edits,
                   bool keep_first)
{
    struct edit_walk *w = mem_zalloc(sizeof *w);
    w->length = decode(word, length, w->word, EDIT_WORD_MAX);
    w->limit = edits < EDIT_MAX ? edits : EDIT_MAX;
    w->keep_first = keep_first && w->length > 0;
    for (size_t j = 0; j <= w->length && j <= EDIT_WORD_MAX; j++)
        w->row[0][j] = (uint8_t)(j <= w->limit ? j : w->limit + 1);
    *out = w;
}

void edit_walk_keep_scripts(struct edit_walk *w)
{
    w->scripts = IN_ALL;
    for (size_t i = 0; i < w->length && i < EDIT_WORD_MAX; i++)
        for (unsigned s = 0; s < SCRIPTS; s++)
            if (w->word[i] >= script[s].first && w->word[i] <= script[s].last)
                w->scripts |= 1u << s;
}

/* Edits that the first I characters of a term may have. */
static unsigned limit_at(const struct edit_walk *w, size_t i)
{
    return i <= w->early && w->limit > 1 ? 1 : w->limit;
}

void edit_walk_late(struct edit_walk *w)
{
    w->early = w->length / 2;
    for (size_t j = 0; j <= w->length && j <= EDIT_WORD_MAX; j++)
        if (w->row[0][j] > limit_at(w, 0))
            w->row[0][j] = (uint8_t)(w->limit + 1);
}

void edit_walk_beginnings(struct edit_walk *w)
{
    w->beginnings = true;
}

void edit_walk_free(struct edit_walk **w)
{
    free(*w);
    *w = NULL;
}

static bool too_long(const struct edit_walk *w)
{
    return w->length > EDIT_WORD_MAX;
}

static uint8_t least(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

/* Of row I, the cells that can be within the limit: from FIRST to LAST (Ukkonen, 1985). */
struct band {
    size_t first, last;
};

static struct band band_of(const struct edit_walk *w, size_t i)
{
    const size_t last = i + w->limit;
    return (struct band){i > w->limit ? i - w->limit : 0, last < w->length ? last : w->length};
}

/* A cell of the row behind the last one. */
static uint8_t capped(const struct edit_walk *w, uint8_t edits)
{
    return edits <= limit_at(w, w->depth + 1) ? edits : (uint8_t)(w->limit + 1);
}

/* Cell J of the row behind character C; the rows before it and the cell left of it are there. */
static uint8_t cell(const struct edit_walk *w, uint8_t *row, uint32_t c, size_t j)
{
    const uint8_t *above = w->row[w->depth];
    uint8_t best = least((uint8_t)(above[j] + 1), (uint8_t)(row[j - 1] + 1));
    best = least(best, (uint8_t)(above[j - 1] + (w->word[j - 1] != c)));
    /* A swap is an edit at the first of its characters. */
    if (w->depth > 0 && j > 1 && w->word[j - 2] == c && w->word[j - 1] == w->term[w->depth - 1] &&
        w->row[w->depth - 1][j - 2] < limit_at(w, w->depth))
        best = least(best, (uint8_t)(w->row[w->depth - 1][j - 2] + 1));
    return capped(w, best);
}

/* The smallest character >= C that a term may have. */
static uint32_t admitted(const struct edit_walk *w, uint32_t c)
{
    if (w->scripts == 0 || c == NO_CHARACTER)
        return c;
    for (unsigned s = 0; s < SCRIPTS; s++)
        if ((w->scripts >> s & 1) && c <= script[s].last)
            return c > script[s].first ? c : script[s].first;
    return NO_CHARACTER;
}

/* Puts C behind the term; false, and nothing is put, if the row would be dead. */
static bool push(struct edit_walk *w, uint32_t c)
{
    if (w->depth + 1 >= DEPTH_MAX || (w->depth == 0 && w->keep_first && c != w->word[0]) ||
        admitted(w, c) != c)
        return false;
    uint8_t *row = w->row[w->depth + 1];
    const struct band band = band_of(w, w->depth + 1);
    memset(row, (int)w->limit + 1, w->length + 1);
    if (band.first == 0)
        row[0] = capped(w, (uint8_t)(w->row[w->depth][0] + 1));
    bool alive = row[0] <= w->limit;
    for (size_t j = band.first > 0 ? band.first : 1; j <= band.last; j++) {
        row[j] = cell(w, row, c, j);
        alive |= row[j] <= w->limit;
    }
    if (alive)
        w->term[w->depth++] = c;
    return alive;
}

static bool accepts(const struct edit_walk *w)
{
    return w->row[w->depth][w->length] <= w->limit;
}

/* True if another edit can be made behind the term. */
static bool has_slack(const struct edit_walk *w)
{
    const uint8_t *row = w->row[w->depth];
    if (w->depth == 0 && w->keep_first)
        return false;
    const unsigned limit = limit_at(w, w->depth + 1);
    const struct band band = band_of(w, w->depth);
    for (size_t j = band.first; j <= band.last; j++)
        if (row[j] < limit)
            return true;
    return false;
}

/* The smallest character >= FROM that leaves a living row without an edit of its own, or by the
 * second half of a swap. */
static uint32_t forced(const struct edit_walk *w, uint32_t from)
{
    uint32_t best = NO_CHARACTER;
    const struct band band = band_of(w, w->depth);
    for (size_t j = band.first > 0 ? band.first - 1 : 0; j < w->length && j <= band.last; j++) {
        bool match = w->row[w->depth][j] <= w->limit;
        bool swap = w->depth > 0 && j + 1 < w->length && w->row[w->depth - 1][j] < w->limit &&
                    w->word[j + 1] == w->term[w->depth - 1];
        if ((match || swap) && w->word[j] >= from && w->word[j] < best &&
            (w->depth > 0 || !w->keep_first || j == 0))
            best = w->word[j];
    }
    return best;
}

static uint32_t following(uint32_t c)
{
    c = c + 1 == 0xd800 ? 0xe000 : c + 1;
    return c > CHARACTER_MAX ? NO_CHARACTER : c;
}

/* Puts the rows of TERM in place of the last one's, from where they differ on. */
static void read_term(struct edit_walk *w, const char *term, size_t length)
{
    const char *at = term, *end = term + length;
    size_t same = 0;
    while (at < end) {
        uint32_t c = utf8_next(&at, end);
        if (same < w->depth && w->term[same] == c) {
            same++;
            continue;
        }
        w->depth = same;
        if (!push(w, c)) {
            w->dead = c;
            return;
        }
        same = w->depth;
    }
    w->depth = same;
}

bool edit_walk_look(struct edit_walk *w, const char *term, size_t length, unsigned *edits)
{
    w->started = true;
    w->near = false;
    w->dead = NO_CHARACTER;
    if (too_long(w))
        return false;
    read_term(w, term, length);
    *edits = w->dead == NO_CHARACTER ? w->row[w->depth][w->length] : w->limit + 1;
    for (size_t i = 0; w->beginnings && i <= w->depth; i++)
        *edits = least((uint8_t)*edits, w->row[i][w->length]);
    w->near = *edits <= w->limit;
    return w->near;
}

static void write_seek(const struct edit_walk *w, struct buf *seek)
{
    buf_clear(seek);
    for (size_t i = 0; i < w->depth; i++)
        utf8_add(seek, w->term[i]);
}

/* Goes to the smallest string that begins with the first DEPTH characters, has one >= FROM behind
 * them, and can still become near: false if there is none. */
static bool descend(struct edit_walk *w, uint32_t from, struct buf *seek)
{
    while ((from = admitted(w, from)) != NO_CHARACTER) {
        if (has_slack(w)) {
            write_seek(w, seek);
            if (from > 0)
                utf8_add(seek, from);
            return true;
        }
        uint32_t c = forced(w, from);
        if (c == NO_CHARACTER)
            return false;
        size_t depth = w->depth;
        bool living = push(w, c);
        if (living && accepts(w)) {
            write_seek(w, seek);
            return true;
        }
        if (living && descend(w, 0, seek))
            return true;
        w->depth = depth;
        from = following(c);
    }
    return false;
}

enum edit_go edit_walk_on(struct edit_walk *w, struct buf *seek)
{
    buf_clear(seek);
    if (too_long(w))
        return EDIT_GO_END;
    if (!w->started)
        return descend(w, 0, seek) && seek->len ? EDIT_GO_SEEK : EDIT_GO_NEXT;
    uint32_t from = w->dead == NO_CHARACTER ? 0 : following(w->dead);
    if ((from == 0 && has_slack(w)) || (w->near && w->beginnings))
        return EDIT_GO_NEXT;
    while (!descend(w, from, seek)) {
        if (w->depth == 0)
            return EDIT_GO_END;
        from = following(w->term[--w->depth]);
    }
    return EDIT_GO_SEEK;
}

unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length,
                       unsigned limit)
{
    struct edit_walk *w;
    unsigned edits;
    edit_walk_new(&w, a, a_length, limit, false);
    if (!edit_walk_look(w, b, b_length, &edits))
        edits = w->limit + 1;
    edit_walk_free(&w);
    return edits;
}
