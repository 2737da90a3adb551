/* The html plugin: what is text and what is not, sections, metadata, encodings, tag soup. */
#include "index/base/mem.h"
#include "tests/plugin_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINES(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
#define BYTES(s) (s), sizeof(s) - 1

static const prospect_plugin *html;

static void check(const struct plugin_input *input, const char *const *lines)
{
    struct plugin_record r = {0};
    plugin_run(html, input, &r);
    assert_record(&r, lines);
    plugin_record_free(&r);
}

static void page(const char *bytes, const char *const *lines)
{
    check(&(struct plugin_input){.mime = "text/html", .bytes = bytes}, lines);
}

static void inline_elements_do_not_split_words_and_blocks_do(void **state)
{
    (void)state;
    page("<p>un<b>believ</b>able</p><p>next<br>line</p><div>a<div>b</div>c</div>"
         "<ul><li>one<li>two</ul>",
         LINES("B unbelievable|next|line|a|b|c|one|two|", "= ok"));
    page("<pre>a  b\n  c</pre>", LINES("B a  b|  c|"));
    page("a &amp; b &eacute;&#8364;&nbsp;&bogus; &lt;p&gt;",
         LINES("B a & b é€\xc2\xa0&bogus; <p>|"));
}

static void headings_start_sections(void **state)
{
    (void)state;
    page("<p>Before.<h1>First <i>one</i></h1><p>Text.<h2></h2><h3>Second</h3>More",
         LINES("[section 1]", "B Before.|", "[section 2 First one]", "H First one", "B Text.|",
               "[section 3 Second]", "H Second", "B More|", "= ok"));
    page("<table><tr><td><h2>In a layout table</h2><p>Words</p></td></tr></table>",
         LINES("[section 1 In a layout table]", "B Words|"));
}

static void many_headings_do_not_make_many_units(void **state)
{
    (void)state;
    struct buf b = {0};
    for (int i = 0; i < 8000; i++)
        buf_addf(&b, "<h2>Heading %d</h2>x", i);
    struct plugin_record r = {0};
    plugin_run(html, &(struct plugin_input){.mime = "text/html", .bytes = b.data}, &r);
    assert_record(&r, LINES("H Heading 7999", "= ok"));
    assert_in_range(r.n_units, 4999, 5100);
    plugin_record_free(&r);
    buf_free(&b);
}

static void tables_become_rows(void **state)
{
    (void)state;
    page("<table><caption>Sessions</caption><tr><th>Country<th>Total<tr><td>Bosnia &amp;\n<p>"
         "Herzegovina</p><td>5,196<tr><td></td></tr></table>after",
         LINES("N Sessions\n", "R Country>Total\n", "R Bosnia & Herzegovina>5,196\n", "B after|"));
}

static void what_readers_do_not_see_is_left_out(void **state)
{
    (void)state;
    static const char *const hidden[] = {"<script>NO</script>",
                                         "<style>NO</style>",
                                         "<template>NO</template>",
                                         "<nav>NO</nav>",
                                         "<noscript>NO</noscript>",
                                         "<svg><text>NO</text></svg>",
                                         "<div hidden>NO<p>NO</div>",
                                         "<div aria-hidden='true'>NO</div>",
                                         "<div style='color:red; DISPLAY : none'>NO</div>",
                                         "<div role=navigation>NO<div>NO</div>NO</div>",
                                         "<select><option>NO</select>",
                                         "<textarea>NO</textarea>",
                                         "<button>NO</button>",
                                         "<!-- NO -->",
                                         "<input value=NO>",
                                         "<a href='#main'>Skip to NO content</a>",
                                         "<a class=x href=#top>Jump to NO</a>",
                                         "<iframe>NO</iframe>",
                                         "<!DOCTYPE NO>",
                                         "<?NO?>",
                                         "<img src=x alt=NO.png>",
                                         "<script>'<p>NO'</script>"};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        struct buf b = {0};
        buf_addf(&b, "<body><p>before</p>%s<p>after</p>", hidden[i]);
        page(b.data, LINES("B before|after|\n", "!NO", "= ok"));
        buf_free(&b);
    }
    page("<body hidden><p>shown</p><footer>Imprint</footer>", LINES("B shown|", "!Imprint"));
    page("<form><label>Name</label><p>kept</p></form>", LINES("Name", "kept"));
}

static void captions_and_alternative_texts_are_notes(void **state)
{
    (void)state;
    page("<p>Text <img alt='A chart of pay'> goes on.</p><figcaption>Figure 1</figcaption>",
         LINES("B Text goes on.|", "N A chart of pay\n", "N Figure 1\n"));
}

static void metadata_is_known_by_its_many_names(void **state)
{
    (void)state;
    page("<html lang=fr><head><title>\n A  title </title><title>No</title>"
         "<meta name=description content='About it'><meta name=Author content='Mira Banerjee'>"
         "<meta name='keywords' content='pay, gap'>"
         "<meta property='article:published_time' content='2016-10-18T09:30:00+02:00'>"
         "<meta name='DC.creator' content='Novák, Jan'><meta name='dcterms.issued' content='18 "
         "October 2016'><meta name='DC.date.created' content='2015-01'>"
         "<meta name=viewport content=x><meta name=date content='soon'>",
         LINES("language = fr (html:lang 3)", "title = A title (html:title 3)",
               "description = About it (html:meta 3)", "creator = Mira Banerjee (html:meta 3)",
               "subject = pay", "subject = gap", "date = 2016-10-18T09:30+02:00 (html:meta 3)",
               "creator = Novák, Jan (html:dcterms 3)", "date = 2016-10-18 (html:dcterms 3)",
               "created = 2015-01 (html:dcterms 3)", "!viewport", "!soon", "!title = No"));
}

static void another_language_starts_a_section(void **state)
{
    (void)state;
    page("<html lang=en><p>English <i lang=la>ad hoc</i></p><div lang=de><p>Deutsch</p></div>"
         "<p>English again</p>",
         LINES("[section 1 (en)]", "B English ad hoc|", "[section 2 (de)]", "B Deutsch|",
               "[section 3 (en)]", "B English again|", "![section 4"));
}

static void encodings_are_declared_marked_or_guessed(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *hint;
    } cases[] = {
        {BYTES("<meta charset=iso-8859-7><p>\xe9\xf3\xfc\xf4\xe7\xf4\xe1"), NULL},
        {BYTES("<meta http-equiv=Content-Type content='text/html; charset=windows-1253'>"
               "\xe9\xf3\xfc\xf4\xe7\xf4\xe1"),
         NULL},
        {BYTES("<?xml version='1.0' encoding='ISO-8859-7'?><p>\xe9\xf3\xfc\xf4\xe7\xf4\xe1</p>"),
         NULL},
        {BYTES("<p>\xe9\xf3\xfc\xf4\xe7\xf4\xe1"), "iso-8859-7"},
        {BYTES("<meta charset=iso-8859-1><p>ισότητα"), NULL},
        {BYTES("<p>ισότητα"), NULL},
        {BYTES("\xff\xfe<\0p\0>\0\xb9\x03\xc3\x03\xcc\x03\xc4\x03\xb7\x03\xc4\x03\xb1\x03"), NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(&(struct plugin_input){.mime = "text/html",
                                     .bytes = cases[i].bytes,
                                     .length = cases[i].length,
                                     .encoding = cases[i].hint},
              LINES("B ισότητα|", "= ok"));
}

static void xml_is_read_field_by_field(void **state)
{
    (void)state;
    check(&(struct plugin_input){.mime = "application/xml",
                                 .bytes = "<?xml version='1.0'?><r><dcterms:title>T</dcterms:title>"
                                          "<a>one</a><b2>two</b2><c><![CDATA[x < y]]></c></r>"},
          LINES("title = T (html:dcterms 3)", "B one|two|x < y|", "= ok"));
    check(
        &(struct plugin_input){
            .mime = "application/xhtml+xml",
            .bytes = "<html xmlns='http://www.w3.org/1999/xhtml' xml:lang='de'><head><title/>"
                     "<script src='x'/></head><body><p>T&#252;r</p></body></html>"},
        LINES("language = de", "B Tür|"));
}

static void broken_pages_are_read_as_far_as_they_go(void **state)
{
    (void)state;
    static const char *const soup[] = {
        "<p>word<",         "<p>word</", "<p>word<b",       "<p>word<b c='", "</div></p>word",
        "<table><p>word",   "<h1>word",  "<title>t<p>word", "word<!--",      "<a href=#x>word",
        "<p>word<![CDATA[", "<td>word",  "<tr><td>word"};
    for (size_t i = 0; i < sizeof soup / sizeof *soup; i++) {
        struct plugin_record r = {0};
        plugin_run(html, &(struct plugin_input){.mime = "text/html", .bytes = soup[i]}, &r);
        assert_record(&r, LINES("word", "= ok"));
        plugin_record_free(&r);
    }
    page("", LINES("[section 1]", "= ok"));
}

static void nesting_and_size_do_no_harm(void **state)
{
    (void)state;
    static const struct {
        const char *piece;
        int times;
    } cases[] = {{"<div>", 50000},    {"<b><i>", 20000}, {"<table><tr><td>", 10000},
                 {"<", 100000},       {"&amp", 50000},   {"<p lang=de>", 20000},
                 {"<!--", 20000},     {"<h1>", 20000},   {"<div hidden>", 20000},
                 {"<q x='y'", 20000}, {"<dc:x>", 20000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b = {0};
        for (int n = 0; n < cases[i].times; n++)
            buf_adds(&b, cases[i].piece);
        buf_adds(&b, "<p>deep");
        page(b.data, LINES("[section 1", "= ok"));
        buf_free(&b);
    }
}

static void the_sink_may_stop_it_and_so_may_the_clock(void **state)
{
    (void)state;
    struct plugin_record r = {.stop_at = 2};
    plugin_run(
        html,
        &(struct plugin_input){.mime = "text/html", .bytes = "<h1>a</h1>b<h1>c</h1>d<h1>e</h1>f"},
        &r);
    assert_int_equal(r.status, PROSPECT_LIMIT);
    assert_int_equal(r.n_units, 2);
    plugin_record_free(&r);
    check(&(struct plugin_input){.mime = "text/html", .bytes = "<p>a", .remaining_ms = 1},
          LINES("cut: the time was up", "= ok"));
}

int main(void)
{
    html = plugin_load("html");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inline_elements_do_not_split_words_and_blocks_do),
        cmocka_unit_test(headings_start_sections),
        cmocka_unit_test(many_headings_do_not_make_many_units),
        cmocka_unit_test(tables_become_rows),
        cmocka_unit_test(what_readers_do_not_see_is_left_out),
        cmocka_unit_test(captions_and_alternative_texts_are_notes),
        cmocka_unit_test(metadata_is_known_by_its_many_names),
        cmocka_unit_test(another_language_starts_a_section),
        cmocka_unit_test(encodings_are_declared_marked_or_guessed),
        cmocka_unit_test(xml_is_read_field_by_field),
        cmocka_unit_test(broken_pages_are_read_as_far_as_they_go),
        cmocka_unit_test(nesting_and_size_do_no_harm),
        cmocka_unit_test(the_sink_may_stop_it_and_so_may_the_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
