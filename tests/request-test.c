/* Targets taken apart, JSON written, ranges chosen: the pure edges of the HTTP server. */
#include "daemon/emit.h"
#include "daemon/range.h"
#include "daemon/request.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static void targets_are_split_first_and_decoded_then(void **state)
{
    (void)state;
    static const struct {
        const char *target, *path, *q, *other;
    } cases[] = {
        {"/", "/", NULL, NULL},
        {"/search", "/search", NULL, NULL},
        {"/search?", "/search", NULL, NULL},
        {"/search?q=", "/search", "", NULL},
        {"/search?q", "/search", "", NULL},
        {"/search?q=pay+gap", "/search", "pay gap", NULL},
        {"/search?q=pay%20gap%2B", "/search", "pay gap+", NULL},
        {"/search?q=a%26b&other=c%3Dd", "/search", "a&b", "c=d"},
        {"/search?&&q=1&&other=2&", "/search", "1", "2"},
        {"/search?q=a=b", "/search", "a=b", NULL},
        {"/search?q=1&q=2", "/search", "1", NULL},
        {"/search?%71=x", "/search", "x", NULL},
        {"/search?q=100%", "/search", "100%", NULL},
        {"/search?q=%zz%4", "/search", "%zz%4", NULL},
        {"/search?q=%C3%A9", "/search", "\xc3\xa9", NULL},
        {"/search?q=a#b&other=c", "/search", "a", NULL},
        {"/a%2Fb+c%3F", "/a/b+c?", NULL, NULL},
        {"http://x/search?q=1", "/search", "1", NULL},
        {"HTTP://x:77?q=1", "/", "1", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct request r;
        assert_int_equal(request_parse(&r, cases[i].target, NULL), PROSPECT_OK);
        assert_string_equal(r.path, cases[i].path);
        if (cases[i].q == NULL)
            assert_null(request_get(&r, "q"));
        else
            assert_string_equal(request_get(&r, "q"), cases[i].q);
        if (cases[i].other == NULL)
            assert_null(request_get(&r, "other"));
        else
            assert_string_equal(request_get(&r, "other"), cases[i].other);
        request_free(&r);
    }
}

static void a_whole_url_tells_its_host(void **state)
{
    (void)state;
    struct request r;
    assert_int_equal(request_parse(&r, "http://evil.example:80/search", NULL), PROSPECT_OK);
    assert_string_equal(r.authority, "evil.example:80");
    request_free(&r);
    assert_int_equal(request_parse(&r, "/http://evil.example/", NULL), PROSPECT_OK);
    assert_null(r.authority);
    request_free(&r);
}

static void an_empty_value_counts_as_none_where_that_is_asked_for(void **state)
{
    (void)state;
    struct request r;
    assert_int_equal(request_parse(&r, "/?type=&type=report", NULL), PROSPECT_OK);
    assert_string_equal(request_get(&r, "type"), "");
    assert_string_equal(request_value(&r, "type"), "report");
    assert_null(request_value(&r, "year"));
    request_free(&r);
}

static void nonsense_and_hugeness_are_refused(void **state)
{
    (void)state;
    struct buf many = {0};
    struct request r;
    static const char *const bad[] = {"", "search", "*", "?q=1", "/a%00b", "/?q=a%00", "/?a%00=1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error error = {0};
        assert_int_equal(request_parse(&r, bad[i], &error), PROSPECT_ARGUMENT);
        assert_true(error.line[0] != '\0');
        request_free(&r);
    }
    buf_adds(&many, "/?");
    for (int i = 0; i < REQUEST_PARAMETERS_MAX; i++)
        buf_adds(&many, "a=1&");
    assert_int_equal(request_parse(&r, many.data, NULL), PROSPECT_OK);
    assert_int_equal(r.count, REQUEST_PARAMETERS_MAX);
    request_free(&r);
    buf_adds(&many, "b=1");
    assert_int_equal(request_parse(&r, many.data, NULL), PROSPECT_LIMIT);
    request_free(&r);
    buf_clear(&many);
    buf_addc(&many, '/');
    while (many.len <= REQUEST_TARGET_MAX)
        buf_addc(&many, 'a');
    assert_int_equal(request_parse(&r, many.data, NULL), PROSPECT_LIMIT);
    request_free(&r);
    buf_free(&many);
}

static void patterns_match_whole_paths(void **state)
{
    (void)state;
    static const struct {
        const char *path, *pattern, *id;
    } cases[] = {
        {"/search", "/search", ""},
        {"/search/", "/search", NULL},
        {"/documents/0af1", "/documents/{id}", "0af1"},
        {"/documents/", "/documents/{id}", NULL},
        {"/documents/0af1/text", "/documents/{id}", NULL},
        {"/documents/0af1/text", "/documents/{id}/text", "0af1"},
        {"/documents//text", "/documents/{id}/text", NULL},
        {"/documents/0af1/texts", "/documents/{id}/text", NULL},
        {"/documents/1234567890123456789012345678901234567890123456789012345678901234/text",
         "/documents/{id}/text",
         "1234567890123456789012345678901234567890123456789012345678901234"},
        {"/documents/12345678901234567890123456789012345678901234567890123456789012345",
         "/documents/{id}", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char id[65] = "";
        assert_int_equal(request_match(cases[i].path, cases[i].pattern, id), cases[i].id != NULL);
        if (cases[i].id != NULL)
            assert_string_equal(id, cases[i].id);
    }
}

/* What emit_* wrote, read back by another's parser. */
static json_t *parsed(struct buf *out)
{
    json_error_t error;
    json_t *value = json_loadb(out->data, out->len, JSON_DECODE_ANY, &error);
    if (value == NULL)
        fail_msg("%s at %d in %s", error.text, error.position, out->data);
    buf_free(out);
    return value;
}

static void json_holds_what_was_put_in(void **state)
{
    (void)state;
    struct buf out = {0};
    struct emit j;
    struct strlist list = {0};
    strlist_add(&list, "a");
    strlist_add(&list, "b\"");
    emit_start(&j, &out);
    emit_object(&j, NULL);
    emit_string(&j, "text", "\x01\t\n\"\\/é\x7f");
    emit_string(&j, "nothing", NULL);
    emit_uint(&j, "most", UINT64_MAX / 2);
    emit_int(&j, "least", INT64_MIN);
    emit_bool(&j, "yes", true);
    emit_strings(&j, "list", &list);
    emit_array(&j, "empty");
    emit_end(&j);
    emit_object(&j, "inner");
    emit_end(&j);
    emit_time(&j, "time", 1767607872);
    emit_time(&j, "never", 0);
    emit_end(&j);
    strlist_free(&list);
    json_t *v = parsed(&out);
    assert_string_equal(json_string_value(json_object_get(v, "text")), "\x01\t\n\"\\/é\x7f");
    assert_true(json_is_null(json_object_get(v, "nothing")));
    assert_true(json_integer_value(json_object_get(v, "most")) == INT64_MAX);
    assert_true(json_integer_value(json_object_get(v, "least")) == INT64_MIN);
    assert_true(json_is_true(json_object_get(v, "yes")));
    assert_int_equal(json_array_size(json_object_get(v, "list")), 2);
    assert_int_equal(json_array_size(json_object_get(v, "empty")), 0);
    assert_true(json_is_object(json_object_get(v, "inner")));
    assert_string_equal(json_string_value(json_object_get(v, "time")), "2026-01-05T10:11:12Z");
    assert_true(json_is_null(json_object_get(v, "never")));
    json_decref(v);
}

static void json_is_valid_whatever_the_bytes(void **state)
{
    (void)state;
    char bytes[256];
    struct buf out = {0};
    struct emit j;
    for (int i = 0; i < 256; i++)
        bytes[i] = (char)(255 - i);
    emit_start(&j, &out);
    emit_array(&j, NULL);
    emit_text(&j, NULL, bytes, 255);
    emit_text(&j, NULL, "\xed\xa0\x80\xc0\xaf\xf5", 6);
    emit_text(&j, NULL, "a\xe2\x82", 3);
    emit_end(&j);
    json_t *v = parsed(&out);
    assert_non_null(strstr(json_string_value(json_array_get(v, 0)), "\xef\xbf\xbd"));
    assert_string_equal(json_string_value(json_array_get(v, 2)), "a\xef\xbf\xbd");
    json_decref(v);
}

static void decimals_are_rounded(void **state)
{
    (void)state;
    static const struct {
        double value;
        unsigned digits;
        const char *text;
    } cases[] = {
        {0, 0, "0"},
        {0, 2, "0.00"},
        {1.4, 2, "1.40"},
        {0.83333, 4, "0.8333"},
        {0.99999, 2, "1.00"},
        {-0.5, 1, "-0.5"},
        {-0.0001, 2, "0.00"},
        {NAN, 2, "null"},
        {INFINITY, 2, "null"},
        {1e300, 2, "null"},
        {12345678, 6, "12345678.000000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        struct emit j;
        emit_start(&j, &out);
        emit_decimal(&j, NULL, cases[i].value, cases[i].digits);
        assert_string_equal(out.data, cases[i].text);
        buf_free(&out);
    }
}

static void ranges_follow_rfc_9110(void **state)
{
    (void)state;
    static const struct {
        const char *range;
        uint64_t size;
        int code;
        uint64_t first, length;
    } cases[] = {
        {NULL, 10, 200, 0, 10},
        {"bytes=0-0", 10, 206, 0, 1},
        {"bytes=0-", 10, 206, 0, 10},
        {"bytes=3-5", 10, 206, 3, 3},
        {"bytes=9-20", 10, 206, 9, 1},
        {"bytes=-3", 10, 206, 7, 3},
        {"bytes=-30", 10, 206, 0, 10},
        {"Bytes=1-2", 10, 206, 1, 2},
        {"bytes=10-", 10, 416, 0, 0},
        {"bytes=-0", 10, 416, 0, 0},
        {"bytes=0-", 0, 416, 0, 0},
        {"bytes=-1", 0, 416, 0, 0},
        {"bytes=99999999999999999999999-", 10, 416, 0, 0},
        {"bytes=0-99999999999999999999999", 10, 206, 0, 10},
        {"bytes=5-3", 10, 200, 0, 10},
        {"bytes=0-1,3-4", 10, 200, 0, 10},
        {"bytes=-", 10, 200, 0, 10},
        {"bytes=", 10, 200, 0, 10},
        {"bytes=a-b", 10, 200, 0, 10},
        {"bytes=1--2", 10, 200, 0, 10},
        {"pages=1-2", 10, 200, 0, 10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct range_file file = {cases[i].size, 0, "\"e\""};
        struct range_headers headers = {.range = cases[i].range};
        struct range r = range_choose(&file, &headers);
        assert_int_equal(r.code, cases[i].code);
        assert_true(r.first == cases[i].first && r.length == cases[i].length);
    }
}

static void a_client_that_has_the_file_does_not_get_it_again(void **state)
{
    (void)state;
    static const char when[] = "Tue, 18 Oct 2016 09:30:00 GMT";
    static const struct {
        struct range_headers headers;
        int code;
    } cases[] = {
        {{.if_none_match = "\"e\""}, 304},
        {{.if_none_match = "W/\"e\""}, 304},
        {{.if_none_match = "\"a,\", \"e\""}, 304},
        {{.if_none_match = "*"}, 304},
        {{.if_none_match = "\"f\""}, 200},
        {{.if_none_match = ""}, 200},
        {{.if_none_match = "\"f\"", .if_modified_since = when}, 200},
        {{.if_modified_since = when}, 304},
        {{.if_modified_since = "yesterday"}, 200},
        {{.range = "bytes=0-1", .if_range = "\"e\""}, 206},
        {{.range = "bytes=0-1", .if_range = "\"f\""}, 200},
        {{.range = "bytes=0-1", .if_range = when}, 206},
        {{.range = "bytes=0-1", .if_none_match = "\"e\""}, 304},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct range_file file = {10, 1476783000, "\"e\""};
        assert_int_equal(range_choose(&file, &cases[i].headers).code, cases[i].code);
    }
}

static void file_names_cannot_break_out_of_their_header(void **state)
{
    (void)state;
    static const struct {
        bool show;
        const char *name, *header;
    } cases[] = {
        {true, "pay-gap.pdf", "inline; filename=\"pay-gap.pdf\"; filename*=UTF-8''pay-gap.pdf"},
        {false, "a b.txt", "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt"},
        {false, "é\"\\%\r\n",
         "attachment; filename=\"______"
         "_\"; filename*=UTF-8''%C3%A9%22%5C%25%0D%0A"},
        {false, "\xff", "attachment; filename=\"_\"; filename*=UTF-8''%FF"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        range_disposition(&out, cases[i].show, cases[i].name);
        assert_string_equal(out.data, cases[i].header);
        buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_split_first_and_decoded_then),
        cmocka_unit_test(a_whole_url_tells_its_host),
        cmocka_unit_test(an_empty_value_counts_as_none_where_that_is_asked_for),
        cmocka_unit_test(nonsense_and_hugeness_are_refused),
        cmocka_unit_test(patterns_match_whole_paths),
        cmocka_unit_test(json_holds_what_was_put_in),
        cmocka_unit_test(json_is_valid_whatever_the_bytes),
        cmocka_unit_test(decimals_are_rounded),
        cmocka_unit_test(ranges_follow_rfc_9110),
        cmocka_unit_test(a_client_that_has_the_file_does_not_get_it_again),
        cmocka_unit_test(file_names_cannot_break_out_of_their_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
