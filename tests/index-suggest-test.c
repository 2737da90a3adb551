/* Suggestions: what somebody may be about to type. */
#include "tests/index.h"

static struct strlist suggest(struct fixture *f, const struct access *who, const char *typed)
{
    struct strlist out = {0};
    fine(f, index_suggest(f->reader, who, typed, 10, 20000, &out, &f->error));
    return out;
}

/* TYPED leads to WANTED, somewhere in the list; "-": to nothing. */
static void expect_among(struct fixture *f, const char *typed, const char *wanted)
{
    struct strlist out = suggest(f, &anybody, typed);
    struct buf all = {0};
    for (size_t i = 0; i < out.count; i++)
        buf_addf(&all, "%s%s", i ? "; " : "", out.item[i]);
    bool good = strcmp(wanted, "-") == 0 ? out.count == 0 : strlist_has(&out, wanted);
    if (!good)
        fail_msg("<%s> leads to <%s>, not to <%s>", typed, buf_str(&all), wanted);
    buf_free(&all);
    strlist_free(&out);
}

static void put_all(struct fixture *f)
{
    put(f, with_meta(doc("a.txt", "The Belgian gender pay gap law",
                         "The gender pay gap: how the gender pay gap is measured, in Belgium. "
                         "Seminar on it"),
                     "event", "Seminar on the gender pay gap law"));
    put(f, with_meta(doc("s.txt", "Agenda", "Ten o'clock: coffee"), "event", "Opening ceremony"));
    put(f, doc("b.txt", "Closing it", "Pay gaps, other pay gaps; Gender Pay Gap, Gender Pay Gap"));
    put(f, doc("h.txt", "Third", "The gender pay gap of Belgium, a gender pay gap"));
    put(f, doc("c.txt", "Glossaire", "Écart de rémunération: un écart de rémunération"));
    put(f, doc("d.txt", "Λεξικό", "η ισότητα των φύλων, ισότητα των φύλων"));
    put(f, doc("e.txt", "Речник", "равенство на половете, равенство на половете"));
    put(f, doc("i.txt", "Parity (now): ten steps", "Parity now: in ten steps"));
    put(f, doc("g.txt", "Zinc AND copper", "\"quoted\" -minus"));
    commit(f);
}

static void phrases_titles_and_events_have_what_was_typed(void **state)
{
    static const char *const cases[][2] = {
        {"gend", "gender pay gap"},
        {"pay g", "gender pay gap"},
        {"gap", "gender pay gap"},
        {"GAP", "The Belgian gender pay gap law"},
        {"pay gap l", "The Belgian gender pay gap law"},
        {"pay gap l", "Seminar on the gender pay gap law"},
        {"law", "Seminar on the gender pay gap law"},
        {"seminar on the g", "Seminar on the gender pay gap law"},
        {"pari", "Parity (now): ten steps"},
        {"cerem", "event:\"Opening ceremony\""},
        {"law belg", "The Belgian gender pay gap law"},
        {"belgium pay g", "belgium gender pay gap"},
        {"ecart", "Écart de rémunération"},
        {"rému", "Écart de rémunération"},
        {"remu", "Écart de rémunération"},
        {"l'éca", "l'écart"},
        {"φυλ", "ισότητα των φύλων"},
        {"ΙΣΌΤ", "ισότητα των φύλων"},
        {"полов", "равенство на половете"},
        {"\"pay ga", "\"gender pay gap\""},
        {"country:BE OR gender pa", "country:BE OR gender pay gap"},
        {"gender ", "gender pay gap"},
        {"zebra", "-"},
        {"", "-"},
        {" ", "-"},
        {"\"", "-"},
        {"XPHRASE:", "-"},
        {"Xphrase", "-"},
    };
    struct fixture *f = *state;
    put_all(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_among(f, cases[i][0], cases[i][1]);
}

static void what_is_mistyped_leads_to_what_was_meant(void **state)
{
    static const char *const cases[][2] = {
        {"gendre", "gender pay gap"},    {"gnede", "gender pay gap"},
        {"gendr pay", "gender pay gap"}, {"ecrat", "Écart de rémunération"},
        {"ισοττ", "ισότητα των φύλων"},  {"равнест", "равенство на половете"},
    };
    struct fixture *f = *state;
    put_all(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_among(f, cases[i][0], cases[i][1]);
}

static void whatever_is_typed_is_no_error(void **state)
{
    struct fixture *f = *state;
    char words[201], stars[201], signs[201];
    put_all(f);
    for (size_t i = 0; i < 200; i++) {
        words[i] = i % 2 ? ' ' : (char)('a' + i / 2 % 26);
        stars[i] = "pay* "[i % 5];
        signs[i] = "(\"-:)"[i % 5];
    }
    words[200] = stars[200] = signs[200] = '\0';
    const char *const typed[] = {words,      words + 1, stars, signs,
                                 "pay \xff", "AND",     "-",   "NOT NOT "};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        struct strlist out = suggest(f, &anybody, typed[i]);
        strlist_free(&out);
    }
}

static void no_two_differ_by_case_or_ending_only(void **state)
{
    struct fixture *f = *state;
    put_all(f);
    struct strlist out = suggest(f, &anybody, "pay ga");
    unsigned gaps = 0, gender = 0;
    for (size_t i = 0; i < out.count; i++) {
        gaps += strncasecmp(out.item[i], "pay gap", 7) == 0 && strlen(out.item[i]) <= 8;
        gender += strcasecmp(out.item[i], "gender pay gap") == 0;
    }
    assert_int_equal(gaps, 1);
    assert_int_equal(gender, 1);
    strlist_free(&out);
}

static void words_that_say_nothing_are_not_suggested(void **state)
{
    struct fixture *f = *state;
    put(f, doc("a.txt", "A", "The women and the men of the theatre met their leaders there"));
    put(f, doc("c.txt", "C", "This town has another theatre, which nobody knows of"));
    put(f, doc("b.txt", "B", "Mænd og kvinder, men ikke alle, var med til mødet i går"));
    commit(f);
    expect_among(f, "th", "theatre");
    expect_among(f, "women and m", "women and men"); /* no stop word of English */
}

static void whatever_is_suggested_finds_something(void **state)
{
    static const char *const typed[] = {"g",     "p",         "pay ",     "law ga",  "zinc",
                                        "ecart", "title:gen", "\"pay ga", "quo",     "pay -ga",
                                        "par",   "\"g",       "\"p",      "\"pay g", "\"law p"};
    struct fixture *f = *state;
    put_all(f);
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        struct strlist out = suggest(f, &anybody, typed[i]);
        for (size_t k = 0; k < out.count; k++) {
            struct index_result *res = ask(f, &anybody, (struct index_search){.q = out.item[k]});
            if (res->n_hits == 0 || res->hits[0].matched != MATCHED_ALL)
                fail_msg("<%s> leads to <%s>, which finds nothing", typed[i], out.item[k]);
            index_result_free(&res);
        }
        strlist_free(&out);
    }
}

static void what_the_caller_may_not_see_is_not_suggested(void **state)
{
    static const char *const typed[] = {"sec",    "merg",  "plan", "merger p",
                                        "mergre", "annou", "boa"};
    struct fixture *f = *state;
    char *board[] = {(char *)"board"};
    const struct access member = {.groups = {board, 1}};
    put(f, doc("public.txt", "Public", "some words"));
    put(f, only_for(with_meta(doc("x.txt", "Secret title", "the merger plan, the merger plan"),
                              "event", "Board announcement"),
                    "board"));
    commit(f);
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        struct strlist out = suggest(f, &member, typed[i]);
        assert_true(out.count > 0);
        strlist_free(&out);
        expect_among(f, typed[i], "-");
    }
}

static void what_is_gone_is_suggested_no_more(void **state)
{
    struct fixture *f = *state;
    char id[DIGEST_ID_SIZE];
    put(f, doc("a.txt", "A", "pay gap, pay gap"));
    put(f, doc("b.txt", "B", "other"));
    commit(f);
    expect_among(f, "pay", "pay gap");
    digest_file_id("r", "a.txt", id);
    fine(f, index_writer_remove(f->writer, id, &f->error));
    commit(f);
    expect_among(f, "pay", "-");
}

#define with_index(test) cmocka_unit_test_setup_teardown(test, fixture_new, fixture_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_index(phrases_titles_and_events_have_what_was_typed),
        with_index(what_is_mistyped_leads_to_what_was_meant),
        with_index(whatever_is_typed_is_no_error),
        with_index(no_two_differ_by_case_or_ending_only),
        with_index(words_that_say_nothing_are_not_suggested),
        with_index(whatever_is_suggested_finds_something),
        with_index(what_the_caller_may_not_see_is_not_suggested),
        with_index(what_is_gone_is_suggested_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
