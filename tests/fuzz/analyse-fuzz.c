/* Any bytes are a page: their words lie inside and rise, their terms are whole, a word typed as it
 * stands in the page finds it, and the snippet is valid. */
#include "index/text/analyse.h"
#include "index/text/dates.h"
#include "index/text/highlight.h"
#include "index/text/tokens.h"
#include "index/text/utf8.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

const char *const fuzz_seeds[] = {
    "The gender-based pay gap: 5,196 women’s (and 5 196 men) in the E.U., e.g. Agenda2.",
    "L'égalité, c'est l’affaire de tous; aujourd'hui exam-\nple gen\xc2\xad"
    "der 18.10.2016.",
    "Ισότητα των φύλων ΙΣΟΤΗΤΑ \xce\x99\xcc\x81 Straße ﬁnance İstanbul ısparta",
    "平等法 が한국어 हिन्दी й ё col·laboració CO₂ km²",
    "12 345 678,90 0,500 3.14 1'000 2016-10-18 10:30 COVID-19 15th",
    NULL};

enum {
    MATCHES = 64
};

struct seen {
    size_t length;
    uint32_t last;
    struct match match[MATCHES];
    size_t n;
};

static void see(void *ctx, const struct term *t)
{
    struct seen *s = ctx;
    FUZZ_CHECK(t->length > 0 && t->length <= TERM_MAX && strlen(t->bytes) == t->length);
    FUZZ_CHECK(utf8_valid(t->bytes, t->length));
    FUZZ_CHECK(t->start < t->end && t->end <= s->length && t->position >= s->last);
    s->last = t->position;
    if (s->n < MATCHES && t->bytes[0] % 4 == 0)
        s->match[s->n++] = (struct match){t->position, (uint8_t)(t->bytes[0] % MATCHES)};
}

struct search {
    char bytes[TERM_MAX + 1];
    bool found;
};

static void first(void *ctx, const struct term *t)
{
    struct search *s = ctx;
    if (!*s->bytes)
        memcpy(s->bytes, t->bytes, t->length + 1);
}

static void find(void *ctx, const struct term *t)
{
    struct search *s = ctx;
    s->found = s->found || strcmp(s->bytes, t->bytes) == 0;
}

/* The first word of the page finds itself. */
static void check_word(struct analyser *a, const char *text, size_t length)
{
    struct tokens tokens;
    struct token token;
    struct search s = {.bytes = ""};
    tokens_start(&tokens, text, length);
    if (!tokens_next(&tokens, &token))
        return;
    static const char *const langs[] = {"fr"};
    const char *word = text + token.start;
    size_t n = token.end - token.start;
    analyse_text(a, word, n, "fr", first, &s);
    analyse_word(a, word, n, langs, 1, find, &s);
    FUZZ_CHECK(!*s.bytes || s.found || token.kind == TOKEN_ELISION);
}

/* With marks a snippet is the same. */
static void check_marked(struct highlight how, const char *text, size_t size, const struct seen *s,
                         const struct buf *wanted)
{
    struct marks marks;
    struct buf out = {0};
    marks_find(text, size, &marks);
    how.marks = &marks;
    highlight_snippet(&how, text, size, s->match, s->n, &out);
    FUZZ_CHECK(strcmp(buf_str(&out), buf_str(wanted)) == 0);
    marks_free(&marks);
    buf_free(&out);
}

static void check_snippet(const char *text, size_t size, const struct seen *s, size_t length)
{
    struct buf out = {0};
    struct highlight how = {.style = length % 2 ? HIGHLIGHT_MARK : HIGHLIGHT_NONE,
                            .length = length};
    highlight_snippet(&how, text, size, s->match, s->n, &out);
    check_marked(how, text, size, s, &out);
    FUZZ_CHECK(out.len == 0 || utf8_valid(out.data, out.len));
    if (how.style == HIGHLIGHT_MARK)
        for (const char *at = out.data; at && (at = strchr(at, '<')); at++)
            FUZZ_CHECK(strncmp(at, "<mark>", 6) == 0 || strncmp(at, "</mark>", 7) == 0);
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct analyser *a;
    static const char *const langs[] = {"en", "fr", "de", "el", ""};
    if (!a)
        analyser_new(&a, NULL);
    const char *text = (const char *)data;
    struct seen s = {.length = size};
    analyse_text(a, text, size, langs[size % 5], see, &s);
    check_word(a, text, size);
    check_snippet(text, size, &s, size % 300);
    char start[65] = "";
    memcpy(start, text, size < 64 ? size : 64);
    struct date date;
    if (date_parse_lenient(start, &date)) {
        struct buf shown = {0};
        struct date again;
        date_print(&date, &shown);
        FUZZ_CHECK(date_parse(shown.data, shown.len, &again) && again.first == date.first &&
                   again.last == date.last);
        buf_free(&shown);
    }
    return 0;
}
