/* Answers have the shapes of the interface: each is written, and read back by another's parser. */
#include "daemon/reply.h"
#include "index/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static struct links *links_with(const char *prefix, const char *public_url)
{
    struct config_root root = {.name = "programme", .url_prefix = (char *)prefix};
    struct config config = {.roots = &root, .n_roots = 1, .public_url = (char *)public_url};
    return links_new(&config);
}

static json_t *parsed(struct buf *out)
{
    json_error_t error;
    json_t *value = json_loadb(out->data, out->len, JSON_REJECT_DUPLICATES, &error);
    if (value == NULL)
        fail_msg("%s at %d in %s", error.text, error.position, out->data);
    buf_free(out);
    return value;
}

static const char *text_of(const json_t *v, const char *key)
{
    const char *text = json_string_value(json_object_get(v, key));
    if (text == NULL)
        fail_msg("%s is no string", key);
    return text;
}

static json_int_t number_of(const json_t *v, const char *key)
{
    if (!json_is_integer(json_object_get(v, key)))
        fail_msg("%s is no whole number", key);
    return json_integer_value(json_object_get(v, key));
}

static bool is_null(const json_t *v, const char *key)
{
    return json_is_null(json_object_get(v, key));
}

static struct index_fields pdf(void)
{
    struct index_fields f = {.id = "9f2c0000000000000000000000000000",
                             .root = "programme",
                             .path = "2016-10-be/pay gap.pdf",
                             .title = "The pay gap",
                             .type = "presentation",
                             .programme = "Mutual learning",
                             .mime = "application/pdf",
                             .lang = "en",
                             .size = 183204,
                             .modified_ns = 1767607872500000000,
                             .unit_kind = PROSPECT_PAGE,
                             .units = 24,
                             .complete = true};
    date_parse("2016-10-18", 10, &f.date);
    strlist_add(&f.authors, "Mira Banerjee");
    strlist_add(&f.countries, "BE");
    return f;
}

static void clear(struct index_fields *f)
{
    strlist_free(&f->authors);
    strlist_free(&f->countries);
    strlist_free(&f->events);
    strlist_free(&f->duplicates);
}

static void a_search_answer_has_every_member_of_the_interface(void **state)
{
    (void)state;
    struct index_hit hit = {.fields = pdf(),
                            .score = 0.83333,
                            .matched = MATCHED_ALL,
                            .best = {12, "xii", NULL, "… <mark>Gap</mark> …"},
                            .more = {{3, "iii", NULL, "more"}},
                            .n_more = 1};
    struct index_facet_value values[] = {{"BE", 12}, {"SE", 1}};
    struct index_facet facet = {FIELD_COUNTRY, values, 2};
    struct index_expansion expansion = {.term = "pay gap"};
    strlist_add(&expansion.also, "wage gap");
    struct index_result res = {.parsed = "pay AND gap",
                               .total = 37,
                               .total_is_exact = true,
                               .hits = &hit,
                               .n_hits = 1,
                               .facets = &facet,
                               .n_facets = 1,
                               .facets_exact = true,
                               .expansions = &expansion,
                               .n_expansions = 1};
    struct index_search s = {.q = "pay gap", .from = 0, .size = 10};
    struct links *l = links_with("https://x.example/docs/", NULL);
    struct buf out = {0};
    reply_search(&out, &s, &res, l, 1.42);
    json_t *v = parsed(&out);
    assert_string_equal(text_of(v, "query"), "pay gap");
    assert_string_equal(text_of(v, "parsed"), "pay AND gap");
    assert_true(json_is_real(json_object_get(v, "took_ms")));
    assert_int_equal(number_of(v, "total"), 37);
    assert_true(json_is_true(json_object_get(v, "total_is_exact")));
    assert_true(json_is_false(json_object_get(v, "partial")));
    assert_int_equal(number_of(v, "from"), 0);
    assert_int_equal(number_of(v, "size"), 10);
    assert_true(is_null(v, "did_you_mean"));
    json_t *also = json_array_get(json_object_get(v, "expanded"), 0);
    assert_string_equal(text_of(also, "term"), "pay gap");
    assert_string_equal(json_string_value(json_array_get(json_object_get(also, "also"), 0)),
                        "wage gap");
    json_t *country = json_array_get(json_object_get(json_object_get(v, "facets"), "country"), 0);
    assert_string_equal(text_of(country, "value"), "BE");
    assert_int_equal(number_of(country, "count"), 12);
    json_t *h = json_array_get(json_object_get(v, "hits"), 0);
    assert_string_equal(text_of(h, "id"), hit.fields.id);
    assert_string_equal(text_of(h, "path"), "2016-10-be/pay gap.pdf");
    assert_null(json_object_get(h, "path_bytes"));
    assert_string_equal(text_of(h, "root"), "programme");
    assert_string_equal(text_of(h, "url"),
                        "https://x.example/docs/2016-10-be/pay%20gap.pdf#page=12");
    assert_string_equal(text_of(h, "title"), "The pay gap");
    assert_string_equal(json_string_value(json_array_get(json_object_get(h, "authors"), 0)),
                        "Mira Banerjee");
    assert_string_equal(text_of(h, "date"), "2016-10-18");
    assert_string_equal(text_of(h, "date_precision"), "day");
    assert_string_equal(text_of(h, "type"), "presentation");
    assert_string_equal(text_of(h, "mime"), "application/pdf");
    assert_string_equal(text_of(h, "lang"), "en");
    assert_string_equal(json_string_value(json_array_get(json_object_get(h, "countries"), 0)),
                        "BE");
    assert_string_equal(text_of(h, "programme"), "Mutual learning");
    assert_true(is_null(h, "event"));
    assert_int_equal(number_of(h, "size"), 183204);
    assert_string_equal(text_of(h, "modified"), "2026-01-05T10:11:12Z");
    assert_int_equal(number_of(h, "pages"), 24);
    assert_true(json_real_value(json_object_get(h, "score")) == 0.8333);
    assert_string_equal(text_of(h, "matched"), "all");
    assert_int_equal(number_of(h, "page"), 12);
    assert_string_equal(text_of(h, "page_label"), "xii");
    assert_true(is_null(h, "heading"));
    assert_string_equal(text_of(h, "snippet"), "… <mark>Gap</mark> …");
    json_t *more = json_array_get(json_object_get(h, "more"), 0);
    assert_int_equal(number_of(more, "page"), 3);
    assert_string_equal(text_of(more, "page_label"), "iii");
    assert_string_equal(text_of(more, "snippet"), "more");
    assert_true(json_is_true(json_object_get(h, "complete")));
    json_decref(v);
    clear(&hit.fields);
    strlist_free(&expansion.also);
    links_drop(&l);
}

static void a_document_without_pages_has_sections(void **state)
{
    (void)state;
    struct index_hit hit = {.fields = {.id = "ab",
                                       .root = "programme",
                                       .path = "a.html",
                                       .title = "a.html",
                                       .mime = "text/html",
                                       .unit_kind = PROSPECT_SECTION,
                                       .units = 3},
                            .matched = MATCHED_SOME,
                            .best = {2, "2", "Findings", "text"}};
    struct index_result res = {.hits = &hit, .n_hits = 1};
    struct index_search s = {.size = 10};
    struct links *l = links_with(NULL, NULL);
    struct buf out = {0};
    reply_search(&out, &s, &res, l, 0);
    json_t *v = parsed(&out), *h = json_array_get(json_object_get(v, "hits"), 0);
    assert_string_equal(text_of(v, "query"), "");
    assert_true(json_is_object(json_object_get(v, "facets")));
    assert_true(is_null(h, "page"));
    assert_true(is_null(h, "page_label"));
    assert_int_equal(number_of(h, "section"), 2);
    assert_string_equal(text_of(h, "heading"), "Findings");
    assert_true(is_null(h, "pages"));
    assert_string_equal(text_of(h, "type"), "other");
    assert_true(is_null(h, "date"));
    assert_true(is_null(h, "date_precision"));
    assert_true(is_null(h, "lang"));
    assert_string_equal(text_of(h, "matched"), "some");
    assert_string_equal(text_of(h, "url"), "/documents/ab/content");
    json_decref(v);
    links_drop(&l);
}

static void a_hit_in_the_title_has_no_page(void **state)
{
    (void)state;
    struct index_hit hit = {.fields = pdf()};
    struct index_result res = {.hits = &hit, .n_hits = 1};
    struct index_search s = {.size = 10};
    struct links *l = links_with(NULL, "https://find.example/");
    struct buf out = {0};
    reply_search(&out, &s, &res, l, 0);
    json_t *v = parsed(&out), *h = json_array_get(json_object_get(v, "hits"), 0);
    assert_true(is_null(h, "page"));
    assert_true(is_null(h, "snippet"));
    assert_string_equal(text_of(h, "url"),
                        "https://find.example/documents/9f2c0000000000000000000000000000/content");
    json_decref(v);
    clear(&hit.fields);
    links_drop(&l);
}

static void a_path_that_is_no_utf8_is_given_exactly_as_well(void **state)
{
    (void)state;
    struct index_hit hit = {.fields = pdf()};
    struct index_result res = {.hits = &hit, .n_hits = 1};
    struct index_search s = {.size = 10};
    struct links *l = links_with("file:///x/", NULL);
    struct buf out = {0};
    hit.fields.path = "d/caf\xe9\n.pdf";
    reply_search(&out, &s, &res, l, 0);
    json_t *v = parsed(&out), *h = json_array_get(json_object_get(v, "hits"), 0);
    assert_string_equal(text_of(h, "path"), "d/caf\xef\xbf\xbd\n.pdf");
    assert_string_equal(text_of(h, "path_bytes"), "d/caf%E9%0A.pdf");
    assert_string_equal(text_of(h, "url"), "file:///x/d/caf%E9%0A.pdf");
    json_decref(v);
    clear(&hit.fields);
    links_drop(&l);
}

static void csv_cells_are_quoted_and_never_formulas(void **state)
{
    (void)state;
    struct index_hit hit = {.fields = pdf(), .best = {12, "12", NULL, "a \"b\"\nc"}};
    struct index_result res = {.hits = &hit, .n_hits = 1};
    struct links *l = links_with(NULL, NULL);
    struct buf out = {0};
    hit.fields.title = "=HYPERLINK(\"http://evil\")";
    strlist_add(&hit.fields.authors, "B");
    reply_csv(&out, &res, l);
    assert_non_null(strstr(out.data, "title,authors,date,"));
    assert_non_null(strstr(out.data, "\r\n\"'=HYPERLINK(\"\"http://evil\"\")\",\"Mira Banerjee; "
                                     "B\",\"2016-10-18\",\"presentation\""));
    assert_non_null(strstr(out.data, ",12,\"12\",\"\",\"a \"\"b\"\"\nc\","));
    assert_string_equal(out.data + out.len - 2, "\r\n");
    buf_free(&out);
    clear(&hit.fields);
    links_drop(&l);
}

static void a_document_tells_its_pages_and_sources(void **state)
{
    (void)state;
    struct index_unit_info units[] = {{1, "i", "Start", 812, "en", false},
                                      {2, NULL, NULL, 0, "", true}};
    struct index_description d = {.fields = pdf(), .units = units, .n_units = 2};
    struct links *l = links_with(NULL, NULL);
    struct buf out = {0};
    d.stamp.plugin = "pdf";
    meta_add(&d.sources, "title", "The pay gap", "pdf:info", PROSPECT_LIKELY);
    strlist_add(&d.cuts, "page 7 cannot be read");
    reply_document(&out, &d, l);
    json_t *v = parsed(&out);
    json_t *second = json_array_get(json_object_get(v, "pages"), 1);
    assert_int_equal(json_array_size(json_object_get(v, "pages")), 2);
    assert_int_equal(number_of(second, "n"), 2);
    assert_string_equal(text_of(second, "label"), "2");
    assert_true(is_null(second, "heading"));
    assert_int_equal(number_of(second, "chars"), 0);
    assert_true(is_null(second, "lang"));
    assert_true(json_is_true(json_object_get(second, "ocr")));
    json_t *source = json_array_get(json_object_get(v, "sources"), 0);
    assert_string_equal(text_of(source, "key"), "title");
    assert_string_equal(text_of(source, "source"), "pdf:info");
    assert_string_equal(text_of(source, "confidence"), "likely");
    assert_int_equal(json_array_size(json_object_get(v, "cuts")), 1);
    assert_string_equal(text_of(v, "title"), "The pay gap");
    assert_string_equal(text_of(v, "plugin"), "pdf");
    json_decref(v);
    clear(&d.fields);
    meta_free(&d.sources);
    strlist_free(&d.cuts);
    links_drop(&l);
}

static void status_joins_what_the_daemon_and_the_index_know(void **state)
{
    (void)state;
    struct root_state roots[] = {{.name = "a", .path = "/srv/a", .watch = "inotify", .ignored = 2},
                                 {.name = "b", .path = "/srv/b", .watch = "polling"}};
    struct wire_plugin plugins[] = {
        {.file = "/p/pdf.so", .name = "pdf", .version = "1", .types = "application/pdf image/*"},
        {.file = "/p/old.so", .name = "old", .refused = "built for ABI 1, this prospect has 0"}};
    struct index_root_stats counts[] = {{"b", 7, 0}, {"a", 40, 1}};
    const struct daemon_state daemon = {.roots = roots,
                                        .n_roots = 2,
                                        .queue_length = 5,
                                        .busy_workers = 1,
                                        .plugins = plugins,
                                        .n_plugins = 2,
                                        .rlimits = true,
                                        .landlock = 2};
    const struct index_stats stats = {.schema = 1,
                                      .documents = 47,
                                      .pages = 90,
                                      .bytes = 4096,
                                      .last_commit = 1767607872,
                                      .roots = counts,
                                      .n_roots = 2};
    struct snapshot *copy;
    struct buf out = {0};
    snapshot_new(&copy, &daemon);
    reply_status(&out, &copy->state, &stats);
    snapshot_free(&copy);
    json_t *v = parsed(&out);
    json_t *a = json_array_get(json_object_get(v, "roots"), 0);
    text_of(v, "version");
    assert_int_equal(number_of(v, "schema"), 1);
    assert_string_equal(text_of(a, "name"), "a");
    assert_string_equal(text_of(a, "path"), "/srv/a");
    assert_string_equal(text_of(a, "watch"), "inotify");
    assert_int_equal(number_of(a, "indexed"), 40);
    assert_int_equal(number_of(a, "failed"), 1);
    assert_int_equal(number_of(a, "ignored"), 2);
    assert_int_equal(number_of(v, "queue_length"), 5);
    assert_int_equal(number_of(v, "busy_workers"), 1);
    assert_int_equal(number_of(v, "documents"), 47);
    assert_int_equal(number_of(v, "pages"), 90);
    assert_int_equal(number_of(v, "index_bytes"), 4096);
    assert_string_equal(text_of(v, "last_commit"), "2026-01-05T10:11:12Z");
    json_t *plugin = json_array_get(json_object_get(v, "plugins"), 0);
    assert_int_equal(json_array_size(json_object_get(v, "plugins")), 1);
    assert_string_equal(text_of(plugin, "name"), "pdf");
    assert_string_equal(text_of(plugin, "version"), "1");
    assert_int_equal(number_of(plugin, "abi"), 0);
    assert_int_equal(json_array_size(json_object_get(plugin, "types")), 2);
    json_t *refused = json_array_get(json_object_get(v, "plugins_refused"), 0);
    assert_string_equal(text_of(refused, "reason"), "built for ABI 1, this prospect has 0");
    json_t *sandbox = json_object_get(v, "sandbox");
    assert_true(json_is_false(json_object_get(sandbox, "seccomp")));
    assert_int_equal(number_of(sandbox, "landlock"), 2);
    assert_true(json_is_true(json_object_get(sandbox, "rlimits")));
    assert_true(json_is_false(json_object_get(sandbox, "uid")));
    json_decref(v);
}

static void failures_tell_why_since_when_and_when_next(void **state)
{
    (void)state;
    struct index_failure one = {.root = "a",
                                .path = "x.pdf",
                                .status = PROSPECT_ENCRYPTED,
                                .detail = "needs a password",
                                .since = 1767607872,
                                .tries = 1,
                                .partial = true};
    const struct index_failures f = {&one, 1, 9};
    struct buf out = {0};
    reply_failures(&out, &f);
    json_t *v = parsed(&out), *x = json_array_get(json_object_get(v, "failures"), 0);
    assert_int_equal(number_of(v, "total"), 9);
    assert_string_equal(text_of(x, "root"), "a");
    assert_string_equal(text_of(x, "path"), "x.pdf");
    assert_string_equal(text_of(x, "reason"), "encrypted");
    assert_string_equal(text_of(x, "detail"), "needs a password");
    assert_string_equal(text_of(x, "since"), "2026-01-05T10:11:12Z");
    assert_int_equal(number_of(x, "tries"), 1);
    assert_true(is_null(x, "next_try"));
    assert_true(json_is_true(json_object_get(x, "partial")));
    json_decref(v);
}

static void problems_follow_rfc_9457(void **state)
{
    (void)state;
    struct buf out = {0};
    reply_problem(&out, 400, "size is no number: “x”");
    json_t *v = parsed(&out);
    assert_string_equal(text_of(v, "type"), "about:blank");
    assert_string_equal(text_of(v, "title"), "Bad Request");
    assert_int_equal(number_of(v, "status"), 400);
    assert_string_equal(text_of(v, "detail"), "size is no number: “x”");
    json_decref(v);
}

static void suggestions_are_what_was_typed_and_a_list(void **state)
{
    (void)state;
    struct strlist list = {0};
    struct buf out = {0};
    strlist_add(&list, "gender");
    reply_suggestions(&out, "gen\"", &list);
    json_t *v = parsed(&out);
    assert_string_equal(json_string_value(json_array_get(v, 0)), "gen\"");
    assert_int_equal(json_array_size(json_array_get(v, 1)), 1);
    json_decref(v);
    strlist_free(&list);
}

/* ---- hits in one document ---------------------------------------------------------------------
 */

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
        cmocka_unit_test(a_search_answer_has_every_member_of_the_interface),
        cmocka_unit_test(a_document_without_pages_has_sections),
        cmocka_unit_test(a_hit_in_the_title_has_no_page),
        cmocka_unit_test(a_path_that_is_no_utf8_is_given_exactly_as_well),
        cmocka_unit_test(csv_cells_are_quoted_and_never_formulas),
        cmocka_unit_test(a_document_tells_its_pages_and_sources),
        cmocka_unit_test(status_joins_what_the_daemon_and_the_index_know),
        cmocka_unit_test(failures_tell_why_since_when_and_when_next),
        cmocka_unit_test(problems_follow_rfc_9457),
        cmocka_unit_test(suggestions_are_what_was_typed_and_a_list),
        cmocka_unit_test(the_boxes_of_matching_words_are_found),
        cmocka_unit_test(boxes_of_a_file_that_changed_are_not_believed),
        cmocka_unit_test(only_a_stretch_of_units_is_boxed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
