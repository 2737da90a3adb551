/* What somebody typed, as a tree. */
#include "index/text/query.h"
#include "tests/text.h"

static const char *const langs[] = {"en", "fr", ""};

static prospect_status parse(struct query **q, const char *text, size_t length,
                             const struct query_limits *limits, struct error *error)
{
    struct analyser *a;
    analyser_new(&a, NULL);
    prospect_status status = query_parse(q, a, text, length, langs, COUNT(langs), limits, error);
    analyser_free(&a);
    return status;
}

/* The tree with every bracket: "(and pay (phrase tax systems))". */
static void show(const struct query *q, struct buf *out)
{
    static const char *const names[] = {"words", "and",  "or",     "not",   "phrase",
                                        "near",  "word", "prefix", "field", "dates"};
    if (q->op == QUERY_WORD || q->op == QUERY_PREFIX) {
        buf_addf(out, "%s%s", q->value, q->op == QUERY_PREFIX ? "*" : "");
        return;
    }
    buf_addf(out, "(%s", names[q->op]);
    if (q->op == QUERY_NEAR)
        buf_addf(out, "/%u", q->window);
    if (q->op == QUERY_FIELD)
        buf_addf(out, " %s:%s", query_field_name(q->field), q->value ? q->value : "");
    if (q->op == QUERY_DATES)
        buf_addf(out, " %d%s %d%s", q->dates.first, q->dates.open_first ? "?" : "", q->dates.last,
                 q->dates.open_last ? "?" : "");
    for (size_t i = 0; i < q->children; i++) {
        buf_addc(out, ' ');
        show(q->child[i], out);
    }
    buf_addc(out, ')');
}

static void check_tree(const char *text, const char *tree)
{
    struct query *q;
    struct error error;
    struct buf out = {0};
    if (parse(&q, text, strlen(text), &query_default_limits, &error) != PROSPECT_OK)
        fail_msg("%s: %s", text, error.line);
    if (q)
        show(q, &out);
    if (strcmp(buf_str(&out), tree) != 0)
        fail_msg("%s: %s, not %s", text, buf_str(&out), tree);
    buf_free(&out);
    query_free(&q);
    assert_null(q);
}

static void a_query_is_read_by_its_grammar(void **state)
{
    (void)state;
    static const struct {
        const char *text, *tree;
    } cases[] = {
        {"", ""},
        {"  \t ", ""},
        {"?! -- ... \"\" () \"?\"", ""},
        {"pay", "pay"},
        {"pay gap law", "(words pay gap law)"},
        {"pay Pay PAY gap", "(words pay gap)"},
        {"\"tax systems\" sweden", "(words (phrase tax systems) sweden)"},
        {"“tax systems” «pay gap» „a b“",
         "(words (phrase tax systems) (phrase pay gap) (phrase a b))"},
        {"\"tax\"", "tax"},
        {"pay AND gap", "(and pay gap)"},
        {"pay and gap", "(words pay and gap)"},
        {"pay OR tax", "(or pay tax)"},
        {"pay gap OR tax law", "(or (words pay gap) (words tax law))"},
        {"a1 AND b1 OR c1 AND d1", "(or (and a1 b1) (and c1 d1))"},
        {"a1 AND b1 c1", "(and a1 (words b1 c1))"},
        {"a1 OR b1 OR c1", "(or a1 b1 c1)"},
        {"(a1 OR b1) AND c1", "(and (or a1 b1) c1)"},
        {"(pay gap) law", "(words pay gap law)"},
        {"foo(bar)", "(words foo bar)"},
        {"pay NOT draft", "(not pay draft)"},
        {"pay gap -draft law", "(not (words pay gap law) draft)"},
        {"pay AND gap NOT draft", "(and pay (not gap draft))"},
        {"pay AND NOT draft", "(not pay draft)"},
        {"NOT draft", "(not draft)"},
        {"-draft", "(not draft)"},
        {"-a1 -b1", "(not (or a1 b1))"},
        {"-(a1 b1) c1", "(not c1 (words a1 b1))"},
        {"c1 -\"a1 b1\"", "(not c1 (phrase a1 b1))"},
        {"NOT NOT a1", "(not (not a1))"},
        {"a1 OR NOT b1", "(or a1 (not b1))"},
        {"pay NEAR/5 gap", "(near/5 pay gap)"},
        {"pay NEAR gap", "(near/10 pay gap)"},
        {"pay NEAR/999 gap", "(near/100 pay gap)"},
        {"pay NEAR/5 \"tax law\"", "(near/6 pay tax law)"},
        {"a1 NEAR/2 b1 NEAR/3 c1", "(near/5 a1 b1 c1)"},
        {"a1 NEAR/2 (b1 OR c1)", "(and a1 (or b1 c1))"},
        {"wom* pay", "(words wom* pay)"},
        {"wo* pay", "(words wo pay)"},
        {"* pay", "pay"},
        {"wom*n", "(words wom n)"},
        {"title:pay author:banerjee",
         "(words (field title: (words pay)) (field author: (words banerjee)))"},
        {"Title:\"tax systems\"", "(field title: (phrase tax systems))"},
        {"title:(tax systems) law", "(words (field title: (words tax systems)) law)"},
        {"title:gender*", "(field title: (words gender*))"},
        {"title:gender-based", "(field title: (words (or (phrase gender based) gender-based)))"},
        {"country:be -lang:de", "(not (field country:be) (field lang:de))"},
        {"event:\"Brussels seminar\"", "(field event:Brussels seminar)"},
        {"folder:a/b-c:d mime:text/html", "(words (field folder:a/b-c:d) (field mime:text/html))"},
        {"date:2016", "(dates 16801 17166)"},
        {"date:2016-10..2017-06", "(dates 17075 17347)"},
        {"date:..2016-10-18", "(dates 0? 17092)"},
        {"gender-based violence", "(words (or (phrase gender based) gender-based) violence)"},
        {"gender-bas*", "(words gender bas*)"},
        {"\"gender-based violence\"", "(phrase gender based violence)"},
        {"pay NEAR/3 gender-based", "(near/4 pay gender based)"},
        {"l'égalité women's", "(words égalité women's)"},
        {"\"l'égalité\"", "(phrase l égalité)"},
        {"5196 5,196", "5196"},
        {"5 196", "(or (words 5 196) 5 196)"},
        {"5 196 people", "(words (or (words 5 196) 5 196) people)"},
        {"R&D example.com he/she", "(words (phrase R D) (phrase example com) he she)"},
        {"2016/17 18.10.2016", "(words (phrase 2016 17) (or (phrase 18 10 2016) 18.10.2016))"},
        {"18 October 2016", "(or (words 18 October 2016) 18 October 2016)"},
        {"pay 18 October 2016 gap", "(words pay (or (words 18 October 2016) 18 October 2016) gap)"},
        {"\"18 October 2016\"", "(or (phrase 18 October 2016) 18 October 2016)"},
        {"\"on 18 October 2016\"", "(phrase on 18 October 2016)"},
        {"18 October 2016 -draft 1",
         "(not (words (or (words 18 October 2016) 18 October 2016) 1) draft)"},
        {"E.U. law", "(words E.U. law)"},
        {"平等法", "(phrase 平 等 法)"},
        {"COVID-19", "(or (phrase COVID 19) COVID-19)"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check_tree(cases[i].text, cases[i].tree);
}

static void what_is_no_operator_is_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *tree;
    } cases[] = {
        {"AND", "AND"},
        {"AND pay", "(words AND pay)"},
        {"pay AND", "(words pay AND)"},
        {"pay OR", "(words pay OR)"},
        {"NOT", "NOT"},
        {"pay NOT", "(words pay NOT)"},
        {"pay AND OR gap", "(or (words pay AND) gap)"},
        {"NEAR/5", "(words NEAR 5)"},
        {"NEAR/x pay", "(words NEAR x pay)"},
        {"\"tax systems", "(words tax systems)"},
        {"tax\" systems", "(words tax systems)"},
        {"(pay gap", "(words pay gap)"},
        {"pay) gap", "(words pay gap)"},
        {"((pay)) ()", "pay"},
        {"(()) (() pay", "pay"},
        {"()) pay) (", "pay"},
        {"pay AND () gap", "(and pay gap)"},
        {"pay AND ()", "(words pay AND)"},
        {"pay AND ???", "pay"},
        {"NOT ???", ""},
        {"pay -", "pay"},
        {"pay - gap --law", "(not (words pay gap) law)"},
        {"foo:bar", "(words foo bar)"},
        {"http://example.com", "(words http (phrase example com))"},
        {"title:", "title"},
        {"title: pay", "(words title pay)"},
        {"title:(pay", "(words title pay)"},
        {"country:\"be", "(words country be)"},
        {"date:yesterday", "(words date yesterday)"},
        {"date:2016-13", "(words date (or (phrase 2016 13) 2016-13))"},
        {":) :(", ""},
        {"C++ c#", "C"},
        {"'quoted'", "quoted"},
        {"a\x01"
         "b",
         "(words a b)"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        check_tree(cases[i].text, cases[i].tree);
}

static void a_query_is_shown_as_it_was_understood(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"pay AND \"tax systems\" NOT draft", "pay AND \"tax systems\" NOT draft"},
        {"(a1 OR b1) c1", "(a1 OR b1) c1"},
        {"a1 b1 OR c1", "a1 b1 OR c1"},
        {"(a1 OR b1) NOT (c1 OR d1)", "(a1 OR b1) NOT (c1 OR d1)"},
        {"-draft", "NOT draft"},
        {"a1 AND (b1 OR c1 d1)", "a1 AND (b1 OR c1 d1)"},
        {"wom* NEAR/3 pay", "wom* AND pay"},
        {"pay NEAR/3 gap law", "pay NEAR/3 gap law"},
        {"title:pay title:(tax law) title:\"a b\"", "title:pay title:(tax law) title:\"a b\""},
        {"event:\"Brussels seminar\" country:be", "event:\"Brussels seminar\" country:be"},
        {"gender-based l'égalité", "gender-based égalité"},
        {"date:2016 x", "date:2016-01-01..2016-12-31 x"},
        {"date:2016..", "date:2016-01-01.."},
        {"pay AND", "pay AND"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct query *q;
        struct buf out = {0};
        assert_int_equal(
            parse(&q, cases[i].text, strlen(cases[i].text), &query_default_limits, NULL), 0);
        query_print(q, &out);
        assert_text(&out, cases[i].shown);
        query_free(&q);
    }
}

static bool has_term(const struct query *q, enum term_kind kind, const char *term)
{
    for (size_t i = 0; i < q->n_terms; i++)
        if (q->terms[i].kind == kind && strcmp(q->terms[i].bytes, term) == 0 &&
            q->terms[i].length == strlen(term))
            return true;
    return false;
}

static void words_carry_their_terms_and_their_place(void **state)
{
    (void)state;
    const char *text = "« Égalités » wom*";
    struct query *q;
    assert_int_equal(parse(&q, text, strlen(text), &query_default_limits, NULL), 0);
    const struct query *word = q->child[0], *prefix = q->child[1];
    assert_int_equal(word->start, 3);
    assert_int_equal(word->end, 3 + strlen("Égalités"));
    assert_true(has_term(word, TERM_WORD, "egalites"));
    assert_true(has_term(word, TERM_STEM, "egal"));
    assert_true(has_term(word, TERM_STEM, "egalit"));
    assert_int_equal(prefix->n_terms, 1);
    assert_true(has_term(prefix, TERM_WORD, "wom"));
    assert_string_equal(prefix->value, "wom");
    query_free(&q);
}

static struct buf repeated(const char *what, size_t times)
{
    struct buf b = {0};
    for (size_t i = 0; i < times; i++)
        buf_adds(&b, what);
    return b;
}

static void too_much_is_refused_with_a_line(void **state)
{
    (void)state;
    static const struct query_limits wide = {1 << 20, 64, 2, 32};
    static const struct {
        const char *what;
        size_t times;
        bool wide;
        prospect_status status;
    } cases[] = {
        {"a ", 513, false, PROSPECT_LIMIT},        {"a ", 512, false, PROSPECT_OK},
        {"abc* ", 2, false, PROSPECT_OK},          {"abc* ", 3, false, PROSPECT_LIMIT},
        {"NOT ", 60000, true, PROSPECT_LIMIT},     {"(", 60000, true, PROSPECT_LIMIT},
        {"-", 60000, true, PROSPECT_OK},           {"(a ", 60000, true, PROSPECT_LIMIT},
        {"-(", 60000, true, PROSPECT_LIMIT},       {"NOT (a ", 60000, true, PROSPECT_LIMIT},
        {")", 60000, true, PROSPECT_OK},           {"\"", 60000, true, PROSPECT_OK},
        {"\"a", 60000, true, PROSPECT_LIMIT},      {"a-b-", 60000, true, PROSPECT_LIMIT},
        {"a NEAR ", 60000, true, PROSPECT_LIMIT},  {"“", 60000, true, PROSPECT_OK},
        {"title:(", 40000, true, PROSPECT_LIMIT},  {"a.b.", 60000, true, PROSPECT_OK},
        {"1 ", 60000, true, PROSPECT_LIMIT},       {"AND OR ", 60000, true, PROSPECT_LIMIT},
        {"title:\"", 60000, true, PROSPECT_LIMIT},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf text = repeated(cases[i].what, cases[i].times);
        struct query *q;
        struct error error = {0};
        prospect_status status =
            parse(&q, text.data, text.len, cases[i].wide ? &wide : &query_default_limits, &error);
        if (status != cases[i].status)
            fail_msg("%s: %s %s", cases[i].what, prospect_status_name(status), error.line);
        assert_int_equal(status == PROSPECT_OK, *error.line == '\0');
        if (status != PROSPECT_OK)
            assert_null(q);
        query_free(&q);
        buf_free(&text);
    }
}

static void nested_as_deep_as_allowed_is_parsed(void **state)
{
    (void)state;
    struct buf text = {0};
    struct query *q;
    for (int i = 0; i < 32; i++)
        buf_addf(&text, "(a%d OR ", i);
    buf_adds(&text, "z");
    for (int i = 0; i < 32; i++)
        buf_adds(&text, ")");
    assert_int_equal(parse(&q, text.data, text.len, &query_default_limits, NULL), PROSPECT_OK);
    assert_int_equal(q->children, 33);
    query_free(&q);
    buf_free(&text);
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    (void)state;
    struct query *q;
    struct error error;
    assert_int_equal(parse(&q, "a\xff", 2, &query_default_limits, &error), PROSPECT_ARGUMENT);
    assert_string_equal(error.line, "The query is not in UTF-8");
    assert_int_equal(parse(&q, "a\0b", 3, &query_default_limits, &error), PROSPECT_ARGUMENT);
    assert_null(q);
}

static void fields_are_known_by_name(void **state)
{
    (void)state;
    for (unsigned f = 0; f < FIELD_COUNT; f++) {
        const char *name = query_field_name((enum query_field)f);
        assert_int_equal(query_field_named(name, strlen(name)), f);
    }
    assert_int_equal(query_field_named("date", 4), FIELD_COUNT);
    assert_int_equal(query_field_named("", 0), FIELD_COUNT);
    assert_null(query_field_name(FIELD_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_is_read_by_its_grammar),
        cmocka_unit_test(what_is_no_operator_is_words),
        cmocka_unit_test(a_query_is_shown_as_it_was_understood),
        cmocka_unit_test(words_carry_their_terms_and_their_place),
        cmocka_unit_test(too_much_is_refused_with_a_line),
        cmocka_unit_test(nested_as_deep_as_allowed_is_parsed),
        cmocka_unit_test(bytes_that_are_no_text_are_refused),
        cmocka_unit_test(fields_are_known_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
