/* Searching: what is found, in which order, and how it is shown. */
#include "tests/index.h"

static void words_find_documents_and_the_best_page_is_shown(void **state)
{
    struct fixture *f = *state;
    put(f, doc("gap.txt", "Pay in Belgium",
               "An introduction.\fThe gender pay gap law of 2012.\fNothing here.\fThe law again."));
    put(f, doc("other.txt", "Something else", "Cats and dogs."));
    commit(f);
    struct index_result *res =
        ask(f, &anybody, (struct index_search){.q = "pay gap law", .snippets = true});
    assert_int_equal(res->total, 1);
    assert_true(res->total_is_exact);
    struct index_hit *h = &res->hits[0];
    assert_string_equal(h->fields.title, "Pay in Belgium");
    assert_int_equal(h->matched, MATCHED_ALL);
    assert_true(h->score > 0 && h->score <= 1);
    assert_int_equal(h->best.number, 2);
    assert_string_equal(h->best.label, "2");
    assert_string_equal(h->best.snippet,
                        "The gender <mark>pay</mark> <mark>gap</mark> <mark>law</mark> of 2012.");
    assert_int_equal(h->n_more, 1);
    assert_int_equal(h->more[0].number, 4);
    assert_int_equal(h->fields.units, 4);
    index_result_free(&res);
}

static void a_page_is_shown_with_its_label_and_heading(void **state)
{
    struct fixture *f = *state;
    struct document *d = doc("a.txt", "A", "one\ftwo");
    d->units[1].label = mem_strdup("iv");
    d->units[1].heading = mem_strdup("Foreword");
    put(f, d);
    commit(f);
    struct index_result *res =
        ask(f, &anybody, (struct index_search){.q = "two", .snippets = true});
    assert_string_equal(res->hits[0].best.label, "iv");
    assert_string_equal(res->hits[0].best.heading, "Foreword");
    index_result_free(&res);
    expect(f, "foreword", "a.txt");
}

static void a_match_in_the_name_alone_shows_the_beginning(void **state)
{
    struct fixture *f = *state;
    put(f, doc("2016-10-be/pay_gap-slides.txt", "Slides", "Welcome to all of you."));
    commit(f);
    struct index_result *res =
        ask(f, &anybody, (struct index_search){.q = "gap", .snippets = true});
    assert_int_equal(res->n_hits, 1);
    assert_int_equal(res->hits[0].best.number, 1);
    assert_string_equal(res->hits[0].best.snippet, "Welcome to all of you.");
    index_result_free(&res);
}

static void no_phrase_crosses_from_one_page_to_the_next(void **state)
{
    struct fixture *f = *state;
    put(f, doc("a.txt", "A", "We like tax\fsystems of all kinds."));
    put(f, doc("b.txt", "B", "The tax systems of Sweden."));
    commit(f);
    expect(f, "\"tax systems\"", "b.txt");
    expect(f, "tax systems", "a.txt b.txt");
    expect(f, "tax NEAR/50 systems", "b.txt");
    expect(f, "sweden NEAR/3 tax", "b.txt");
    expect(f, "sweden NEAR/2 tax", "-");
    expect(f, "title:\"a b\"", "-");
}

static void a_phrase_is_looked_for_in_titles_and_authors_too(void **state)
{
    struct fixture *f = *state;
    put(f, with_meta(doc("a.txt", "R&D in small towns", "On money for research."), "creator",
                     "Maria Rossi"));
    put(f, doc("b.txt", "B", "Small things; towns. R, then D. Rossi wrote to Maria."));
    commit(f);
    expect(f, "\"small towns\"", "a.txt");
    expect(f, "\"Maria Rossi\"", "a.txt");
    expect(f, "small NEAR/2 R&D", "a.txt");
    expect(f, "\"small towns on money\"", "-");
    expect(f, "\"small towns\" research -zebra", "a.txt");
    expect(f, "type:document \"small towns\"", "-");
    expect(f, "R&D money research -zebra", "b.txt a.txt");
    expect(f, "R&D nowhere folder:a.txt", "-");
    struct index_result *res =
        ask(f, &anybody, (struct index_search){.q = "R&D towns", .snippets = true});
    assert_string_equal(res->hits[0].fields.path, "a.txt");
    assert_int_equal(res->hits[0].matched, MATCHED_ALL);
    assert_string_equal(res->hits[0].best.snippet, "On money for research.");
    index_result_free(&res);
}

static void a_phrase_is_marked_only_where_it_stands(void **state)
{
    struct fixture *f = *state;
    put(f, doc("a.txt", "A", "tax and systems\fa tax system, and tax\f"));
    commit(f);
    struct index_result *res =
        ask(f, &anybody, (struct index_search){.q = "\"tax system\"", .snippets = true});
    assert_int_equal(res->hits[0].best.number, 2);
    assert_string_equal(res->hits[0].best.snippet,
                        "a <mark>tax</mark> <mark>system</mark>, and tax");
    assert_int_equal(res->hits[0].n_more, 0);
    index_result_free(&res);
}

/* The page of the first hit that is shown for Q; how many further ones there are. */
static uint32_t page_of(struct fixture *f, const char *q, unsigned *more)
{
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = q, .snippets = true});
    uint32_t page = res->n_hits > 0 ? res->hits[0].best.number : 0;
    if (more)
        *more = res->n_hits > 0 ? res->hits[0].n_more : 0;
    index_result_free(&res);
    return page;
}

static void function_words_do_not_choose_the_page(void **state)
{
    struct fixture *f = *state;
    unsigned more;
    put(f, with_meta(doc("en.txt", "E",
                         "what is the use, what is the point, and the rest of the day\f"
                         "the budget of the town is the budget of the people\f"
                         "that is the end of the matter, and of the debate"),
                     "language", "en"));
    put(f, with_meta(doc("de.txt", "D",
                         "der Anfang der Sache und der Rest der Tage der Woche\f"
                         "ein Ende der Dinge\f"
                         "auf den Haushalt der Stadt kommt es an"),
                     "language", "de"));
    for (int i = 0; i < 12; i++) {
        char path[16];
        snprintf(path, sizeof path, "%d.txt", i);
        put(f, with_meta(doc(path, "F", i % 2 ? "l'ordre du jour" : "what is the matter of it"),
                         "language", i % 2 ? "fr" : "en"));
    }
    commit(f);
    assert_int_equal(page_of(f, "what is the budget of the town", &more), 2);
    assert_int_equal(page_of(f, "Haushalt der Stadt", &more), 3);
    assert_int_equal(more, 0);
}

static void a_late_page_is_found_behind_many_early_words(void **state)
{
    struct fixture *f = *state;
    struct buf text = {0};
    for (int page = 1; page <= 1200; page++) {
        for (int i = 0; i < 60; i++)
            buf_adds(&text, "tax ");
        buf_adds(&text, page == 1100 ? "the tax reform of Malta" : "and so on");
        buf_addc(&text, page < 1200 ? '\f' : '\n');
    }
    put(f, doc("long.txt", "Long", text.data));
    commit(f);
    assert_int_equal(page_of(f, "tax reform", NULL), 1100);
    assert_int_equal(page_of(f, "\"tax reform\"", NULL), 1100);
    buf_free(&text);
}

static void the_page_is_the_one_where_the_words_stand_together(void **state)
{
    struct fixture *f = *state;
    put(f, doc("a.txt", "A",
               "pay is here and much further away, after many other words that say nothing, a gap\f"
               "words before the pay gap and many other words that say nothing at all about it\f"
               "a gap in the fence, and somewhere else, in other words, one has to pay for it"));
    put(f, doc("b.txt", "B", "other things"));
    commit(f);
    assert_int_equal(page_of(f, "pay gap", NULL), 2);
}

static void case_accents_and_word_forms_do_not_decide(void **state)
{
    struct fixture *f = *state;
    put(f, with_meta(doc("fr.txt", "FR", "L\xe2\x80\x99\xc3\x89galit\xc3\xa9 des femmes"),
                     "language", "fr"));
    put(f, with_meta(doc("en.txt", "EN", "Women\xe2\x80\x99s systems, 5,196 of them"), "language",
                     "en"));
    commit(f);
    expect(f, "egalite", "fr.txt");
    expect(f, "\xc3\x89GALIT\xc3\x89", "fr.txt");
    expect(f, "women's", "en.txt");
    expect(f, "system", "en.txt");
    expect(f, "5196", "en.txt");
    expect(f, "syst*", "en.txt");
    expect(f, "femme", "fr.txt");
}

static void operators_are_understood(void **state)
{
    struct fixture *f = *state;
    put(f, doc("a.txt", "A", "red green"));
    put(f, doc("b.txt", "B", "red blue"));
    put(f, doc("c.txt", "C", "yellow"));
    commit(f);
    static const struct {
        const char *q, *paths;
    } cases[] = {
        {"red AND green", "a.txt"},
        {"green OR yellow", "a.txt c.txt"},
        {"red NOT green", "b.txt"},
        {"red -blue", "a.txt"},
        {"-red", "c.txt"},
        {"NOT yellow", "a.txt b.txt"},
        {"(green OR yellow) AND red", "a.txt"},
        {"title:b", "b.txt"},
        {"red title:b", "b.txt"},
        {"xyzzy", "-"},
        {"\"red xyzzy\"", "-"},
        {"red AND xyzzy", "-"},
        {"\"red", "a.txt b.txt"},
        {"yel*", "c.txt"},
        {"mime:text/plain", "a.txt b.txt c.txt"},
        {"mime:text/html", "-"},
        {"nosuch:red", "a.txt b.txt"},
        {"xyz*", "-"},
        {"\"red xyz*\"", "-"},
        {"lang:zz", "-"},
        {"", "a.txt b.txt c.txt"},
        {" \t", "a.txt b.txt c.txt"},
        {"???", "-"},
        {"( \"\" -", "-"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(f, cases[i].q, cases[i].paths);
}

/* The explanation of the only hit of Q. */
static struct index_result *explained(struct fixture *f, const char *q, const char *parsed)
{
    struct index_result *res =
        ask(f, &anybody, (struct index_search){.q = q, .explain = true, .snippets = true});
    assert_non_null(strstr(res->parsed, parsed));
    for (size_t i = 0; i < res->n_hits; i++) {
        const struct index_explanation *e = res->hits[i].explanation;
        double sum = 0;
        assert_non_null(e);
        for (size_t r = 0; r < e->count; r++)
            sum += e->reasons[r].weight;
        if (sum < e->weight - 1e-6 || sum > e->weight + 1e-6)
            fail_msg("%s: the parts are %g, the whole %g", q, sum, e->weight);
    }
    return res;
}

static void an_explanation_says_which_words_made_the_score(void **state)
{
    struct fixture *f = *state;
    put(f,
        with_meta(doc("a.txt", "Gaps", "The gap and the gaps, a Gap.\fNo pay."), "language", "en"));
    put(f, doc("b.txt", "B", "other things"));
    put(f, only_for(doc("c.txt", "C", "gap gapping gapped pay"), "x"));
    commit(f);
    struct index_result *res = explained(f, "gaps pays", "gaps");
    assert_int_equal(res->n_hits, 1);
    struct index_explanation *e = res->hits[0].explanation;
    assert_int_equal(e->count, 2); /* one for each word that was typed */
    const struct index_reason *gaps = &e->reasons[strcmp(e->reasons[0].word, "gaps") != 0];
    assert_string_equal(gaps->word, "gaps");
    assert_int_equal(gaps->kind, REASON_WORD);
    assert_int_equal(gaps->count, 3);
    assert_true(gaps->in_title && gaps->weight > 0);
    assert_true(gaps->n_forms > 0);
    index_result_free(&res);
}

static void the_parts_of_every_explanation_add_up(void **state)
{
    struct fixture *f = *state;
    static const char *const queries[] = {
        "red",
        "red green blue",
        "red red green",
        "\"red green\" blue",
        "red AND (green OR blue) yellow",
        "(red AND green) OR blue",
        "(red yellow) OR (green -blue)",
        "red NEAR/3 blue",
        "gree* red",
        "title:red green",
        "red -yellow",
        "mime:text/plain red",
        "red-green",
    };
    put(f, doc("a.txt", "Red", "red green blue, the green of the red\fblue blue"));
    put(f, doc("b.txt", "B", "red things and greenish ones, blue"));
    put(f, doc("c.txt", "Red-green", "yellow green redgreen"));
    put(f, doc("d.txt", "D", "something else, not blue"));
    for (int i = 0; i < 20; i++) {
        char path[16], text[32];
        snprintf(path, sizeof path, "%d.txt", i);
        snprintf(text, sizeof text, "filler %d %s", i, i % 3 ? "red" : "blue green");
        put(f, doc(path, "F", text));
    }
    commit(f);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        struct index_result *res = explained(f, queries[i], "");
        if (res->n_hits == 0 || res->hits[0].explanation->count == 0)
            fail_msg("%s: nothing to explain", queries[i]);
        index_result_free(&res);
    }
}

static void refused_queries_say_why(void **state)
{
    struct fixture *f = *state;
    struct index_result *res = NULL;
    char many[3000];
    memset(many, 'a', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    struct index_search s = {.q = many, .size = 10};
    assert_int_equal(index_search(f->reader, &anybody, &s, &res, &f->error), PROSPECT_LIMIT);
    assert_true(f->error.line[0]);
    s.q = "\xff\xfe";
    assert_int_equal(index_search(f->reader, &anybody, &s, &res, &f->error), PROSPECT_ARGUMENT);
    assert_null(res);
}

static void an_index_that_is_not_there_yet_is_empty(void **state)
{
    struct fixture *f = *state;
    struct index_reader *r;
    struct index_result *res;
    fine(f, index_reader_new(&r, "/nonexistent/index", &f->error));
    struct index_search s = {.q = "anything", .size = 10, .facets = 1};
    fine(f, index_search(r, &anybody, &s, &res, &f->error));
    assert_int_equal(res->total, 0);
    index_result_free(&res);
    index_reader_free(&r);
    expect(f, "anything", "-");
    expect(f, "", "-");
}

static void every_hit_of_a_document_is_given_with_its_places(void **state)
{
    struct fixture *f = *state;
    struct index_unit_hits *hits;
    char id[DIGEST_ID_SIZE];
    put(f, doc("a.txt", "A", "red one\ftwo\fthree red, RED"));
    commit(f);
    digest_file_id("r", "a.txt", id);
    fine(f, index_unit_hits(f->reader, &anybody, id, "red", HIGHLIGHT_NONE, &hits, &f->error));
    assert_int_equal(hits->count, 2);
    assert_int_equal(hits->item[1].pick.number, 3);
    assert_int_equal(hits->item[1].n_spans, 2);
    assert_int_equal(hits->item[1].spans[0].start, 6);
    assert_int_equal(hits->item[1].spans[1].end, 14);
    assert_string_equal(hits->item[1].pick.snippet, "three red, RED");
    index_unit_hits_free(&hits);
}

static void suggestions_go_on_from_the_last_word(void **state)
{
    struct fixture *f = *state;
    struct strlist out = {0};
    put(f, doc("a.txt", "Gender budgeting in Austria", "gender gender equality"));
    put(f, doc("b.txt", "B", "gender equality gendarme"));
    put(f, only_for(doc("c.txt", "Genuine secret", "genome genome genome"), "x"));
    commit(f);
    fine(f, index_suggest(f->reader, &anybody, "equality gen", 10, 20000, &out, &f->error));
    assert_true(out.count >= 2);
    assert_string_equal(out.item[0], "equality gender");
    assert_true(strlist_has(&out, "equality gendarme"));
    assert_false(strlist_has(&out, "equality genome"));
    fine(f, index_suggest(f->reader, &anybody, "budgeting aus", 10, 20000, &out, &f->error));
    assert_true(strlist_has(&out, "Gender budgeting in Austria"));
    fine(f, index_suggest(f->reader, &anybody, "Genui", 10, 20000, &out, &f->error));
    assert_int_equal(out.count, 0);
    fine(f, index_suggest(f->reader, &anybody, "XROOT:", 10, 20000, &out, &f->error));
    assert_int_equal(out.count, 0);
    strlist_free(&out);
}

static void suggestions_are_written_as_people_write(void **state)
{
    struct fixture *f = *state;
    struct strlist out = {0};
    static const struct {
        const char *typed, *first;
    } cases[] = {
        {"EGAL", "égalité"},
        {"belg", "Belgium"},
        {"genderb", "gender-based"},
        {"mira ba", "mira Banerjee"}, /* who is beside her, rather than what is frequent */
        {"ba", "banda"},
        {"exam", "example"},
    };
    put(f, doc("a.txt", "A", "Mira Banerjee in Belgium: égalité, égalité, Égalité"));
    put(f, doc("b.txt", "B", "banda exam-\nple of gender-based work"));
    put(f, doc("c.txt", "C", "banda, again a banda; an example"));
    put(f, doc("d.txt", "D", "mirage bandage, mira in passing among many other words, balm"));
    put(f, doc("Bank.txt", NULL, ""));
    commit(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fine(f, index_suggest(f->reader, &anybody, cases[i].typed, 10, 20000, &out, &f->error));
        assert_true(out.count >= 1);
        assert_string_equal(out.item[0], cases[i].first);
        assert_false(strlist_has(&out, "Bank.txt"));
    }
    strlist_free(&out);
}

#define with_index(test) cmocka_unit_test_setup_teardown(test, fixture_new, fixture_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_index(words_find_documents_and_the_best_page_is_shown),
        with_index(a_page_is_shown_with_its_label_and_heading),
        with_index(a_match_in_the_name_alone_shows_the_beginning),
        with_index(no_phrase_crosses_from_one_page_to_the_next),
        with_index(a_phrase_is_looked_for_in_titles_and_authors_too),
        with_index(a_phrase_is_marked_only_where_it_stands),
        with_index(function_words_do_not_choose_the_page),
        with_index(a_late_page_is_found_behind_many_early_words),
        with_index(the_page_is_the_one_where_the_words_stand_together),
        with_index(case_accents_and_word_forms_do_not_decide),
        with_index(operators_are_understood),
        with_index(an_explanation_says_which_words_made_the_score),
        with_index(the_parts_of_every_explanation_add_up),
        with_index(refused_queries_say_why),
        with_index(an_index_that_is_not_there_yet_is_empty),
        with_index(every_hit_of_a_document_is_given_with_its_places),
        with_index(suggestions_go_on_from_the_last_word),
        with_index(suggestions_are_written_as_people_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
