/* Answers have the shapes of the interface: each is written, and read back. */
#include "tests/reply.h"

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
    struct root_state roots[] = {
        {.name = "a", .path = "/srv/a", .watch = "inotify", .ignored = 2, .hidden = {1, 0, 0}},
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
                                        .sandbox = {.rlimits = true, .landlock = 2}};
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
    reply_status(&out, &copy->state, &stats, true);
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
    assert_true(json_is_true(json_object_get(sandbox, "degraded")));
    json_decref(v);
}

/* What others put into hidden folders must not show in what anybody is told. */
static void status_tells_only_the_admin_of_what_is_hidden(void **state)
{
    (void)state;
    struct root_state root = {.name = "a",
                              .path = "/srv/a",
                              .watch = "inotify",
                              .ignored = 5,
                              .links = 3,
                              .special = 1,
                              .hidden = {4, 1, 1}};
    const struct daemon_state daemon = {.roots = &root, .n_roots = 1};
    const struct index_stats stats = {.generation = 3};
    for (int admin = 0; admin < 2; admin++) {
        struct buf out = {0};
        reply_status(&out, &daemon, &stats, admin);
        json_t *v = parsed(&out), *a = json_array_get(json_object_get(v, "roots"), 0);
        assert_int_equal(number_of(a, "ignored"), admin ? 5 : 1);
        assert_int_equal(number_of(a, "links"), admin ? 3 : 2);
        assert_int_equal(number_of(a, "special"), admin ? 1 : 0);
        assert_int_equal(json_object_get(v, "generation") != NULL, admin);
        json_decref(v);
    }
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
    const struct index_failures f = {&one, 1, 9, true};
    struct buf out = {0};
    reply_failures(&out, &f);
    json_t *v = parsed(&out), *x = json_array_get(json_object_get(v, "failures"), 0);
    assert_int_equal(number_of(v, "total"), 9);
    assert_true(json_is_true(json_object_get(v, "partial")));
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
        cmocka_unit_test(status_tells_only_the_admin_of_what_is_hidden),
        cmocka_unit_test(failures_tell_why_since_when_and_when_next),
        cmocka_unit_test(problems_follow_rfc_9457),
        cmocka_unit_test(suggestions_are_what_was_typed_and_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
