#include "index/text/forms.h"

#include "index/text/chars.h"
#include "index/text/fold.h"
#include "index/text/spellings.h"
#include "index/text/utf8.h"

#include <string.h>

enum {
    SURFACE_MAX = 4 * TERM_MAX, /* of a longer word only the beginning is looked at */
    HEAD_MIN = 3,               /* letters before an apostrophe for the ending to be one (X's) */
    TAIL_MAX = 4,               /* letters of such an ending (Ankara'nın) */
    FOOTNOTE_LETTERS = 3,
    FOOTNOTE_DIGITS = 3,
    HALF_HARD = 3, /* letters of each half of a word broken by a hyphen, at least */
    HALF_SOFT = 4
};

/* What goes on while the forms of one word are made. */
struct work {
    struct forms *f;
    struct stemmers *stemmers;
    const unsigned *ids;
    size_t n_ids;
    bool query;
};

void forms_free(struct forms *f)
{
    buf_free(&f->folded);
    buf_free(&f->plain);
    buf_free(&f->stripped);
    *f = (struct forms){.count = 0};
}

static void add(struct forms *f, enum term_kind kind, const char *bytes, size_t length)
{
    length = length > TERM_MAX ? utf8_cut(bytes, TERM_MAX) : length;
    if (length == 0 || f->count >= FORMS_MAX)
        return;
    for (size_t i = 0; i < f->count; i++)
        if (f->form[i].kind == kind && f->form[i].length == length &&
            memcmp(f->form[i].bytes, bytes, length) == 0)
            return;
    struct form *new = &f->form[f->count++];
    new->kind = kind;
    new->length = (unsigned char)length;
    memcpy(new->bytes, bytes, length);
    new->bytes[length] = '\0';
}

/* Adds a stem, unless a document has it as its word PLAIN anyway. */
static void add_stem(void *ctx, const char *stem, size_t length)
{
    const struct work *w = ctx;
    struct forms *f = w->f;
    bool same = length == f->plain.len && memcmp(stem, f->plain.data, length) == 0;
    if (w->query || !same)
        add(f, TERM_STEM, stem, length);
    if (w->query)
        add(f, TERM_WORD, stem, length);
}

/* Adds the forms of a word that is case-folded and has nothing but letters, digits, marks. */
static void add_word(struct work *w, const char *folded, size_t length)
{
    struct forms *f = w->f;
    if (length == 0)
        return;
    struct buf word = {0};
    buf_add(&word, folded, length);
    buf_clear(&f->plain);
    fold_word(folded, length, FOLD_ALL, &f->plain);
    if (f->plain.len)
        add(f, TERM_WORD, f->plain.data, f->plain.len);
    bool accented = f->plain.len != length || memcmp(buf_str(&f->plain), folded, length) != 0;
    for (size_t i = 0; f->plain.len && i < w->n_ids; i++) {
        if (w->ids[i] == 0)
            continue;
        stemmers_by_id(w->stemmers, w->ids[i], word.data, word.len, add_stem, w);
        if (accented)
            stemmers_by_id(w->stemmers, w->ids[i], f->plain.data, f->plain.len, add_stem, w);
    }
    buf_free(&word);
}

/* The number of LANG among the languages asked for; 0 if it is not. */
static unsigned asked_for(const struct work *w, const char *lang)
{
    for (size_t i = 0; i < w->n_ids; i++)
        if (strcmp(stemmers_language(w->stemmers, w->ids[i]), lang) == 0)
            return w->ids[i];
    return 0;
}

/* Where ä, ö, ü are letters that nobody writes out. */
static bool keeps_umlauts(const struct work *w)
{
    return asked_for(w, "fi") || asked_for(w, "et") || asked_for(w, "hu") || asked_for(w, "tr") ||
           asked_for(w, "sk");
}

/* A document that has München has the stem of muenchen, for whoever types that; one that has
 * Muenchen is found by that word. So no query counts the two spellings of one word as two. */
static void add_written_out(struct work *w, const char *folded, size_t length)
{
    struct buf other = {0};
    bool differs = (w->query || !keeps_umlauts(w)) && spelling_written_out(folded, length, &other);
    if (differs && w->query) {
        buf_clear(&w->f->plain);
        fold_word(other.data, other.len, FOLD_ALL, &w->f->plain);
        add(w->f, TERM_WORD, w->f->plain.data, w->f->plain.len);
    } else if (differs) {
        stemmers_by_id(w->stemmers, w->ids[0], other.data, other.len, add_stem, w);
    } else if (w->query && spelling_maybe_written_out(folded, length)) {
        add(w->f, TERM_STEM, folded, length);
    }
    buf_free(&other);
}

/* True for letters that no language spells otherwise. */
static bool basic(const char *folded, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)folded[i] >= 128)
            return false;
    return true;
}

/* Adds the forms of what else a case-folded word of letters may be written as. */
static void add_spellings(struct work *w, const char *folded, size_t length)
{
    struct buf other = {0};
    if (!w->query && basic(folded, length))
        return;
    add_written_out(w, folded, length);
    if ((asked_for(w, "sr") || (w->query && asked_for(w, "hr"))) &&
        spelling_latin(folded, length, &other))
        add_word(w, other.data, other.len);
    buf_free(&other);
}

/* FOLDED without the punctuation and blanks that a token may have inside, in OUT. */
static void strip(const char *folded, size_t length, struct buf *out)
{
    buf_clear(out);
    size_t next;
    for (size_t at = 0; at < length; at = next) {
        uint32_t c;
        enum char_class class = chars_at(folded, length, at, &next, &c);
        if (chars_in_word(class) || class == CHAR_MARK || class == CHAR_IDEOGRAPH)
            buf_add(out, folded + at, next - at);
    }
}

static size_t characters(const char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

/* women's is women, too. */
static void add_head(struct work *w, const struct buf *folded)
{
    const char *mark = folded->len ? strrchr(folded->data, '\'') : NULL;
    if (!mark)
        return;
    size_t head = (size_t)(mark - folded->data), tail = folded->len - head - 1;
    bool possessive = tail == 1 && mark[1] == 's';
    if (!possessive &&
        (characters(folded->data, head) < HEAD_MIN || characters(mark + 1, tail) > TAIL_MAX))
        return;
    struct buf word = {0};
    strip(folded->data, head, &word);
    add_word(w, buf_str(&word), word.len);
    buf_free(&word);
}

/* The end of SURFACE without raised digits, or of the folded word without plain ones. */
static void add_without_footnote(struct work *w, const char *surface, size_t length,
                                 const struct buf *word)
{
    size_t end = word->len;
    while (end > 0 && word->data[end - 1] >= '0' && word->data[end - 1] <= '9')
        end--;
    size_t digits = word->len - end;
    bool raised = length > 0 && (unsigned char)surface[length - 1] >= 128;
    if (digits == 0 || digits > FOOTNOTE_DIGITS || end == 0)
        return;
    size_t letters = 0, next;
    for (size_t at = 0; at < end; at = next) {
        uint32_t c;
        letters = chars_at(word->data, end, at, &next, &c) == CHAR_DIGIT ? 0 : letters + 1;
    }
    if (letters >= (raised ? 1 : FOOTNOTE_LETTERS))
        add_word(w, word->data, end);
}

/* Adds the forms of a SURFACE as it stands. */
static void add_raw(struct work *w, const char *surface, size_t length)
{
    struct buf folded = {0}, word = {0};
    fold_word(surface, length, FOLD_CASE, &folded);
    strip(buf_str(&folded), folded.len, &word);
    add_word(w, buf_str(&word), word.len);
    buf_free(&folded);
    buf_free(&word);
}

/* A word broken in one place may have been two joined by a hyphen (gender-\nbased). */
static void add_halves(struct work *w, const char *surface, size_t length)
{
    size_t next, mark = 0, after = 0;
    bool hard = false;
    for (size_t at = 0; at < length; at = next) {
        uint32_t c;
        enum char_class class = chars_at(surface, length, at, &next, &c);
        if (class != CHAR_HYPHEN && c != CHAR_SOFT_HYPHEN)
            continue;
        if (mark)
            return;
        hard = class == CHAR_HYPHEN;
        mark = at;
        size_t joined = tokens_line_join(surface, length, at);
        after = next = joined ? joined : next;
    }
    size_t least = hard ? HALF_HARD : HALF_SOFT;
    if (!mark || characters(surface, mark) < least ||
        characters(surface + after, length - after) < least)
        return;
    add_raw(w, surface, mark);
    add_raw(w, surface + after, length - after);
}

/* Where the decimals of a number begin, its comma or point included; LENGTH for a whole number.
 * A lone separator before three digits groups them, one that comes after another kind does not. */
static size_t decimals(const char *surface, size_t length)
{
    size_t last = length, kinds = 0, seen = 0;
    char before = 0;
    for (size_t i = 0; i < length; i++) {
        char c = surface[i];
        if ((c >= '0' && c <= '9') || ((unsigned char)c & 0xc0) == 0x80)
            continue;
        seen++;
        kinds += c != before;
        before = c;
        last = i;
    }
    if (seen == 0 || (surface[last] != ',' && surface[last] != '.'))
        return length;
    bool grouping = length - last - 1 == 3 && kinds == 1 && surface[0] != '0';
    return grouping ? length : last;
}

static void add_digits(const char *surface, size_t length, struct buf *out)
{
    for (size_t i = 0; i < length; i++)
        if (surface[i] >= '0' && surface[i] <= '9')
            buf_addc(out, surface[i]);
}

static void add_number(struct work *w, const char *surface, size_t length)
{
    struct buf digits = {0};
    size_t point = decimals(surface, length);
    add_digits(surface, point, &digits);
    size_t whole = digits.len;
    if (point < length) {
        buf_addc(&digits, '.');
        add_digits(surface + point, length - point, &digits);
    }
    add(w->f, TERM_WORD, buf_str(&digits), digits.len);
    if (!w->query && point < length && whole > 3)
        add(w->f, TERM_WORD, buf_str(&digits), whole);
    /* Groups with blanks between may as well be cells of a table. */
    size_t from = 0;
    for (size_t i = 0; !w->query && i <= point; i++) {
        bool digit = i < point && surface[i] >= '0' && surface[i] <= '9';
        if (!digit && i > from && (from > 0 || i < point) && !memchr(surface, '.', point) &&
            !memchr(surface, ',', point) && !memchr(surface, '\'', point))
            add(w->f, TERM_WORD, surface + from, i - from);
        from = digit ? from : i + 1;
    }
    buf_free(&digits);
}

/* KADIN is kadın in Turkish, and kadin elsewhere. */
static void add_dotless(struct work *w, const char *surface, size_t length)
{
    unsigned turkish = memchr(surface, 'I', length) ? asked_for(w, "tr") : 0;
    struct work only = {w->f, w->stemmers, &turkish, 1, w->query};
    struct buf dotless = {0};
    if (turkish && spelling_dotless(surface, length, &dotless))
        add_raw(&only, dotless.data, dotless.len);
    buf_free(&dotless);
}

void forms_make(struct forms *f, struct stemmers *stemmers, const char *surface, size_t length,
                enum token_kind kind, const unsigned *ids, size_t n_ids, bool query)
{
    struct work w = {f, stemmers, ids, n_ids, query};
    f->count = 0;
    length = length > SURFACE_MAX ? utf8_cut(surface, SURFACE_MAX) : length;
    if (kind == TOKEN_NUMBER) {
        add_number(&w, surface, length);
        return;
    }
    buf_clear(&f->folded);
    fold_word(surface, length, FOLD_CASE, &f->folded);
    strip(buf_str(&f->folded), f->folded.len, &f->stripped);
    if (kind == TOKEN_ACRONYM) {
        w.n_ids = 0;
        add_word(&w, buf_str(&f->stripped), f->stripped.len);
        return;
    }
    add_word(&w, buf_str(&f->stripped), f->stripped.len);
    add_spellings(&w, buf_str(&f->stripped), f->stripped.len);
    add_dotless(&w, surface, length);
    if (kind == TOKEN_COMPOUND)
        return;
    add_head(&w, &f->folded);
    if (query)
        return;
    add_without_footnote(&w, surface, length, &f->stripped);
    add_halves(&w, surface, length);
}
