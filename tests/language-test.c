/* Which language a text is in. */
#include "index/text/language.h"
#include "tests/text.h"

static void declared_languages_become_codes(void **state)
{
    (void)state;
    static const struct {
        const char *declared, *code;
    } cases[] = {
        {"", ""},           {"de", "de"},        {"de-AT", "de"},
        {"DE", "de"},       {"ger", "de"},       {"deu", "de"},
        {"German", "de"},   {"Deutsch", "de"},   {"en_GB.UTF-8", "en"},
        {"français", "fr"}, {"Ελληνικά", "el"},  {"gre", "el"},
        {"iw", "he"},       {"nb-NO", "no"},     {"nn", "no"},
        {"zh-Hant", "zh"},  {"pt-BR", "pt"},     {"sr-Latn", "sr"},
        {"hrv", "hr"},      {"български", "bg"}, {"xx", ""},
        {"x", ""},          {"klingon", ""},     {" en ", "en"},
        {"de;q=0.8", "de"}, {"\xff\xfe", ""},    {"русский", "ru"},
        {"und", ""},        {"\"", ""},          {"-", ""},
        {"un", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char code[LANGUAGE_SIZE];
        language_code(cases[i].declared, code);
        if (strcmp(code, cases[i].code) != 0)
            fail_msg("%s: %s", cases[i].declared, code);
    }
}

static void texts_are_told_by_their_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *hint, *lang;
    } cases[] = {
        {"The gender pay gap in the European Union has hardly changed over the last ten years.", "",
         "en"},
        {"L’écart de rémunération entre les femmes et les hommes n’a guère changé depuis dix ans.",
         "", "fr"},
        {"Das Lohngefälle zwischen Frauen und Männern hat sich in zehn Jahren kaum verändert.", "",
         "de"},
        {"La brecha salarial entre mujeres y hombres apenas ha cambiado en los últimos diez años.",
         "", "es"},
        {"Η ισότητα των φύλων είναι θεμελιώδης αξία της Ευρωπαϊκής Ένωσης και των κρατών μελών.",
         "", "el"},
        {"Равенството между половете е основна ценност на Европейския съюз и на държавите.", "",
         "bg"},
        {"Różnica w wynagrodzeniach kobiet i mężczyzn prawie się nie zmieniła od dziesięciu lat.",
         "", "pl"},
        {"Lønnsforskjellen mellom kvinner og menn har nesten ikke endret seg på ti år i Norge.", "",
         "no"},
        {"THE GENDER PAY GAP IN THE EUROPEAN UNION HAS HARDLY CHANGED IN TEN YEARS", "", "en"},
        {"שוויון בין נשים לגברים הוא ערך יסוד של האיחוד האירופי ושל המדינות החברות", "", "he"},
        /* a wrong hint does not win over a clear text, a hint does over none */
        {"Das Lohngefälle zwischen Frauen und Männern hat sich in zehn Jahren kaum verändert.",
         "en", "de"},
        {"5,196", "fr", "fr"},
        {"Agenda", "fr-BE", "fr"},
        {"Agenda", "", ""},
        {"", "", ""},
        {"", NULL, ""},
        {"12 345 678 90 12 345 678 90 12 345", "", ""},
        {"\xff\xfe\xfd", "nonsense", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char lang[LANGUAGE_SIZE];
        language_detect(cases[i].text, strlen(cases[i].text), cases[i].hint, lang);
        if (strcmp(lang, cases[i].lang) != 0)
            fail_msg("%s (%s): %s", cases[i].text, cases[i].hint ? cases[i].hint : "", lang);
    }
}

static void a_hostile_text_has_some_language_or_none(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",   "é",  "\xff",     "\xcc\x81",
                                         "<b>", "平", "\xf0\x9d", "A1 "};
    for (size_t i = 0; i < COUNT(pieces); i++) {
        struct buf text = {0};
        char lang[LANGUAGE_SIZE];
        for (int k = 0; k < 100000; k++)
            buf_adds(&text, pieces[i]);
        language_detect(text.data, text.len, "", lang);
        assert_true(strlen(lang) == 0 || strlen(lang) == 2);
        buf_free(&text);
    }
    char lang[LANGUAGE_SIZE];
    language_detect("nul\0in the middle of this text here", 35, "", lang);
    assert_true(strlen(lang) == 0 || strlen(lang) == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(declared_languages_become_codes),
        cmocka_unit_test(texts_are_told_by_their_words),
        cmocka_unit_test(a_hostile_text_has_some_language_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
