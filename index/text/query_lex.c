#include "index/text/query_lex.h"

#include "index/base/mem.h"
#include "index/text/chars.h"
#include "index/text/tokens.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    WINDOW = 10, /* of NEAR */
    WINDOW_MAX = 100
};

struct lexer {
    const char *text;
    size_t length, at;
    struct lex *item;
    size_t count, room;
};

static void push(struct lexer *l, struct lex item)
{
    if (l->count == l->room) {
        l->room = l->room ? 2 * l->room : 16;
        l->item = mem_resize(l->item, l->room, sizeof *l->item);
    }
    l->item[l->count++] = item;
}

static enum char_class class_at(const struct lexer *l, size_t at, size_t *next, uint32_t *c)
{
    return chars_at(l->text, l->length, at, next, c);
}

/* What closes a quotation that C opens (people paste typographic ones); NULL if C opens none. */
static const uint32_t *closing(uint32_t c)
{
    static const uint32_t straight[] = {'"', 0}, high[] = {0x201d, 0x201c, '"', 0},
                          right[] = {0xbb, 0}, left[] = {0xab, 0};
    switch (c) {
    case '"':
        return straight;
    case 0x201c:
    case 0x201d:
    case 0x201e:
        return high;
    case 0xab:
        return right;
    case 0xbb:
        return left;
    default:
        return NULL;
    }
}

/* If a quotation that is closed begins at AT, where its text and itself end. */
static bool quotation(const struct lexer *l, size_t at, size_t *start, size_t *end, size_t *behind)
{
    uint32_t c;
    class_at(l, at, start, &c);
    const uint32_t *closes = closing(c);
    for (at = *start; closes && at < l->length; at = *behind) {
        class_at(l, at, behind, &c);
        for (const uint32_t *q = closes; *q; q++)
            if (c == *q) {
                *end = at;
                return true;
            }
    }
    return false;
}

/* To the end of the row of characters at AT that has no blank, bracket or quotation mark. */
static size_t chunk_end(const struct lexer *l, size_t at)
{
    size_t next;
    uint32_t c;
    for (; at < l->length; at = next)
        if (class_at(l, at, &next, &c) == CHAR_SPACE || c == '(' || c == ')' || closing(c))
            break;
    return at;
}

/* 5 196 is one number to the scanner, so it is here. */
static size_t number_end(const struct lexer *l, size_t start, size_t end)
{
    struct tokens tokens;
    struct token token;
    tokens_start(&tokens, l->text + start, l->length - start);
    if (chars_byte(l->text[start]) != CHAR_DIGIT || !tokens_next(&tokens, &token) ||
        token.kind != TOKEN_NUMBER)
        return end;
    return start + token.end > end ? start + token.end : end;
}

static bool is(const char *word, size_t length, const char *wanted)
{
    return length == strlen(wanted) && memcmp(word, wanted, length) == 0;
}

/* NEAR or NEAR/5. */
static bool near_operator(const char *word, size_t length, unsigned *window)
{
    *window = WINDOW;
    if (is(word, length, "NEAR"))
        return true;
    if (length < 6 || length > 9 || memcmp(word, "NEAR/", 5) != 0)
        return false;
    *window = 0;
    for (size_t i = 5; i < length; i++) {
        if (word[i] < '0' || word[i] > '9')
            return false;
        *window = *window * 10 + (unsigned)(word[i] - '0');
    }
    *window = *window < 1 ? 1 : *window > WINDOW_MAX ? WINDOW_MAX : *window;
    return true;
}

/* The value of the field that ends with the colon before AT; false if it has none. */
static bool field_value(struct lexer *l, size_t at, size_t end, struct lex *item)
{
    size_t behind;
    bool text = item->field == FIELD_TITLE || item->field == FIELD_AUTHOR;
    item->value_start = at;
    item->value_end = item->end = end;
    if (end > at)
        return true;
    if (quotation(l, at, &item->value_start, &item->value_end, &behind)) {
        item->how = LEX_QUOTED;
        item->end = behind;
        return true;
    }
    const char *close = text && at < l->length && l->text[at] == '('
                            ? memchr(l->text + at, ')', l->length - at)
                            : NULL;
    if (!close)
        return false;
    item->how = LEX_GROUP;
    item->value_start = at + 1;
    item->value_end = (size_t)(close - l->text);
    item->end = item->value_end + 1;
    return true;
}

/* True, and *ITEM filled, if the chunk is the beginning of a known field with a value. */
static bool field(struct lexer *l, size_t start, size_t end, struct lex *item)
{
    const char *colon = memchr(l->text + start, ':', end - start);
    if (!colon)
        return false;
    size_t name = (size_t)(colon - l->text) - start;
    *item = (struct lex){.kind = LEX_FIELD, .start = start};
    item->field = query_field_named(l->text + start, name);
    bool dates = name == 4 && strncasecmp(l->text + start, "date", 4) == 0;
    if (item->field == FIELD_COUNT && !dates)
        return false;
    if (!field_value(l, start + name + 1, end, item))
        return false;
    struct date_range range;
    return !dates || date_range_parse(l->text + item->value_start,
                                      item->value_end - item->value_start, &range);
}

static void chunk(struct lexer *l)
{
    size_t start = l->at, end = chunk_end(l, start), length = end - start;
    const char *word = l->text + start;
    struct lex item = {.kind = LEX_WORD, .start = start, .end = end};
    if (is(word, length, "AND")) {
        item.kind = LEX_AND;
    } else if (is(word, length, "OR")) {
        item.kind = LEX_OR;
    } else if (is(word, length, "NOT")) {
        item.kind = LEX_NOT;
    } else if (near_operator(word, length, &item.window)) {
        item.kind = LEX_NEAR;
    } else if (!field(l, start, end, &item)) {
        end = number_end(l, start, end);
        item = (struct lex){.kind = LEX_WORD, .start = start, .end = end};
    }
    push(l, item);
    l->at = item.end;
}

/* True right behind a quotation or a bracket. */
static bool joined(const struct lexer *l)
{
    if (l->count == 0 || l->at == 0 || chars_byte(l->text[l->at - 1]) == CHAR_SPACE)
        return false;
    return l->item[l->count - 1].kind == LEX_PHRASE || l->item[l->count - 1].kind == LEX_CLOSE;
}

/* A hyphen with a word, bracket, quotation or field right behind it, and nothing right before it:
 * “Model C”-schools are not to be excluded. */
static bool minus(const struct lexer *l, enum char_class class, size_t next)
{
    size_t after;
    uint32_t c;
    if (class != CHAR_HYPHEN || next >= l->length || joined(l))
        return false;
    enum char_class behind = class_at(l, next, &after, &c);
    return chars_in_word(behind) || behind == CHAR_IDEOGRAPH || c == '(' || closing(c);
}

static void piece(struct lexer *l)
{
    size_t next, start, end;
    uint32_t c;
    enum char_class class = class_at(l, l->at, &next, &c);
    struct lex item = {.start = l->at, .end = next};
    if (c == '(' || c == ')') {
        item.kind = c == '(' ? LEX_OPEN : LEX_CLOSE;
    } else if (minus(l, class, next)) {
        item.kind = LEX_NOT;
    } else if (quotation(l, l->at, &start, &end, &next)) {
        item = (struct lex){.kind = LEX_PHRASE, .start = start, .end = end};
    } else if (class == CHAR_SPACE || class == CHAR_HYPHEN || closing(c)) {
        l->at = item.end;
        return;
    } else {
        chunk(l);
        return;
    }
    push(l, item);
    l->at = next;
}

/* ---- operators without operands, brackets without partners --------------------------------- */

static void drop(struct lexer *l, const bool *gone)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->count; i++)
        if (!gone[i])
            l->item[kept++] = l->item[i];
    l->count = kept;
}

/* Leaves only brackets that have a partner and something inside. */
static prospect_status pair_brackets(struct lexer *l, unsigned nesting, struct error *error)
{
    bool *gone = mem_zalloc(l->count * sizeof *gone);
    size_t *open = mem_alloc((nesting + 1) * sizeof *open), depth = 0, last = SIZE_MAX;
    prospect_status status = PROSPECT_OK;
    for (size_t i = 0; i < l->count; i++) {
        if (l->item[i].kind == LEX_OPEN) {
            if (depth >= nesting) {
                status = error_set(error, PROSPECT_LIMIT,
                                   "The query has brackets more than %u deep", nesting);
                goto out;
            }
            open[depth++] = i;
        } else if (l->item[i].kind == LEX_CLOSE) {
            gone[i] = depth == 0;
            depth -= depth > 0;
            if (!gone[i] && (last == SIZE_MAX || last < open[depth]))
                gone[i] = gone[open[depth]] = true;
        } else {
            last = i;
        }
    }
    while (depth > 0)
        gone[open[--depth]] = true;
    drop(l, gone);
out:
    free(gone);
    free(open);
    return status;
}

static bool ends_operand(const struct lex *item)
{
    return item->kind == LEX_WORD || item->kind == LEX_PHRASE || item->kind == LEX_FIELD ||
           item->kind == LEX_CLOSE;
}

static bool begins_operand(const struct lex *item)
{
    return item->kind == LEX_WORD || item->kind == LEX_PHRASE || item->kind == LEX_FIELD ||
           item->kind == LEX_OPEN || item->kind == LEX_NOT;
}

static void free_operators(struct lexer *l)
{
    for (size_t i = l->count; i-- > 0;) { /* backwards: an operand's NOT is judged before */
        struct lex *item = &l->item[i];
        bool follows = i + 1 < l->count && begins_operand(item + 1);
        if (item->kind == LEX_NOT && !follows)
            item->kind = LEX_WORD;
        if ((item->kind == LEX_AND || item->kind == LEX_OR || item->kind == LEX_NEAR) && !follows)
            item->kind = LEX_WORD;
    }
    for (size_t i = 0; i < l->count; i++) {
        struct lex *item = &l->item[i];
        if ((item->kind == LEX_AND || item->kind == LEX_OR || item->kind == LEX_NEAR) &&
            (i == 0 || !ends_operand(item - 1)))
            item->kind = LEX_WORD;
    }
}

static prospect_status check_nots(const struct lexer *l, unsigned nesting, struct error *error)
{
    unsigned row = 0;
    for (size_t i = 0; i < l->count; i++) {
        row = l->item[i].kind == LEX_NOT ? row + 1 : 0;
        if (row > nesting)
            return error_set(error, PROSPECT_LIMIT, "The query has more than %u NOT in a row",
                             nesting);
    }
    return PROSPECT_OK;
}

prospect_status query_lex(const char *text, size_t length, unsigned nesting, struct lex **out,
                          struct error *error)
{
    struct lexer l = {.text = text, .length = length};
    *out = NULL;
    while (l.at < length)
        piece(&l);
    prospect_status status = pair_brackets(&l, nesting, error);
    if (status == PROSPECT_OK)
        status = check_nots(&l, nesting, error);
    if (status != PROSPECT_OK) {
        free(l.item);
        return status;
    }
    free_operators(&l);
    push(&l, (struct lex){.kind = LEX_END, .start = length, .end = length});
    *out = l.item;
    return PROSPECT_OK;
}
