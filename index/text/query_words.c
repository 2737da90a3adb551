/* From a typed word to its nodes: most words are one, but the scanner may see several. */
#include "index/base/mem.h"
#include "index/text/chars.h"
#include "index/text/query_node.h"
#include "index/text/tokens.h"

#include <stdlib.h>
#include <string.h>

enum {
    PREFIX_MIN = 3 /* letters */
};

prospect_status query_words_check(const struct query_source *s, struct error *error)
{
    if (s->words > s->limits->words)
        return error_set(error, PROSPECT_LIMIT, "The query has more than %u words",
                         s->limits->words);
    if (s->prefixes > s->limits->prefixes)
        return error_set(error, PROSPECT_LIMIT, "The query has more than %u words that end in *",
                         s->limits->prefixes);
    return PROSPECT_OK;
}

static void add_term(void *ctx, const struct term *t)
{
    struct query *q = ctx;
    q->terms = mem_resize(q->terms, q->n_terms + 1, sizeof *q->terms);
    q->terms[q->n_terms++] = (struct query_term){mem_dup(t->bytes, t->length), t->length, t->kind};
}

/* Folded, unstemmed: only the word's first form. */
static void add_first_term(void *ctx, const struct term *t)
{
    struct query *q = ctx;
    if (q->n_terms == 0)
        add_term(ctx, t);
}

/* A leaf for TEXT[start..end); NULL where nothing is to be searched, or too much. */
static struct query *leaf(struct query_source *s, enum query_op op, size_t start, size_t end)
{
    if (++s->words > s->limits->words ||
        (op == QUERY_PREFIX && ++s->prefixes > s->limits->prefixes))
        return NULL;
    struct query *q = query_node(op);
    const char *word = s->text + start;
    q->value = mem_dup(word, end - start);
    q->start = start;
    q->end = end;
    if (op == QUERY_PREFIX)
        analyse_word(s->analyser, word, end - start, NULL, 0, add_first_term, q);
    else
        analyse_word(s->analyser, word, end - start, s->langs, s->n_langs, add_term, q);
    if (q->n_terms == 0)
        query_free(&q);
    return q;
}

static size_t characters(const char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

/* A leaf for TOKEN, which is a prefix if it is the last before the chunk's *. */
static struct query *word(struct query_source *s, const struct token *t, size_t star)
{
    bool prefix = t->end == star && characters(s->text + t->start, t->end - t->start) >= PREFIX_MIN;
    return leaf(s, prefix ? QUERY_PREFIX : QUERY_WORD, t->start, t->end);
}

/* True if what stands between two words makes them one after the other: example.com, R&D, 平等,
 * 2016/17, but not he/she. */
static bool glued(const struct query_source *s, size_t end, size_t start)
{
    if (start == end)
        return true;
    if (start - end != 1)
        return false;
    char c = s->text[end];
    bool digits =
        chars_byte(s->text[end - 1]) == CHAR_DIGIT && chars_byte(s->text[start]) == CHAR_DIGIT;
    return strchr(digits ? ".@_&+:/," : ".@_&+", c) && c;
}

/* The scanner over part of a text, with places in the whole. */
struct scan {
    struct tokens tokens;
    size_t offset;
};

static void scan_start(struct scan *scan, const struct query_source *s, size_t start, size_t end)
{
    tokens_start(&scan->tokens, s->text + start, end - start);
    scan->offset = start;
}

static bool scan_next(struct scan *scan, struct token *t)
{
    if (!tokens_next(&scan->tokens, t))
        return false;
    t->start += scan->offset;
    t->end += scan->offset;
    return true;
}

/* Both readings of what was typed as one word, in an OR that remembers it. */
static struct query *readings(const struct query_source *s, const struct token *t,
                              struct query *parts, struct query *whole)
{
    struct query *both = query_node(QUERY_OR);
    query_node_add(both, parts);
    query_node_add(both, whole);
    if (both->children < 2)
        return query_node_done(both);
    both->value = mem_dup(s->text + t->start, t->end - t->start);
    return both;
}

/* gender-based: its parts, which follow in SCAN, one behind the other, or joined. With a * behind
 * the last it cannot be a phrase. */
static struct query *compound(struct query_source *s, struct scan *scan, const struct token *t,
                              size_t star)
{
    struct query *parts = query_node(t->end == star ? QUERY_WORDS : QUERY_PHRASE);
    struct token part = {0};
    while (part.end < t->end && scan_next(scan, &part))
        query_node_add(parts, word(s, &part, star));
    struct query *whole = t->end == star ? NULL : leaf(s, QUERY_WORD, t->start, t->end);
    return readings(s, t, query_node_done(parts), whole);
}

/* 5 196: one number, or two words. */
static struct query *spaced_number(struct query_source *s, const struct token *t)
{
    struct query *parts = query_node(QUERY_WORDS);
    size_t from = t->start;
    for (size_t i = t->start; i <= t->end; i++) {
        if (i < t->end && chars_byte(s->text[i]) == CHAR_DIGIT)
            continue;
        if (i > from)
            query_node_add(parts, leaf(s, QUERY_WORD, from, i));
        from = i + 1;
    }
    return readings(s, t, query_node_done(parts), leaf(s, QUERY_WORD, t->start, t->end));
}

static struct query *single(struct query_source *s, struct scan *scan, const struct token *t,
                            size_t star)
{
    if (t->kind == TOKEN_COMPOUND)
        return compound(s, scan, t, star);
    if (t->kind == TOKEN_NUMBER && memchr(s->text + t->start, ' ', t->end - t->start))
        return spaced_number(s, t);
    return word(s, t, star);
}

/* Where the last word of a chunk ends if a * follows it; else 0. */
static size_t star_at(const struct query_source *s, size_t start, size_t end)
{
    size_t at = end;
    while (at > start && s->text[at - 1] == '*')
        at--;
    return at < end && at > start ? at : 0;
}

/* Words typed as one, which are to stand one behind the other; remembers how they were typed. */
static struct query *run_done(const struct query_source *s, struct query *run)
{
    if (run->children > 1)
        run->value = mem_dup(s->text + run->child[0]->start,
                             run->child[run->children - 1]->end - run->child[0]->start);
    return query_node_done(run);
}

struct query *query_words_chunk(struct query_source *s, size_t start, size_t end)
{
    size_t star = star_at(s, start, end), last = 0;
    struct query *row = query_node(QUERY_WORDS), *run = query_node(QUERY_PHRASE);
    struct scan scan;
    struct token t;
    scan_start(&scan, s, start, end);
    while (scan_next(&scan, &t) && s->words <= s->limits->words) {
        if (t.kind == TOKEN_ELISION)
            continue;
        struct query *q = single(s, &scan, &t, star);
        bool plain = q && q->op == QUERY_WORD;
        if (!plain || !last || !glued(s, last, t.start)) {
            query_node_add(row, run_done(s, run));
            run = query_node(QUERY_PHRASE);
        }
        query_node_add(plain ? run : row, q);
        last = plain ? t.end : 0;
    }
    query_node_add(row, run_done(s, run));
    return query_node_done(row);
}

struct query *query_words_phrase(struct query_source *s, size_t start, size_t end)
{
    struct query *phrase = query_node(QUERY_PHRASE);
    struct scan scan;
    struct token t;
    scan_start(&scan, s, start, end);
    while (scan_next(&scan, &t) && s->words <= s->limits->words)
        if (t.kind != TOKEN_COMPOUND)
            query_node_add(phrase, leaf(s, QUERY_WORD, t.start, t.end));
    return query_node_done(phrase);
}

struct query *query_words_row(struct query_source *s, size_t start, size_t end)
{
    struct query *row = query_node(QUERY_WORDS);
    for (size_t at = start, next; at < end; at = next) {
        uint32_t c;
        size_t from = at;
        while (at < end && chars_at(s->text, end, at, &next, &c) != CHAR_SPACE)
            at = next;
        query_node_add(row, at > from ? query_words_chunk(s, from, at) : NULL);
        chars_at(s->text, end, at, &next, &c);
    }
    return query_node_done(row);
}
