/* Words are numbered as they come. A row of two or three is an entry in a hash table under their
 * numbers; how it is written is where it stood first, or later, by majority vote (Boyer and Moore,
 * 1981).
 */
#include "index/text/phrases.h"

#include "index/base/mem.h"
#include "index/text/chars.h"
#include "index/text/edit.h"
#include "index/text/fold.h"
#include "index/text/tokens.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOKED_AT = 100000, /* words */
    ROW_MAX = 3,
    LEAST = 2, /* times that a phrase is used */
    SOME = 8,  /* phrases of any document, and one more for so many words: */
    WORDS_EACH = 400,
    FUNCTION_LETTERS = 6, /* of a function word, at most */
    OFTEN = 4             /* times that it comes, at least */
};

#define NO_WORD UINT32_MAX

struct word {
    char *folded;
    uint32_t count, before, behind; /* different words before and behind */
    uint32_t stop_in;               /* languages, see stopwords.h */
    uint8_t letters;
    bool digits;
    bool function; /* a stop word where it stood */
};

struct row {
    uint32_t word[ROW_MAX]; /* the third may be NO_WORD */
    uint32_t count;
    uint32_t votes;
    const char *written;
    uint32_t length;
};

/* Open addressing: 1 + the place in the array, 0 for free. */
struct table {
    uint32_t *slot;
    size_t size;
};

struct phrases {
    const struct stopwords *stopwords;
    uint32_t language; /* of the text that is read */
    struct word *word;
    size_t words, word_room;
    struct row *row;
    size_t rows, row_room;
    struct table word_table, row_table;
    size_t looked_at;
    struct buf folded;
};

void phrases_new(struct phrases **out, const struct stopwords *stopwords)
{
    *out = mem_zalloc(sizeof **out);
    (*out)->stopwords = stopwords;
}

void phrases_free(struct phrases **p)
{
    if (!*p)
        return;
    for (size_t i = 0; i < (*p)->words; i++)
        free((*p)->word[i].folded);
    free((*p)->word);
    free((*p)->row);
    free((*p)->word_table.slot);
    free((*p)->row_table.slot);
    buf_free(&(*p)->folded);
    free(*p);
    *p = NULL;
}

/* ---- the tables ---------------------------------------------------------------------------- */

/* FNV-1a. */
static uint32_t hash(const void *bytes, size_t length)
{
    const unsigned char *b = bytes;
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < length; i++)
        h = (h ^ b[i]) * 16777619u;
    return h ^ h >> 15;
}

static uint32_t hash_of(const struct phrases *p, bool rows, size_t i)
{
    return rows ? hash(p->row[i].word, sizeof p->row[i].word)
                : hash(p->word[i].folded, strlen(p->word[i].folded));
}

static void insert(struct table *t, uint32_t h, size_t item)
{
    size_t at = h & (t->size - 1);
    while (t->slot[at])
        at = (at + 1) & (t->size - 1);
    t->slot[at] = (uint32_t)item + 1;
}

/* Room for one more of COUNT, with half of the slots free. */
static void grow(const struct phrases *p, struct table *t, bool rows, size_t count)
{
    if (t->size > 2 * count)
        return;
    free(t->slot);
    t->size = t->size ? 2 * t->size : 256;
    t->slot = mem_zalloc(t->size * sizeof *t->slot);
    for (size_t i = 0; i < count; i++)
        insert(t, hash_of(p, rows, i), i);
}

static size_t letters_of(const char *folded)
{
    size_t n = edit_characters(folded, strlen(folded));
    return n < UINT8_MAX ? n : UINT8_MAX;
}

static uint32_t word_number(struct phrases *p, const char *folded)
{
    struct table *t = &p->word_table;
    grow(p, t, false, p->words);
    uint32_t h = hash(folded, strlen(folded));
    for (size_t at = h & (t->size - 1); t->slot[at]; at = (at + 1) & (t->size - 1))
        if (strcmp(p->word[t->slot[at] - 1].folded, folded) == 0)
            return t->slot[at] - 1;
    if (p->words == p->word_room) {
        p->word_room = p->word_room ? 2 * p->word_room : 128;
        p->word = mem_resize(p->word, p->word_room, sizeof *p->word);
    }
    p->word[p->words] =
        (struct word){.folded = mem_strdup(folded),
                      .stop_in = stopwords_find(p->stopwords, folded, strlen(folded)),
                      .letters = (uint8_t)letters_of(folded),
                      .digits = strpbrk(folded, "0123456789") != NULL};
    insert(t, h, p->words);
    return (uint32_t)p->words++;
}

static struct row *find_row(const struct phrases *p, const uint32_t word[ROW_MAX])
{
    const struct table *t = &p->row_table;
    if (!t->size)
        return NULL;
    uint32_t h = hash(word, ROW_MAX * sizeof *word);
    for (size_t at = h & (t->size - 1); t->slot[at]; at = (at + 1) & (t->size - 1))
        if (memcmp(p->row[t->slot[at] - 1].word, word, ROW_MAX * sizeof *word) == 0)
            return &p->row[t->slot[at] - 1];
    return NULL;
}

static struct row *row_of(struct phrases *p, const uint32_t word[ROW_MAX])
{
    grow(p, &p->row_table, true, p->rows);
    struct row *row = find_row(p, word);
    if (row)
        return row;
    if (p->rows == p->row_room) {
        p->row_room = p->row_room ? 2 * p->row_room : 256;
        p->row = mem_resize(p->row, p->row_room, sizeof *p->row);
    }
    row = &p->row[p->rows];
    *row = (struct row){.count = 0};
    memcpy(row->word, word, sizeof row->word);
    insert(&p->row_table, hash(word, sizeof row->word), p->rows++);
    return row;
}

/* ---- reading ------------------------------------------------------------------------------- */

static bool same_written(const char *a, size_t a_length, const char *b, size_t b_length)
{
    return a_length == b_length && memcmp(a, b, a_length) == 0;
}

static void count_row(struct phrases *p, const uint32_t word[ROW_MAX], const char *written,
                      size_t length)
{
    struct row *row = row_of(p, word);
    row->count++;
    if (row->votes == 0) {
        row->written = written;
        row->length = (uint32_t)length;
    }
    row->votes += row->votes == 0 || same_written(row->written, row->length, written, length)
                      ? 1
                      : (uint32_t)-1;
}

/* True if nothing but blanks, a hyphen or an elision's apostrophe stands between two words. */
static bool in_a_row(const char *text, size_t end, size_t start)
{
    size_t next, blanks = 0, others = 0;
    uint32_t c;
    for (size_t at = end; at < start; at = next) {
        switch (chars_at(text, start, at, &next, &c)) {
        case CHAR_SPACE:
            blanks += c != ' ' || blanks == 0;
            break;
        case CHAR_HYPHEN:
        case CHAR_APOSTROPHE:
            others++;
            break;
        default:
            return false;
        }
    }
    return blanks + others <= 1;
}

/* The last words that were read; the first may be NO_WORD. */
struct window {
    uint32_t word[ROW_MAX];
    size_t start[ROW_MAX];
    size_t end;
};

static void slide(struct phrases *p, struct window *w, const char *text, const struct token *t)
{
    bool follows = w->word[2] != NO_WORD && in_a_row(text, w->end, t->start);
    buf_clear(&p->folded);
    fold_word(text + t->start, t->end - t->start, FOLD_ALL, &p->folded);
    w->word[0] = follows ? w->word[1] : NO_WORD;
    w->word[1] = follows ? w->word[2] : NO_WORD;
    w->word[2] = word_number(p, buf_str(&p->folded));
    w->start[0] = w->start[1];
    w->start[1] = w->start[2];
    w->start[2] = t->start;
    w->end = t->end;
    struct word *word = &p->word[w->word[2]];
    word->count++;
    word->function |= (word->stop_in & p->language) != 0;
    p->looked_at++;
}

static bool may_end(const struct word *w)
{
    return w->letters > 2 && !w->digits;
}

static void count_rows(struct phrases *p, const struct window *w, const char *text)
{
    if (w->word[1] == NO_WORD)
        return;
    const uint32_t two[] = {w->word[1], w->word[2], NO_WORD};
    count_row(p, two, text + w->start[1], w->end - w->start[1]);
    if (w->word[0] != NO_WORD && may_end(&p->word[w->word[0]]) && may_end(&p->word[w->word[2]]))
        count_row(p, w->word, text + w->start[0], w->end - w->start[0]);
}

void phrases_add(struct phrases *p, const char *text, size_t length, const char *lang)
{
    struct window w = {.word = {NO_WORD, NO_WORD, NO_WORD}};
    struct tokens tokens;
    struct token t;
    p->language = *lang ? stopwords_language(lang) : STOPWORDS_EVERY;
    tokens_start(&tokens, text, length);
    while (p->looked_at < LOOKED_AT && tokens_next(&tokens, &t)) {
        if (t.kind == TOKEN_COMPOUND)
            continue;
        slide(p, &w, text, &t);
        count_rows(p, &w, text);
    }
}

/* ---- choosing ------------------------------------------------------------------------------ */

static void count_neighbours(struct phrases *p)
{
    for (size_t i = 0; i < p->rows; i++)
        if (p->row[i].word[2] == NO_WORD) {
            p->word[p->row[i].word[0]].behind++;
            p->word[p->row[i].word[1]].before++;
        }
}

static bool is_function_word(const struct word *w, uint32_t neighbours)
{
    return !may_end(w) || w->function ||
           (w->letters <= FUNCTION_LETTERS && w->count >= OFTEN && 10 * neighbours >= 6 * w->count);
}

static size_t words_of(const struct row *row)
{
    return row->word[2] == NO_WORD ? 2 : 3;
}

static bool is_phrase(const struct phrases *p, const struct row *row)
{
    const struct word *first = &p->word[row->word[0]],
                      *last = &p->word[row->word[words_of(row) - 1]];
    return row->count >= LEAST && row->length <= PHRASE_BYTES_MAX &&
           !is_function_word(first, first->behind) && !is_function_word(last, last->before);
}

/* Rows of two that stand in this row of three as often as anywhere are no phrases of their own. */
static void absorb(struct phrases *p, const struct row *row)
{
    for (size_t i = 0; words_of(row) == 3 && i < 2; i++) {
        const uint32_t two[] = {row->word[i], row->word[i + 1], NO_WORD};
        struct row *part = find_row(p, two);
        if (part && 10 * row->count >= 8 * part->count)
            part->count = 0;
    }
}

static uint32_t weight(const struct row *row)
{
    return row->count * (1 + (uint32_t)words_of(row));
}

static int by_weight(const void *a, const void *b)
{
    const struct row *x = *(const struct row *const *)a, *y = *(const struct row *const *)b;
    if (weight(x) != weight(y))
        return weight(x) > weight(y) ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void send(const struct phrases *p, const struct row *row, phrase_fn *each, void *ctx)
{
    struct buf folded = {0}, written = {0};
    for (size_t i = 0; i < words_of(row); i++) {
        buf_adds(&folded, i ? " " : "");
        buf_adds(&folded, p->word[row->word[i]].folded);
    }
    size_t next;
    uint32_t c;
    for (size_t at = 0; at < row->length; at = next) {
        enum char_class class = chars_at(row->written, row->length, at, &next, &c);
        if (class == CHAR_SPACE)
            buf_addc(&written, ' ');
        else if (class != CHAR_IGNORED)
            buf_add(&written, row->written + at, next - at);
    }
    each(ctx, folded.data, buf_str(&written));
    buf_free(&folded);
    buf_free(&written);
}

void phrases_each(struct phrases *p, phrase_fn *each, void *ctx)
{
    size_t n = 0, most = SOME + p->looked_at / WORDS_EACH;
    struct row **chosen = mem_alloc((p->rows + 1) * sizeof(struct row *));
    count_neighbours(p);
    for (size_t i = 0; i < p->rows; i++)
        if (is_phrase(p, &p->row[i]))
            absorb(p, &p->row[i]);
    for (size_t i = 0; i < p->rows; i++)
        if (is_phrase(p, &p->row[i]))
            chosen[n++] = &p->row[i];
    qsort(chosen, n, sizeof(struct row *), by_weight);
    most = most < PHRASES_MAX ? most : PHRASES_MAX;
    for (size_t i = 0; i < n && i < most; i++)
        send(p, chosen[i], each, ctx);
    free(chosen);
}

void phrases_fold(const char *text, size_t length, struct buf *out)
{
    struct tokens tokens;
    struct token t;
    size_t from = out->len;
    tokens_start(&tokens, text, length);
    while (tokens_next(&tokens, &t)) {
        if (t.kind == TOKEN_COMPOUND)
            continue;
        if (out->len > from)
            buf_addc(out, ' ');
        fold_word(text + t.start, t.end - t.start, FOLD_ALL, out);
    }
}
