/* A date typed in one form finds the others: its words get the date's own term as an alternative.
 * Documents have that term at each date (see analyse.h). */
#include "index/base/mem.h"
#include "index/text/query_node.h"
#include "index/text/textdates.h"

#include <stdlib.h>
#include <string.h>

/* Widens [*START, *END) over the places of all words of Q; false where it has what is no word. */
static bool cover(const struct query *q, size_t *start, size_t *end)
{
    if (q->op == QUERY_WORD) {
        *start = q->start < *start ? q->start : *start;
        *end = q->end > *end ? q->end : *end;
        return true;
    }
    bool words = q->op == QUERY_OR || q->op == QUERY_PHRASE || q->op == QUERY_WORDS;
    for (size_t i = 0; words && i < q->children; i++)
        words = cover(q->child[i], start, end);
    return words && q->children;
}

static bool inside(const struct query *q, const struct textdate *date)
{
    size_t start = SIZE_MAX, end = 0;
    return cover(q, &start, &end) && start >= date->start && end <= date->end;
}

static struct query *date_word(const struct query_source *s, const struct textdate *date)
{
    struct query *q = query_node(QUERY_WORD);
    q->value = mem_dup(s->text + date->start, date->end - date->start);
    q->start = date->start;
    q->end = date->end;
    q->terms = mem_alloc(sizeof *q->terms);
    q->terms[q->n_terms++] =
        (struct query_term){mem_strdup(date->digits), strlen(date->digits), TERM_WORD};
    return q;
}

/* PARTS or the date. */
static struct query *alternative(const struct query_source *s, struct query *parts,
                                 const struct textdate *date)
{
    struct query *either = query_node(QUERY_OR);
    either->value = mem_dup(s->text + date->start, date->end - date->start);
    query_node_add(either, parts);
    query_node_add(either, date_word(s, date));
    return either;
}

/* True if Q is an OR that has the date among its readings. */
static bool has_date(const struct query *q, const struct textdate *date)
{
    bool has = false;
    for (size_t i = 0; q->op == QUERY_OR && i < q->children; i++)
        has = has || (q->child[i]->op == QUERY_WORD && q->child[i]->n_terms &&
                      strcmp(q->child[i]->terms[0].bytes, date->digits) == 0);
    return has;
}

/* Puts the children of ROW that are the words of DATE into one, where they stand. */
static void join(const struct query_source *s, struct query *row, const struct textdate *date)
{
    size_t first = 0, count = 0;
    while (first < row->children && !inside(row->child[first], date))
        first++;
    while (first + count < row->children && inside(row->child[first + count], date))
        count++;
    if (!count || (count == 1 && has_date(row->child[first], date)))
        return;
    struct query *parts = query_node(QUERY_WORDS);
    for (size_t i = first; i < first + count; i++)
        query_node_add(parts, row->child[i]);
    row->child[first] = alternative(s, query_node_done(parts), date);
    memmove(row->child + first + 1, row->child + first + count,
            (row->children - first - count) * sizeof(struct query *));
    row->children -= count - 1;
}

/* Calls textdates_at() for each number in TEXT[start..end). */
static size_t next_dates(struct tokens *tokens, struct textdate dates[TEXTDATES_MAX])
{
    struct token t;
    size_t n = 0;
    while (n == 0 && tokens_next(tokens, &t))
        if (t.kind == TOKEN_NUMBER)
            n = textdates_at(tokens->text, tokens->length, &t, dates);
    return n;
}

void query_dates_join(const struct query_source *s, struct query *row)
{
    struct tokens tokens;
    struct textdate dates[TEXTDATES_MAX];
    size_t n, start = SIZE_MAX, end = 0;
    if (!memchr(s->text, '1', s->length) && !memchr(s->text, '2', s->length))
        return;
    for (size_t i = 0; i < row->children; i++)
        cover(row->child[i], &start, &end);
    if (start >= end)
        return;
    tokens_start(&tokens, s->text, end);
    while ((n = next_dates(&tokens, dates)))
        for (size_t i = 0; i < n; i++)
            join(s, row, &dates[i]);
}

struct query *query_dates_whole(const struct query_source *s, struct query *phrase, size_t start,
                                size_t end)
{
    struct tokens tokens;
    struct textdate dates[TEXTDATES_MAX];
    if (!phrase)
        return NULL;
    tokens_start(&tokens, s->text + start, end - start);
    size_t n = next_dates(&tokens, dates);
    for (size_t i = 0; i < n; i++) {
        dates[i].start += start;
        dates[i].end += start;
        if (inside(phrase, &dates[i]))
            return alternative(s, phrase, &dates[i]);
    }
    return phrase;
}
