#include "tests/text.h"

#include "index/text/stopwords.h"

#include <stdbool.h>

static bool is_one(const struct stopwords *s, const char *lang, const char *word)
{
    uint32_t language = stopwords_language(lang);
    assert_int_not_equal(language, 0);
    return stopwords_find(s, word, strlen(word)) & language;
}

static void function_words_are_known_in_each_language(void **state)
{
    (void)state;
    static const struct {
        const char *lang, *word;
    } cases[] = {
        {"bg", "които"},  {"cs", "který"}, {"da", "hvilken"}, {"de", "für"},     {"el", "και"},
        {"en", "the"},    {"es", "qué"},   {"et", "millal"},  {"fi", "mikä"},    {"fr", "où"},
        {"ga", "agus"},   {"hr", "koji"},  {"hu", "hogyan"},  {"it", "perché"},  {"lt", "kuris"},
        {"lv", "kāds"},   {"mk", "кои"},   {"mt", "għal"},    {"nl", "het"},     {"no", "hvorfor"},
        {"pl", "który"},  {"pt", "não"},   {"ro", "și"},      {"ru", "который"}, {"sk", "ktorý"},
        {"sl", "kateri"}, {"sq", "është"}, {"sr", "који"},    {"sv", "är"},      {"tr", "için"},
        {"uk", "який"},
    };
    struct stopwords *s;
    stopwords_new(&s);
    for (size_t i = 0; i < COUNT(cases); i++)
        if (!is_one(s, cases[i].lang, cases[i].word))
            fail_msg("%s: %s", cases[i].lang, cases[i].word);
    stopwords_free(&s);
    assert_null(s);
}

static void case_and_accents_do_not_decide(void **state)
{
    (void)state;
    struct stopwords *s;
    stopwords_new(&s);
    assert_true(is_one(s, "en", "The"));
    assert_true(is_one(s, "de", "FUR"));
    assert_true(is_one(s, "pt", "nao"));
    stopwords_free(&s);
}

static void a_word_may_say_something_in_another_language(void **state)
{
    (void)state;
    struct stopwords *s;
    stopwords_new(&s);
    assert_true(is_one(s, "de", "die"));
    assert_false(is_one(s, "en", "die"));
    assert_false(is_one(s, "en", "programme"));
    assert_int_equal(stopwords_find(s, "", 0), 0);
    assert_int_equal(stopwords_language("xx"), 0);
    stopwords_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(function_words_are_known_in_each_language),
        cmocka_unit_test(case_and_accents_do_not_decide),
        cmocka_unit_test(a_word_may_say_something_in_another_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
