/* Stems and terms: the forms a word is known by, in documents and in queries. */
#include "index/text/analyse.h"
#include "index/text/stem.h"
#include "index/text/utf8.h"
#include "tests/text.h"

#include <stdbool.h>

static void add_stem(void *ctx, const char *stem, size_t length)
{
    struct buf *out = ctx;
    buf_adds(out, out->len ? " " : "");
    buf_add(out, stem, length);
}

static void stems_are_those_of_the_language(void **state)
{
    (void)state;
    static const struct {
        const char *lang, *word, *stem;
    } cases[] = {
        {"en", "policies", "polici"},        {"en", "policy", "polici"},
        {"fr", "égalité", "egal"},           {"de", "häuser", "haus"},
        {"es", "mujeres", "mujer"},          {"it", "donne", "donn"},
        {"sv", "kvinnor", "kvinn"},          {"nb", "kvinner", "kvinn"},
        {"ru", "женщины", "женщин"},         {"mt", "liġijiet", "lig"},
        {"", "policies", "policies"},        {"xx", "policies", "policies"},
        {"english", "policies", "policies"},
    };
    struct stemmers *s;
    stemmers_new(&s, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = {0};
        stemmers_stem(s, cases[i].lang, cases[i].word, strlen(cases[i].word), add_stem, &out);
        assert_text(&out, cases[i].stem);
    }
    static const char *const known[] = {"en", "fr", "de", "es", "it", "pt", "nl", "sv", "da",
                                        "no", "fi", "hu", "ro", "ru", "el", "tr", "ca", "lt",
                                        "ga", "eu", "hi", "id", "ne", "ar", "hy", "sr", "yi"};
    for (size_t i = 0; i < COUNT(known); i++)
        if (!stemmers_know(s, known[i]))
            fail_msg("no stemmer for %s", known[i]);
    assert_true(stemmers_know(s, "bg"));
    assert_false(stemmers_know(s, "ja"));
    assert_false(stemmers_know(s, NULL));
    stemmers_free(&s);
    stemmers_free(&s);
}

/* "0:pay 0=stem": position, ':' for a WORD and '=' for a STEM. */
static void print_term(void *ctx, const struct term *t)
{
    struct buf *out = ctx;
    assert_int_equal(strlen(t->bytes), t->length);
    assert_in_range(t->length, 1, TERM_MAX);
    assert_true(utf8_valid(t->bytes, t->length));
    buf_addf(out, "%s%u%c%s", out->len ? " " : "", t->position, t->kind == TERM_WORD ? ':' : '=',
             t->bytes);
}

static void a_document_yields_the_forms_of_its_words(void **state)
{
    (void)state;
    static const struct {
        const char *lang, *text, *terms;
    } cases[] = {
        {"", "Pay gap", "0:pay 1:gap"},
        {"en", "policies pay", "0:policies 0=polici 1:pay"},
        {"fr", "Égalité", "0:egalite 0=egal 0=egalit"},
        {"", "l’égalité", "0:l 1:egalite"},
        {"en", "women’s", "0:womens 0=women 0:women"},
        {"", "Ankara'nın", "0:ankaranin 0:ankara"},
        {"", "5,196", "0:5196"},
        {"", "5 196", "0:5196 0:5 0:196"},
        {"", "5.196,20", "0:5196.20 0:5196"},
        {"", "3,14", "0:3.14"},
        {"", "0,500", "0:0.500"},
        {"", "Agenda2 CO2", "0:agenda2 0:agenda 1:co2"},
        {"", "Agenda² km²", "0:agenda2 0:agenda 1:km2 1:km"},
        {"", "abc12345", "0:abc12345"},
        {"en", "gender-based", "0:genderbased 0=genderbas 0:gender 1:based 1=base"},
        {"", "E.U. EU", "0:eu 1:eu"},
        {"",
         "exam\xc2\xadple gender\xc2\xad"
         "based",
         "0:example 1:genderbased 1:gender 1:based"},
        {"", "gender-\nbased exam-\nple", "0:genderbased 0:gender 0:based 1:example 1:exam 1:ple"},
        {"el", "Ισότητα", "0:ισοτητα 0=ισοτητ"},
        {"de", "Häuser", "0:hauser 0=haus 0=haeus"},
        {"sr", "жена", "0:жена 0=zen 0:zena"},
        {"", "Straße", "0:strasse"},
    };
    struct analyser *a;
    analyser_new(&a, NULL);
    for (size_t pass = 0; pass < 2; pass++) /* the second time out of the cache */
        for (size_t i = 0; i < COUNT(cases); i++) {
            struct buf out = {0};
            analyse_text(a, cases[i].text, strlen(cases[i].text), cases[i].lang, print_term, &out);
            assert_text(&out, cases[i].terms);
        }
    analyser_free(&a);
    analyser_free(&a);
}

struct wanted {
    struct buf *terms;
    bool found;
};

static void gather(void *ctx, const struct term *t)
{
    struct buf *out = ctx;
    buf_addf(out, "\n%c%s\n", t->kind == TERM_WORD ? ':' : '=', t->bytes);
}

static void match(void *ctx, const struct term *t)
{
    struct wanted *w = ctx;
    char line[TERM_MAX + 4];
    snprintf(line, sizeof line, "\n%c%s\n", t->kind == TERM_WORD ? ':' : '=', t->bytes);
    w->found = w->found || strstr(buf_str(w->terms), line);
}

static bool finds(struct analyser *a, const char *word, const char *text, const char *lang,
                  const char *const *langs, size_t n)
{
    struct buf terms = {0};
    analyse_text(a, text, strlen(text), lang, gather, &terms);
    struct wanted w = {&terms, false};
    analyse_word(a, word, strlen(word), langs, n, match, &w);
    buf_free(&terms);
    return w.found;
}

static void one_word_finds_its_other_spellings(void **state)
{
    (void)state;
    static const struct {
        const char *word, *text, *lang;
        bool found;
    } cases[] = {
        {"egalite", "« Égalité »", "fr", true},
        {"ÉGALITÉ", "egalite", "fr", true},
        {"égalités", "l'égalité", "fr", true},
        {"egalites", "l’égalité", "fr", true},
        {"women's", "the women’s rights", "en", true},
        {"womens", "women’s", "en", true},
        {"women", "women's", "", true},
        {"womens", "women's", "", true},
        {"5196", "some 5,196 people", "en", true},
        {"5,196", "some 5 196 people", "en", true},
        {"5.196", "5196", "en", true},
        {"196", "5 196", "", true},
        {"196", "5,196", "", false},
        {"agenda", "Agenda2", "en", true},
        {"agenda2", "Agenda2", "en", true},
        {"agenda2", "Agenda", "en", false},
        {"covid19", "COVID-19", "en", true},
        {"covid", "COVID-19 and covid19", "en", true},
        {"gender-based", "genderbased", "en", true},
        {"genderbased", "gender-based", "en", true},
        {"emails", "e-mail", "en", true},
        {"EU", "the E.U.", "en", true},
        {"E.U.", "the EU", "en", true},
        {"example", "exam-\nple", "en", true},
        {"examples", "exam\xc2\xadple", "en", true},
        {"gender",
         "gender\xc2\xad"
         "based",
         "en", true},
        {"efficient", "eﬃcient", "en", true},
        {"strasse", "Straße", "de", true},
        {"Straße", "STRASSE", "de", true},
        {"Haus", "Häuser", "de", true},
        {"hauser", "Häuser", "de", true},
        {"istanbul", "İSTANBUL", "tr", true},
        {"ısparta", "ISPARTA", "tr", true},
        {"ισοτητα", "Ισότητα", "el", true},
        {"ΙΣΟΤΗΤΑΣ", "ισότητα", "el", true},
        {"ίσος", "ΊΣΟΣ", "el", true},
        {"елка", "ёлка", "ru", true},
        {"мои", "мой", "", false}, /* й is no и with an accent */
        {"policy", "policies", "en", true},
        {"policies", "policy", "en", true},
        {"pay", "pays", "en", true},
        {"pays", "pay", "en", true}, /* whose stem the document leaves out */
        {"policy", "policies", "", false},
        {"мъжете", "Мъжете", "bg", true},
        {"law", "lawn", "en", false},
        {"ravnopravnost", "равноправност", "sr", true},
    };
    static const char *const langs[] = {"en", "fr", "de", "el", "tr", "ru", "sr", "bg", ""};
    struct analyser *a;
    analyser_new(&a, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        bool found = finds(a, cases[i].word, cases[i].text, cases[i].lang, langs, COUNT(langs));
        if (found != cases[i].found)
            fail_msg("%s in %s (%s): %d", cases[i].word, cases[i].text, cases[i].lang, found);
    }
    analyser_free(&a);
}

static void a_query_has_each_term_once_in_all_languages(void **state)
{
    (void)state;
    static const char *const langs[] = {"en", "fr", "xx", "", "en"};
    struct analyser *a;
    struct buf out = {0};
    analyser_new(&a, NULL);
    analyse_word(a, "pays", 4, langs, COUNT(langs), print_term, &out);
    assert_text(&out, "0:pays 0=pay 0:pay");
    analyse_word(a, "pays", 4, NULL, 0, print_term, &out);
    assert_text(&out, "0:pays");
    analyse_word(a, "l'égalité", strlen("l'égalité"), NULL, 0, print_term, &out);
    assert_text(&out, "0:egalite");
    analyse_word(a, "?!", 2, langs, COUNT(langs), print_term, &out);
    assert_text(&out, "");
    analyser_free(&a);
}

static void count_term(void *ctx, const struct term *t)
{
    assert_in_range(t->length, 1, TERM_MAX);
    assert_true(utf8_valid(t->bytes, t->length));
    assert_true(t->bytes[t->length] == '\0');
    ++*(size_t *)ctx;
}

static void long_words_are_known_by_their_beginning(void **state)
{
    (void)state;
    struct analyser *a;
    struct buf text = {0};
    size_t terms = 0;
    analyser_new(&a, NULL);
    for (int i = 0; i < 500000; i++)
        buf_adds(&text, "é");
    assert_int_equal(analyse_text(a, text.data, text.len, "fr", count_term, &terms), 1);
    assert_true(terms >= 1);
    static const char *const langs[] = {"fr"};
    assert_true(finds(a, text.data, text.data, "fr", langs, 1));
    buf_clear(&text);
    buf_adds(&text, "e");
    for (int i = 0; i < 100000; i++)
        buf_adds(&text, "\xcc\x81");
    terms = 0;
    assert_int_equal(analyse_text(a, text.data, text.len, "fr", count_term, &terms), 1);
    assert_true(terms >= 1);
    buf_free(&text);
    analyser_free(&a);
}

static void a_full_cache_changes_nothing(void **state)
{
    (void)state;
    struct analyser *a;
    struct buf text = {0}, first = {0}, last = {0};
    size_t terms = 0;
    analyser_new(&a, NULL);
    const char *sample = "Égalité gender-based 5 196 women’s Agenda2";
    analyse_text(a, sample, strlen(sample), "fr", print_term, &first);
    for (int i = 0; i < 200000; i++)
        buf_addf(&text, "w%dx ", i);
    assert_int_equal(analyse_text(a, text.data, text.len, "en", count_term, &terms), 200000);
    assert_true(terms >= 200000);
    analyse_text(a, sample, strlen(sample), "fr", print_term, &last);
    assert_string_equal(buf_str(&first), buf_str(&last));
    buf_free(&text);
    buf_free(&first);
    buf_free(&last);
    analyser_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stems_are_those_of_the_language),
        cmocka_unit_test(a_document_yields_the_forms_of_its_words),
        cmocka_unit_test(one_word_finds_its_other_spellings),
        cmocka_unit_test(a_query_has_each_term_once_in_all_languages),
        cmocka_unit_test(long_words_are_known_by_their_beginning),
        cmocka_unit_test(a_full_cache_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
