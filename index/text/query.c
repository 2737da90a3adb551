#include "index/text/query.h"

#include "index/base/mem.h"
#include "index/text/query_node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const field_names[FIELD_COUNT] = {"title",  "author", "type",      "country",
                                                     "year",   "lang",   "programme", "event",
                                                     "folder", "mime",   "concept",   "role"};

const char *query_field_name(enum query_field field)
{
    return (unsigned)field < FIELD_COUNT ? field_names[field] : NULL;
}

enum query_field query_field_named(const char *name, size_t length)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        if (strlen(field_names[i]) == length && strncasecmp(field_names[i], name, length) == 0)
            return (enum query_field)i;
    return FIELD_COUNT;
}

/* ---- nodes --------------------------------------------------------------------------------- */

struct query *query_node(enum query_op op)
{
    struct query *q = mem_zalloc(sizeof *q);
    q->op = op;
    return q;
}

void query_free(struct query **q)
{
    if (!*q)
        return;
    for (size_t i = 0; i < (*q)->children; i++)
        query_free(&(*q)->child[i]);
    for (size_t i = 0; i < (*q)->n_terms; i++)
        free((*q)->terms[i].bytes);
    free((*q)->child);
    free((*q)->terms);
    free((*q)->value);
    free(*q);
    *q = NULL;
}

void query_drop(struct query *q, size_t at)
{
    query_free(&q->child[at]);
    q->children--;
    memmove(&q->child[at], &q->child[at + 1], (q->children - at) * sizeof *q->child);
}

static bool same_word(const struct query *a, const struct query *b)
{
    if (a->op != QUERY_WORD || b->op != QUERY_WORD || a->n_terms != b->n_terms)
        return false;
    for (size_t i = 0; i < a->n_terms; i++)
        if (a->terms[i].kind != b->terms[i].kind || a->terms[i].length != b->terms[i].length ||
            memcmp(a->terms[i].bytes, b->terms[i].bytes, a->terms[i].length) != 0)
            return false;
    return true;
}

static struct query *same_child(const struct query *parent, const struct query *word)
{
    for (size_t i = 0; i < parent->children; i++)
        if (same_word(parent->child[i], word))
            return parent->child[i];
    return NULL;
}

static void append(struct query *parent, struct query *child)
{
    parent->child = mem_resize(parent->child, parent->children + 1, sizeof *parent->child);
    parent->child[parent->children++] = child;
}

void query_node_add(struct query *parent, struct query *child)
{
    bool set = parent->op == QUERY_WORDS || parent->op == QUERY_AND || parent->op == QUERY_OR;
    struct query *same;
    if (!child)
        return;
    if (set && child->op == parent->op && !child->value) {
        for (size_t i = 0; i < child->children; i++)
            query_node_add(parent, child->child[i]);
        child->children = 0;
        query_free(&child);
    } else if (set && (same = same_child(parent, child)) != NULL) {
        same->again += child->again + 1;
        query_free(&child);
    } else {
        append(parent, child);
    }
}

struct query *query_node_done(struct query *parent)
{
    struct query *only = parent;
    if (parent->children > 1)
        return parent;
    only = parent->children ? parent->child[0] : NULL;
    parent->children = 0;
    query_free(&parent);
    return only;
}

/* ---- for people ---------------------------------------------------------------------------- */

/* How tightly an operator holds its operands: looser ones inside get brackets. */
enum tightness {
    LOOSE,
    AND_TIGHT,
    WORDS_TIGHT,
    NEAR_TIGHT,
    LEAF_TIGHT
};

static enum tightness tightness(const struct query *q)
{
    switch (q->op) {
    case QUERY_OR:
        return q->value ? LEAF_TIGHT : LOOSE;
    case QUERY_AND:
    case QUERY_NOT:
        return AND_TIGHT;
    case QUERY_WORDS:
        return WORDS_TIGHT;
    case QUERY_NEAR:
        return NEAR_TIGHT;
    default:
        return LEAF_TIGHT;
    }
}

static void print_within(const struct query *q, enum tightness around, struct buf *out)
{
    bool brackets = tightness(q) < around;
    if (brackets)
        buf_addc(out, '(');
    query_print(q, out);
    if (brackets)
        buf_addc(out, ')');
}

static void print_children(const struct query *q, const char *between, enum tightness around,
                           struct buf *out)
{
    for (size_t i = 0; i < q->children; i++) {
        buf_adds(out, i ? between : "");
        print_within(q->child[i], around, out);
    }
}

static void print_not(const struct query *q, struct buf *out)
{
    if (q->children > 1) {
        print_within(q->child[0], AND_TIGHT, out);
        buf_addc(out, ' ');
    }
    buf_adds(out, "NOT ");
    print_within(q->child[q->children - 1], LEAF_TIGHT, out);
}

static void print_field(const struct query *q, struct buf *out)
{
    buf_addf(out, "%s:", query_field_name(q->field));
    if (q->children) {
        bool one = q->child[0]->children == 1 || q->child[0]->op == QUERY_PHRASE;
        print_within(q->child[0], one ? LOOSE : LEAF_TIGHT, out);
    } else {
        const char *quote = strpbrk(q->value, " ()") ? "\"" : "";
        buf_addf(out, "%s%s%s", quote, q->value, quote);
    }
}

static void print_dates(const struct date_range *r, struct buf *out)
{
    struct date first = {DATE_DAY, r->first, r->first}, last = {DATE_DAY, r->last, r->last};
    buf_adds(out, "date:");
    if (!r->open_first)
        date_print(&first, out);
    buf_adds(out, "..");
    if (!r->open_last)
        date_print(&last, out);
}

void query_print(const struct query *q, struct buf *out)
{
    static const char *const between[] = {
        [QUERY_WORDS] = " ", [QUERY_AND] = " AND ", [QUERY_OR] = " OR ", [QUERY_PHRASE] = " "};
    char near[24];
    switch (q->op) {
    case QUERY_WORD:
        buf_adds(out, q->value);
        break;
    case QUERY_PREFIX:
        buf_addf(out, "%s*", q->value);
        break;
    case QUERY_PHRASE:
        buf_addc(out, '"');
        print_children(q, between[q->op], LOOSE, out);
        buf_addc(out, '"');
        break;
    case QUERY_NEAR:
        snprintf(near, sizeof near, " NEAR/%u ", q->window);
        print_children(q, near, LEAF_TIGHT, out);
        break;
    case QUERY_NOT:
        print_not(q, out);
        break;
    case QUERY_FIELD:
        print_field(q, out);
        break;
    case QUERY_DATES:
        print_dates(&q->dates, out);
        break;
    default:
        if (q->value)
            buf_adds(out, q->value);
        else
            print_children(q, between[q->op], tightness(q) + (q->op == QUERY_WORDS), out);
    }
}
