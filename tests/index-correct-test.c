/* Did you mean: queries with typing errors, and queries that only look like it. */
#include "tests/index.h"

/* A document whose content no other has. */
static struct document *another(const char *path, const char *text)
{
    struct document *d = doc(path, "Another", text);
    digest_bytes(path, strlen(path), d->stamp.content);
    return d;
}

/* Documents of several languages, in which the words to be found stand more than once. */
static void put_all(struct fixture *f)
{
    put(f, doc("a.txt", "The gender pay gap law", "The gender pay gap in Belgium, explained"));
    put(f, doc("b.txt", "Equality", "Gender equality, and the pay gap of women"));
    put(f, with_meta(doc("c.txt", "Interpreters", "Interpreters at the hospital of Kardamyli"),
                     "creator", "Mira Banerjee"));
    put(f, doc("d.txt", "Égalité", "L'écart de rémunération et l'égalité entre femmes et hommes"));
    put(f, doc("e.txt", "Ισότητα", "Η ισότητα των φύλων και οι γυναίκες στην εργασία"));
    put(f, doc("g.txt", "Равенство", "Равенство между жените и мъжете в сектора"));
    put(f, doc("h.txt", "Gleichstellung", "Die Gleichstellung von Frauen im Jahr 2016"));
    put(f, doc("i.txt", "Farm", "A gander and a goose on the farm"));
    commit(f);
}

static struct index_result *ask_words(struct fixture *f, const struct access *who, const char *q)
{
    return ask(f, who, (struct index_search){.q = q, .expand = true, .snippets = true});
}

/* FIRST may be NULL: any document. */
static void expect_meant(struct fixture *f, const char *q, const char *meant, const char *first)
{
    struct index_result *res = ask_words(f, &anybody, q);
    const char *said = res->did_you_mean ? res->did_you_mean : "-";
    if (strcmp(said, meant) != 0)
        fail_msg("query <%s> was taken for <%s>, not <%s>", q, said, meant);
    if (res->did_you_mean) {
        assert_true(res->n_hits > 0);
        if (first)
            assert_string_equal(res->hits[0].fields.path, first);
        assert_int_equal(res->hits[0].matched, MATCHED_CORRECTED);
    }
    index_result_free(&res);
}

static void a_mistyped_word_is_taken_for_one_of_the_index(void **state)
{
    static const char *const cases[][3] = {
        {"gendr", "gender", "a.txt"},
        {"gednder equality", "gender equality", "b.txt"},
        {"equlaity belgum", "equality Belgium", "b.txt"},
        {"Interpetrers", "Interpreters", "c.txt"},
        {"ingerpretors", "Interpreters", "c.txt"},
        {"egalte", "égalité", "d.txt"},
        {"remuneraton", "rémunération", "d.txt"},
        {"ισοτιτα", "ισότητα", "e.txt"},
        {"γυνακες", "γυναίκες", "e.txt"},
        {"равенсвто", "Равенство", "g.txt"},
        {"Gleichstelung", "Gleichstellung", "h.txt"},
        {"Kardamyl", "Kardamyli", "c.txt"},
        {"2106", "2016", "h.txt"},
        /* two errors, one of them in the first letter */
        {"tleichstellug", "Gleichstellung", "h.txt"},
    };
    struct fixture *f = *state;
    put_all(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_meant(f, cases[i][0], cases[i][1], cases[i][2]);
}

static void what_is_no_error_is_left_alone(void **state)
{
    static const char *const queries[] = {
        "gender",
        "égalité femmes",
        "genders",
        "zebrafish",
        "gap goose",
        "gen",
        "2017",
        "gendr OR pay",
        "",
        "*",
        "NOT gendr pay",
        "title:2016",
        "xgenderxx",
        "belgium NEAR/3 hospital",
    };
    struct fixture *f = *state;
    put_all(f);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        expect_meant(f, queries[i], "-", NULL);
}

static void a_stop_word_is_no_error(void **state)
{
    struct fixture *f = *state;
    put_all(f);
    put(f, another("w.txt", "A whale on the farm"));
    commit(f);
    expect_meant(f, "whele zebra farm", "whale zebra farm", "w.txt");
    expect_meant(f, "while zebra farm", "-", NULL);
}

static void everything_but_the_wrong_word_stays_as_typed(void **state)
{
    static const char *const cases[][3] = {
        {"\"gendr pay gap\"", "\"gender pay gap\"", "a.txt"},
        {"  (Gendr  OR xyzzyx) AND   pay -hospital", "  (gender  OR xyzzyx) AND   pay -hospital",
         "a.txt"},
        {"title:intrepreters hospital", "title:Interpreters hospital", "c.txt"},
        {"author:banerje", "author:Banerjee", "c.txt"},
        {"gendr NEAR/4 gap", "gender NEAR/4 gap", "a.txt"},
        {"l'égalte", "l'égalité", "d.txt"},
        {"paygap", "pay gap", "a.txt"},
        {"gen der equality", "gender equality", "b.txt"},
    };
    struct fixture *f = *state;
    put_all(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_meant(f, cases[i][0], cases[i][1], cases[i][2]);
}

static void the_corrected_words_are_marked(void **state)
{
    struct fixture *f = *state;
    put_all(f);
    struct index_result *res = ask_words(f, &anybody, "\"gendr pay gap\"");
    assert_int_equal(res->n_hits, 1);
    assert_non_null(strstr(res->hits[0].best.snippet, "<mark>gender</mark>"));
    index_result_free(&res);
}

static void the_words_around_decide_between_two(void **state)
{
    struct fixture *f = *state;
    for (unsigned i = 0; i < 6; i++) {
        char path[16];
        snprintf(path, sizeof path, "t%u.txt", i);
        put(f, another(path, "the text of a law and its commentary"));
        snprintf(path, sizeof path, "n%u.txt", i);
        put(f, another(path, i < 4 ? "a tent in the storm, mountains" : "some other words"));
    }
    commit(f);
    expect_meant(f, "tezt law", "text law", NULL);
    expect_meant(f, "tejt storm", "tent storm", NULL);
}

static void a_known_word_gives_way_only_to_bring_all_together(void **state)
{
    struct fixture *f = *state;
    put_all(f);
    expect_meant(f, "gander pay gap", "-", NULL); /* gender is not that much more frequent */
    for (unsigned i = 0; i < 40; i++) {
        char path[16];
        snprintf(path, sizeof path, "x%u.txt", i);
        put(f, another(path, "more of the gender pay gap"));
    }
    commit(f);
    struct index_result *res = ask_words(f, &anybody, "gander pay gap");
    assert_string_equal(res->did_you_mean, "gender pay gap");
    assert_int_equal(res->hits[0].matched, MATCHED_CORRECTED);
    index_result_free(&res);
    expect_meant(f, "gander farm", "-", NULL);
    expect_meant(f, "gander", "-", NULL);
}

static void without_expansion_nothing_is_corrected(void **state)
{
    struct fixture *f = *state;
    put_all(f);
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = "gendr"});
    assert_null(res->did_you_mean);
    assert_int_equal(res->n_hits, 0);
    index_result_free(&res);
}

static void a_filter_holds_for_corrections_too(void **state)
{
    struct fixture *f = *state;
    struct strlist be = {0};
    put(f, with_meta(doc("a.txt", "A", "gender"), "country", "BE"));
    put(f, with_meta(doc("b.txt", "B", "gender"), "country", "SE"));
    commit(f);
    strlist_add(&be, "BE");
    struct index_filter filter = {FIELD_COUNTRY, be};
    struct index_result *res = ask(
        f, &anybody,
        (struct index_search){.q = "gendr", .expand = true, .filters = &filter, .n_filters = 1});
    assert_int_equal(res->n_hits, 1);
    assert_int_equal(res->total, 1);
    assert_string_equal(res->hits[0].fields.path, "a.txt");
    index_result_free(&res);
    strlist_free(&be);
}

/* Neither shown, nor preferred for being frequent where the caller cannot look. */
static void words_that_the_caller_may_not_see_correct_nothing(void **state)
{
    struct fixture *f = *state;
    char *staff[] = {(char *)"staff"};
    const struct access member = {.groups = {staff, 1}};
    put(f, doc("public.txt", "P", "the winter report"));
    for (unsigned i = 0; i < 9; i++) {
        char path[16];
        snprintf(path, sizeof path, "s%u.txt", i);
        put(f, only_for(another(path, "the secretive winner walks"), "staff"));
    }
    put(f, only_for(doc("x.txt", "X", "the boardroom walks"), "board"));
    commit(f);
    expect_meant(f, "secretvie", "-", NULL);
    expect_meant(f, "wintner", "winter", "public.txt");
    expect_meant(f, "walsk", "-", NULL);
    struct index_result *res = ask_words(f, &member, "secretvie");
    assert_string_equal(res->did_you_mean, "secretive");
    assert_int_equal(res->n_hits, 9);
    index_result_free(&res);
    res = ask_words(f, &member, "wintner");
    assert_string_equal(res->did_you_mean, "winner");
    index_result_free(&res);
    res = ask_words(f, &member, "bordroom");
    assert_null(res->did_you_mean);
    index_result_free(&res);
    res = ask_words(f, &admin, "bordroom");
    assert_string_equal(res->did_you_mean, "boardroom");
    index_result_free(&res);
}

static void pages_of_corrected_hits_join(void **state)
{
    struct fixture *f = *state;
    char seen[32] = "";
    for (unsigned i = 0; i < 15; i++) {
        char path[16];
        snprintf(path, sizeof path, "%c.txt", 'a' + i);
        put(f, another(path, "gender"));
    }
    commit(f);
    for (unsigned from = 0; from < 20; from += 4) {
        struct index_result *res =
            ask(f, &anybody,
                (struct index_search){.q = "gendr", .expand = true, .from = from, .size = 4});
        assert_int_equal(res->total, 15);
        for (size_t i = 0; i < res->n_hits; i++) {
            assert_null(strchr(seen, res->hits[i].fields.path[0]));
            strncat(seen, res->hits[i].fields.path, 1);
        }
        index_result_free(&res);
    }
    assert_int_equal(strlen(seen), 15);
}

#define with_index(test) cmocka_unit_test_setup_teardown(test, fixture_new, fixture_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_index(a_mistyped_word_is_taken_for_one_of_the_index),
        with_index(what_is_no_error_is_left_alone),
        with_index(a_stop_word_is_no_error),
        with_index(everything_but_the_wrong_word_stays_as_typed),
        with_index(the_corrected_words_are_marked),
        with_index(the_words_around_decide_between_two),
        with_index(a_known_word_gives_way_only_to_bring_all_together),
        with_index(without_expansion_nothing_is_corrected),
        with_index(a_filter_holds_for_corrections_too),
        with_index(words_that_the_caller_may_not_see_correct_nothing),
        with_index(pages_of_corrected_hits_join),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
