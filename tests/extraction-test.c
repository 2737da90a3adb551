/* Frames made into a document, and every kind of nonsense kept out of it. */
#include "tests/extraction.h"

static void a_well_sent_document_is_put_together(void **state)
{
    (void)state;
    struct extraction *e = begun();
    send(e, WIRE_META, "sssu", "title", "A title", "html:title", PROSPECT_DECLARED);
    send(e, WIRE_UNIT_BEGIN, "uusss", 1, PROSPECT_PAGE, "iv", "Intro", "fr-BE");
    send(e, WIRE_TEXT, "uub", PROSPECT_HEADING, 0, "Intro");
    send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, "Une fem");
    send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 1, "me");
    send(e, WIRE_UNIT_END, "");
    send(e, WIRE_UNIT_BEGIN, "uuNNN", 5, PROSPECT_PAGE);
    send(e, WIRE_UNIT_END, "");
    send(e, WIRE_CUT, "s", "page 7 cannot be\nread");
    done(e);
    struct document *d = e->document;
    assert_string_equal(d->mime, "text/plain");
    assert_string_equal(d->stamp.plugin, "text");
    assert_int_equal(d->n_units, 2);
    assert_string_equal(d->units[0].text, "Intro\nUne femme");
    assert_int_equal(d->units[0].length, 15);
    assert_int_equal(d->units[0].n_spans, 2);
    assert_int_equal(d->units[0].spans[0].length, 6);
    assert_int_equal(d->units[0].spans[1].length, 9);
    assert_string_equal(d->units[0].label, "iv");
    assert_string_equal(d->units[0].lang, "fr");
    assert_string_equal(d->units[1].text, "");
    assert_int_equal(d->units[1].number, 5);
    assert_string_equal(d->meta.item[0].value, "A title");
    assert_string_equal(d->cuts.item[0], "page 7 cannot be read");
    assert_int_equal(d->status, PROSPECT_OK);
    assert_false(document_complete(d));
    extraction_free(&e);
    assert_null(e);
    extraction_free(&e);
}

/* Each row is sent after DETECTED, "unit" and "child" opening one first. */
static void nonsense_is_refused_and_what_came_before_is_kept(void **state)
{
    (void)state;
    static const struct {
        const char *inside; /* "", "unit", "child" */
        uint32_t type;
        const char *format;
        unsigned a, b;
        const char *s;
    } cases[] = {
        {"", WIRE_DETECTED, "NNN", 0, 0, ""},
        {"", WIRE_UNIT_END, "", 0, 0, ""},
        {"", WIRE_TEXT, "uub", 0, 0, "text"},
        {"", WIRE_CHILD_DATA, "", 0, 0, ""},
        {"", WIRE_CHILD_END, "", 0, 0, ""},
        {"", WIRE_BOXES, "u", 0, 0, ""},
        {"", WIRE_UNIT_BEGIN, "uuNNN", 1, PROSPECT_SECTION, ""},  /* again */
        {"", WIRE_UNIT_BEGIN, "uuNNN", 0, PROSPECT_SECTION, ""},  /* no unit 0 */
        {"", WIRE_UNIT_BEGIN, "uuNNN", 9, PROSPECT_PAGE, ""},     /* another kind */
        {"", WIRE_UNIT_BEGIN, "uuNNN", 9, 5, ""},                 /* no such kind */
        {"", WIRE_UNIT_BEGIN, "uuNN", 9, PROSPECT_SECTION, ""},   /* a field short */
        {"", WIRE_UNIT_BEGIN, "uuNNNN", 9, PROSPECT_SECTION, ""}, /* one too many */
        {"", WIRE_DONE, "uN", 20, 0, ""},
        {"", WIRE_DONE, "", 0, 0, ""},
        {"", WIRE_CUT, "", 0, 0, ""},
        {"", WIRE_HELLO, "", 0, 0, ""},
        {"", WIRE_JOB, "", 0, 0, ""},
        {"", 0, "", 0, 0, ""},
        {"", 4294967295U, "", 0, 0, ""},
        {"unit", WIRE_UNIT_BEGIN, "uuNNN", 9, PROSPECT_SECTION, ""},
        {"unit", WIRE_TEXT, "uub", 4, 0, "no such kind"},
        {"unit", WIRE_TEXT, "uub", 0, 1, "goes on with nothing"},
        {"unit", WIRE_TEXT, "uub", 0, 2, "neither"},
        {"unit", WIRE_TEXT, "uu", 0, 0, ""},
        {"unit", WIRE_BOXES, "u", 1, 0, ""}, /* promises a box */
        {"unit", WIRE_BOXES, "u", 4294967295U, 0, ""},
        {"unit", WIRE_CHILD_BEGIN, "", 0, 0, ""},
        {"unit", WIRE_UNIT_END, "u", 0, 0, ""},
        {"child", WIRE_CHILD_BEGIN, "", 0, 0, ""},
        {"child", WIRE_UNIT_BEGIN, "uuNNN", 9, PROSPECT_SECTION, ""},
        {"child", WIRE_CHILD_DATA, "", 0, 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct extraction *e = begun();
        begin_unit(e, 1);
        send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, "kept");
        send(e, WIRE_UNIT_END, "");
        if (strcmp(cases[i].inside, "unit") == 0)
            begin_unit(e, 2);
        if (strcmp(cases[i].inside, "child") == 0)
            assert_int_equal(send(e, WIRE_CHILD_BEGIN, "bN", "a.txt"), PROSPECT_OK);
        prospect_status status =
            send(e, cases[i].type, cases[i].format, cases[i].a, cases[i].b, cases[i].s);
        if (status != PROSPECT_PROTOCOL)
            fail_msg("row %zu: %s", i, prospect_status_name(status));
        extraction_end(e, &(struct error){PROSPECT_PROTOCOL, "nonsense"});
        assert_int_equal(e->document->status, PROSPECT_PROTOCOL);
        assert_string_equal(e->document->units[0].text, "kept");
        assert_int_equal(e->n_children, 0);
        extraction_free(&e);
    }
}

static void nothing_may_come_before_the_type(void **state)
{
    (void)state;
    struct extraction *e;
    extraction_new(&e, &limits);
    assert_int_equal(begin_unit(e, 1), PROSPECT_PROTOCOL);
    assert_int_equal(send(e, WIRE_DETECTED, "sNN", "no type at all"), PROSPECT_PROTOCOL);
    assert_int_equal(send(e, WIRE_DETECTED, "sNN", "a/b\x1b"), PROSPECT_PROTOCOL);
    assert_int_equal(send(e, WIRE_DONE, "us", PROSPECT_IO, "cannot read"), PROSPECT_OK);
    extraction_end(e, NULL);
    assert_int_equal(e->document->status, PROSPECT_IO);
    assert_string_equal(e->document->reason, "cannot read");
    extraction_free(&e);
}

static void nothing_may_come_after_the_end(void **state)
{
    (void)state;
    struct extraction *e = begun();
    send(e, WIRE_DONE, "uN", PROSPECT_OK);
    assert_int_equal(send(e, WIRE_CUT, "s", "x"), PROSPECT_PROTOCOL);
    assert_int_equal(send(e, WIRE_DONE, "uN", PROSPECT_OK), PROSPECT_PROTOCOL);
    extraction_free(&e);
}

static void bad_metadata_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value;
        unsigned confidence;
    } cases[] = {
        {NULL, "x", 1},     {"title", NULL, 1},
        {"title", "x", 0},  {"title", "x", 4}, /* only people may be explicit */
        {"", "x", 1},       {"Title", "x", 1},
        {"ti tle", "x", 1}, {"title\xc3\xa9", "x", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct extraction *e = begun();
        assert_int_equal(
            send(e, WIRE_META, "sssu", cases[i].key, cases[i].value, "x", cases[i].confidence),
            PROSPECT_PROTOCOL);
        assert_int_equal(e->document->meta.count, 0);
        extraction_free(&e);
    }
}

static void metadata_is_cut_in_length_and_number_and_says_so(void **state)
{
    (void)state;
    struct extraction *e = begun();
    char *word = calloc(1, 20001);
    for (int i = 0; i < 10000; i++)
        memcpy(word + 2 * i, "é", 2);
    send(e, WIRE_META, "sssu", "description", word, "x", 1);
    assert_int_equal(strlen(e->document->meta.item[0].value), EXTRACTION_META_BYTES);
    for (int i = 0; i < EXTRACTION_METAS + 5; i++)
        assert_int_equal(send(e, WIRE_META, "sssu", "creator", "x", "x", 1), PROSPECT_OK);
    assert_int_equal(e->document->meta.count, EXTRACTION_METAS);
    assert_int_equal(e->document->cuts.count, 2);
    free(word);
    extraction_free(&e);
}

static void text_that_is_no_utf8_is_repaired_and_reported(void **state)
{
    (void)state;
    struct extraction *e = begun();
    begin_unit(e, 1);
    send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, "caf\xe9 \xc3");
    struct wire_frame nul = {WIRE_TEXT, "\0\1\5a\0b\0c", 8};
    struct error error;
    assert_int_equal(extraction_frame(e, &nul, &error), PROSPECT_OK);
    done(e);
    struct unit *u = &e->document->units[0];
    assert_string_equal(u->text, "caf\xef\xbf\xbd \xef\xbf\xbd"
                                 "a b c");
    assert_int_equal(u->spans[0].length, u->length);
    assert_int_equal(e->document->cuts.count, 1);
    assert_int_equal(e->document->warnings.count, 1);
    extraction_free(&e);
}

static void text_over_the_limit_is_cut_at_a_character(void **state)
{
    (void)state;
    struct extraction *e = begun();
    char word[1202] = "x";
    for (int i = 0; i < 600; i++)
        memcpy(word + 1 + 2 * i, "é", 2);
    begin_unit(e, 1);
    assert_int_equal(send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, word), PROSPECT_LIMIT);
    assert_int_equal(send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, "x"), PROSPECT_LIMIT);
    assert_int_equal(send(e, WIRE_UNIT_END, ""), PROSPECT_LIMIT);
    extraction_end(e, &(struct error){PROSPECT_CRASHED, "killed"});
    assert_int_equal(e->document->units[0].length, 999);
    assert_int_equal(e->document->status, PROSPECT_OK);
    assert_int_equal(e->document->cuts.count, 1);
    assert_false(document_complete(e->document));
    extraction_free(&e);
}

static void a_span_that_starts_empty_keeps_its_kind(void **state)
{
    (void)state;
    struct extraction *e = begun();
    begin_unit(e, 1);
    send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, "one");
    send(e, WIRE_TEXT, "uub", PROSPECT_NOTE, 0, "");
    send(e, WIRE_TEXT, "uub", PROSPECT_NOTE, 1, "two");
    done(e);
    assert_string_equal(e->document->units[0].text, "one\ntwo");
    assert_int_equal(e->document->units[0].spans[1].kind, PROSPECT_NOTE);
    extraction_free(&e);
}

static void an_endless_stream_of_little_has_an_end(void **state)
{
    (void)state;
    struct extraction *e = begun();
    char *line = calloc(1, 500001);
    memset(line, 'x', 500000);
    prospect_status status = PROSPECT_OK;
    int sent = 0;
    while (status == PROSPECT_OK && sent++ < 2000)
        status = send(e, WIRE_LOG, "s", line);
    assert_int_equal(status, PROSPECT_PROTOCOL);
    assert_in_range(sent, 500, 600);
    free(line);
    extraction_free(&e);
}

static void the_number_of_units_is_bounded(void **state)
{
    (void)state;
    struct extraction *e = begun();
    for (unsigned i = 1; i <= EXTRACTION_UNITS; i++) {
        begin_unit(e, i);
        send(e, WIRE_UNIT_END, "");
    }
    assert_int_equal(begin_unit(e, EXTRACTION_UNITS + 1), PROSPECT_LIMIT);
    assert_int_equal(e->document->n_units, EXTRACTION_UNITS);
    extraction_free(&e);
}

static void the_outcome_is_what_done_said_or_else_how_the_child_ended(void **state)
{
    (void)state;
    static const struct {
        int done; /* status, or -1: none came */
        struct error how;
        prospect_status expected;
        const char *reason;
    } cases[] = {
        {PROSPECT_OK, {PROSPECT_OK, ""}, PROSPECT_OK, NULL},
        {PROSPECT_OK, {PROSPECT_CRASHED, "late"}, PROSPECT_OK, NULL},
        {PROSPECT_OK, {PROSPECT_PROTOCOL, "more"}, PROSPECT_PROTOCOL, "more"},
        {PROSPECT_ENCRYPTED, {PROSPECT_OK, ""}, PROSPECT_ENCRYPTED, "encrypted"},
        {-1, {PROSPECT_TIMEOUT, "killed after 20 s"}, PROSPECT_TIMEOUT, "killed after 20 s"},
        {-1, {PROSPECT_OK, ""}, PROSPECT_CRASHED, "the plugin ended the worker before it was done"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct extraction *e = begun();
        begin_unit(e, 1);
        send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, "half");
        if (cases[i].done >= 0)
            send(e, WIRE_DONE, "uN", (unsigned)cases[i].done);
        extraction_end(e, &cases[i].how);
        assert_int_equal(e->document->status, cases[i].expected);
        if (cases[i].reason)
            assert_string_equal(e->document->reason, cases[i].reason);
        else
            assert_null(e->document->reason);
        assert_string_equal(e->document->units[0].text, "half");
        extraction_free(&e);
    }
}

/* Any prefix of any frame is refused or taken, and never read past its end (the copy has just the
 * size, so that the sanitizer sees it). */
static void a_frame_cut_at_any_byte_does_no_harm(void **state)
{
    (void)state;
    static const struct {
        uint32_t type;
        const char *payload;
        size_t length;
    } cases[] = {
        {WIRE_DETECTED,
         "\x0btext/plain\5text\2"
         "1",
         18},
        {WIRE_UNIT_BEGIN, "\2\4\2a\2b\3fr", 9},
        {WIRE_TEXT, "\0\0\5hello", 8},
        {WIRE_BOXES, "\1\0\1\0\0\1\1", 7},
        {WIRE_META, "\6title\2x\2x\1", 11},
        {WIRE_CHILD_BEGIN, "\1a\4a/b", 6},
        {WIRE_DONE, "\0\5fine", 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t n = 0; n <= cases[i].length; n++) {
            struct extraction *e;
            struct error error;
            if (cases[i].type == WIRE_DETECTED)
                extraction_new(&e, &limits);
            else
                e = begun();
            if (cases[i].type == WIRE_TEXT || cases[i].type == WIRE_BOXES)
                begin_unit(e, 1);
            if (cases[i].type == WIRE_BOXES)
                send(e, WIRE_TEXT, "uub", 0, 0, "hello");
            char *copy = malloc(n ? n : 1);
            memcpy(copy, cases[i].payload, n);
            struct wire_frame f = {cases[i].type, copy, n};
            prospect_status status = extraction_frame(e, &f, &error);
            assert_int_equal(status, n == cases[i].length ? PROSPECT_OK : PROSPECT_PROTOCOL);
            free(copy);
            extraction_end(e, NULL);
            extraction_free(&e);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_well_sent_document_is_put_together),
        cmocka_unit_test(nonsense_is_refused_and_what_came_before_is_kept),
        cmocka_unit_test(nothing_may_come_before_the_type),
        cmocka_unit_test(nothing_may_come_after_the_end),
        cmocka_unit_test(bad_metadata_is_refused),
        cmocka_unit_test(metadata_is_cut_in_length_and_number_and_says_so),
        cmocka_unit_test(text_that_is_no_utf8_is_repaired_and_reported),
        cmocka_unit_test(text_over_the_limit_is_cut_at_a_character),
        cmocka_unit_test(a_span_that_starts_empty_keeps_its_kind),
        cmocka_unit_test(an_endless_stream_of_little_has_an_end),
        cmocka_unit_test(the_number_of_units_is_bounded),
        cmocka_unit_test(the_outcome_is_what_done_said_or_else_how_the_child_ended),
        cmocka_unit_test(a_frame_cut_at_any_byte_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
