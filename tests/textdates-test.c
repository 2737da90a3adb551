/* Dates in running text, in the forms and languages of Europe. */
#include "index/text/textdates.h"
#include "tests/text.h"

static void print_dates(const char *text, struct buf *out)
{
    struct tokens tokens;
    struct token token;
    struct textdate dates[TEXTDATES_MAX];
    tokens_start(&tokens, text, strlen(text));
    while (tokens_next(&tokens, &token)) {
        size_t n =
            token.kind == TOKEN_NUMBER ? textdates_at(text, tokens.length, &token, dates) : 0;
        for (size_t i = 0; i < n; i++)
            buf_addf(out, "%s%s", out->len ? " " : "", dates[i].digits);
    }
}

static void dates_are_found_in_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *dates;
    } cases[] = {
        {"on 18.10.2016 in", "20161018"},
        {"18. 10. 2016", "20161018"},
        {"18/10/2016", "20161018"},
        {"18-10-2016", "20161018"},
        {"8.1.2016", "20160108"},
        {"2016-10-18", "20161018"},
        {"2016/10/18", "20161018"},
        {"2016. 10. 18.", "20161018"},
        {"10/18/2016", "20161018"},
        {"18 October 2016", "20161018"},
        {"18th October 2016", "20161018"},
        {"18th of October, 2016", "20161018"},
        {"October 18, 2016", "20161018"},
        {"Oct. 18th, 2016", "20161018"},
        {"18 OCTOBER\n2016", "20161018"},
        {"18-19 October 2016", "20161019 20161018"},
        {"18–19 octobre 2016", "20161019 20161018"},
        /* the languages */
        {"18 октомври 2016 г.", "20161018"},
        {"18. října 2016", "20161018"},
        {"den 18. oktober 2016", "20161018"},
        {"am 18. Oktober 2016", "20161018"},
        {"3. März 2016", "20160303"},
        {"18 Οκτωβρίου 2016", "20161018"},
        {"18 de octubre de 2016", "20161018"},
        {"18. oktoober 2016", "20161018"},
        {"18. lokakuuta 2016", "20161018"},
        {"1er octobre 2016", "20161001"},
        {"18 août 2016", "20160818"},
        {"18 Deireadh Fómhair 2016", "20161018"},
        {"18. listopada 2016.", "20161018 20161118"},
        {"2016. október 18-án", "20161018"},
        {"18 ottobre 2016", "20161018"},
        {"1º ottobre 2016", "20161001"},
        {"2016 m. spalio 18 d.", "20161018"},
        {"2016. gada 18. oktobrī", "20161018"},
        {"18 ta’ Ottubru 2016", "20161018"},
        {"18 d’octubre de 2016", "20161018"},
        {"18 oktober 2016", "20161018"},
        {"18 października 2016 r.", "20161018"},
        {"18 de outubro de 2016", "20161018"},
        {"18 octombrie 2016", "20161018"},
        {"18. októbra 2016", "20161018"},
        {"18. oktobra 2016", "20161018"},
        {"18 tetor 2016", "20161018"},
        {"18 ekim 2016", "20161018"},
        {"18 Ağustos 2016", "20160818"},
        {"18 октября 2016 года", "20161018"},
        {"18 жовтня 2016 року", "20161018"},
        {"18. октобар 2016.", "20161018"},
        {"18 октомври 2016", "20161018"},
        /* what is none */
        {"31.02.2016", ""},
        {"32 October 2016", ""},
        {"18 2016", ""},
        {"October 2016", ""},
        {"10.2016", ""},
        {"18 October", ""},
        {"18 people 2016", ""},
        {"version 1.18.10.2016", ""},
        {"18/10-2016", ""},
        {"13.13.2016", ""},
        {"2016", ""},
        {"18. (October) 2016", ""},
        {"page 5 of 10", ""},
        {"", ""},
    };
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = {0};
        print_dates(cases[i].text, &out);
        if (strcmp(buf_str(&out), cases[i].dates) != 0) {
            print_error("%s: <%s>, not <%s>\n", cases[i].text, buf_str(&out), cases[i].dates);
            wrong++;
        }
        buf_free(&out);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_found_in_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
