#include "index/text/textdates.h"

#include "index/text/chars.h"
#include "index/text/dates.h"
#include "index/text/fold.h"
#include "index/text/months.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum {
    PIECE_MAX = 32, /* bytes of a month's name */
    GAP_MAX = 6,    /* bytes between two pieces: a full stop, a blank, a line end */
    FILLERS_MAX = 2,
    NEAR = 48, /* bytes, from the last number back to the first */
    YEAR_MIN = 1000,
    YEAR_MAX = 2999
};

/* A word or number next to another: where it stands and what lies between. */
struct piece {
    size_t start, end;
    char gap; /* . / - or ' ' for blanks and all else; 0: there is no piece */
};

struct text {
    const char *bytes;
    size_t length;
};

/* ---- pieces -------------------------------------------------------------------------------- */

static size_t character_before(const struct text *t, size_t at)
{
    do
        at--;
    while (at > 0 && ((unsigned char)t->bytes[at] & 0xc0) == 0x80);
    return at;
}

static bool in_piece(const struct text *t, size_t at)
{
    size_t next;
    uint32_t c;
    enum char_class class = chars_at(t->bytes, t->length, at, &next, &c);
    return chars_in_word(class) || class == CHAR_MARK;
}

/* What two pieces have between them. */
static char gap_of(const struct text *t, size_t start, size_t end)
{
    char mark = ' ';
    size_t marks = 0;
    for (size_t i = start; i < end; i++)
        if (strchr("./-", t->bytes[i])) {
            mark = t->bytes[i];
            marks++;
        } else if (!strchr(" \n\r,'", t->bytes[i]) && (unsigned char)t->bytes[i] < 128) {
            return 0;
        }
    bool dash = end - start == 3 && memcmp(t->bytes + start, "–", 3) == 0;
    return dash ? '-' : marks > 1 || start == end ? 0 : mark;
}

static struct piece before(const struct text *t, size_t at)
{
    struct piece p = {0, 0, 0};
    size_t end = at, previous;
    while (end > 0 && at - end <= GAP_MAX && !in_piece(t, previous = character_before(t, end)))
        end = previous;
    size_t start = end;
    while (start > 0 && end - start <= PIECE_MAX &&
           in_piece(t, previous = character_before(t, start)))
        start = previous;
    if (start < end && end - start <= PIECE_MAX && at - end <= GAP_MAX)
        p = (struct piece){start, end, gap_of(t, end, at)};
    return p;
}

static struct piece behind(const struct text *t, size_t at)
{
    struct piece p = {0, 0, 0};
    size_t start = at, next;
    uint32_t c;
    while (start < t->length && start - at <= GAP_MAX && !in_piece(t, start)) {
        chars_at(t->bytes, t->length, start, &next, &c);
        start = next;
    }
    size_t end = start;
    while (end < t->length && end - start <= PIECE_MAX && in_piece(t, end)) {
        chars_at(t->bytes, t->length, end, &next, &c);
        end = next;
    }
    if (start < end && end - start <= PIECE_MAX && start - at <= GAP_MAX)
        p = (struct piece){start, end, gap_of(t, at, start)};
    return p;
}

/* ---- what they say ------------------------------------------------------------------------- */

/* The number of one to MOST digits at the head of P, with no letters behind but those of an
 * ordinal (18th, 1er) if ORDINAL; 0 for what is none. */
static int number_of(const struct text *t, const struct piece *p, size_t most, bool ordinal)
{
    int value = 0;
    size_t at = p->start;
    for (; at < p->end && t->bytes[at] >= '0' && t->bytes[at] <= '9'; at++) {
        if (at - p->start >= most)
            return 0;
        value = value * 10 + (t->bytes[at] - '0');
    }
    bool rest = at < p->end;
    return !p->gap || (rest && (!ordinal || p->end - at > 4)) ? 0 : value;
}

static int day_of(const struct text *t, const struct piece *p)
{
    int day = number_of(t, p, 2, true);
    return day <= 31 ? day : 0;
}

static int year_of(const struct text *t, const struct piece *p)
{
    int year = p->end - p->start == 4 ? number_of(t, p, 4, false) : 0;
    return year >= YEAR_MIN && year <= YEAR_MAX ? year : 0;
}

static size_t months_of(const struct text *t, const struct piece *p, int months[MONTHS_READINGS])
{
    struct buf name = {0};
    if (!p->gap || (t->bytes[p->start] >= '0' && t->bytes[p->start] <= '9'))
        return 0;
    fold_word(t->bytes + p->start, p->end - p->start, FOLD_ALL, &name);
    size_t n = months_named(buf_str(&name), name.len, months);
    buf_free(&name);
    return n;
}

/* True for the small words in dates: 18 de octubre de 2016, 18 ta' Ottubru, Deireadh Fómhair. */
static bool filler(const struct text *t, const struct piece *p)
{
    static const char *const words[] = {"de", "del", "di",      "d",    "of",   "ta",   "m",
                                        "na", "mi",  "fomhair", "gada", "gads", "metu", "g"};
    struct buf word = {0};
    bool is = false;
    if (p->gap)
        fold_word(t->bytes + p->start, p->end - p->start, FOLD_ALL, &word);
    for (size_t i = 0; p->gap && i < sizeof words / sizeof *words; i++)
        is = is || strcmp(buf_str(&word), words[i]) == 0;
    buf_free(&word);
    return is;
}

static struct piece before_fillers(const struct text *t, size_t at)
{
    struct piece p = before(t, at);
    for (int i = 0; i < FILLERS_MAX && filler(t, &p); i++)
        p = before(t, p.start);
    return p;
}

/* True if so many DIGITS in a row stand shortly before AT: most numbers have no such neighbours,
 * and are done with. */
static bool digits_near(const struct text *t, size_t at, size_t digits)
{
    size_t row = 0;
    for (size_t i = 0; i < NEAR && i < at && row < digits; i++)
        row = t->bytes[at - 1 - i] >= '0' && t->bytes[at - 1 - i] <= '9' ? row + 1 : 0;
    return row == digits;
}

/* ---- dates --------------------------------------------------------------------------------- */

struct found {
    struct textdate *date;
    size_t count, start, end;
};

static void add(struct found *f, int year, int month, int day)
{
    char iso[32];
    struct date date;
    snprintf(iso, sizeof iso, "%04d-%02d-%02d", year, month, day);
    if (f->count == TEXTDATES_MAX || !date_parse(iso, strlen(iso), &date))
        return;
    struct textdate *d = &f->date[f->count++];
    d->start = f->start;
    d->end = f->end;
    snprintf(d->digits, sizeof d->digits, "%.4s%.2s%.2s", iso, iso + 5, iso + 8);
}

static void add_named(struct found *f, int year, const int *months, size_t n, int day)
{
    for (size_t i = 0; day && i < n; i++)
        add(f, year, months[i], day);
}

/* 18.10.2016, or 10/18/2016 where there is no such month; NUMBERS are those before the year. */
static bool in_digits(const struct text *t, struct found *f, int year, const struct piece *second)
{
    int b = number_of(t, second, 2, false);
    if (!b || second->gap == ' ')
        return false;
    struct piece first = before(t, second->start);
    int a = number_of(t, &first, 2, false);
    struct piece more = before(t, first.start);
    if (!a || first.gap != second->gap || (more.gap == first.gap && number_of(t, &more, 4, false)))
        return false;
    f->start = first.start;
    if (b <= 12)
        add(f, year, b, a);
    else
        add(f, year, a, b);
    return f->count > 0;
}

/* 18-19 October: the day before the day at LAST. */
static int first_of_range(const struct text *t, const struct piece *last)
{
    struct piece p = before(t, last->start);
    return p.gap == '-' ? day_of(t, &p) : 0;
}

static void ends_in_year(const struct text *t, struct found *f, int year)
{
    int months[MONTHS_READINGS];
    struct piece last = before_fillers(t, f->end - 4);
    if (in_digits(t, f, year, &last))
        return;
    struct piece first = before_fillers(t, last.start);
    bool day_first = day_of(t, &first);
    if (!day_first && !day_of(t, &last))
        return;
    size_t n = months_of(t, day_first ? &last : &first, months);
    f->start = first.start;
    add_named(f, year, months, n, day_of(t, day_first ? &first : &last));
    if (day_first && n)
        add_named(f, year, months, n, first_of_range(t, &first));
}

static void ends_in_day(const struct text *t, struct found *f, const struct piece *number)
{
    int months[MONTHS_READINGS], day = day_of(t, number);
    struct piece last = before(t, number->start);
    bool spelled = last.gap && months_of(t, &last, months);
    struct piece first = spelled ? before_fillers(t, last.start) : before(t, last.start);
    int year = first.gap ? year_of(t, &first) : 0;
    f->start = first.start;
    if (year && spelled) {
        add_named(f, year, months, months_of(t, &last, months), day);
    } else if (year && number_of(t, &last, 2, false)) {
        if (first.gap == last.gap && last.gap != ' ')
            add(f, year, number_of(t, &last, 2, false), day);
    } else if (year && filler(t, &last)) {
        struct piece after = behind(t, number->end);
        f->end = after.gap ? after.end : f->end;
        add_named(f, year, months, months_of(t, &after, months), day);
    }
}

size_t textdates_at(const char *text, size_t length, const struct token *number,
                    struct textdate out[TEXTDATES_MAX])
{
    struct text t = {text, length};
    struct piece p = {number->start, number->end, ' '};
    struct found f = {out, 0, number->start, number->end};
    size_t digits = number->end - number->start;
    if (digits == 4) {
        int year = year_of(&t, &p);
        if (year && digits_near(&t, number->start, 1))
            ends_in_year(&t, &f, year);
    } else if (digits <= 2 && digits_near(&t, number->start, 4) && day_of(&t, &p)) {
        ends_in_day(&t, &f, &p);
    }
    return f.count;
}
