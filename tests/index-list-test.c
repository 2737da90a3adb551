/* Filters, dates, orders, facets, duplicates, and who may see what. */
#include "tests/index.h"

static void facet(struct fixture *f, const struct access *who, const char *q,
                  enum query_field field, const char *expected)
{
    struct index_result *res = ask(f, who, (struct index_search){.q = q, .facets = 1u << field});
    struct buf got = {0};
    assert_int_equal(res->n_facets, 1);
    assert_int_equal(res->facets[0].field, field);
    assert_true(res->facets_exact);
    for (size_t i = 0; i < res->facets[0].count; i++)
        buf_addf(&got, "%s%s %u", i ? ", " : "", res->facets[0].values[i].value,
                 res->facets[0].values[i].count);
    assert_string_equal(buf_str(&got), expected);
    buf_free(&got);
    index_result_free(&res);
}

static void filtered(struct fixture *f, enum query_field field, const char *values,
                     const char *paths)
{
    struct index_filter filter = {.field = field};
    strlist_split(&filter.values, values, "|");
    expect_of(f, &anybody,
              (struct index_search){.sort = SORT_TITLE, .filters = &filter, .n_filters = 1}, paths);
    strlist_free(&filter.values);
}

static struct document *placed(const char *path, const char *country, const char *date,
                               const char *text)
{
    struct document *d = doc(path, path, text);
    with_meta(d, "country", country);
    return date ? with_meta(d, "date", date) : d;
}

static void put_programme(struct fixture *f)
{
    struct document *d = placed("be/2016/a.txt", "BE", "2016-10-18", "pay gap law");
    with_meta(d, "creator", "Mira Banerjee");
    with_meta(d, "creator",
              "\xc3\x89va Kov\xc3\xa1"
              "cs");
    with_meta(d, "programme", "Mutual Learning");
    with_meta(d, "type", "Seminar-Paper");
    put(f, d);
    put(f, placed("be/b.txt", "uk", "2017", "pay systems"));
    put(f, placed("se/c.txt", "EL", "2017-06", "pay quotas"));
    put(f, placed("d.txt", "SE", NULL, "pay nothing"));
    commit(f);
}

static void filters_match_names_whatever_their_case_and_accents(void **state)
{
    struct fixture *f = *state;
    put_programme(f);
    static const struct {
        enum query_field field;
        const char *values, *paths;
    } cases[] = {
        {FIELD_COUNTRY, "BE", "be/2016/a.txt"},
        {FIELD_COUNTRY, "be|gb", "be/2016/a.txt be/b.txt"},
        {FIELD_COUNTRY, "UK", "be/b.txt"},
        {FIELD_COUNTRY, "GR", "se/c.txt"},
        {FIELD_COUNTRY, "XX", "-"},
        {FIELD_YEAR, "2017", "be/b.txt se/c.txt"},
        {FIELD_AUTHOR, "mira banerjee", "be/2016/a.txt"},
        {FIELD_AUTHOR, "eva kovacs", "be/2016/a.txt"},
        {FIELD_AUTHOR,
         "Kov\xc3\xa1"
         "cs",
         "-"},
        {FIELD_PROGRAMME, "mutual learning", "be/2016/a.txt"},
        {FIELD_TYPE, "seminar-paper", "be/2016/a.txt"},
        {FIELD_TYPE, "other", "be/b.txt d.txt se/c.txt"},
        {FIELD_FOLDER, "be", "be/2016/a.txt be/b.txt"},
        {FIELD_FOLDER, "/be/2016/", "be/2016/a.txt"},
        {FIELD_FOLDER, "BE/2016|se", "be/2016/a.txt se/c.txt"},
        {FIELD_FOLDER, "b", "-"},
        {FIELD_MIME, "TEXT/plain", "be/2016/a.txt be/b.txt d.txt se/c.txt"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        filtered(f, cases[i].field, cases[i].values, cases[i].paths);
    expect(f, "pay country:be", "be/2016/a.txt");
    expect(f, "country:be OR country:se", "be/2016/a.txt d.txt");
    expect(f, "author:banerjee", "be/2016/a.txt");
    expect(f, "pay folder:be", "be/2016/a.txt be/b.txt");
    expect(f, "mira banerjee", "be/2016/a.txt");
}

static void different_filters_all_hold(void **state)
{
    struct fixture *f = *state;
    put_programme(f);
    struct index_filter two[2] = {{.field = FIELD_FOLDER}, {.field = FIELD_YEAR}};
    strlist_add(&two[0].values, "be");
    strlist_add(&two[1].values, "2017");
    expect_of(f, &anybody, (struct index_search){.q = "pay", .filters = two, .n_filters = 2},
              "be/b.txt");
    strlist_free(&two[0].values);
    strlist_free(&two[1].values);
}

static void dates_match_where_they_overlap(void **state)
{
    struct fixture *f = *state;
    put_programme(f);
    static const struct {
        const char *range, *paths;
    } cases[] = {
        {"2016", "be/2016/a.txt"},
        {"2016-10", "be/2016/a.txt"},
        {"2016-10-18", "be/2016/a.txt"},
        {"2016-10-19..2016-12", "-"},
        {"2017-06-15", "be/b.txt se/c.txt"},
        {"2017-07", "be/b.txt"},
        {"..2016", "be/2016/a.txt"},
        {"2017..", "be/b.txt se/c.txt"},
        {"2018..", "-"},
        {"..", "be/2016/a.txt be/b.txt se/c.txt"},
        {"2016-10..2017-06", "be/2016/a.txt be/b.txt se/c.txt"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct index_search s = {.sort = SORT_TITLE, .has_dates = true};
        if (!date_range_parse(cases[i].range, strlen(cases[i].range), &s.dates))
            s.dates = (struct date_range){.open_first = true, .open_last = true};
        expect_of(f, &anybody, s, cases[i].paths);
    }
    expect(f, "pay date:2016", "be/2016/a.txt");
    expect(f, "pay NOT date:2016", "be/b.txt d.txt se/c.txt");
}

static void orders_put_the_undated_last(void **state)
{
    struct fixture *f = *state;
    put_programme(f);
    expect_of(f, &anybody, (struct index_search){.q = "pay", .sort = SORT_DATE_UP},
              "be/2016/a.txt be/b.txt se/c.txt d.txt");
    expect_of(f, &anybody, (struct index_search){.q = "pay", .sort = SORT_DATE_DOWN},
              "be/b.txt se/c.txt be/2016/a.txt d.txt");
    /* Nothing asked: newest first. */
    expect_of(f, &anybody, (struct index_search){.q = ""}, "be/b.txt se/c.txt be/2016/a.txt d.txt");
    expect_of(f, &anybody, (struct index_search){.q = "pay", .sort = SORT_TITLE},
              "be/2016/a.txt be/b.txt d.txt se/c.txt");
}

static void facets_count_what_is_found(void **state)
{
    struct fixture *f = *state;
    put_programme(f);
    facet(f, &anybody, "pay", FIELD_COUNTRY, "BE 1, GB 1, GR 1, SE 1");
    facet(f, &anybody, "pay", FIELD_YEAR, "2017 2, 2016 1");
    facet(f, &anybody, "pay", FIELD_FOLDER, "be 2, be/2016 1, se 1");
    facet(f, &anybody, "quotas", FIELD_YEAR, "2017 1");
    facet(f, &anybody, "xyzzy", FIELD_YEAR, "");
    facet(f, &anybody, "gap", FIELD_AUTHOR,
          "Mira Banerjee 1, \xc3\x89va Kov\xc3\xa1"
          "cs 1");
}

static void the_language_filter_finds_what_is_written_in_it(void **state)
{
    struct fixture *f = *state;
    put(f, with_meta(doc("fr.txt", "FR",
                         "Les femmes gagnent encore moins que les hommes dans la plupart des "
                         "pays de l'Union, et les causes en sont bien connues de tous."),
                     "language", "fr"));
    put(f, with_meta(doc("en.txt", "EN",
                         "Women still earn less than men in most of the countries of the Union, "
                         "and the reasons for it are well known to everybody."),
                     "language", "en-GB"));
    commit(f);
    filtered(f, FIELD_LANG, "fr", "fr.txt");
    filtered(f, FIELD_LANG, "en", "en.txt");
    filtered(f, FIELD_LANG, "EN", "en.txt");
    facet(f, &anybody, "", FIELD_LANG, "en 1, fr 1");
}

static void the_same_bytes_are_one_hit_with_its_other_paths(void **state)
{
    struct fixture *f = *state;
    put(f, with_meta(doc("x/a.txt", "T", "the very same"), "country", "BE"));
    put(f, with_meta(doc("x/b.txt", "T", "the very same"), "country", "BE"));
    put(f, with_meta(doc("x/c.txt", "T", "the very same"), "country", "BE"));
    put(f, with_meta(doc("x/d.txt", "U", "not the same"), "country", "BE"));
    commit(f);
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = "same"});
    assert_int_equal(res->total, 2);
    assert_int_equal(res->n_hits, 2);
    size_t others = res->hits[0].fields.duplicates.count + res->hits[1].fields.duplicates.count;
    assert_int_equal(others, 2);
    index_result_free(&res);
    facet(f, &anybody, "same", FIELD_COUNTRY, "BE 2");
    expect(f, "NOT very", "x/d.txt");
}

static void empty_files_are_not_one(void **state)
{
    struct fixture *f = *state;
    put(f, doc("empty-a.txt", NULL, NULL));
    put(f, doc("empty-b.txt", NULL, NULL));
    commit(f);
    expect(f, "empty", "empty-a.txt empty-b.txt");
}

static void who_may_not_see_a_document_sees_no_trace_of_it(void **state)
{
    struct fixture *f = *state;
    struct access member = {0};
    strlist_split(&member.groups, "staff,board", ",");
    put(f, with_meta(doc("open.txt", "Open", "salary table"), "country", "BE"));
    put(f, only_for(with_meta(doc("board.txt", "Closed", "salary secret"), "country", "SE"),
                    "board,audit"));
    put(f, only_for(doc("copy.txt", "Copy", "salary table"), "audit"));
    put(f, only_for(doc("nobody.txt", "Nobody", "salary"), ""));
    commit(f);
    struct index_search s = {.q = "salary", .sort = SORT_TITLE};
    expect_of(f, &anybody, s, "open.txt");
    expect_of(f, &member, s, "board.txt open.txt");
    facet(f, &anybody, "salary", FIELD_COUNTRY, "BE 1");
    facet(f, &member, "salary", FIELD_COUNTRY, "BE 1, SE 1");
    struct index_result *res = ask(f, &anybody, s);
    assert_int_equal(res->total, 1);
    assert_int_equal(res->hits[0].fields.duplicates.count, 0);
    index_result_free(&res);
    res = ask(f, &admin, s);
    assert_int_equal(res->total, 3); /* one content counts once */
    index_result_free(&res);

    char id[DIGEST_ID_SIZE];
    struct index_description *d = NULL;
    struct index_unit_hits *hits = NULL;
    struct buf text = {0};
    digest_file_id("r", "board.txt", id);
    assert_int_equal(index_describe(f->reader, &anybody, id, &d, &f->error), PROSPECT_NOT_FOUND);
    assert_int_equal(index_unit_text(f->reader, &anybody, id, 1, &text, &f->error),
                     PROSPECT_NOT_FOUND);
    assert_int_equal(
        index_unit_hits(f->reader, &anybody, id, "salary", HIGHLIGHT_NONE, &hits, &f->error),
        PROSPECT_NOT_FOUND);
    fine(f, index_describe(f->reader, &member, id, &d, &f->error));
    index_description_free(&d);
    struct index_stats *st;
    fine(f, index_stats(f->reader, &anybody, &st, &f->error));
    assert_int_equal(st->documents, 1);
    index_stats_free(&st);
    buf_free(&text);
    strlist_free(&member.groups);
}

static void metadata_written_on_purpose_wins_and_all_of_it_is_kept(void **state)
{
    struct fixture *f = *state;
    struct index_description *x;
    struct document *d = doc("a.txt", "From the file", "text");
    meta_add(&d->meta, "date", "D:20150102030405Z", "pdf:info", PROSPECT_LIKELY);
    meta_add(&d->meta, "creator", "wrong", "pdf:info", PROSPECT_LIKELY);
    with_meta(with_meta(d, "title", "From the  side-car"), "creator", "Right");
    put(f, d);
    commit(f);
    char id[DIGEST_ID_SIZE];
    digest_file_id("r", "a.txt", id);
    fine(f, index_describe(f->reader, &anybody, id, &x, &f->error));
    assert_string_equal(x->fields.title, "From the side-car");
    assert_int_equal(x->fields.authors.count, 1);
    assert_string_equal(x->fields.authors.item[0], "Right");
    assert_int_equal(x->fields.date.precision, DATE_DAY);
    assert_int_equal(date_year(x->fields.date.first), 2015);
    assert_int_equal(x->sources.count, 5);
    assert_string_equal(x->fields.type, "other");
    index_description_free(&x);
    put(f, doc("b.txt", NULL, "no title"));
    commit(f);
    expect(f, "title:b", "b.txt");
}

#define with_index(test) cmocka_unit_test_setup_teardown(test, fixture_new, fixture_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_index(filters_match_names_whatever_their_case_and_accents),
        with_index(different_filters_all_hold),
        with_index(dates_match_where_they_overlap),
        with_index(orders_put_the_undated_last),
        with_index(facets_count_what_is_found),
        with_index(the_language_filter_finds_what_is_written_in_it),
        with_index(the_same_bytes_are_one_hit_with_its_other_paths),
        with_index(empty_files_are_not_one),
        with_index(who_may_not_see_a_document_sees_no_trace_of_it),
        with_index(metadata_written_on_purpose_wins_and_all_of_it_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
