/* Boxes of words and documents inside a document, as they come in frames. */
#include "tests/extraction.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static void boxes_follow_the_text(void **state)
{
    (void)state;
    struct extraction *e = begun();
    begin_unit(e, 1);
    send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, "ab");
    send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, "cd\n");
    send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, "ef");
    assert_int_equal(
        send(e, WIRE_BOXES, "uuuuuuuuuuuuu", 2, 0, 2, 0, 0, 65535, 65535, 5, 2, 1, 2, 3, 4),
        PROSPECT_OK);
    assert_int_equal(e->n_boxes, 1);
    assert_int_equal(e->boxes[0].count, 2);
    assert_int_equal(e->boxes[0].box[0].length, 2);
    assert_true(e->boxes[0].box[0].x1 == 1.0F);
    assert_int_equal(e->boxes[0].box[1].start, 6); /* "ab\ncd\nef" */
    assert_int_equal(e->boxes[0].box[1].length, 2);
    extraction_free(&e);
}

static void a_box_off_the_text_or_page_is_nonsense(void **state)
{
    (void)state;
    static const unsigned cases[][6] = {
        {3, 1, 0, 0, 1, 1},           {4, 0, 0, 0, 1, 1},     {0, 4, 0, 0, 1, 1},
        {1, 4294967295U, 0, 0, 1, 1}, {0, 1, 2, 0, 1, 1},     {0, 1, 0, 2, 1, 1},
        {0, 1, 0, 0, 65536, 1},       {0, 1, 0, 0, 1, 65536}, {0, 1, 4294967295U, 0, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const unsigned *c = cases[i];
        struct extraction *e = begun();
        begin_unit(e, 1);
        send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, "abc");
        assert_int_equal(send(e, WIRE_BOXES, "uuuuuuu", 1, c[0], c[1], c[2], c[3], c[4], c[5]),
                         PROSPECT_PROTOCOL);
        extraction_free(&e);
    }
}

static void a_child_becomes_a_sealed_descriptor(void **state)
{
    (void)state;
    struct extraction *e = begun();
    char bytes[8] = "";
    send(e, WIRE_CHILD_BEGIN, "bs", "in/a\xff.txt", "text/plain");
    send(e, WIRE_CHILD_DATA, "b", "hel");
    send(e, WIRE_CHILD_DATA, "b", "lo");
    assert_int_equal(send(e, WIRE_CHILD_END, ""), PROSPECT_OK);
    done(e);
    assert_int_equal(e->n_children, 1);
    struct extraction_child *c = &e->children[0];
    assert_string_equal(c->name, "in/a\xff.txt");
    assert_string_equal(c->mime, "text/plain");
    assert_int_equal(c->size, 5);
    assert_int_equal(read(c->fd, bytes, sizeof bytes), 5);
    assert_string_equal(bytes, "hello");
    assert_int_equal(pwrite(c->fd, "x", 1, 0), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(fcntl(c->fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    extraction_free(&e);
}

static void children_are_bounded_in_number_and_bytes(void **state)
{
    (void)state;
    struct extraction *e = begun();
    char many[102];
    memset(many, 'x', sizeof many - 1);
    many[101] = '\0';
    send(e, WIRE_CHILD_BEGIN, "bN", "a");
    send(e, WIRE_CHILD_END, "");
    send(e, WIRE_CHILD_BEGIN, "bN", "b");
    send(e, WIRE_CHILD_END, "");
    assert_int_equal(send(e, WIRE_CHILD_BEGIN, "bN", "c"), PROSPECT_LIMIT);
    extraction_end(e, NULL);
    assert_int_equal(e->n_children, 2);
    assert_int_equal(e->document->cuts.count, 1);
    extraction_free(&e);
    e = begun();
    send(e, WIRE_CHILD_BEGIN, "bN", "a");
    assert_int_equal(send(e, WIRE_CHILD_DATA, "b", many), PROSPECT_LIMIT);
    extraction_end(e, NULL);
    assert_int_equal(e->n_children, 0);
    extraction_free(&e);
}

/* Text and children together. */
static void so_small_a_file_may_not_come_to_so_much(void **state)
{
    (void)state;
    struct wire_limits tight = limits;
    struct extraction *e;
    tight.expanded = 10;
    extraction_new(&e, &tight);
    send(e, WIRE_DETECTED, "sss", "text/plain", "text", "1");
    begin_unit(e, 1);
    assert_int_equal(send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, "seven b"), PROSPECT_OK);
    send(e, WIRE_UNIT_END, "");
    send(e, WIRE_CHILD_BEGIN, "bN", "a");
    assert_int_equal(send(e, WIRE_CHILD_DATA, "b", "two"), PROSPECT_OK);
    assert_int_equal(send(e, WIRE_CHILD_DATA, "b", "x"), PROSPECT_LIMIT);
    extraction_end(e, NULL);
    assert_string_equal(e->document->cuts.item[0], EXTRACTION_EXPANDED);
    assert_false(document_complete(e->document));
    extraction_free(&e);
    extraction_new(&e, &tight);
    send(e, WIRE_DETECTED, "sss", "text/plain", "text", "1");
    begin_unit(e, 1);
    assert_int_equal(send(e, WIRE_TEXT, "uub", PROSPECT_BODY, 0, "twelve bytes"), PROSPECT_LIMIT);
    extraction_end(e, NULL);
    assert_string_equal(e->document->units[0].text, "twelve byt");
    assert_string_equal(e->document->cuts.item[0], EXTRACTION_EXPANDED);
    extraction_free(&e);
}

static void a_childs_name_is_bounded_and_has_no_nul(void **state)
{
    (void)state;
    static const struct wire_frame bad[] = {
        {WIRE_CHILD_BEGIN, "\0\0", 2},
        {WIRE_CHILD_BEGIN, "\3a\0b\0", 5},
        {WIRE_CHILD_BEGIN,
         "\x7f"
         "abc\0",
         5},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct extraction *e = begun();
        struct error error;
        assert_int_equal(extraction_frame(e, &bad[i], &error), PROSPECT_PROTOCOL);
        extraction_free(&e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_follow_the_text),
        cmocka_unit_test(a_box_off_the_text_or_page_is_nonsense),
        cmocka_unit_test(a_child_becomes_a_sealed_descriptor),
        cmocka_unit_test(children_are_bounded_in_number_and_bytes),
        cmocka_unit_test(so_small_a_file_may_not_come_to_so_much),
        cmocka_unit_test(a_childs_name_is_bounded_and_has_no_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
