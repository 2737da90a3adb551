/* Dictionaries of word forms: one set for many threads, and none where none is installed. */
#include "index/dictionaries.h"
#include "index/text/analyse.h"
#include "tests/text.h"

#include <pthread.h>

enum {
    THREADS = 4,
    ROUNDS = 50
};

static void add_stem(void *ctx, const char *stem, size_t length)
{
    struct buf *out = ctx;
    buf_adds(out, out->len ? " " : "");
    buf_add(out, stem, length);
}

static void stem(const struct stem_source *s, const char *lang, const char *word, struct buf *out)
{
    s->stems(s->dictionaries, lang, word, strlen(word), add_stem, out);
}

static void a_form_is_led_back_to_its_stems(void **state)
{
    (void)state;
    static const struct {
        const char *lang, *word, *stems;
    } cases[] = {
        {"pl", "kobietami", "kobieta"},
        {"pl", "wynagrodzeniach", "wynagrodzenie wynagrodzić"},
        {"pl", "polsce", "Polsce Polska"}, /* a name, though typed small */
        {"cs", "zákonů", "zákon"},
        {"sk", "ženám", "žena"},
        {"hr", "zakonima", "zakon"},
        {"bg", "законите", "закон"},
        {"lv", "sievietēm", "sieviete"},
        {"uk", "жінками", "жінка"},
        {"pl", "xyzzy", ""},
        {"pl", "закон", ""}, /* not in its script */
        {"bg", "zakon", ""},
        {"pl", "covid19", ""},
        {"pl", "ia", ""},
        {"pl", "", ""},
        {"en", "policies", ""},
    };
    const struct stem_source *s = dictionaries_shared();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = {0};
        stem(s, cases[i].lang, cases[i].word, &out);
        assert_text(&out, cases[i].stems);
    }
    assert_true(s->knows(s->dictionaries, "et"));
    assert_false(s->knows(s->dictionaries, "en"));
}

static unsigned reports;

static void count_report(const char *lang, const char *path)
{
    assert_string_equal(lang, "pl");
    assert_string_equal(path, "/nonexistent/pl_PL.dic");
    reports++;
}

static void find(void *ctx, const struct term *t)
{
    bool *found = ctx;
    *found = *found || strcmp(t->bytes, "kobieta") == 0;
}

static void without_a_dictionary_exact_words_and_endings_remain(void **state)
{
    (void)state;
    static const char *const langs[] = {"pl"};
    struct dictionaries *d;
    struct analyser *a;
    struct buf out = {0};
    bool found = false;
    dictionaries_new(&d, "/nonexistent", count_report);
    stem(dictionaries_source(d), "pl", "kobietami", &out);
    stem(dictionaries_source(d), "pl", "kobiety", &out);
    assert_text(&out, "");
    assert_int_equal(reports, 1);
    analyser_new(&a, dictionaries_source(d));
    analyse_word(a, "Kobieta", 7, langs, 1, find, &found);
    assert_true(found);
    analyser_free(&a);
    dictionaries_free(&d);
    dictionaries_free(&d);
}

static void one_that_is_not_read_yet_is_not_ready_while_they_are_being_read(void **state)
{
    (void)state;
    struct dictionaries *d;
    struct analyser *a;
    bool found = false;
    static const char *const langs[] = {"bs"}; /* by the Croatian dictionary */
    dictionaries_new(&d, "/nonexistent", NULL);
    analyser_new(&a, dictionaries_source(d));
    assert_true(analyser_ready(a, "hr"));
    dictionaries_warming(dictionaries_source(d), true);
    assert_false(analyser_ready(a, "hr"));
    assert_false(analyser_ready(a, "bs"));
    assert_true(analyser_ready(a, "en"));
    assert_true(analyser_ready(a, "el"));
    assert_true(analyser_ready(a, "xx"));
    analyse_word(a, "zakonima", 8, langs, 1, find, &found);
    assert_true(analyser_ready(a, "hr"));
    assert_false(analyser_ready(a, "pl"));
    dictionaries_warming(dictionaries_source(d), false);
    assert_true(analyser_ready(a, "pl"));
    analyser_free(&a);
    dictionaries_free(&d);
}

static void *look_up_often(void *ctx)
{
    const struct stem_source *s = ctx;
    for (size_t i = 0; i < ROUNDS; i++) {
        struct buf out = {0};
        stem(s, "hr", "zakonima", &out);
        stem(s, "bg", "законите", &out);
        if (strcmp(buf_str(&out), "zakon закон") != 0)
            return "wrong";
        buf_free(&out);
    }
    return NULL;
}

static void many_threads_use_one_set(void **state)
{
    (void)state;
    pthread_t thread[THREADS];
    const struct stem_source *s = dictionaries_shared();
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, look_up_often, (void *)s), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        pthread_join(thread[i], &wrong);
        assert_null(wrong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_threads_use_one_set),
        cmocka_unit_test(a_form_is_led_back_to_its_stems),
        cmocka_unit_test(without_a_dictionary_exact_words_and_endings_remain),
        cmocka_unit_test(one_that_is_not_read_yet_is_not_ready_while_they_are_being_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
