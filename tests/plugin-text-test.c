/* The text plugin: encodings, sections, pages, tables, Markdown. */
#include "index/base/mem.h"
#include "tests/plugin_host.h"

#include <fcntl.h>
#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINES(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static const prospect_plugin *text;

static void check(const struct plugin_input *input, const char *const *lines)
{
    struct plugin_record r = {0};
    plugin_run(text, input, &r);
    assert_record(&r, lines);
    plugin_record_free(&r);
}

static void plain(const char *bytes, const char *const *lines)
{
    check(&(struct plugin_input){.mime = "text/plain", .bytes = bytes}, lines);
}

static void markdown(const char *bytes, const char *const *lines)
{
    check(&(struct plugin_input){.mime = "text/markdown", .bytes = bytes}, lines);
}

struct encoded {
    const char *bytes;
    size_t length;
    const char *hint, *expected;
};

#define BYTES(s) (s), sizeof(s) - 1

static void encodings_are_known_from_the_bytes(void **state)
{
    (void)state;
    static const struct encoded cases[] = {
        {BYTES("\xef\xbb\xbf"
               "\xc3\x89galit\xc3\xa9"),
         NULL, "B Égalité"},
        {BYTES("\xc3\x89galit\xc3\xa9 salariale"), NULL, "B Égalité salariale"},
        {BYTES("\xff\xfe"
               "P\0a\0y\0 \0\x20\x20g\0"),
         NULL, "B Pay †g"},
        {BYTES("\xfe\xff"
               "\0P\0a\0y\x20\xac"),
         NULL, "B Pay€"},
        {BYTES("P\0a\0y\0 \0g\0a\0p\0\n\0"), NULL, "B Pay gap|"},
        {BYTES("\0P\0a\0y\0 \0g\0a\0p\0\n"), NULL, "B Pay gap|"},
        {BYTES("\x20\x04\x30\x04\x32\x04\x35\x04\x3d\x04\x20\x00\x41\x04\x42\x04"), NULL,
         "B Равен ст"},
        {BYTES("\xff\xfe\0\0P\0\0\0a\0\0\0"), NULL, "B Pa"},
        {BYTES("\xc9galit\xe9 des salaires en Europe, \xe0 No\xebl"), NULL,
         "B Égalité des salaires en Europe, à Noël"},
        {BYTES("Gleichstellung f\xfcr M\xe4nner und Frauen \x96 \x80 100"), NULL,
         "B Gleichstellung für Männer und Frauen – € 100"},
        {BYTES("Po\xb3\xb1"
               "czenie i \xbfycie"),
         "ISO-8859-2", "B Połączenie i życie"},
        {BYTES("\xf0\xc1\xc7"), "KOI8-R", "B Паг"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(&(struct plugin_input){.mime = "text/plain",
                                     .bytes = cases[i].bytes,
                                     .length = cases[i].length,
                                     .encoding = cases[i].hint},
              LINES(cases[i].expected, "= ok"));
}

/* Passages long enough to be told apart. */
static const char french[] = "L'égalité entre les femmes et les hommes est une valeur fondatrice. "
                             "Le séminaire a été organisé à Bruxelles, où les États ont évoqué "
                             "l'écart de rémunération et les congés réservés aux pères.";
static const char german[] = "Die Gleichstellung von Frauen und Männern gehört zu den Grundwerten. "
                             "Über die Maßnahmen für höhere Löhne wurde in Köln ausführlich "
                             "gesprochen, und die Gäste äußerten große Zustimmung.";
static const char spanish[] = "La igualdad entre mujeres y hombres es un valor de la Unión. ¿Qué "
                              "medidas tomó España después del año 2018? La conciliación también "
                              "exige más corresponsabilidad según los informes.";
static const char greek[] = "Η ισότητα των φύλων είναι θεμελιώδης αξία. Το σεμινάριο για τις "
                            "υπηρεσίες υποστήριξης των θυμάτων βίας έγινε στην Αθήνα με "
                            "εκπροσώπους πολλών χωρών και ανεξάρτητους εμπειρογνώμονες.";
static const char bulgarian[] = "Равенството между жените и мъжете е основна ценност. Семинарът за "
                                "разликата в заплащането се проведе в София с участието на "
                                "представители на много държави и независими експерти.";
static const char polish[] = "Równość kobiet i mężczyzn jest podstawową wartością. Podczas "
                             "seminarium mówiono o różnicach w wynagrodzeniach, łączeniu życia "
                             "zawodowego i prywatnego oraz przeciwdziałaniu przemocy.";

/* TEXT in the encoding TO; its length is put in *N. */
static char *in_encoding(const char *utf8, const char *to, size_t *n)
{
    iconv_t converter = iconv_open(to, "UTF-8");
    assert_true(converter != (iconv_t)-1);
    size_t left = strlen(utf8), room = 4 * left;
    char *out = mem_alloc(room), *at = out, *in = (char *)utf8;
    assert_true(iconv(converter, &in, &left, &at, &room) != (size_t)-1);
    iconv_close(converter);
    *n = (size_t)(at - out);
    return out;
}

static void older_encodings_are_guessed_from_running_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *encoding;
    } cases[] = {{french, "ISO-8859-1"},      {french, "WINDOWS-1252"},  {french, "UTF-16LE"},
                 {german, "ISO-8859-1"},      {german, "ISO-8859-15"},   {spanish, "WINDOWS-1252"},
                 {greek, "ISO-8859-7"},       {greek, "WINDOWS-1253"},   {greek, "UTF-16BE"},
                 {bulgarian, "WINDOWS-1251"}, {bulgarian, "ISO-8859-5"}, {bulgarian, "KOI8-R"},
                 {bulgarian, "UTF-16LE"},     {polish, "ISO-8859-2"},    {polish, "WINDOWS-1250"},
                 {polish, "UTF-16LE"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n;
        char *bytes = in_encoding(cases[i].text, cases[i].encoding, &n);
        check(&(struct plugin_input){.mime = "text/plain", .bytes = bytes, .length = n},
              LINES(cases[i].text, "!warning", "= ok"));
        free(bytes);
    }
}

static void the_one_accent_at_the_end_of_a_long_text_decides(void **state)
{
    (void)state;
    struct buf b = {0};
    while (b.len < 300000)
        buf_adds(&b, "Plain words of ASCII only, line after line.\n");
    buf_adds(&b, "caf\xe9 cr\xe8me br\xfbl\xe9"
                 "e\n");
    check(&(struct plugin_input){.mime = "text/plain", .bytes = b.data, .length = b.len},
          LINES("café crème brûlée", "!warning", "= ok"));
    buf_free(&b);
}

static void a_few_broken_bytes_do_not_spoil_utf8(void **state)
{
    (void)state;
    struct buf b = {0};
    for (int i = 0; i < 50; i++)
        buf_adds(&b, "Égalité\n");
    buf_adds(&b, "br\xc3oken \xed\xa0\x80 \xf8");
    check(&(struct plugin_input){.mime = "text/plain", .bytes = b.data, .length = b.len},
          LINES("Égalité|Égalité", "br\xef\xbf\xbdoken", "warning: 5 characters", "= ok"));
    buf_free(&b);
}

static void control_bytes_and_line_ends_are_cleaned(void **state)
{
    (void)state;
    check(&(struct plugin_input){.mime = "text/plain",
                                 .bytes = "a b\0c\x01"
                                          "d\r\ne\rf",
                                 .length = 12},
          LINES("B a bc d|e|f", "= ok"));
    plain("", LINES("[section 1]", "= ok"));
    check(&(struct plugin_input){.mime = "inode/x-empty", .fd = open("/dev/null", O_RDONLY)},
          LINES("[section 1]", "= ok"));
}

static void form_feeds_make_pages(void **state)
{
    (void)state;
    plain("one\ntwo\f\fthree\n\f", LINES("title = one", "[page 1]", "B one|two", "[page 2]",
                                         "[page 3]", "B three|", "![page 4]", "= ok"));
}

static void headings_between_empty_lines_make_sections(void **state)
{
    (void)state;
    plain("Annual report\n=============\n\nIt was a good year.\n\nResults in 2017\n\nMore of them."
          "\n\nthis is no heading\n\nnor is this one:\n\nand the end\n",
          LINES("title = Annual report", "[section 1 Annual report]", "H Annual report",
                "B It was a good year.|", "[section 2 Results in 2017]", "H Results in 2017",
                "B More of them.||this is no heading||nor is this one:||and the end|",
                "![section 3", "= ok"));
}

static void a_long_text_is_cut_between_paragraphs(void **state)
{
    (void)state;
    struct buf b = {0};
    for (int i = 0; i < 2000; i++)
        buf_addf(&b, "paragraph %d goes on for a while, and then it ends.\n\n", i);
    struct plugin_record r = {0};
    plugin_run(text, &(struct plugin_input){.mime = "text/plain", .bytes = b.data}, &r);
    assert_record(&r, LINES("[section 1]", "[section 2]\nB paragraph ", "[section 10]", "= ok"));
    assert_in_range(r.n_units, 12, 25);
    plugin_record_free(&r);
    buf_free(&b);
}

static void a_text_without_any_paragraph_is_cut_between_lines(void **state)
{
    (void)state;
    struct buf b = {0};
    while (b.len < 600000)
        buf_adds(&b, "equality pay gap\n");
    struct plugin_record r = {0};
    plugin_run(text, &(struct plugin_input){.mime = "text/plain", .bytes = b.data}, &r);
    assert_record(&r, LINES("[section 1]", "[section 2]\nB equality pay gap|", "= ok"));
    assert_in_range(r.n_units, 5, 20);
    plugin_record_free(&r);
    buf_free(&b);
}

static void one_endless_line_streams(void **state)
{
    (void)state;
    struct buf b = {0};
    while (b.len < 3000000)
        buf_adds(&b, "é");
    struct plugin_record r = {0};
    plugin_run(text, &(struct plugin_input){.mime = "text/plain", .bytes = b.data}, &r);
    assert_record(&r, LINES("= ok"));
    assert_int_equal(r.text_bytes, 3000000);
    plugin_record_free(&r);
    buf_free(&b);
}

static void a_very_long_line_is_cut_at_its_spaces(void **state)
{
    (void)state;
    struct buf b = {0};
    while (b.len < 400000)
        buf_adds(&b, "equality ");
    struct plugin_record r = {0};
    plugin_run(text, &(struct plugin_input){.mime = "text/plain", .bytes = b.data}, &r);
    assert_record(&r, LINES("[section 2]\nB equality ", "= ok"));
    size_t whole = 0;
    for (const char *at = r.lines.data; (at = strstr(at, "]\nB equality ")); at++)
        whole++;
    assert_int_equal(whole, r.n_units);
    assert_null(strstr(buf_str(&r.lines), "|"));
    plugin_record_free(&r);
    buf_free(&b);
}

static void tables_become_rows(void **state)
{
    (void)state;
    check(&(struct plugin_input){.mime = "text/csv",
                                 .bytes = "Country;Sessions\nSerbia;\"2,420\"\n\"Bosnia\nand "
                                          "\"\"Herzegovina\"\"\";1\n\nlast;2"},
          LINES("R Country>Sessions\n", "R Serbia>2,420\n", "R Bosnia and \"Herzegovina\">1\n",
                "R last>2\n", "= ok"));
    check(&(struct plugin_input){.mime = "text/tab-separated-values", .bytes = "a\tb,c\n"},
          LINES("R a>b,c\n"));
}

static void json_escapes_are_undone(void **state)
{
    (void)state;
    static const struct {
        const char *json, *expected;
    } cases[] = {
        {"{\"a\": \"\\u00c9galit\\u00e9\"}", "B {\"a\": \"Égalité\"}"},
        {"\"\\ud83d\\ude00 \\ud83d x\"", "B \"😀 \xef\xbf\xbd x\""},
        {"\"a\\tb\\nc \\\"d\\\" e\\/f \\\\u00e9 \\u12\"", "B \"a b|c \"d\" e/f \\u00e9 \\u12\""},
        {"\\", "B \\|"},
        {"\\u0000", "B  "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(&(struct plugin_input){.mime = "application/json", .bytes = cases[i].json},
              LINES(cases[i].expected, "= ok"));
    /* Wherever a very long line is cut, no escape is. */
    struct buf b = {0};
    while (b.len < 400000)
        buf_addf(&b, "%s", "xy\\u00e9");
    check(&(struct plugin_input){.mime = "application/json", .bytes = b.data},
          LINES("xyéxyé", "!u00e", "= ok"));
    buf_free(&b);
}

static void markdown_loses_its_marks_and_keeps_its_words(void **state)
{
    (void)state;
    markdown("# The *big* title\n\nSome **bold** [link](http://x.org/) and `code`,\nnext line\n\n"
             "## Part two\n\n- one\n- two\n\n```c\nint x;\n```\n\n![alt](p.png)\n\n"
             "<p>raw <b>html</b></p>\n\n| a | b |\n|---|---|\n| 1 | **2** |\n",
             LINES("title = The big title (markdown:heading 2)", "[section 1 The big title]",
                   "H The big title", "B Some bold link and code,|next line",
                   "[section 2 Part two]", "H Part two", "one", "two", "int x;", "alt", "raw",
                   "html", "R a>b\n", "R 1>2\n", "= ok"));
    markdown("a <b>b</b> x<br>y\n", LINES("B a b x|y"));
    markdown("", LINES("[section 1]", "= ok"));
}

static void front_matter_becomes_metadata(void **state)
{
    (void)state;
    markdown("---\ntitle: \"Pay: the gap\"\ndate: 2016-10-18\nauthor: Mira Banerjee and Jan Novák\n"
             "tags: [pay, gap]\nlang: fr\nkeywords:\n  - one\n  - two\n---\n# Head\n\nText.\n",
             LINES("title = Pay: the gap (markdown:front-matter 3)", "date = 2016-10-18",
                   "creator = Mira Banerjee", "creator = Jan Novák", "subject = pay",
                   "subject = gap", "language = fr", "subject = one", "subject = two",
                   "[section 1 Head (fr)]", "B Text.", "!title = Head", "= ok"));
    markdown("---\nnever closed\n", LINES("B never closed"));
}

static void long_markdown_is_read_in_pieces(void **state)
{
    (void)state;
    struct buf b = {0};
    for (int i = 0; b.len < 400000; i++)
        buf_addf(&b, "## Part %d\n\nwords *of* part %d\n\n```\n# no heading %d\n\n```\n\n", i, i,
                 i);
    struct plugin_record r = {0};
    plugin_run(text, &(struct plugin_input){.mime = "text/markdown", .bytes = b.data}, &r);
    assert_record(&r, LINES("[section 1 Part 0]", "[section 3000 Part 2999]", "words of part 2999",
                            "!H no heading", "= ok"));
    plugin_record_free(&r);
    buf_free(&b);
}

static void the_sink_may_stop_it_and_so_may_the_clock(void **state)
{
    (void)state;
    struct plugin_record r = {.stop_at = 2};
    plugin_run(text, &(struct plugin_input){.mime = "text/plain", .bytes = "a\fb\fc"}, &r);
    assert_int_equal(r.status, PROSPECT_LIMIT);
    assert_int_equal(r.n_units, 2);
    plugin_record_free(&r);
    check(&(struct plugin_input){.mime = "text/plain", .bytes = "a\n", .remaining_ms = 1},
          LINES("cut: the time was up", "= ok"));
}

static void what_it_cannot_do_it_says(void **state)
{
    (void)state;
    check(&(struct plugin_input){.mime = "text/rtf", .bytes = "{\\rtf1}"},
          LINES("fail: ", "= unsupported"));
    check(&(struct plugin_input){.mime = "text/plain",
                                 .bytes = "x",
                                 .job = {PROSPECT_JOB_RENDER, 1, 1, 0}},
          LINES("fail: ", "= unsupported"));
}

int main(void)
{
    text = plugin_load("text");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_are_known_from_the_bytes),
        cmocka_unit_test(older_encodings_are_guessed_from_running_text),
        cmocka_unit_test(the_one_accent_at_the_end_of_a_long_text_decides),
        cmocka_unit_test(a_few_broken_bytes_do_not_spoil_utf8),
        cmocka_unit_test(control_bytes_and_line_ends_are_cleaned),
        cmocka_unit_test(form_feeds_make_pages),
        cmocka_unit_test(headings_between_empty_lines_make_sections),
        cmocka_unit_test(a_long_text_is_cut_between_paragraphs),
        cmocka_unit_test(a_text_without_any_paragraph_is_cut_between_lines),
        cmocka_unit_test(one_endless_line_streams),
        cmocka_unit_test(a_very_long_line_is_cut_at_its_spaces),
        cmocka_unit_test(tables_become_rows),
        cmocka_unit_test(json_escapes_are_undone),
        cmocka_unit_test(markdown_loses_its_marks_and_keeps_its_words),
        cmocka_unit_test(front_matter_becomes_metadata),
        cmocka_unit_test(long_markdown_is_read_in_pieces),
        cmocka_unit_test(the_sink_may_stop_it_and_so_may_the_clock),
        cmocka_unit_test(what_it_cannot_do_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
