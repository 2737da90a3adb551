/* Every hit of one document, with the boxes of its words. */
#include "tests/reply.h"

static struct index_unit_hits *unit_hits(const uint32_t *numbers, size_t n)
{
    struct index_unit_hits *h = mem_zalloc(sizeof *h);
    h->item = mem_zalloc(n * sizeof *h->item);
    h->count = n;
    for (size_t i = 0; i < n; i++)
        h->item[i].pick.number = numbers[i];
    return h;
}

static struct index_description *description(const char *mime)
{
    struct index_description *d = mem_zalloc(sizeof *d);
    strcpy(d->fields.id, "ab");
    d->fields.root = mem_strdup("programme");
    d->fields.path = mem_strdup("a.pdf");
    d->fields.title = mem_strdup("a");
    d->fields.mime = mem_strdup(mime);
    return d;
}

static struct extraction *extraction_of(uint32_t number, const char *text,
                                        const prospect_box *boxes, size_t n)
{
    struct extraction *e;
    const struct wire_limits limits = {.text = 1000};
    extraction_new(&e, &limits);
    struct unit *u = document_add_unit(e->document);
    u->number = number;
    u->text = mem_strdup(text);
    u->length = strlen(text);
    e->boxes = mem_zalloc(sizeof *e->boxes);
    e->boxes[0].unit = number;
    e->boxes[0].box = mem_dup(boxes, n * sizeof *boxes);
    e->boxes[0].count = n;
    e->n_boxes = 1;
    return e;
}

static const prospect_box words[] = {
    {0, 3, .1f, .1f, .2f, .2f}, {4, 3, .3f, .1f, .4f, .2f}, {8, 3, .5f, .1f, .6f, .2f}};

static void set_span(struct index_unit_hits *h, size_t i, size_t start, size_t end)
{
    h->item[i].spans = mem_zalloc(sizeof *h->item[i].spans);
    h->item[i].spans[0] = (struct span){start, end};
    h->item[i].n_spans = 1;
}

static void the_boxes_of_matching_words_are_found(void **state)
{
    (void)state;
    const uint32_t numbers[] = {5, 9};
    struct index_unit_hits *units = unit_hits(numbers, 2);
    struct links *l = links_with(NULL, NULL);
    struct hits *h;
    struct buf out = {0};
    uint32_t first, last;
    set_span(units, 0, 4, 7);
    hits_new(&h, "two", description("application/pdf"), units);
    assert_true(hits_span(h, &first, &last));
    assert_int_equal(first, 5);
    assert_int_equal(last, 9);
    hits_text(h, 0, "one two six", 11);
    struct extraction *e = extraction_of(5, "one two six", words, 3);
    hits_merge(h, e);
    extraction_free(&e);
    reply_hits(&out, h, l, 1);
    json_t *v = parsed(&out);
    json_t *one = json_array_get(json_object_get(v, "hits"), 0);
    json_t *boxes = json_object_get(one, "boxes");
    assert_int_equal(json_array_size(boxes), 1);
    assert_true(json_real_value(json_object_get(json_array_get(boxes, 0), "x0")) == .3);
    assert_int_equal(number_of(one, "page"), 5);
    assert_true(is_null(one, "previous"));
    assert_int_equal(number_of(one, "next"), 9);
    assert_string_equal(text_of(one, "url"), "/documents/ab/content#page=5");
    assert_int_equal(number_of(v, "total"), 2);
    /* page 9 did not come */
    assert_true(json_is_false(json_object_get(v, "boxes_complete")));
    json_decref(v);
    hits_free(&h);
    links_drop(&l);
}

static void boxes_of_a_file_that_changed_are_not_believed(void **state)
{
    (void)state;
    const uint32_t numbers[] = {5};
    struct index_unit_hits *units = unit_hits(numbers, 1);
    struct hits *h;
    set_span(units, 0, 4, 7);
    hits_new(&h, "two", description("application/pdf"), units);
    hits_text(h, 0, "one two six", 11);
    struct extraction *e = extraction_of(5, "one too six", words, 3);
    hits_merge(h, e);
    assert_int_equal(h->boxes[0].count, 0);
    assert_false(h->complete);
    extraction_free(&e);
    hits_merge(h, NULL);
    assert_false(h->complete);
    hits_free(&h);
}

static void only_a_stretch_of_units_is_boxed(void **state)
{
    (void)state;
    static const struct {
        uint32_t numbers[3];
        size_t n;
        const char *mime;
        bool any;
        uint32_t last;
    } cases[] = {
        {{1, 50, 100}, 3, "application/pdf", true, 100},
        {{1, 50, 101}, 3, "application/pdf", true, 50},
        {{7, 900, 901}, 3, "application/pdf", true, 7},
        {{1, 2, 3}, 3, "text/plain", false, 0},
        {{0, 0, 0}, 0, "application/pdf", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hits *h;
        uint32_t first, last;
        hits_new(&h, "q", description(cases[i].mime), unit_hits(cases[i].numbers, cases[i].n));
        assert_int_equal(hits_span(h, &first, &last), cases[i].any);
        if (cases[i].any)
            assert_int_equal(last, cases[i].last);
        else
            assert_true(h->complete);
        hits_free(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_boxes_of_matching_words_are_found),
        cmocka_unit_test(boxes_of_a_file_that_changed_are_not_believed),
        cmocka_unit_test(only_a_stretch_of_units_is_boxed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
