/* Words near a word: the walk through a sorted list finds what comparing each would. */
#include "index/base/mem.h"
#include "index/text/edit.h"
#include "index/text/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void an_edit_is_one_character_or_a_swap(void **state)
{
    static const struct {
        const char *a, *b;
        unsigned edits;
    } cases[] = {
        {"gender", "gender", 0},
        {"gendr", "gender", 1},
        {"gendder", "gender", 1},
        {"gemder", "gender", 1},
        {"gedner", "gender", 1},
        {"egnder", "gender", 1},
        {"gnedre", "gender", 2},
        {"xender", "gender", 1},
        {"genderx", "gender", 1},
        {"ca", "abc", 3},
        {"γυνεκα", "γυναικα", 2},
        {"ισοτιτα", "ισοτητα", 1},
        {"равенсвто", "равенство", 1},
        {"lön", "lon", 1},
        {"", "abc", 3},
        {"abcd", "", 4},
        {"", "", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *a = cases[i].a, *b = cases[i].b;
        unsigned edits = cases[i].edits;
        assert_int_equal(edit_distance(a, strlen(a), b, strlen(b), 3), edits);
        assert_int_equal(edit_distance(b, strlen(b), a, strlen(a), 3), edits);
        for (unsigned limit = 0; limit < 3; limit++)
            assert_int_equal(edit_distance(a, strlen(a), b, strlen(b), limit),
                             edits <= limit ? edits : limit + 1);
    }
}

static void a_word_that_is_too_long_is_near_nothing(void **state)
{
    char word[EDIT_WORD_MAX + 2];
    (void)state;
    memset(word, 'a', sizeof word);
    assert_int_equal(edit_distance(word, EDIT_WORD_MAX, word, EDIT_WORD_MAX, 1), 0);
    assert_int_equal(edit_distance(word, EDIT_WORD_MAX + 1, word, EDIT_WORD_MAX + 1, 1), 2);
}

/* ---- against comparing each term ------------------------------------------------------------ */

enum {
    TERMS = 3000,
    WORDS = 600
};

/* Few letters, so that much is near: of one, two, three and four bytes. */
static const char *const letters[] = {"a", "b", "c", "B", "7", "é", "π", "ж", "平", "𝔸"};

/* What is looked for. */
struct wanted {
    unsigned edits;
    bool keep_first, keep_scripts, late;
};

static uint32_t seed = 1;

static unsigned dice(unsigned sides)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 16) % sides;
}

static char *some_word(void)
{
    struct buf b = {0};
    for (unsigned n = 1 + dice(7); n > 0; n--)
        buf_adds(&b, letters[dice(sizeof letters / sizeof *letters)]);
    return buf_take(&b);
}

/* The whole table of optimal string alignment of two words of at most 15 characters; the first
 * EARLY of B have one edit at most, where a swap is one at its first character. */
static unsigned by_table(const char *a, const char *b, unsigned early)
{
    uint32_t x[16] = {0}, y[16] = {0};
    unsigned t[16][16], n = 0, m = 0;
    for (const char *at = a, *end = a + strlen(a); at < end;)
        x[++n] = utf8_next(&at, end);
    for (const char *at = b, *end = b + strlen(b); at < end;)
        y[++m] = utf8_next(&at, end);
    for (unsigned j = 0; j <= m; j++)
        for (unsigned i = 0; i <= n; i++) {
            unsigned best = i == 0 ? j : j == 0 ? i : t[i - 1][j - 1] + (x[i] != y[j]);
            if (i > 0 && j > 0 && t[i - 1][j] + 1 < best)
                best = t[i - 1][j] + 1;
            if (i > 0 && j > 0 && t[i][j - 1] + 1 < best)
                best = t[i][j - 1] + 1;
            if (i > 1 && j > 1 && x[i] == y[j - 1] && x[i - 1] == y[j] &&
                t[i - 2][j - 2] + 1 < best && (early < j - 1 || t[i - 2][j - 2] == 0))
                best = t[i - 2][j - 2] + 1;
            t[i][j] = early > 0 && j <= early && best > 1 ? 16 : best;
        }
    return t[n][m];
}

static unsigned distance(const char *word, const char *term, const struct wanted *wanted)
{
    return by_table(word, term,
                    wanted->late ? (unsigned)edit_characters(word, strlen(word)) / 2 : 0);
}

static bool has(const char *s, const char *letter)
{
    return strstr(s, letter) != NULL;
}

static bool in_scripts_of(const char *word, const char *term)
{
    return !has(term, "B") && (!has(term, "7") || has(word, "7")) &&
           (!has(term, "π") || has(word, "π")) && (!has(term, "ж") || has(word, "ж")) &&
           ((!has(term, "平") && !has(term, "𝔸")) || has(word, "平") || has(word, "𝔸"));
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t first_from(char **terms, size_t at, const char *seek)
{
    while (at < TERMS && strcmp(terms[at], seek) < 0)
        at++;
    return at;
}

/* Walks the list and marks what is near; how many terms were looked at. */
static unsigned walk(char **terms, const char *word, const struct wanted *wanted, bool *near)
{
    struct edit_walk *w;
    struct buf seek = {0};
    unsigned looked = 0, found;
    enum edit_go go;
    edit_walk_new(&w, word, strlen(word), wanted->edits, wanted->keep_first);
    if (wanted->keep_scripts)
        edit_walk_keep_scripts(w);
    if (wanted->late)
        edit_walk_late(w);
    size_t at = edit_walk_on(w, &seek) == EDIT_GO_SEEK ? first_from(terms, 0, seek.data) : 0;
    while (at < TERMS) {
        looked++;
        near[at] = edit_walk_look(w, terms[at], strlen(terms[at]), &found);
        if (near[at])
            assert_int_equal(found, distance(word, terms[at], wanted));
        go = edit_walk_on(w, &seek);
        if (go == EDIT_GO_END)
            break;
        if (go == EDIT_GO_SEEK)
            assert_true(strcmp(buf_str(&seek), terms[at]) > 0);
        at = go == EDIT_GO_SEEK ? first_from(terms, at, seek.data) : at + 1;
        while (at > 0 && at < TERMS && strcmp(terms[at], terms[at - 1]) == 0)
            at++; /* an index has each term once */
    }
    buf_free(&seek);
    edit_walk_free(&w);
    return looked;
}

static bool same_first(const char *a, const char *b)
{
    const char *x = a, *y = b;
    return utf8_next(&x, a + strlen(a)) == utf8_next(&y, b + strlen(b));
}

static bool is_near(const char *word, const char *term, const struct wanted *wanted)
{
    return distance(word, term, wanted) <= wanted->edits &&
           (!wanted->keep_first || same_first(word, term)) &&
           (!wanted->keep_scripts || in_scripts_of(word, term));
}

static char **sorted_words(void)
{
    char **terms = mem_alloc(TERMS * sizeof *terms);
    for (size_t i = 0; i < TERMS; i++)
        terms[i] = some_word();
    qsort(terms, TERMS, sizeof *terms, by_bytes);
    return terms;
}

static void the_walk_finds_what_comparing_each_term_finds(void **state)
{
    char **terms = sorted_words();
    unsigned looked = 0;
    (void)state;
    for (unsigned n = 0; n < WORDS; n++) {
        char *word = some_word();
        const struct wanted wanted = {n % 3, n % 2, n / 6 % 2, n / 12 % 2};
        bool *near = mem_zalloc(TERMS * sizeof *near);
        looked += walk(terms, word, &wanted, near);
        for (size_t i = 0; i < TERMS; i++) {
            bool copy = i > 0 && strcmp(terms[i], terms[i - 1]) == 0;
            if (!copy && near[i] != is_near(word, terms[i], &wanted))
                fail_msg("%s and %s, %u edits: %s", word, terms[i], wanted.edits,
                         near[i] ? "found" : "missed");
        }
        free(near);
        free(word);
    }
    assert_true(looked < WORDS * TERMS / 3);
    for (size_t i = 0; i < TERMS; i++)
        free(terms[i]);
    free(terms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_edit_is_one_character_or_a_swap),
        cmocka_unit_test(a_word_that_is_too_long_is_near_nothing),
        cmocka_unit_test(the_walk_finds_what_comparing_each_term_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
