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

static void paragraphs_of_every_language_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *lang, *text;
    } cases[] = {
        {"bg", "Министерството публикува доклад за заплащането на жените и мъжете. В него се казва,"
               " че разликата намалява бавно."},
        {"cs", "Ministerstvo zveřejnilo zprávu o odměňování žen a mužů. Uvádí se v ní, že rozdíl se"
               " snižuje jen pomalu."},
        {"da",
         "Ministeriet har offentliggjort en rapport om kvinders og mænds løn. Den viser, at"
         " forskellen kun bliver langsomt mindre, og at hver tredje virksomhed ikke ved det."},
        {"de", "Das Ministerium hat einen Bericht über die Löhne von Frauen und Männern"
               " veröffentlicht. Darin steht, dass der Abstand nur langsam kleiner wird."},
        {"el", "Το υπουργείο δημοσίευσε έκθεση για τις αμοιβές γυναικών και ανδρών. Αναφέρει ότι η"
               " διαφορά μειώνεται αργά."},
        {"en", "The ministry has published a report on the wages of women and men. It says that the"
               " difference is getting smaller only slowly."},
        {"es", "El ministerio ha publicado un informe sobre los salarios de mujeres y hombres. Dice"
               " que la diferencia disminuye muy despacio."},
        {"et", "Ministeerium avaldas aruande naiste ja meeste palkade kohta. Selles öeldakse, et"
               " erinevus väheneb ainult aeglaselt."},
        {"fi",
         "Ministeriö on julkaissut raportin naisten ja miesten palkoista. Siinä sanotaan, että"
         " ero pienenee vain hitaasti."},
        {"fr", "Le ministère a publié un rapport sur les salaires des femmes et des hommes. Il dit"
               " que l’écart ne diminue que lentement."},
        {"ga", "D’fhoilsigh an roinn tuarascáil faoi phá na mban agus na bhfear. Deir sí go bhfuil"
               " an difríocht ag laghdú go mall."},
        {"hr", "Ministarstvo je objavilo izvješće o plaćama žena i muškaraca. U njemu se navodi da"
               " se razlika tijekom godina smanjuje vrlo sporo."},
        {"hu", "A minisztérium jelentést tett közzé a nők és a férfiak béréről. Azt írja, hogy a"
               " különbség csak lassan csökken."},
        {"it", "Il ministero ha pubblicato una relazione sugli stipendi di donne e uomini. Vi si"
               " legge che la differenza diminuisce solo lentamente."},
        {"lt", "Ministerija paskelbė moterų ir vyrų darbo užmokesčio ataskaitą. Joje rašoma, kad"
               " skirtumas mažėja labai lėtai."},
        {"lv", "Ministrija ir publicējusi ziņojumu par sieviešu un vīriešu algām. Tajā teikts, ka"
               " atšķirība samazinās ļoti lēni."},
        {"mk", "Министерството објави извештај за платите на жените и мажите. Во него се вели дека"
               " разликата се намалува многу бавно."},
        {"mt", "Il-ministeru ppubblika rapport dwar il-pagi tan-nisa u tal-irġiel. Fih jingħad li"
               " d-differenza qed tonqos bil-mod ħafna."},
        {"nl", "Het ministerie heeft een rapport over de lonen van vrouwen en mannen gepubliceerd."
               " Daarin staat dat het verschil maar langzaam kleiner wordt."},
        {"no", "Departementet har offentliggjort en rapport om lønna til kvinner og menn. Den viser"
               " at forskjellen bare sakte blir mindre, og at ikke alle bedrifter vet om det."},
        {"pl",
         "Ministerstwo opublikowało raport o wynagrodzeniach kobiet i mężczyzn. Czytamy w nim,"
         " że różnica zmniejsza się bardzo powoli."},
        {"pt",
         "O ministério publicou um relatório sobre os salários das mulheres e dos homens. Nele"
         " se diz que a diferença diminui muito devagar."},
        {"ro", "Ministerul a publicat un raport despre salariile femeilor și ale bărbaților. Acesta"
               " spune că diferența scade foarte încet."},
        {"ru", "Министерство опубликовало доклад о заработной плате женщин и мужчин. В нём"
               " говорится, что разница сокращается очень медленно."},
        {"sk", "Ministerstvo zverejnilo správu o odmeňovaní žien a mužov. Uvádza sa v nej, že"
               " rozdiel sa znižuje veľmi pomaly."},
        {"sl", "Ministrstvo je objavilo poročilo o plačah žensk in moških. V njem piše, da se"
               " razlika zmanjšuje zelo počasi."},
        {"sq", "Ministria ka botuar një raport për pagat e grave dhe të burrave. Në të thuhet se"
               " dallimi po zvogëlohet shumë ngadalë."},
        {"sr", "Министарство је објавило извештај о платама жена и мушкараца. У њему се каже да се"
               " разлика смањује веома споро."},
        {"sv", "Ministeriet har publicerat en rapport om kvinnors och mäns löner. Där står att"
               " skillnaden bara långsamt blir mindre."},
        {"tr", "Bakanlık kadınların ve erkeklerin ücretleri hakkında bir rapor yayımladı. Raporda"
               " farkın çok yavaş azaldığı söyleniyor."},
        {"uk", "Міністерство оприлюднило звіт про заробітну плату жінок і чоловіків. У ньому"
               " сказано, що різниця зменшується дуже повільно."},
    };
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char lang[LANGUAGE_SIZE];
        language_detect(cases[i].text, strlen(cases[i].text), "", lang);
        if (strcmp(lang, cases[i].lang) != 0) {
            print_error("%s is told as %s\n", cases[i].lang, lang);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
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
        cmocka_unit_test(paragraphs_of_every_language_are_told_apart),
        cmocka_unit_test(a_hostile_text_has_some_language_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
