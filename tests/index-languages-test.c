/* Inflected words, language by language, through a real index that holds all languages at once:
 * one form stands in a document, another is typed. */
#include "index/base/buf.h"
#include "index/dictionaries.h"
#include "index/languages.h"
#include "tests/index.h"

#include <sys/wait.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct {
    const char *lang, *text, *query;
    bool found;
} cases[] = {
    {"bg", "закона", "закони", true},
    {"bg", "жените", "жени", true},
    {"bg", "равенството", "Равенство", true},
    {"bg", "работниците", "работник", true},
    {"bg", "закона", "залата", false},
    {"cs", "zákonů", "zákon", true},
    {"cs", "ženami", "žena", true},
    {"cs", "v Praze", "praha", true},
    {"cs", "zaměstnanců", "zamestnanec", true},
    {"cs", "zákonů", "zákaz", false},
    {"da", "kvinderne", "kvinde", true},
    {"da", "ligestillingen", "ligestilling", true},
    {"da", "kvinderne", "kvalitet", false},
    {"de", "Häuser", "Haus", true},
    {"de", "Gesetze", "Gesetzen", true},
    {"de", "Frauen", "FRAU", true},
    {"de", "Gesetze", "Geschenke", false},
    {"el", "γυναίκες", "γυναίκα", true},
    {"el", "νόμους", "ΝΟΜΟΣ", true},
    {"el", "ισότητας", "ισοτητα", true},
    {"el", "νόμους", "νησί", false},
    {"el", "κοινωνικών", "κοινωνικοί", true},
    {"el", "εργασίες", "εργασία", true},
    {"en", "policies", "policy", true},
    {"en", "Women's", "womens", true},
    {"en", "running", "runs", true},
    {"en", "policies", "polishes", false},
    {"es", "mujeres", "mujer", true},
    {"es", "leyes", "ley", true},
    {"es", "educación", "educacion", true},
    {"es", "mujeres", "muestra", false},
    {"et", "seadused", "seadus", true},
    {"et", "töötajate", "töötaja", true},
    {"et", "naistele", "naine", true},
    {"et", "Tallinnas", "tallinn", true},
    {"et", "seadused", "seanahk", false},
    {"fi", "talossa", "talo", true},
    {"fi", "yliopistojen", "yliopistot", true},
    {"fi", "talossa", "tanssi", false},
    {"fi", "koulutuksen", "koulutus", true},
    {"fi", "toimenpiteiden", "toimenpide", true},
    {"fi", "koulutuksia", "koulussa", false},
    {"fi", "talo", "tali", false},
    {"fr", "égalités", "égalité", true},
    {"fr", "l’égalité", "egalite", true},
    {"fr", "travailleuses", "travailleuse", true},
    {"fr", "égalités", "égoïste", false},
    {"ga", "dlíthe", "dlíthe", true},
    {"ga", "mná", "mna", true},
    {"ga", "an chathair", "cathair", true},
    {"ga", "dlíthe", "duine", false},
    {"hr", "zakonima", "zakon", true},
    {"hr", "ženama", "žene", true},
    {"hr", "ravnopravnosti", "ravnopravnost", true},
    {"hr", "zakonima", "zaslon", false},
    {"hu", "törvények", "törvény", true},
    {"hu", "nőknek", "nők", true},
    {"hu", "törvények", "történelem", false},
    {"it", "donne", "donna", true},
    {"it", "leggi", "legge", true},
    {"it", "dell’uguaglianza", "uguaglianza", true},
    {"it", "leggi", "lezione", false},
    {"lt", "įstatymų", "įstatymas", true},
    {"lt", "įstatymai", "istatymas", true},
    {"lt", "įstatymų", "išvada", false},
    {"lv", "likumi", "likums", true},
    {"lv", "sievietēm", "sieviete", true},
    {"lv", "vienlīdzības", "vienlidziba", true},
    {"lv", "likumi", "liktenis", false},
    {"mk", "законите", "закон", true},
    {"mk", "жената", "жени", true},
    {"mk", "еднаквоста", "еднаквост", true},
    {"mk", "законите", "закуска", false},
    {"mt", "liġijiet", "liġi", true},
    {"mt", "il-liġi", "ligi", true},
    {"mt", "ħaddiema", "haddiem", true},
    {"mt", "liġijiet", "lista", false},
    {"nl", "vrouwen", "vrouw", true},
    {"nl", "wetten", "wet", true},
    {"nl", "vrouwen", "vrijheid", false},
    {"no", "kvinnene", "kvinne", true},
    {"no", "lovene", "loven", true},
    {"no", "kvinnene", "kvittering", false},
    {"pl", "kobietami", "kobieta", true},
    {"pl", "równości", "rownosc", true},
    {"pl", "pracowników", "pracownik", true},
    {"pl", "ministrowie", "ministra", true},
    {"pl", "kobietami", "komitet", false},
    {"pt", "mulheres", "mulher", true},
    {"pt", "direitos", "direito", true},
    {"pt", "educação", "educacao", true},
    {"pt", "mulheres", "multas", false},
    {"pt", "formações", "formação", true},
    {"pt", "regiões", "regiao", true},
    {"ro", "femeilor", "femei", true},
    {"ro", "legile", "legi", true},
    {"ro", "egalităţii", "egalității", true},
    {"ro", "femeilor", "fereastra", false},
    {"ru", "женщинами", "женщина", true},
    {"ru", "законов", "закон", true},
    {"ru", "учёта", "учет", true},
    {"ru", "законов", "загадок", false},
    {"sk", "zákonov", "zákon", true},
    {"sk", "ženám", "žena", true},
    {"sk", "rovnosti", "rovnost", true},
    {"sk", "zákonov", "zákaz", false},
    {"sl", "zakonov", "zakon", true},
    {"sl", "ženskam", "ženska", true},
    {"sl", "v Ljubljani", "ljubljana", true},
    {"sl", "delavcev", "delavec", true},
    {"sl", "zakonov", "zasedanje", false},
    {"sq", "ligjeve", "ligji", true},
    {"sq", "barazisë", "barazia", true},
    {"sq", "punëtorët", "punetor", true},
    {"sq", "ligjeve", "lista", false},
    {"sr", "жене", "жена", true},
    {"sr", "законима", "zakon", true},
    {"sr", "zakonima", "закон", true},
    {"sr", "жене", "зима", false},
    {"de", "München", "Muenchen", true},
    {"de", "Muenchen", "München", true},
    {"de", "Frau Mueller", "müller", true},
    {"da", "Århus", "aarhus", true},
    {"no", "Tromsø", "tromsoe", true},
    {"no", "Tromsø", "tromso", true},
    {"sv", "kvinnorna", "kvinna", true},
    {"sv", "lagarna", "lagar", true},
    {"sv", "jämställdheten", "jamstalldhet", true},
    {"sv", "kvinnorna", "kvitto", false},
    {"tr", "kadınlar", "kadın", true},
    {"tr", "KADINLAR", "kadın", true},
    {"tr", "İşçiler", "işçi", true},
    {"tr", "kadınlar", "kaynak", false},
    {"uk", "законів", "закон", true},
    {"uk", "жінками", "жінка", true},
    {"uk", "рівності", "рівність", true},
    {"uk", "працівників", "працівник", true},
    {"uk", "законів", "залізо", false},
};

/* Spellings of one thing: LANG is the document's. */
static const struct {
    const char *lang, *text, *query;
    bool found;
} spellings[] = {
    /* dates */
    {"en", "Held on 18 October 2016 in Brussels", "18.10.2016", true},
    {"fr", "Tenu le 18 octobre 2017", "2017-10-18", true},
    {"de", "am 18.10.2018 in Wien", "18 October 2018", true},
    {"el", "στις 18 Οκτωβρίου 2019", "18/10/2019", true},
    {"bg", "на 18 октомври 2014 г.", "\"18. Oktober 2014\"", true},
    {"en", "2013-10-18", "18 de octubre de 2013", true},
    {"en", "Held on 18 October 2012 in Brussels", "\"19.10.2012\"", false},
    /* numbers */
    {"en", "some 5,196 people", "5196", true},
    {"de", "rund 6.196 Menschen", "6,196", true},
    {"fr", "environ 7 196 personnes", "7.196", true},
    {"de", "rund 8’196 Menschen", "8196", true},
    {"de", "1.234.567,89 Euro", "1234567.89", true},
    {"en", "9,123,456 people", "9123456", true},
    {"en", "3.25 percent", "325", false},
    /* characters */
    {"en",
     "an e\xef\xac\x83"
     "cient oﬃce",
     "office", true},
    {"en",
     "soft\xc2\xad"
     "ware",
     "software", true},
    {"en", "under-\nstanding", "understanding", true},
    {"en", "ＦＵＬＬ width", "full", true},
    {"el", "ΟΔΥΣΣΕΥΣ", "οδυσσεύς", true},
    {"el", "το ταξίδι", "ταξιδι", true},
    {"de", "Straßenfest", "strassenfest", true},
    {"tr", "İSTANBUL", "istanbul", true},
    {"tr", "ıspanak", "ISPANAK", true},
    {"ru", "ёжик", "ежик", true},
    {"ro", "Timişoara", "Timișoara", true},
    {"ro", "Constanța", "constanţa", true},
    {"pl", "Łódź", "lodz", true},
    {"sv", "Malmö", "malmo", true},
    {"en", "rock 'n' roll women`s", "women’s", true},
    {"it", "dell'economia", "economia", true},
    {"ca", "l’ensenyament", "ensenyament", true},
    {"fr", "aujourd’hui", "aujourd'hui", true},
    /* words with more or less between */
    {"en", "our Agenda2 shows", "agenda", true},
    {"en", "our Charter² shows", "charter", true},
    {"en", "this gulf.12 Next", "gulf", true},
    {"en", "the E.E.A. grants", "eea", true},
    {"en", "the EFTA court", "E.F.T.A.", true},
    {"en", "gender-based", "genderbased", true},
    {"en", "family based", "family-based", true},
    {"en", "ruledriven", "rule-driven", true},
    {"en", "home-made", "\"home made\"", true},
    /* compounds by their first part, but not within phrases */
    {"de", "Die Gleichstellungspolitik", "Gleichstellung", true},
    {"de", "Der Frauenanteil", "Frauen", true},
    {"de", "Der Arbeitsmarktbericht", "Arbeitsmarkt", true},
    {"sv", "jämställdhetspolitiken", "jämställdhet", true},
    {"de", "Die Wohnungsbaugesellschaft", "\"die Wohnung\"", false},
    {"de", "Die Gleichungen", "Gleiche", false},
};

#define NORWEGIAN                                                                                  \
    "Departementet har offentliggjort en rapport om lønna til kvinner og menn. Den viser at "     \
    "forskjellen bare sakte blir mindre, og at mange bedrifter ikke vet noe om det. Regjeringa "   \
    "vil nå ta spørsmålet opp med partene i arbeidslivet før sommeren."
#define DANISH                                                                                     \
    "Ministeriet har offentliggjort en rapport om kvinders og mænds løn. Den viser, at "         \
    "forskellen kun bliver langsomt mindre, og at hver tredje virksomhed ikke ved det."
#define ENGLISH                                                                                    \
    "The ministry has published a report on the wages of women and men. It says that the "         \
    "difference is getting smaller only slowly, and that many companies do not know about it."

#define GERMAN                                                                                     \
    "Die Häuser der Stadt wurden im letzten Jahrhundert erbaut und stehen heute fast alle leer. " \
    "Die Gemeinde will sie nun in den kommenden Jahren an junge Familien vermieten."

/* One page of ten in another language. */
static void a_single_page_in_another_language_is_found_by_its_stems(void **state)
{
    struct fixture *f = *state;
    struct buf text = {0};
    for (int i = 0; i < 9; i++)
        buf_addf(&text, "%s\f", ENGLISH);
    buf_adds(&text, GERMAN);
    put(f, doc("mixed.txt", NULL, text.data));
    commit(f);
    expect(f, "Haus", "mixed.txt");
    buf_free(&text);
}

static void name(size_t i, char path[16])
{
    snprintf(path, 16, "%zu.txt", i);
}

static void put_text(struct fixture *f, size_t i, const char *text, const char *lang)
{
    char path[16];
    struct buf all = {0};
    name(i, path);
    buf_addf(&all, "%s (x%zux)", text, i); /* equal documents would be shown as one */
    put(f, with_meta(doc(path, NULL, all.data), "language", lang));
    buf_free(&all);
}

static bool hit(struct fixture *f, const char *q, const char *path)
{
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = q});
    bool found = false;
    for (size_t i = 0; i < res->n_hits; i++)
        found = found || strcmp(res->hits[i].fields.path, path) == 0;
    index_result_free(&res);
    return found;
}

static void inflected_words_find_each_other_in_every_language(void **state)
{
    struct fixture *f = *state;
    char path[16];
    for (size_t i = 0; i < COUNT(cases); i++)
        put_text(f, i, cases[i].text, cases[i].lang);
    commit(f);
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT(cases); i++) {
        name(i, path);
        if (hit(f, cases[i].query, path) == cases[i].found)
            continue;
        print_error("%s: %s %s %s\n", cases[i].lang, cases[i].query,
                    cases[i].found ? "misses" : "finds", cases[i].text);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void other_spellings_find_each_other(void **state)
{
    struct fixture *f = *state;
    char path[16];
    for (size_t i = 0; i < COUNT(spellings); i++)
        put_text(f, i, spellings[i].text, spellings[i].lang);
    commit(f);
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT(spellings); i++) {
        name(i, path);
        if (hit(f, spellings[i].query, path) == spellings[i].found)
            continue;
        print_error("%s %s %s\n", spellings[i].query, spellings[i].found ? "misses" : "finds",
                    spellings[i].text);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* The languages of the units of a document, which declares DECLARED. */
static void expect_languages(const char *declared, const char *text, const char *wanted)
{
    struct document *d = doc("a.txt", NULL, text);
    struct languages l;
    struct buf found = {0};
    languages_find(d, declared, false, &l);
    for (size_t i = 0; i < d->n_units; i++)
        buf_addf(&found, "%s%s", i ? " " : "", l.unit[i]);
    assert_string_equal(buf_str(&found), wanted);
    buf_free(&found);
    languages_free(&l);
    document_free(&d);
}

static void close_languages_are_told_by_the_document(void **state)
{
    (void)state;
    expect_languages("", NORWEGIAN "\f" NORWEGIAN "\f" DANISH, "no no no");
    expect_languages("", DANISH "\f" DANISH "\f" DANISH "\f" NORWEGIAN, "da da da da");
    expect_languages("no", DANISH, "no");
    expect_languages("en", DANISH, "da");
    expect_languages("", NORWEGIAN "\f" NORWEGIAN "\f" ENGLISH, "no no en");
    expect_languages("", NORWEGIAN "\fRapport\f" NORWEGIAN, "no no no");
    expect_languages("no", "Rapport", "no");
}

/* In a process of its own: this one has not read the dictionary of what is put. */
static void put_in_a_child(struct fixture *f, struct document *d)
{
    char notice[256];
    index_writer_free(&f->writer);
    pid_t pid = fork();
    if (pid == 0)
        _exit(index_writer_new(&f->writer, f->dir, notice, sizeof notice, NULL) != PROSPECT_OK ||
              index_writer_put(f->writer, d, NULL) != PROSPECT_OK ||
              index_writer_commit(f->writer, NULL) != PROSPECT_OK);
    int how;
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_int_equal(how, 0);
    document_free(&d);
}

static void expect_answer(struct fixture *f, const char *q, size_t hits, bool partial)
{
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = q});
    if (res->n_hits != hits || res->partial != partial || res->total_is_exact == partial)
        fail_msg("<%s>: %zu hits%s%s", q, res->n_hits, res->partial ? ", partial" : "",
                 res->total_is_exact ? ", exact" : "");
    index_result_free(&res);
}

static bool while_none_is_wanted(void *dictionaries)
{
    return !dictionaries_wanted(dictionaries);
}

static bool always(void *ctx)
{
    (void)ctx;
    return true;
}

static void who_searches_does_not_wait_while_dictionaries_are_read_and_is_told(void **state)
{
    struct fixture *f = *state;
    const struct stem_source *dictionaries = dictionaries_shared();
    put_in_a_child(f, with_meta(doc("a.txt", NULL, "Rozmowa z kobietami"), "language", "pl"));
    dictionaries_warming(dictionaries, true);
    expect_answer(f, "kobietami", 1, true);
    expect_answer(f, "kobiety", 0, true);
    assert_false(index_reader_warm(f->reader, while_none_is_wanted, (void *)dictionaries));
    expect_answer(f, "kobiety", 0, true);
    assert_true(index_reader_warm(f->reader, always, NULL));
    expect_answer(f, "kobiety", 1, false);
    dictionaries_warming(dictionaries, false);
    expect_answer(f, "kobiety", 1, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* the first, before the others have read what it has to find unread */
        cmocka_unit_test_setup_teardown(
            who_searches_does_not_wait_while_dictionaries_are_read_and_is_told, fixture_new,
            fixture_free),
        cmocka_unit_test_setup_teardown(other_spellings_find_each_other, fixture_new, fixture_free),
        cmocka_unit_test_setup_teardown(a_single_page_in_another_language_is_found_by_its_stems,
                                        fixture_new, fixture_free),
        cmocka_unit_test(close_languages_are_told_by_the_document),
        cmocka_unit_test_setup_teardown(inflected_words_find_each_other_in_every_language,
                                        fixture_new, fixture_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
