/* What counts as a result, in which order results come, and how they are counted. */
#include "index/base/buf.h"
#include "tests/index.h"

static void all_words_come_first_and_some_follow(void **state)
{
    struct fixture *f = *state;
    put(f, doc("some.txt", "S", "belgium belgium belgium"));
    put(f, doc("all.txt", "A", "pay gap in belgium, and much more text around all of it here"));
    put(f, doc("none.txt", "N", "nothing"));
    commit(f);
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = "pay gap belgium"});
    assert_int_equal(res->n_hits, 2);
    assert_int_equal(res->total, 2);
    assert_string_equal(res->hits[0].fields.path, "all.txt");
    assert_int_equal(res->hits[0].matched, MATCHED_ALL);
    assert_string_equal(res->hits[1].fields.path, "some.txt");
    assert_int_equal(res->hits[1].matched, MATCHED_SOME);
    assert_true(res->hits[0].score > res->hits[1].score);
    index_result_free(&res);
    expect_of(f, &anybody, (struct index_search){.q = "pay xyzzy"}, "all.txt");
    /* A date or title order is of what counts: so few documents all do. */
    expect(f, "pay gap belgium", "all.txt some.txt");
}

static void pages_of_hits_join_without_gap_or_overlap(void **state)
{
    struct fixture *f = *state;
    char path[16], all[512] = "", text[64];
    for (int i = 0; i < 9; i++) {
        snprintf(path, sizeof path, "%d.txt", i);
        snprintf(text, sizeof text, "apple %s number%d", i < 6 ? "pear" : "plum", i);
        put(f, doc(path, path, text));
    }
    commit(f);
    for (unsigned from = 0; from < 12; from += 2) {
        struct index_result *res =
            ask(f, &anybody, (struct index_search){.q = "apple pear", .from = from, .size = 2});
        assert_int_equal(res->total, 9);
        for (size_t i = 0; i < res->n_hits; i++) {
            assert_int_equal(res->hits[i].matched, from + i < 6 ? MATCHED_ALL : MATCHED_SOME);
            assert_null(strstr(all, res->hits[i].fields.path));
            strcat(all, res->hits[i].fields.path);
        }
        index_result_free(&res);
    }
    assert_int_equal(strlen(all), 9 * 5);
}

static void equal_hits_keep_their_order_whatever_was_put_first(void **state)
{
    struct fixture *f = *state;
    char first[256] = "";
    static const char *const paths[] = {"a", "b", "c", "d", "e", "f"};
    for (int round = 0; round < 2; round++) {
        char order[256] = "";
        for (int i = 0; i < 6; i++)
            put(f, doc(paths[round ? 5 - i : i], "same", "the same words"));
        commit(f);
        struct index_result *res = ask(f, &admin, (struct index_search){.q = "same words"});
        for (size_t i = 0; i < res->n_hits; i++)
            strcat(order, res->hits[i].fields.path);
        if (round)
            assert_string_equal(order, first);
        strcpy(first, order);
        index_result_free(&res);
        for (int i = 0; round == 0 && i < 6; i++) {
            char id[DIGEST_ID_SIZE];
            digest_file_id("r", paths[i], id);
            fine(f, index_writer_remove(f->writer, id, &f->error));
        }
    }
}

static void stop_words_alone_are_found_and_beside_others_left_out(void **state)
{
    struct fixture *f = *state;
    put(f, doc("hamlet.txt", "H", "To be or not to be, that is the question of the prince."));
    put(f, doc("gap.txt", "G", "The gap between what women and men are paid is the pay gap."));
    put(f, doc("who.txt", "W", "A report of the WHO, which is an office of the United Nations."));
    commit(f);
    expect_of(f, &anybody, (struct index_search){.q = "to be or not to be", .size = 1},
              "hamlet.txt");
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = "What is the pay gap"});
    assert_string_equal(res->parsed, "pay gap");
    assert_int_equal(res->total, 1);
    assert_int_equal(res->hits[0].matched, MATCHED_ALL);
    index_result_free(&res);
    expect(f, "\"is the pay gap\"", "gap.txt");
    res = ask(f, &anybody, (struct index_search){.q = "\"was the pay gap\""});
    assert_int_equal(res->total, 0);
    index_result_free(&res);
    expect(f, "the WHO report", "who.txt");
}

static void many_words_are_searched_by_the_most_telling(void **state)
{
    struct fixture *f = *state;
    struct buf q = {0};
    for (int i = 0; i < 20; i++) {
        char path[16];
        snprintf(path, sizeof path, "%d.txt", i);
        put(f, doc(path, path, i ? "filler words everywhere" : "filler words and one capybara"));
    }
    commit(f);
    for (int i = 0; i < 100; i++)
        buf_addf(&q, "word%d ", i);
    buf_adds(&q, "capybara filler");
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = buf_str(&q)});
    assert_true(res->query_cut);
    assert_non_null(strstr(res->parsed, "capybara"));
    assert_string_equal(res->hits[0].fields.path, "0.txt");
    index_result_free(&res);
    res = ask(f, &anybody, (struct index_search){.q = "capybara"});
    assert_false(res->query_cut);
    index_result_free(&res);
    buf_free(&q);
}

/* 12 with all of three words, 30 with two of them, 40 with one. */
static void put_shares(struct fixture *f)
{
    for (int i = 0; i < 82; i++) {
        char path[16], text[64];
        snprintf(path, sizeof path, "%02d.txt", i);
        snprintf(text, sizeof text, "%s number%d",
                 i < 12   ? "salmon trout perch"
                 : i < 42 ? "salmon trout"
                          : "salmon river",
                 i);
        put(f, doc(path, path, text));
    }
    commit(f);
}

static void results_are_those_with_all_words_where_they_are_enough(void **state)
{
    struct fixture *f = *state;
    put_shares(f);
    struct index_result *res =
        ask(f, &anybody, (struct index_search){.q = "salmon trout perch", .size = 100});
    assert_int_equal(res->total, 12);
    assert_true(res->total_is_exact);
    assert_int_equal(res->n_hits, 82); /* the others are listed behind */
    for (size_t i = 0; i < res->n_hits; i++)
        assert_int_equal(res->hits[i].matched, i < 12 ? MATCHED_ALL : MATCHED_SOME);
    index_result_free(&res);
    res = ask(f, &anybody,
              (struct index_search){.q = "salmon trout perch", .size = 100, .sort = SORT_TITLE});
    assert_int_equal(res->n_hits, 12);
    index_result_free(&res);
}

static void with_too_few_the_most_of_the_query_counts(void **state)
{
    struct fixture *f = *state;
    put_shares(f);
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = "trout perch heron"});
    assert_int_equal(res->total, 12); /* heron is nowhere: trout and perch are more than trout */
    for (size_t i = 0; i < res->n_hits; i++)
        assert_int_equal(res->hits[i].matched, MATCHED_SOME);
    index_result_free(&res);
}

static void quoted_words_that_no_document_has_in_a_row_are_searched_as_words(void **state)
{
    struct fixture *f = *state;
    put(f, doc("a.txt", "A", "a law on equal and fair pay"));
    put(f, doc("b.txt", "B", "nothing of that"));
    commit(f);
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = "law \"equal pay\""});
    assert_int_equal(res->total, 1);
    assert_int_equal(res->hits[0].matched, MATCHED_SOME);
    index_result_free(&res);
    put(f, doc("c.txt", "C", "a law on equal pay"));
    commit(f);
    expect(f, "law \"equal pay\"", "c.txt");
    expect(f, "\"pay equal\"", "-"); /* with nothing beside it, a phrase is what was meant */
}

/* TEXT as one page among PAGES others. */
static struct document *report(const char *path, const char *text, int pages)
{
    struct buf all = {0};
    for (int i = 0; i < pages; i++) {
        for (int k = 0; k < 80; k++)
            buf_addf(&all, "paragraph%d clause%d ", i, k);
        buf_adds(&all, i == pages / 2 ? text : "");
        buf_adds(&all, i + 1 < pages ? "\f" : "");
    }
    struct document *d = doc(path, path, buf_str(&all));
    buf_free(&all);
    return d;
}

static void a_long_document_counts_by_its_best_page(void **state)
{
    struct fixture *f = *state;
    static const char sturgeon[] = "The sturgeon quota of the lower Danube.";
    put(f, doc("1-short.txt", "Short", sturgeon));
    put(f, report("2-page.txt", sturgeon, 30));
    put(f, report("3-word.txt", "Once a sturgeon, and later, far away, a quota.", 30));
    put(f, doc("4-some.txt", "Other", "A quota of milk and what became of it."));
    put(f, report("5-none.txt", "", 30));
    commit(f);
    expect_of(f, &anybody, (struct index_search){.q = "sturgeon quota"},
              "1-short.txt 2-page.txt 3-word.txt 4-some.txt");
}

static void count_of(const struct index_result *res, const char *value, uint32_t count)
{
    assert_int_equal(res->n_facets, 1);
    for (size_t i = 0; i < res->facets[0].count; i++)
        if (strcmp(res->facets[0].values[i].value, value) == 0) {
            assert_int_equal(res->facets[0].values[i].count, count);
            return;
        }
    assert_int_equal(count, 0);
}

/* What WHO finds of Q: TOTAL, and so many in each country as its filter then finds. */
static void expect_counts(struct fixture *f, const struct access *who, const char *q,
                          uint64_t total, uint32_t belgian, uint32_t danish)
{
    static const char *const countries[] = {"BE", "DK"};
    const uint32_t counts[] = {belgian, danish};
    struct index_search s = {.q = q, .facets = 1U << FIELD_COUNTRY};
    struct index_result *res = ask(f, who, s);
    assert_int_equal(res->total, total);
    assert_true(res->total_is_exact && res->facets_exact);
    for (int i = 0; i < 2; i++) {
        struct index_filter filter = {.field = FIELD_COUNTRY};
        strlist_add(&filter.values, countries[i]);
        count_of(res, countries[i], counts[i]);
        s.filters = &filter;
        s.n_filters = 1;
        struct index_result *narrowed = ask(f, who, s);
        assert_int_equal(narrowed->total, counts[i]);
        index_result_free(&narrowed);
        strlist_free(&filter.values);
    }
    index_result_free(&res);
}

static void facets_count_what_their_filters_find_for_each_caller(void **state)
{
    struct fixture *f = *state;
    struct access staff = {0};
    strlist_add(&staff.groups, "staff");
    for (int i = 0; i < 40; i++) {
        char path[16], text[64];
        snprintf(path, sizeof path, "%02d.txt", i);
        snprintf(text, sizeof text, "%s number%d", i < 24 ? "salmon trout" : "salmon perch", i);
        struct document *d = with_meta(doc(path, path, text), "country", i % 2 ? "BE" : "DK");
        put(f, i % 4 == 3 ? only_for(d, "staff") : d);
    }
    commit(f);
    expect_counts(f, &anybody, "salmon", 30, 10, 20);
    expect_counts(f, &staff, "salmon", 40, 20, 20);
    expect_counts(f, &anybody, "salmon trout", 18, 6, 12); /* with both words */
    expect_counts(f, &staff, "salmon trout", 24, 12, 12);
    /* None has both, and perch, the rarer, is more than half of what was asked for. */
    expect_counts(f, &anybody, "trout perch", 12, 4, 8);
    expect_counts(f, &staff, "trout perch", 16, 8, 8);
    strlist_free(&staff.groups);
}

static void expect_same(const struct index_result *a, const struct index_result *b)
{
    assert_int_equal(a->total, b->total);
    assert_int_equal(a->n_hits, b->n_hits);
    for (size_t i = 0; i < a->n_hits; i++) {
        assert_string_equal(a->hits[i].fields.id, b->hits[i].fields.id);
        assert_int_equal(a->hits[i].matched, b->hits[i].matched);
        assert_float_equal(a->hits[i].score, b->hits[i].score, 1e-6);
    }
}

/* Words side by side are matched in a way of their own, unless there is a filter. */
static void a_filter_that_lets_everything_pass_changes_nothing(void **state)
{
    static const char *const words[] = {"salmon", "trout",     "fishing", "fished", "quota",
                                        "river",  "fischerei", "lachs",   "fisch",  "forellen"};
    static const char *const queries[] = {"salmon",
                                          "fishing",
                                          "fish quota",
                                          "salmon trout river",
                                          "fischerei quoten",
                                          "salmon salmon perch",
                                          "forelle lachs",
                                          "riv* trou* quota",
                                          "heron",
                                          "heron salmon fisch fished",
                                          "salmon-trout",
                                          "river-quota salmon",
                                          "trout/fishing fisch-lachs quota",
                                          "heron-salmon river",
                                          "salmon&trout salmon-trout lachs"};
    static const char *const langs[] = {"en", "de", "mt"};
    struct fixture *f = *state;
    struct access staff = {0};
    strlist_add(&staff.groups, "staff");
    for (unsigned i = 0; i < 240; i++) {
        char path[16], text[256] = "";
        snprintf(path, sizeof path, "%03u.txt", i);
        for (unsigned w = 0; w < 10; w++)
            for (unsigned n = (i * 7 + w * 13) % (3 + w); n < 3; n++)
                snprintf(text + strlen(text), sizeof text - strlen(text), "%s ", words[w]);
        struct document *d = with_meta(doc(path, path, text), "lang", langs[i % 3]);
        with_meta(d, "country", i % 2 ? "BE" : "DK");
        put(f, i % 5 == 4 ? only_for(d, "staff") : d);
    }
    commit(f);
    struct index_filter filter = {.field = FIELD_COUNTRY};
    strlist_add(&filter.values, "BE");
    strlist_add(&filter.values, "DK");
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        struct index_search s = {.q = queries[i], .size = 70};
        struct index_result *free_of = ask(f, &staff, s);
        s.filters = &filter;
        s.n_filters = 1;
        struct index_result *filtered = ask(f, &staff, s);
        expect_same(free_of, filtered);
        index_result_free(&filtered);
        index_result_free(&free_of);
    }
    strlist_free(&filter.values);
    strlist_free(&staff.groups);
}

static void pages_of_partial_matches_show_each_once(void **state)
{
    struct fixture *f = *state;
    bool seen[82] = {false};
    unsigned found = 0;
    put_shares(f);
    for (unsigned from = 0; from < 90; from += 7) {
        struct index_result *res = ask(
            f, &anybody, (struct index_search){.q = "salmon trout perch", .from = from, .size = 7});
        assert_int_equal(res->total, 12);
        for (size_t i = 0; i < res->n_hits; i++) {
            const int at = atoi(res->hits[i].fields.path);
            assert_false(seen[at]);
            seen[at] = true;
            found++;
        }
        index_result_free(&res);
    }
    assert_int_equal(found, 82);
}

static void of_translations_the_one_in_the_language_of_the_query_is_first(void **state)
{
    struct fixture *f = *state;
    put(f, with_meta(doc("de.txt", "D", "Der Vertrag von Barroso und Europa"), "language", "de"));
    put(f, with_meta(doc("en.txt", "E", "The treaty of Barroso and Europa"), "language", "en"));
    commit(f);
    expect_of(f, &anybody, (struct index_search){.q = "what is Barroso of the Europa"},
              "en.txt de.txt");
    expect_of(f, &anybody, (struct index_search){.q = "was hat Barroso und die Europa"},
              "de.txt en.txt");
}

/* Scores of Q, in the order of the hits. */
static size_t scores_of(struct fixture *f, const char *q, double *scores)
{
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = q});
    const size_t n = res->n_hits;
    for (size_t i = 0; i < n; i++)
        scores[i] = res->hits[i].score;
    index_result_free(&res);
    return n;
}

/* Maltese has no stemmer: its documents have a word as it was typed only. */
static void scores_do_not_depend_on_the_order_of_arrival(void **state)
{
    struct fixture *f = *state;
    double first[64] = {0}, then[64] = {0};
    for (int round = 0; round < 2; round++) {
        for (int k = 0; k < 20; k++) {
            const int i = round ? 19 - k : k;
            char path[16], text[64], id[DIGEST_ID_SIZE];
            snprintf(path, sizeof path, "%d.txt", i);
            snprintf(text, sizeof text, "parlament numru%d %s", i, i % 3 ? "paroli" : "");
            digest_file_id("r", path, id);
            if (round)
                fine(f, index_writer_remove(f->writer, id, &f->error));
            put(f, with_meta(doc(path, path, text), "language", i % 5 ? "en" : "mt"));
        }
        commit(f);
        assert_int_equal(scores_of(f, "parlament paroli", round ? then : first), 20);
    }
    assert_memory_equal(first, then, sizeof first);
}

static void a_word_without_stem_weighs_no_less(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 12; i++) {
        char path[24], text[64];
        snprintf(path, sizeof path, "z%d.txt", i);
        snprintf(text, sizeof text, "%s and many other places %d",
                 i < 5 ? "parliaments, towns" : "words", i);
        put(f, with_meta(doc(path, path, text), "language", "en"));
    }
    put(f, with_meta(doc("mt.txt", "M", "parliaments"), "language", "mt"));
    commit(f);
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = "parliaments"});
    assert_int_equal(res->total, 6);
    assert_string_equal(res->hits[0].fields.path, "mt.txt");
    index_result_free(&res);
}

#define with_index(test) cmocka_unit_test_setup_teardown(test, fixture_new, fixture_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_index(all_words_come_first_and_some_follow),
        with_index(pages_of_hits_join_without_gap_or_overlap),
        with_index(equal_hits_keep_their_order_whatever_was_put_first),
        with_index(stop_words_alone_are_found_and_beside_others_left_out),
        with_index(many_words_are_searched_by_the_most_telling),
        with_index(results_are_those_with_all_words_where_they_are_enough),
        with_index(with_too_few_the_most_of_the_query_counts),
        with_index(quoted_words_that_no_document_has_in_a_row_are_searched_as_words),
        with_index(a_long_document_counts_by_its_best_page),
        with_index(facets_count_what_their_filters_find_for_each_caller),
        with_index(a_filter_that_lets_everything_pass_changes_nothing),
        with_index(pages_of_partial_matches_show_each_once),
        with_index(of_translations_the_one_in_the_language_of_the_query_is_first),
        with_index(scores_do_not_depend_on_the_order_of_arrival),
        with_index(a_word_without_stem_weighs_no_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
