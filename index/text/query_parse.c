/* A recursive descent over the pieces of query_lex.c, whose depth the limits bound. */
#include "index/base/mem.h"
#include "index/text/query_lex.h"
#include "index/text/query_node.h"
#include "index/text/utf8.h"

#include <stdlib.h>
#include <string.h>

const struct query_limits query_default_limits = {
    .bytes = 1024, .words = 512, .prefixes = 2, .nesting = 32};

struct parser {
    struct query_source source;
    const struct lex *now;
    unsigned depth;
    bool too_deep;
};

static struct query *parse_any(struct parser *p);

static struct query *text_field(struct parser *p, const struct lex *item)
{
    struct query_source *s = &p->source;
    struct query *value =
        item->how == LEX_QUOTED  ? query_words_phrase(s, item->value_start, item->value_end)
        : item->how == LEX_GROUP ? query_words_row(s, item->value_start, item->value_end)
                                 : query_words_chunk(s, item->value_start, item->value_end);
    if (!value)
        return NULL;
    struct query *field = query_node(QUERY_FIELD);
    field->field = item->field;
    if (value->op != QUERY_PHRASE && value->op != QUERY_WORDS) {
        struct query *row = query_node(QUERY_WORDS);
        query_node_add(row, value);
        value = row;
    }
    query_node_add(field, value);
    return field;
}

static struct query *field(struct parser *p, const struct lex *item)
{
    const char *value = p->source.text + item->value_start;
    size_t length = item->value_end - item->value_start;
    if (item->field == FIELD_TITLE || item->field == FIELD_AUTHOR)
        return text_field(p, item);
    struct query *q = query_node(item->field == FIELD_COUNT ? QUERY_DATES : QUERY_FIELD);
    if (item->field == FIELD_COUNT) {
        date_range_parse(value, length, &q->dates);
    } else {
        q->field = item->field;
        q->value = mem_dup(value, length);
    }
    return q;
}

static struct query *negation(struct query *of)
{
    if (!of)
        return NULL;
    struct query *q = query_node(QUERY_NOT);
    query_node_add(q, of);
    return q;
}

/* A word, phrase, field, bracket or NOT of one; NULL where it holds no word. */
static struct query *operand(struct parser *p)
{
    const struct lex *item = p->now;
    struct query *q = NULL;
    if (item->kind == LEX_END || p->depth >= 3 * p->source.limits->nesting) {
        p->too_deep = p->too_deep || item->kind != LEX_END;
        return NULL;
    }
    p->now++;
    p->depth++;
    switch (item->kind) {
    case LEX_PHRASE:
        q = query_words_phrase(&p->source, item->start, item->end);
        q = query_dates_whole(&p->source, q, item->start, item->end);
        break;
    case LEX_FIELD:
        q = field(p, item);
        break;
    case LEX_NOT:
        q = negation(operand(p));
        break;
    case LEX_OPEN:
        q = parse_any(p);
        p->now += p->now->kind == LEX_CLOSE;
        break;
    default:
        q = query_words_chunk(&p->source, item->start, item->end);
    }
    p->depth--;
    return q;
}

/* The row of plain words that Q is to NEAR: a word, a phrase, a compound; NULL if it is more. */
static struct query *near_words(struct query *q)
{
    if (q->op == QUERY_OR && q->value && q->child[0]->op == QUERY_PHRASE)
        q = q->child[0];
    return q->op == QUERY_WORD || q->op == QUERY_PHRASE ? q : NULL;
}

/* Moves the words of Q into NEAR and frees the rest; the room that a phrase takes widens it. */
static void near_add(struct query *near, struct query *q)
{
    struct query *words = near_words(q);
    if (words->op == QUERY_WORD) {
        query_node_add(near, q);
        return;
    }
    near->window += (unsigned)words->children - 1;
    for (size_t i = 0; i < words->children; i++)
        query_node_add(near, words->child[i]);
    words->children = 0;
    query_free(&q);
}

static struct query *join_near(struct query *left, struct query *right, unsigned window)
{
    struct query *words = right ? near_words(right) : NULL;
    bool chain = left && left->op == QUERY_NEAR;
    if (!left || !right)
        return left ? left : right;
    if (!words || (!chain && !near_words(left))) {
        struct query *both = query_node(QUERY_AND);
        query_node_add(both, left);
        query_node_add(both, right);
        return query_node_done(both);
    }
    struct query *near = chain ? left : query_node(QUERY_NEAR);
    near->window += window;
    if (!chain)
        near_add(near, left);
    near_add(near, right);
    return query_node_done(near);
}

static struct query *parse_near(struct parser *p)
{
    struct query *left = operand(p);
    while (p->now->kind == LEX_NEAR) {
        unsigned window = p->now++->window;
        left = join_near(left, operand(p), window);
    }
    return left;
}

/* KEPT without GONE, either of which may be NULL. */
static struct query *without(struct query *kept, struct query *gone)
{
    if (!gone)
        return kept;
    struct query *q = query_node(QUERY_NOT);
    query_node_add(q, kept);
    query_node_add(q, gone);
    return q;
}

/* Adds Q to the ones wanted, or, if it is a bare NOT, what it denies to the others. */
static void sort_out(struct query *wanted, struct query *denied, struct query *q)
{
    if (!q || q->op != QUERY_NOT || q->children != 1) {
        query_node_add(wanted, q);
        return;
    }
    query_node_add(denied, q->child[0]);
    q->children = 0;
    query_free(&q);
}

static struct query *parse_words(struct parser *p)
{
    struct query *wanted = query_node(QUERY_WORDS), *denied = query_node(QUERY_OR);
    while (p->now->kind != LEX_END && p->now->kind != LEX_CLOSE && p->now->kind != LEX_AND &&
           p->now->kind != LEX_OR && !p->too_deep)
        sort_out(wanted, denied, parse_near(p));
    query_dates_join(&p->source, wanted);
    return without(query_node_done(wanted), query_node_done(denied));
}

static struct query *parse_and(struct parser *p)
{
    struct query *wanted = query_node(QUERY_AND), *denied = query_node(QUERY_OR);
    sort_out(wanted, denied, parse_words(p));
    while (p->now->kind == LEX_AND) {
        p->now++;
        sort_out(wanted, denied, parse_words(p));
    }
    return without(query_node_done(wanted), query_node_done(denied));
}

static struct query *parse_any(struct parser *p)
{
    struct query *any = query_node(QUERY_OR);
    query_node_add(any, parse_and(p));
    while (p->now->kind == LEX_OR) {
        p->now++;
        query_node_add(any, parse_and(p));
    }
    return query_node_done(any);
}

static prospect_status check_text(const char *text, size_t length,
                                  const struct query_limits *limits, struct error *error)
{
    if (length > limits->bytes)
        return error_set(error, PROSPECT_LIMIT, "The query is longer than %zu bytes",
                         limits->bytes);
    if (length && memchr(text, '\0', length))
        return error_set(error, PROSPECT_ARGUMENT, "The query has a NUL in it");
    if (!utf8_valid(text, length))
        return error_set(error, PROSPECT_ARGUMENT, "The query is not in UTF-8");
    return PROSPECT_OK;
}

prospect_status query_parse(struct query **out, struct analyser *a, const char *text, size_t length,
                            const char *const *langs, size_t n_langs,
                            const struct query_limits *limits, struct error *error)
{
    struct lex *items = NULL;
    struct parser p = {.source = {.analyser = a,
                                  .text = text,
                                  .length = length,
                                  .langs = langs,
                                  .n_langs = n_langs,
                                  .limits = limits}};
    *out = NULL;
    prospect_status status = check_text(text, length, limits, error);
    if (status == PROSPECT_OK)
        status = query_lex(text, length, limits->nesting, &items, error);
    if (status != PROSPECT_OK)
        return status;
    p.now = items;
    struct query *q = parse_any(&p);
    free(items);
    status = p.too_deep ? error_set(error, PROSPECT_LIMIT, "The query is nested too deeply")
                        : query_words_check(&p.source, error);
    if (status != PROSPECT_OK)
        query_free(&q);
    *out = q;
    return status;
}
