/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/pdf.h"

#include <stdlib.h>
#include <string.h>

#define SOFT_HYPHEN "\xc2\xad"
/* Looking for the same compound on the page is done for so many hyphens of it. */
#define COMPOUNDS_MAX 200
#define WORD_MAX      100
/* A gap of this part of a character's size is a space: words within a line are at least .1 apart
 * for poppler, which puts the space there itself. */
#define APART 0.2

struct maker {
    struct pdf_text *text;
    const char *from, *end;
    const PopplerRectangle *rects;
    size_t n_rects, index; /* of characters */
    double width, height;
    bool boxes, in_word;
    bool in_run; /* the character before was no space */
    int compounds;
};

/* The character at S and its length in bytes. Poppler may encode what is no character (surrogates):
 * it counts as one. */
static gunichar character(const char *s, const char *end, size_t *length)
{
    unsigned char lead = (unsigned char)*s;
    int good = utf8_length((const unsigned char *)s, (size_t)(end - s));
    if (good > 0) {
        *length = (size_t)good;
        return g_utf8_get_char(s);
    }
    size_t n = 1, want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    while (n < want && s + n < end && ((unsigned char)s[n] & 0xc0) == 0x80)
        n++;
    *length = n;
    return 0xfffd;
}

static float within(double value, double size)
{
    double part = size > 0 ? value / size : 0;
    return part > 0 ? part < 1 ? (float)part : 1.0f : 0.0f;
}

static prospect_box *new_box(struct pdf_text *text)
{
    if (text->n_boxes == text->room) {
        size_t room = text->room ? 2 * text->room : 512;
        prospect_box *box = realloc(text->box, room * sizeof *box);
        if (!box)
            return NULL;
        text->box = box;
        text->room = room;
    }
    return text->box + text->n_boxes++;
}

/* The character that was just added, from byte START on, belongs to a word. */
static void extend_box(struct maker *m, size_t start)
{
    struct pdf_text *text = m->text;
    if (m->index >= m->n_rects || text->out.len > UINT32_MAX)
        return;
    const PopplerRectangle *r = m->rects + m->index;
    float x0 = within(MIN(r->x1, r->x2), m->width), x1 = within(MAX(r->x1, r->x2), m->width);
    float y0 = within(MIN(r->y1, r->y2), m->height), y1 = within(MAX(r->y1, r->y2), m->height);
    if (!m->in_word) {
        prospect_box *box = new_box(text);
        if (box)
            *box =
                (prospect_box){(uint32_t)start, (uint32_t)(text->out.len - start), x0, y0, x1, y1};
        m->in_word = box != NULL;
        return;
    }
    prospect_box *box = text->box + text->n_boxes - 1;
    box->length = (uint32_t)(text->out.len - box->start);
    box->x0 = MIN(box->x0, x0);
    box->y0 = MIN(box->y0, y0);
    box->x1 = MAX(box->x1, x1);
    box->y1 = MAX(box->y1, y1);
}

static bool is_hyphen(gunichar c)
{
    return c == '-' || c == 0x2010 || c == 0xad;
}

/* The letters that end at END, not before START. */
static const char *word_start(const char *start, const char *end)
{
    const char *at = end;
    while (at > start && end - at < WORD_MAX) {
        const char *before = g_utf8_find_prev_char(start, at);
        if (!before || !g_unichar_isalpha(g_utf8_get_char(before)))
            break;
        at = before;
    }
    return at;
}

static const char *word_end(const char *start, const char *end)
{
    const char *at = start;
    while (at < end && at - start < WORD_MAX) {
        size_t length;
        if (!g_unichar_isalpha(character(at, end, &length)))
            break;
        at += length;
    }
    return at;
}

/* "Frauen- und Männerberufe": the hyphen stands for what follows later. */
static bool is_conjunction(const char *word, size_t n)
{
    static const char *const words[] = {"und", "oder", "bzw", "sowie", "and", "or", "et", "ou",
                                        "y",   "o",    "e",   "i",     "och", "og", "en", "of"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == n && !memcmp(word, words[i], n))
            return true;
    return false;
}

/* The page has LEFT-RIGHT elsewhere, within a line. */
static bool is_compound(struct maker *m, const char *left, size_t n_left, const char *right,
                        size_t n_right)
{
    char whole[2 * WORD_MAX + 16];
    if (m->compounds++ >= COMPOUNDS_MAX || n_left + n_right + 1 > sizeof whole)
        return false;
    memcpy(whole, left, n_left);
    whole[n_left] = '-';
    memcpy(whole + n_left + 1, right, n_right);
    return memmem(m->from, (size_t)(m->end - m->from), whole, n_left + 1 + n_right) != NULL;
}

/* What the hyphen at AT (LENGTH bytes), at the end of a line, becomes: SOFT_HYPHEN or "-" with the
 * lines joined, or NULL to leave both. */
static const char *joint(struct maker *m, const char *at, size_t length)
{
    const char *next = at + length + 1;
    const char *left = word_start(m->from, at), *right = word_end(next, m->end);
    size_t unused, n_right = (size_t)(right - next);
    if (left == at || right == next || !g_unichar_islower(character(next, m->end, &unused)))
        return NULL;
    if (is_conjunction(next, n_right))
        return NULL;
    return is_compound(m, left, (size_t)(at - left), next, n_right) ? "-" : SOFT_HYPHEN;
}

/* The character before the one in hand stands apart from it, though no space is between them:
 * poppler puts nothing between the cells of a table. */
static bool is_apart(const struct maker *m)
{
    if (!m->in_run || m->index >= m->n_rects)
        return false;
    const PopplerRectangle *a = m->rects + m->index - 1, *b = a + 1;
    double size = MAX(a->x2 - a->x1, a->y2 - a->y1) * APART;
    double across = MAX(b->x1 - a->x2, a->x1 - b->x2), along = MAX(b->y1 - a->y2, a->y1 - b->y2);
    return size > 0 && (across > size || along > size);
}

/* Adds the character at *AT and moves behind it. */
static void step(struct maker *m, const char **at)
{
    struct text_buf *out = &m->text->out;
    size_t length, start = out->len;
    gunichar c = character(*at, m->end, &length);
    bool line_end = *at + length < m->end && (*at)[length] == '\n';
    const char *joined = is_hyphen(c) && line_end ? joint(m, *at, length) : NULL;
    bool space = c <= ' ' || c == 0x7f;
    if (!space && is_apart(m)) {
        text_buf_char(out, ' ');
        m->in_word = false;
        start = out->len;
    }
    m->in_run = !space && !joined;
    if (joined)
        text_buf_str(out, joined);
    else if (c == 0xfffd)
        text_buf_str(out, "\xef\xbf\xbd");
    else if (space)
        text_buf_char(out, c == '\n' || c == '\t' ? (char)c : c == '\f' ? '\n' : ' ');
    else
        text_buf_add(out, *at, length);
    m->text->visible |= !space;
    if (space)
        m->in_word = false;
    else if (m->boxes)
        extend_box(m, start);
    m->index++;
    *at += length;
    if (joined) { /* the line feed goes too; the rest of the word has a box of its own */
        m->in_word = false;
        m->index++;
        (*at)++;
    }
}

void pdf_text_make(struct pdf_text *text, const char *from, const PopplerRectangle *rects,
                   size_t n_rects, double width, double height, bool boxes)
{
    struct maker m = {.text = text,
                      .from = from,
                      .end = from + strlen(from),
                      .rects = rects,
                      .n_rects = n_rects,
                      .width = width,
                      .height = height,
                      .boxes = boxes};
    text_buf_clear(&text->out);
    text->out.max = 64u << 20;
    text->n_boxes = 0;
    text->visible = false;
    for (const char *at = from; at < m.end && !text->out.full;)
        step(&m, &at);
}

void pdf_text_free(struct pdf_text *text)
{
    text_buf_free(&text->out);
    free(text->box);
    *text = (struct pdf_text){0};
}
