/* The pdf plugin, on documents that are written here object by object, and on one by cairo. */
#include "config.h"
#include "tests/plugin_host.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#define LINES(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static const prospect_plugin *pdf;

/* ---- writing PDF ---- */

/* Objects are 1 the catalogue, 2 the page tree, 3 the font; then two for each page; then EXTRA,
 * and last PROGRAM. */
struct sample {
    const char *const *page;  /* each page's text operators, NULL-terminated; "-" has no object */
    const char *catalogue;    /* more keys of it */
    const char *trailer;      /* more keys of it */
    const char *const *extra; /* more objects, NULL-terminated */
    const char *font;         /* object 3, if not Helvetica */
    const char *program;      /* a Type 1 font program: a stream, compressed */
};

static void add_bytes(struct buf *b, size_t *at, int number, const void *body, size_t n)
{
    at[number] = b->len;
    buf_addf(b, "%d 0 obj\n", number);
    buf_add(b, body, n);
    buf_adds(b, "\nendobj\n");
}

static void add_object(struct buf *b, size_t *at, int number, const char *body)
{
    add_bytes(b, at, number, body, strlen(body));
}

/* With outlines that do not compress, as real ones do not. */
static void add_program(struct buf *b, size_t *at, int number, const char *program)
{
    struct buf whole = {0}, o = {0};
    unsigned char packed[8192];
    uLongf n = sizeof packed;
    buf_adds(&whole, program);
    for (uint32_t i = 0, x = 1; i < 4000; i++, x = x * 1664525 + 1013904223)
        buf_add(&whole, (const char[]){(char)(x >> 24)}, 1);
    assert_int_equal(compress(packed, &n, (const Bytef *)whole.data, whole.len), Z_OK);
    buf_addf(&o, "<</Length1 %zu/Length2 4000/Length3 0/Length %lu/Filter/FlateDecode>>stream\n",
             strlen(program), n);
    buf_add(&o, packed, n);
    buf_adds(&o, "\nendstream");
    add_bytes(b, at, number, o.data, o.len);
    buf_free(&whole);
    buf_free(&o);
}

static void add_page(struct buf *b, size_t *at, int number, const char *operators)
{
    struct buf o = {0};
    buf_addf(&o,
             "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R"
             "/Resources<</Font<</F 3 0 R>>>>>>",
             number + 1);
    add_object(b, at, number, o.data);
    buf_clear(&o);
    struct buf text = {0};
    buf_addf(&text, "BT /F 20 Tf 24 TL 60 724 Td %s ET", operators);
    buf_addf(&o, "<</Length %zu>>stream\n%s\nendstream", text.len, text.data);
    add_object(b, at, number + 1, o.data);
    buf_free(&o);
    buf_free(&text);
}

static struct buf write_pdf(const struct sample *s)
{
    struct buf b = {0}, kids = {0};
    size_t at[100] = {0};
    int n = 0, number = 4;
    for (; s->page[n]; n++)
        buf_addf(&kids, "%d 0 R ", 4 + 2 * n);
    buf_adds(&b, "%PDF-1.6\n");
    struct buf o = {0};
    buf_addf(&o, "<</Type/Catalog/Pages 2 0 R %s>>", s->catalogue ? s->catalogue : "");
    add_object(&b, at, 1, o.data);
    buf_clear(&o);
    buf_addf(&o, "<</Type/Pages/Count %d/Kids[%s]>>", n, kids.data);
    add_object(&b, at, 2, o.data);
    add_object(&b, at, 3,
               s->font ? s->font
                       : "<</Type/Font/Subtype/Type1/BaseFont/Helvetica"
                         "/Encoding/WinAnsiEncoding>>");
    for (int i = 0; i < n; i++, number += 2)
        if (strcmp(s->page[i], "-"))
            add_page(&b, at, number, s->page[i]);
    for (int i = 0; s->extra && s->extra[i]; i++)
        add_object(&b, at, number++, s->extra[i]);
    if (s->program)
        add_program(&b, at, number++, s->program);
    size_t xref = b.len;
    buf_addf(&b, "xref\n0 %d\n0000000000 65535 f \n", number);
    for (int i = 1; i < number; i++)
        buf_addf(&b, "%010zu 00000 %c \n", at[i], at[i] ? 'n' : 'f');
    buf_addf(&b, "trailer<</Size %d/Root 1 0 R %s>>\nstartxref\n%zu\n%%%%EOF\n", number,
             s->trailer ? s->trailer : "", xref);
    buf_free(&o);
    buf_free(&kids);
    return b;
}

static void run_on(const struct sample *s, prospect_job job, struct plugin_record *r)
{
    struct buf b = write_pdf(s);
    plugin_run(pdf,
               &(struct plugin_input){
                   .mime = "application/pdf", .bytes = b.data, .length = b.len, .job = job},
               r);
    buf_free(&b);
}

static void check(const struct sample *s, const char *const *lines)
{
    struct plugin_record r = {0};
    run_on(s, (prospect_job){0}, &r);
    assert_record(&r, lines);
    plugin_record_free(&r);
}

static void check_bytes(const char *bytes, size_t n, const char *const *lines)
{
    struct plugin_record r = {0};
    plugin_run(pdf, &(struct plugin_input){.mime = "application/pdf", .bytes = bytes, .length = n},
               &r);
    assert_record(&r, lines);
    plugin_record_free(&r);
}

/* ---- pages ---- */

static void each_page_is_a_unit_with_its_label(void **state)
{
    (void)state;
    check(&(struct sample){.page = LINES("(Preface) '", "(Pay gap) ' (second line) '", "(Last) '"),
                           .catalogue = "/PageLabels<</Nums[0<</S/r>>1<</S/D/St 2>>]>>"},
          LINES("[page 1 \"i\"]", "B Preface", "[page 2]", "B Pay gap|second line", "[page 3]",
                "B Last", "= ok"));
    check(&(struct sample){.page = LINES("(M\374ller \226 caf\351) '")}, LINES("B Müller – café"));
}

static void a_font_may_have_names_of_its_own_for_its_characters(void **state)
{
    (void)state;
    static const char program[] = "%!PS-AdobeFont-1.0: Odd 1.0\n/FontName /Odd def\n"
                                  "/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\n"
                                  "dup 65 /P put\ndup 66 /germandbls put\nreadonly def\n"
                                  "currentdict end\ncurrentfile eexec\n";
    check(
        &(struct sample){.page = LINES("(AB) '", "(BA) '"),
                         .font = "<</Type/Font/Subtype/Type1/BaseFont/Odd/FirstChar 65/LastChar 66"
                                 "/Widths[500 500]/FontDescriptor 8 0 R>>",
                         .extra =
                             LINES("<</Type/FontDescriptor/FontName/Odd/Flags 4/FontFile 9 0 R>>"),
                         .program = program},
        LINES("[page 1]", "B Pß", "[page 2]", "B ßP", "= ok"));
}

static void only_the_pages_asked_for_are_read_and_keep_their_numbers(void **state)
{
    (void)state;
    struct plugin_record r = {0};
    run_on(&(struct sample){.page = LINES("(one) '", "(two) '", "(three) '")},
           (prospect_job){PROSPECT_JOB_EXTRACT, 2, 2, 0}, &r);
    assert_record(&r, LINES("[page 2]", "B two", "!one", "!three", "= ok"));
    plugin_record_free(&r);
}

static void words_broken_at_a_line_end_are_whole_again(void **state)
{
    (void)state;
    static const struct {
        const char *page, *expected;
    } cases[] = {
        {"(The equal-) ' (ity of women) '", "B The equal\xc2\xadity of women"},
        {"(pay of co-) ' (workers, a co-workers thing) '", "B pay of co-workers, a co-workers"},
        {"(Frauen-) ' (und M\344nnerberufe) '", "B Frauen-|und Männerberufe"},
        {"(Jean-) ' (Paul) '", "B Jean-|Paul"},
        {"(2016-) ' (and on) '", "B 2016-|and on"},
        {"(dash -) ' (then) '", "B dash -|then"},
        {"(ends with-) '", "B ends with-"},
        {"(\311galit\351 sala-) ' (\351riale) '", "B Égalité sala\xc2\xad"
                                                  "ériale"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(&(struct sample){.page = LINES(cases[i].page)}, LINES(cases[i].expected, "= ok"));
}

static void cells_that_stand_apart_do_not_stick_together(void **state)
{
    (void)state;
    struct buf b = {0};
    for (int i = 0; i < 6; i++)
        buf_addf(&b,
                 "1 0 0 1 60 %d Tm (Sweden) Tj 1 0 0 1 200 %d Tm (76) Tj 1 0 0 1 300 %d Tm "
                 "(single) Tj ",
                 700 - 24 * i, 700 - 24 * i, 700 - 24 * i);
    check(&(struct sample){.page = LINES(b.data)}, LINES("Sweden", "!Sweden7", "!6single", "= ok"));
    buf_free(&b);
}

static const struct plugin_box *box_of(const struct plugin_record *r, const char *word)
{
    for (size_t i = 0; i < r->n_boxes; i++)
        if (r->box[i].box.length == strlen(word) &&
            !memcmp(buf_str(&r->text) + r->box[i].box.start, word, strlen(word)))
            return r->box + i;
    fail_msg("no box for %s", word);
    return NULL;
}

static void boxes_show_where_words_stand(void **state)
{
    (void)state;
    struct plugin_record r = {0};
    run_on(&(struct sample){.page = LINES("(Pay gap law) ' (and equal-) ' (ity) '")},
           (prospect_job){PROSPECT_JOB_EXTRACT, 1, UINT32_MAX, 1}, &r);
    assert_record(&r, LINES("B Pay gap law|and equal\xc2\xadity", "= ok"));
    assert_int_equal(r.n_boxes, 6);
    const prospect_box *pay = &box_of(&r, "Pay")->box, *gap = &box_of(&r, "gap")->box;
    const prospect_box *equal = &box_of(&r, "equal\xc2\xad")->box, *ity = &box_of(&r, "ity")->box;
    assert_true(fabsf(pay->x0 - .1f) < .01f); /* 60 of 600 */
    assert_true(pay->y0 > .1f && pay->y1 < .15f);
    assert_true(gap->x0 > pay->x1 && fabsf(gap->y0 - pay->y0) < .01f);
    assert_true(equal->y0 > pay->y1 - .01f && ity->y0 > equal->y0 + .02f);
    assert_true(fabsf(ity->x0 - .1f) < .01f);
    plugin_record_free(&r);
}

/* ---- outline, metadata, attachments ---- */

static void outline_entries_name_their_pages(void **state)
{
    (void)state;
    check(
        &(struct sample){
            .page = LINES("(a) '", "(b) '", "(c) '"),
            .catalogue = "/Outlines 10 0 R/Names<</Dests<</Names[(there)[8 0 R/Fit]]>>>>",
            .extra = LINES("<</First 11 0 R/Last 13 0 R/Count 3>>",
                           "<</Title(First  part)/Parent 10 0 R/Next 12 0 R/Dest[4 0 R/Fit]>>",
                           "<</Title(Same page)/Parent 10 0 R/Next 13 0 R/Dest[4 0 R/Fit]>>",
                           "<</Title(\376\377\3\262)/Parent 10 0 R/First 14 0 R/Last 14 0 R"
                           "/Count 1/A<</S/GoTo/D(there)>>>>",
                           "<</Title(Below)/Parent 13 0 R/Dest[6 0 R/Fit]>>")},
        LINES("[page 1 First part]", "[page 2 Below]", "[page 3 β]", "= ok"));
    /* An outline that bites its tail. */
    check(&(struct sample){.page = LINES("(a) '"),
                           .catalogue = "/Outlines 6 0 R",
                           .extra = LINES("<</First 7 0 R/Last 7 0 R/Count 1>>",
                                          "<</Title(T)/Parent 6 0 R/Next 7 0 R/First 7 0 R/Count 1"
                                          "/Dest[4 0 R/Fit]>>")},
          LINES("[page 1 T]", "= ok"));
}

static void the_info_dictionary_becomes_metadata(void **state)
{
    (void)state;
    check(&(struct sample){.page = LINES("(a) '"),
                           .trailer = "/Info 6 0 R",
                           .extra = LINES("<</Title(The pay gap law)/Author(Mira Banerjee and Jan "
                                          "Nov\341k; Liv Sand)/Subject(On pay)/Keywords(pay, gap)"
                                          "/CreationDate(D:20161018093000+02'00')>>")},
          LINES("title = The pay gap law (pdf:info 2)", "creator = Mira Banerjee",
                "creator = Jan Novák", "creator = Liv Sand", "description = On pay",
                "subject = pay", "subject = gap", "date = 2016-10-18T", "= ok"));
}

static void titles_that_say_nothing_are_no_titles(void **state)
{
    (void)state;
    static const struct {
        const char *title, *line;
    } cases[] = {
        {"untitled", "!(pdf:info"},
        {"PowerPoint Presentation", "!(pdf:info"},
        {"report_v3.indd", "!(pdf:info"},
        {"Microsoft Word - Pay gap law.doc", "title = Pay gap law (pdf:info 1)"},
        {"Microsoft Word - x.doc", "!(pdf:info"},
        {"The 2nd. Report", "title = The 2nd. Report (pdf:info 2)"},
        {"---", "!(pdf:info"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf info = {0};
        buf_addf(&info, "<</Title(%s)>>", cases[i].title);
        check(&(struct sample){.page = LINES("(a) '"),
                               .trailer = "/Info 6 0 R",
                               .extra = LINES(info.data)},
              LINES(cases[i].line, "= ok"));
        buf_free(&info);
    }
}

static void without_a_title_the_largest_text_is_a_guess(void **state)
{
    (void)state;
    check(&(struct sample){.page = LINES("/F 9 Tf (a line) ' /F 30 Tf (Pay Gap Law) ' /F 9 Tf "
                                         "(of 2012) '")},
          LINES("title = Pay Gap Law (pdf:largest-text 1)", "[page 1]"));
}

static void xmp_says_it_in_its_own_way(void **state)
{
    (void)state;
    static const char xmp[] =
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf="
        "'http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
        "xmlns:dc='http://purl.org/dc/elements/1.1/' dc:rights='CC BY'>"
        "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Pay &amp; gap</rdf:li>"
        "<rdf:li xml:lang='fr'>Autre</rdf:li></rdf:Alt></dc:title>"
        "<dc:creator><rdf:Seq><rdf:li>Banerjee, Mira</rdf:li><rdf:li>Jan</rdf:li></rdf:Seq>"
        "</dc:creator><dc:language><rdf:Bag><rdf:li>el</rdf:li></rdf:Bag></dc:language>"
        "<dc:date>2016-10</dc:date></rdf:Description></rdf:RDF></x:xmpmeta>";
    struct buf o = {0};
    buf_addf(&o, "<</Type/Metadata/Subtype/XML/Length %zu>>stream\n%s\nendstream", sizeof xmp - 1,
             xmp);
    check(&(struct sample){.page = LINES("(a) '"),
                           .catalogue = "/Metadata 6 0 R",
                           .trailer = "/Info 7 0 R",
                           .extra = LINES(o.data, "<</Author(Jan)>>")},
          LINES("creator = Jan (pdf:info 2)", "rights = CC BY (pdf:xmp 3)",
                "title = Pay & gap (pdf:xmp 2)", "creator = Banerjee, Mira (pdf:xmp 2)",
                "language = el (pdf:xmp 3)", "date = 2016-10 (pdf:xmp 3)", "!Autre",
                "!creator = Jan (pdf:xmp", "= ok"));
    buf_free(&o);
}

static void broken_xmp_and_entities_do_no_harm(void **state)
{
    (void)state;
    static const char *const packets[] = {
        "<x", "<a><b></a>", "",
        "<!DOCTYPE x [<!ENTITY a 'NO'><!ENTITY b SYSTEM 'file:///etc/passwd'>]><rdf:Description "
        "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:rights>&a;&b;</dc:rights>"
        "</rdf:Description>"};
    for (size_t i = 0; i < sizeof packets / sizeof *packets; i++) {
        struct buf o = {0};
        buf_addf(&o, "<</Type/Metadata/Subtype/XML/Length %zu>>stream\n%s\nendstream",
                 strlen(packets[i]), packets[i]);
        check(&(struct sample){.page = LINES("(page) '"),
                               .catalogue = "/Metadata 6 0 R",
                               .extra = LINES(o.data)},
              LINES("B page", "!NO", "!root:", "= ok"));
        buf_free(&o);
    }
}

static void attached_files_are_children(void **state)
{
    (void)state;
    check(&(struct sample){.page = LINES("(a) '"),
                           .catalogue = "/Names<</EmbeddedFiles<</Names[(x)6 0 R]>>>>",
                           .extra =
                               LINES("<</Type/Filespec/F(data.csv)/UF(data.csv)/EF<</F 7 0 R>>>>",
                                     "<</Type/EmbeddedFile/Length 8>>stream\nabc;5196\nendstream")},
          LINES("[page 1]", "child attachments/data.csv - 8", "= ok"));
}

/* ---- what cannot be read ---- */

static void an_encrypted_document_needs_a_password(void **state)
{
    (void)state;
    check(
        &(struct sample){
            .page = LINES("(a) '"),
            .trailer = "/Encrypt 6 0 R/ID[<00112233445566778899aabbccddeeff>"
                       "<00112233445566778899aabbccddeeff>]",
            .extra = LINES("<</Filter/Standard/V 1/R 2/P -4"
                           "/O<000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f>"
                           "/U<202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f>"
                           ">>")},
        LINES("fail: needs a password", "= encrypted"));
}

static void damage_is_reported_with_its_reason(void **state)
{
    (void)state;
    static const char *const bytes[] = {"%PDF-1.4\n", "no PDF at all", "%PDF-1.7\n%%EOF"};
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++)
        check_bytes(bytes[i], 0, LINES("fail: ", "= damaged"));
    /* A table of objects that leads nowhere is made anew. */
    struct buf b = write_pdf(&(struct sample){.page = LINES("(still here) '")});
    char *start = strstr(b.data, "startxref\n");
    assert_non_null(start);
    start[strlen("startxref\n")] = '9';
    check_bytes(b.data, b.len, LINES("B still here", "= ok"));
    buf_free(&b);
}

/* Poppler moves the pages behind a missing one up: the last number is the one it has no page for.
 */
static void a_page_that_cannot_be_read_is_recorded_and_keeps_its_number(void **state)
{
    (void)state;
    check(&(struct sample){.page = LINES("(one) '", "-", "(three) '")},
          LINES("[page 1]", "B one", "[page 2]", "B three", "[page 3]",
                "cut: page 3 cannot be read", "= ok"));
}

static void pictures_without_text_are_named(void **state)
{
    (void)state;
    static const char picture[] = "ET 100 0 0 100 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI BT";
    check(&(struct sample){.page = LINES("(one) '", picture, "", "(four) '")},
          LINES("[page 2]", "[page 3]", "[page 4]", "warning: pages 2, 3 have no text (pictures?)",
                "= ok"));
    check(&(struct sample){.page = LINES("(one) '", picture)},
          LINES("warning: page 2 has no text (a picture?)", "= ok"));
    check(&(struct sample){.page = LINES(picture, picture)},
          LINES("cut: no text: the pages are pictures", "= ok"));
}

static void the_sink_may_stop_it_and_so_may_the_clock(void **state)
{
    (void)state;
    struct plugin_record r = {.stop_at = 2};
    run_on(&(struct sample){.page = LINES("(one) '", "(two) '", "(three) '")}, (prospect_job){0},
           &r);
    assert_int_equal(r.status, PROSPECT_LIMIT);
    assert_int_equal(r.n_units, 2);
    plugin_record_free(&r);
    struct buf b = write_pdf(&(struct sample){.page = LINES("(one) '", "(two) '")});
    plugin_run(pdf,
               &(struct plugin_input){
                   .mime = "application/pdf", .bytes = b.data, .length = b.len, .remaining_ms = 1},
               &r);
    assert_record(&r, LINES("cut: the time was up: pages 1 to 2 are missing", "= ok"));
    plugin_record_free(&r);
    buf_free(&b);
}

int main(void)
{
    pdf = plugin_load("pdf");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_page_is_a_unit_with_its_label),
        cmocka_unit_test(a_font_may_have_names_of_its_own_for_its_characters),
        cmocka_unit_test(only_the_pages_asked_for_are_read_and_keep_their_numbers),
        cmocka_unit_test(words_broken_at_a_line_end_are_whole_again),
        cmocka_unit_test(cells_that_stand_apart_do_not_stick_together),
        cmocka_unit_test(boxes_show_where_words_stand),
        cmocka_unit_test(outline_entries_name_their_pages),
        cmocka_unit_test(the_info_dictionary_becomes_metadata),
        cmocka_unit_test(titles_that_say_nothing_are_no_titles),
        cmocka_unit_test(without_a_title_the_largest_text_is_a_guess),
        cmocka_unit_test(xmp_says_it_in_its_own_way),
        cmocka_unit_test(broken_xmp_and_entities_do_no_harm),
        cmocka_unit_test(attached_files_are_children),
        cmocka_unit_test(an_encrypted_document_needs_a_password),
        cmocka_unit_test(damage_is_reported_with_its_reason),
        cmocka_unit_test(a_page_that_cannot_be_read_is_recorded_and_keeps_its_number),
        cmocka_unit_test(pictures_without_text_are_named),
        cmocka_unit_test(the_sink_may_stop_it_and_so_may_the_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
