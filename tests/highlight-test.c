/* Snippets: the best stretch of a text, with its matches marked. */
#include "index/text/highlight.h"
#include "index/text/tokens.h"
#include "index/text/utf8.h"
#include "tests/text.h"

/* A snippet of LENGTH bytes, which is the same with marks and without; MATCHES is "3a 4b":
 * positions, each with the query's word. */
static void snippet(const char *text, size_t length, const char *matches, size_t wanted,
                    enum highlight_style style, struct buf *out)
{
    struct match match[64];
    size_t n = 0;
    while (*matches) {
        char *end;
        match[n].position = (uint32_t)strtoul(matches, &end, 10);
        match[n++].word = (uint8_t)(*end - 'a');
        matches = end + 1 + (end[1] == ' ');
    }
    struct highlight how = {.style = style, .length = wanted};
    struct marks marks;
    struct buf marked = {0};
    highlight_snippet(&how, text, length, match, n, out);
    assert_true(utf8_valid(buf_str(out), out->len));
    marks_find(text, length, &marks);
    how.marks = &marks;
    highlight_snippet(&how, text, length, match, n, &marked);
    assert_text(&marked, buf_str(out));
    marks_free(&marks);
}

static void matches_are_marked_within_whole_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *matches;
        size_t length;
        const char *wanted;
    } cases[] = {
        {"", "", 240, ""},
        {" \n ", "", 240, ""},
        {"The pay gap law.", "", 240, "The pay gap law."},
        {"The pay gap law.", "1a 2b", 240, "The <mark>pay</mark> <mark>gap</mark> law."},
        {"The  pay\n\tgap", "2b", 240, "The pay <mark>gap</mark>"},
        {"one two three four", "", 9, "one two …"},
        {"one two three four five", "2a", 14, "… <mark>three</mark> four …"},
        {"one two three four five six seven", "4a", 24, "… four <mark>five</mark> six seven"},
        {"one two three four five six", "5a", 12, "… five <mark>six</mark>"},
        {"an exam-\nple and gen\xc2\xad"
         "der",
         "1a 3b", 240, "an <mark>example</mark> and <mark>gender</mark>"},
        {"gender-based violence", "0a 1b", 240, "<mark>gender-based</mark> violence"},
        {"gender-based violence", "1b", 240, "gender-<mark>based</mark> violence"},
        {"l'égalité", "1a", 240, "l&#39;<mark>égalité</mark>"},
        {"women’s <b>&\"rights\"</b>", "0a 2b", 240,
         "<mark>women’s</mark> &lt;b&gt;&amp;&quot;<mark>rights</mark>&quot;&lt;/b&gt;"},
        {"some 5 196 people", "1a", 240, "some <mark>5 196</mark> people"},
        {"平等法", "0a 1b", 240, "<mark>平等</mark>法"},
        {"the E.U. law", "1a", 240, "the <mark>E.U.</mark> law"},
        {"a\x01"
         "b\x7f"
         "c",
         "", 240, "a b c"},
        {"\xef\xbb\xbfone\xe2\x80\xae two", "", 240, "one two"},
        {"bad\xff"
         "byte",
         "", 240,
         "bad\xef\xbf\xbd"
         "byte"},
        {"Agenda2 of today", "0a", 240, "<mark>Agenda2</mark> of today"},
        {"pay", "7a", 240, "pay"}, /* a position that is not there */
        {"pay", "0a 0b", 240, "<mark>pay</mark>"},
        {"mid-\nSentence x", "0a", 240, "<mark>mid</mark>- Sentence x"},
        {"Tables ........ 5\n", "0a", 240, "<mark>Tables</mark> … 5"},
        {"Name: _ _ _ _ _", "0a", 240, "<mark>Name</mark>: …"},
        {"| a | | | b ||c|\n| |  |gap |", "3a", 240, "| a | b ||c |<mark>gap</mark> |"},
        {"one... two", "1a", 240, "one... <mark>two</mark>"},
        {"\xef\x82\xb7 one \xef\x82\xb7\xef\x82\xb7 two", "0a", 240, "<mark>one</mark> two"},
        {"\xe2\x81\xa6one\xe2\x81\xa9 \xe2\x80\x8ftwo", "0a", 240, "<mark>one</mark> two"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = {0};
        snippet(cases[i].text, strlen(cases[i].text), cases[i].matches, cases[i].length,
                HIGHLIGHT_MARK, &out);
        assert_text(&out, cases[i].wanted);
    }
}

static void plain_snippets_are_left_unescaped(void **state)
{
    (void)state;
    struct buf out = {0};
    snippet("a <b> & 'pay'", 13, "2a", 240, HIGHLIGHT_NONE, &out);
    assert_text(&out, "a <b> & 'pay'");
    highlight_escape("<a href=\"x\">'&'\n\xff", 17, &out);
    assert_text(&out, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39; \xef\xbf\xbd");
}

/* 400 filler words with others put in their places. */
static void filler(struct buf *text, const char *const *words, const int *places, size_t n)
{
    for (int i = 0; i < 400; i++) {
        const char *word = "filler";
        for (size_t k = 0; k < n; k++)
            word = places[k] == i ? words[k] : word;
        buf_addf(text, "%s%s", i ? " " : "", word);
    }
}

static void the_window_has_most_words_closest_together(void **state)
{
    (void)state;
    static const struct {
        const char *words[6];
        int places[6];
        const char *matches, *wanted; /* what must stand in it */
    } cases[] = {
        {{"pay", "pay", "gap"},
         {10, 200, 202},
         "10a 200a 202b",
         "<mark>pay</mark> filler <mark>gap</mark>"},
        {{"pay", "gap", "pay", "gap"},
         {10, 20, 300, 301},
         "10a 20b 300a 301b",
         "<mark>pay</mark> <mark>gap</mark>"},
        {{"pay", "pay", "pay", "gap", "pay"},
         {10, 11, 12, 200, 203},
         "10a 11a 12a 200b 203a",
         "<mark>gap</mark> filler filler <mark>pay</mark>"},
        {{"pay", "pay", "pay"},
         {10, 300, 303},
         "10a 300a 303a",
         "<mark>pay</mark> filler filler <mark>pay</mark>"},
        {{"pay"}, {399}, "399a", "<mark>pay</mark>"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf text = {0}, out = {0};
        filler(&text, cases[i].words, cases[i].places, 6);
        snippet(text.data, text.len, cases[i].matches, 120, HIGHLIGHT_MARK, &out);
        if (!strstr(buf_str(&out), cases[i].wanted))
            fail_msg("%zu: %s", i, buf_str(&out));
        assert_true(strncmp(out.data, "… ", strlen("… ")) == 0);
        assert_in_range(out.len, 60, 200);
        buf_free(&text);
        buf_free(&out);
    }
}

static void a_snippet_likes_to_begin_with_a_sentence(void **state)
{
    (void)state;
    struct buf out = {0};
    const char *text = "Many words stand here before it. In Belgium the pay gap law was passed in "
                       "2012. And more words stand behind it, many more.";
    snippet(text, strlen(text), "9a 10b", 60, HIGHLIGHT_NONE, &out);
    assert_text(&out, "… In Belgium the pay gap law was passed in 2012. And more …");
}

static void words_far_apart_are_shown_in_two_parts(void **state)
{
    (void)state;
    static const char *const words[] = {"pay", "gap", "law"};
    static const int places[] = {50, 51, 300};
    struct buf text = {0}, out = {0};
    filler(&text, words, places, 3);
    snippet(text.data, text.len, "50a 51b 300c", 120, HIGHLIGHT_NONE, &out);
    assert_text(&out, "… filler filler pay gap filler filler filler filler filler … filler "
                      "filler law filler filler filler filler filler filler …");
    buf_free(&text);
}

static void the_window_has_the_words_that_weigh_most(void **state)
{
    (void)state;
    static const char *const words[] = {"what", "is", "pay", "gap"};
    static const int places[] = {50, 51, 300, 310};
    static const double weight[] = {0.05, 0.05, 1, 0.8};
    static const struct match matches[] = {{50, 0}, {51, 1}, {300, 2}, {310, 3}};
    const struct highlight how = {HIGHLIGHT_NONE, 120, weight, NULL};
    struct buf text = {0}, out = {0};
    filler(&text, words, places, 4);
    highlight_snippet(&how, text.data, text.len, matches, 4, &out);
    assert_non_null(strstr(out.data, "pay"));
    assert_non_null(strstr(out.data, "gap"));
    assert_null(strstr(out.data, "what"));
    buf_free(&text);
    buf_free(&out);
}

static void no_room_is_left_at_the_end_of_a_text(void **state)
{
    (void)state;
    struct buf out = {0};
    const char *text =
        "A first sentence stands here. Another one follows it. The last has the gap.\n";
    snippet(text, strlen(text), "13a", 240, HIGHLIGHT_NONE, &out);
    assert_text(&out,
                "A first sentence stands here. Another one follows it. The last has the gap.");
    snippet(text, strlen(text), "13a", 60, HIGHLIGHT_NONE, &out);
    assert_text(&out, "… Another one follows it. The last has the gap.");
}

static void spans_of_positions_are_found(void **state)
{
    (void)state;
    const char *text = "the gender-based pay";
    static const uint32_t positions[] = {0, 2, 3, 9};
    struct span spans[4];
    highlight_spans(text, strlen(text), positions, 4, spans);
    static const struct span wanted[] = {{0, 3}, {11, 16}, {17, 20}, {0, 0}};
    assert_memory_equal(spans, wanted, sizeof wanted);
}

static void every_length_of_a_hostile_page_gives_a_valid_snippet(void **state)
{
    (void)state;
    static const char *const pieces[] = {"é", "平",       "a-\n", "\xc2\xad", "\xff", "5 196 ",
                                         "<", "\xcc\x81", "l'a ", "𝔊",        "x"};
    for (size_t i = 0; i < COUNT(pieces); i++) {
        struct buf text = {0};
        for (int k = 0; k < 300; k++)
            buf_adds(&text, pieces[i]);
        for (size_t length = 0; length < 400; length += 7) {
            struct buf out = {0};
            snippet(text.data, text.len, length % 2 ? "0a 5b 77a 200c" : "", length, HIGHLIGHT_MARK,
                    &out);
            assert_true(out.len < 16 * (length + 2 * text.len));
            buf_free(&out);
        }
        buf_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_are_marked_within_whole_words),
        cmocka_unit_test(plain_snippets_are_left_unescaped),
        cmocka_unit_test(the_window_has_most_words_closest_together),
        cmocka_unit_test(a_snippet_likes_to_begin_with_a_sentence),
        cmocka_unit_test(words_far_apart_are_shown_in_two_parts),
        cmocka_unit_test(the_window_has_the_words_that_weigh_most),
        cmocka_unit_test(no_room_is_left_at_the_end_of_a_text),
        cmocka_unit_test(spans_of_positions_are_found),
        cmocka_unit_test(every_length_of_a_hostile_page_gives_a_valid_snippet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
