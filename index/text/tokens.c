/* The scanner looks ahead by a bounded number of characters only, so that a page costs in
 * proportion to its length whatever stands on it. */
#include "index/text/tokens.h"

#include "index/text/chars.h"

#include <string.h>

enum {
    GROUPS_MAX = 6, /* of three digits: more are a column of numbers */
    PARTS_MAX = 8,  /* of a compound */
    ELISION_MAX = 8 /* bytes before the apostrophe */
};

void tokens_start(struct tokens *t, const char *text, size_t length)
{
    *t = (struct tokens){.text = text, .length = length};
}

uint32_t tokens_position(const struct tokens *t)
{
    return t->position;
}

bool tokens_is_free(const struct tokens *t)
{
    return t->compound_end <= t->at && t->column_end <= t->at;
}

void tokens_resume(struct tokens *t, size_t at, uint32_t position)
{
    *t = (struct tokens){.text = t->text, .length = t->length, .at = at, .position = position};
}

static enum char_class class_at(const struct tokens *t, size_t at, size_t *next)
{
    uint32_t c;
    return chars_at(t->text, t->length, at, next, &c);
}

size_t tokens_line_join(const char *text, size_t length, size_t hyphen)
{
    size_t at, after;
    uint32_t c;
    chars_at(text, length, hyphen, &at, &c);
    bool line_end = false;
    for (; at < length && strchr(" \t\r\n", text[at]) && text[at]; at++) {
        if (text[at] == '\n' && line_end)
            return 0;
        line_end = line_end || text[at] == '\n';
    }
    if (!line_end || chars_at(text, length, at, &after, &c) != CHAR_LETTER || !chars_small(c))
        return 0;
    return at;
}

/* ---- numbers ------------------------------------------------------------------------------- */

static size_t digits_end(const struct tokens *t, size_t at)
{
    while (at < t->length && t->text[at] >= '0' && t->text[at] <= '9')
        at++;
    return at;
}

static bool grouping_blank(uint32_t c)
{
    return c == ' ' || c == 0xa0 || c == 0x202f || c == 0x2009 || c == 0x2007;
}

/* Behind the three digits that follow separator MARK at AT; 0 if there are no such. */
static size_t group_end(const struct tokens *t, size_t at, uint32_t mark)
{
    size_t from, next;
    uint32_t c;
    enum char_class class = chars_at(t->text, t->length, at, &from, &c);
    bool same = c == mark || (class == CHAR_APOSTROPHE && mark == '\'');
    size_t end = same ? digits_end(t, from) : 0;
    if (!same || end - from != 3)
        return 0;
    enum char_class after = chars_at(t->text, t->length, end, &next, &c);
    return after == CHAR_DIGIT || (after == CHAR_LETTER && grouping_blank(mark)) ? 0 : end;
}

/* The separator at AT as group_end() wants it; 0 for what separates no groups. */
static uint32_t separator(const struct tokens *t, size_t at)
{
    size_t next;
    uint32_t c;
    enum char_class class = chars_at(t->text, t->length, at, &next, &c);
    if (class == CHAR_APOSTROPHE)
        return '\'';
    return c == ',' || c == '.' || grouping_blank(c) ? c : 0;
}

/* True if digits go on at AT behind a full stop or comma: 18.10.2016, 1,2,3. */
static bool goes_on(const struct tokens *t, size_t at)
{
    return at + 1 < t->length && (t->text[at] == '.' || t->text[at] == ',') &&
           t->text[at + 1] >= '0' && t->text[at + 1] <= '9';
}

/* Behind the groups of thousands that follow the digits up to AT; AT if there are none. */
static size_t thousands_end(struct tokens *t, size_t start, size_t at)
{
    uint32_t mark = separator(t, at);
    bool blank = grouping_blank(mark);
    if (!mark || at - start > 3 || t->text[start] == '0' || (blank && start < t->column_end))
        return at;
    size_t end = at, next;
    unsigned groups = 0;
    for (; (next = group_end(t, end, mark)) && (blank || groups <= GROUPS_MAX); groups++)
        end = next;
    if (groups > GROUPS_MAX && blank)
        t->column_end = end;
    if (groups > GROUPS_MAX || (goes_on(t, end) && (uint32_t)t->text[end] == mark))
        return at;
    return end;
}

/* True if START is inside a row like 18.10.2016 or 1,2,3, whose numbers are each their own. */
static bool in_row(const struct tokens *t, size_t start)
{
    return start >= 2 && goes_on(t, start - 1) && t->text[start - 2] >= '0' &&
           t->text[start - 2] <= '9';
}

/* Behind the number at START; 0 where letters follow at once (15th): it is a word then. */
static size_t number_end(struct tokens *t, size_t start)
{
    size_t plain = digits_end(t, start), next;
    if (plain == start)
        return 0;
    size_t end = in_row(t, start) ? plain : thousands_end(t, start, plain);
    if (goes_on(t, end)) {
        size_t decimals = digits_end(t, end + 1);
        return goes_on(t, decimals) || in_row(t, start) ? plain : decimals;
    }
    enum char_class after = class_at(t, end, &next);
    if (end == plain && (chars_in_word(after) || after == CHAR_MARK || after == CHAR_IGNORED))
        return 0;
    return end;
}

/* ---- words --------------------------------------------------------------------------------- */

/* Behind E.U. or e.g at START; 0 where it is none. */
static size_t acronym_end(const struct tokens *t, size_t start)
{
    size_t at = start, end = 0, letter, dot;
    unsigned letters = 0;
    while (class_at(t, at, &letter) == CHAR_LETTER) {
        enum char_class after = class_at(t, letter, &dot);
        if (after != CHAR_DOT) {
            if (!chars_in_word(after) && after != CHAR_MARK) {
                letters++;
                end = letter;
            }
            break;
        }
        letters++;
        at = end = dot;
    }
    return letters >= 2 ? end : 0;
}

static bool begins_with_vowel(const struct tokens *t, size_t at)
{
    size_t next;
    uint32_t c;
    chars_at(t->text, t->length, at, &next, &c);
    return c < 128 ? c && strchr("aeiouyhAEIOUYH", (int)c) : c < 0x180;
}

/* True if TEXT[start..apostrophe) is a short word that French, Italian or Catalan write so before
 * a vowel. */
static bool elided(const struct tokens *t, size_t start, size_t apostrophe, size_t next)
{
    static const char *const words[] = {
        "l",     "d",      "j",      "m",      "t",    "s",   "n",    "c",    "qu",   "un",
        "jusqu", "lorsqu", "puisqu", "quoiqu", "dell", "all", "nell", "sull", "dall", "coll",
        "quell", "quest",  "bell",   "sant",   "tutt", "com", "dov",  "cos",  "anch", "senz"};
    size_t length = apostrophe - start;
    char word[ELISION_MAX + 1];
    if (length > ELISION_MAX || !begins_with_vowel(t, next))
        return false;
    for (size_t i = 0; i < length; i++) {
        char c = t->text[start + i];
        word[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    word[length] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

/* Where a word goes on behind a character that is none of its letters, whose last letter ends at
 * END == AT; 0 if it ends there. */
static size_t bridge(const struct tokens *t, size_t at, size_t next, enum char_class class,
                     uint32_t c)
{
    size_t after;
    switch (class) {
    case CHAR_APOSTROPHE:
        return class_at(t, next, &after) == CHAR_LETTER ? next : 0;
    case CHAR_HYPHEN:
        return tokens_line_join(t->text, t->length, at);
    case CHAR_IGNORED: {
        size_t joined = c == CHAR_SOFT_HYPHEN ? tokens_line_join(t->text, t->length, at) : 0;
        return joined ? joined : next;
    }
    default:
        if (c == CHAR_MIDDLE_DOT && at > 0 && (t->text[at - 1] | 32) == 'l' && next < t->length &&
            (t->text[next] | 32) == 'l')
            return next;
        return 0;
    }
}

/* Behind the plain letters and digits at AT, most of most texts; *LAST is the class of the last. */
static size_t plain_end(const struct tokens *t, size_t at, enum char_class *last)
{
    const size_t start = at;
    while (at < t->length && chars_in_word(chars_byte(t->text[at])))
        at++;
    if (at > start)
        *last = chars_byte(t->text[at - 1]);
    return at;
}

/* Behind the row of letters, digits and marks at START. */
static size_t row_end(const struct tokens *t, size_t start, enum token_kind *kind)
{
    size_t at = start, end = start, next;
    uint32_t c;
    enum char_class last = CHAR_OTHER;
    for (;;) {
        size_t plain = plain_end(t, at, &last);
        end = plain > at ? plain : end;
        at = plain;
        enum char_class class = chars_at(t->text, t->length, at, &next, &c);
        if (at >= t->length)
            return end;
        if (chars_in_word(class) || class == CHAR_MARK) {
            at = end = next;
            last = class;
            continue;
        }
        if (class != CHAR_IGNORED && (at != end || last == CHAR_DIGIT))
            return end;
        size_t on = bridge(t, at, next, class, c);
        if (!on)
            return end;
        if (class == CHAR_APOSTROPHE && elided(t, start, at, on)) {
            *kind = TOKEN_ELISION;
            return end;
        }
        at = on;
        if (class != CHAR_IGNORED)
            end = at; /* a letter follows, so this is never the end that is returned */
    }
}

/* Behind the word, number or acronym that begins at START. */
static size_t word_end(struct tokens *t, size_t start, enum token_kind *kind)
{
    size_t end = 0, next;
    enum char_class class = class_at(t, start, &next);
    *kind = TOKEN_WORD;
    if (class == CHAR_IDEOGRAPH)
        return next;
    if (class == CHAR_DIGIT && (end = number_end(t, start))) {
        *kind = TOKEN_NUMBER;
        return end;
    }
    if (class == CHAR_LETTER && next < t->length && t->text[next] == '.' &&
        (end = acronym_end(t, start))) {
        *kind = TOKEN_ACRONYM;
        return end;
    }
    return row_end(t, start, kind);
}

/* Behind the word at START where it is as most words of most texts are: plain letters, and then a
 * blank, a comma or the like, behind which nothing can belong to it; else 0. */
static size_t simple_end(const struct tokens *t, size_t start)
{
    size_t at = start;
    while (at < t->length && chars_byte(t->text[at]) == CHAR_LETTER)
        at++;
    if (at - start < 2 || at == t->length)
        return 0;
    const enum char_class after = chars_byte(t->text[at]);
    return after == CHAR_SPACE || after == CHAR_OTHER || after == CHAR_DOT ? at : 0;
}

/* Where the next part of a compound begins if a hyphen stands at AT; 0 if none does. */
static size_t next_part(const struct tokens *t, size_t at)
{
    size_t part, next;
    if (at >= t->length || class_at(t, at, &part) != CHAR_HYPHEN)
        return 0;
    return chars_in_word(class_at(t, part, &next)) ? part : 0;
}

/* Looks from the word START to END for a compound and notes how far it looked. */
static bool compound(struct tokens *t, size_t start, size_t end, struct token *out)
{
    unsigned parts = 1;
    size_t part;
    enum token_kind kind = TOKEN_WORD;
    while (kind != TOKEN_ELISION && parts < PARTS_MAX && (part = next_part(t, end))) {
        end = word_end(t, part, &kind);
        parts++;
    }
    t->compound_end = end;
    if (parts < 2 || kind == TOKEN_ELISION || next_part(t, end) || end - start > TOKEN_COMPOUND_MAX)
        return false;
    *out = (struct token){start, end, t->position, TOKEN_COMPOUND};
    return true;
}

/* To the first letter or digit. */
static bool find_word(struct tokens *t)
{
    size_t at = t->at, wide;
    for (; at < t->length; at++) {
        enum char_class class = chars_byte(t->text[at]);
        if (class == CHAR_WIDE) {
            class = class_at(t, at, &wide);
            if (!chars_in_word(class) && class != CHAR_IDEOGRAPH)
                at = wide - 1;
        }
        if (chars_in_word(class) || class == CHAR_IDEOGRAPH)
            break;
    }
    t->at = at;
    return at < t->length;
}

bool tokens_next(struct tokens *t, struct token *out)
{
    if (!find_word(t))
        return false;
    size_t start = t->at, end = simple_end(t, start);
    enum token_kind kind = TOKEN_WORD;
    if (end) {
        *out = (struct token){start, end, t->position++, kind};
        t->at = end;
        return true;
    }
    end = word_end(t, start, &kind);
    if (start >= t->compound_end && kind != TOKEN_ELISION && next_part(t, end) &&
        compound(t, start, end, out))
        return true;
    *out = (struct token){start, end, t->position++, kind};
    t->at = end;
    return true;
}
