/* Countries by whatever people call them. */
#include "index/text/countries.h"
#include "tests/text.h"

static void a_country_is_known_by_code_and_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *given, *code;
    } cases[] = {
        {"BE", "BE"},
        {"be", "BE"},
        {"UK", "GB"},
        {"el", "GR"},
        {"XK", "XK"},
        {"Belgium", "BE"},
        {"  belgium. ", "BE"},
        {"Belgique", "BE"},
        {"België", "BE"},
        {"United Kingdom", "GB"},
        {"the united-kingdom", "GB"},
        {"The Netherlands", "NL"},
        {"Türkiye", "TR"},
        {"Österreich", "AT"},
        {"España", "ES"},
        {"Ελλάδα", "GR"},
        {"ΕΛΛΑΣ", "GR"},
        {"България", "BG"},
        {"Côte d’Ivoire", "CI"},
        {"Bosnia & Herzegovina", "BA"},
        {"U.S.A.", "US"},
        {"U.K.", "GB"},
        {"Guinea", "GN"},
        {"Guinea-Bissau", "GW"},
        {"Niger", "NE"},
        {"Nigeria", "NG"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char code[COUNTRY_SIZE] = "";
        assert_true(country_code(cases[i].given, code));
        assert_string_equal(code, cases[i].code);
    }
}

static void what_is_no_country_has_no_code(void **state)
{
    (void)state;
    static const char *const cases[] = {"",
                                        " ",
                                        "?",
                                        "B",
                                        "B1",
                                        "ZZ",
                                        "\xc3\xa9",
                                        "\xff\xfe",
                                        "\xef\xbb\xbf",
                                        "Bel",
                                        "Belgiumx",
                                        "|",
                                        "Belgium|Belgique",
                                        "Ruritania",
                                        "the",
                                        "BE FR"};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char code[COUNTRY_SIZE] = "-";
        assert_false(country_code(cases[i], code));
        assert_string_equal(code, "-");
    }
    char longest[4096];
    char code[COUNTRY_SIZE];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_false(country_code(longest, code));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_country_is_known_by_code_and_by_name),
        cmocka_unit_test(what_is_no_country_has_no_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
