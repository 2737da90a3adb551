/* The HTTP server, asked over real sockets about a real index. */
#include "tests/server_fixture.h"

#include "daemon/resources.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

static struct fixture fixture;

/* One server for all tests. */
static int start(void **state)
{
    (void)state;
    fixture_start(&fixture, NULL);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    fixture.rescans = fixture.retries = fixture.reindexes = fixture.searches = 0;
    fixture.boxes = true;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    fixture_stop(&fixture);
    return 0;
}

static json_t *get_json(const char *target)
{
    char type[512];
    struct response r = get(&fixture, target);
    if (r.code != 200)
        fail_msg("%s: %d %s", target, r.code, r.body);
    assert_string_equal(header_of(&r, "Content-Type", type), "application/json");
    json_t *v = json_of(&r);
    response_free(&r);
    return v;
}

/* ---- searching --------------------------------------------------------------------------------
 */

static void a_search_finds_the_document_and_its_page(void **state)
{
    (void)state;
    json_t *v = get_json("/search?q=pay+gap");
    json_t *hit = json_array_get(json_object_get(v, "hits"), 0);
    assert_int_equal(number(v, "total"), 1);
    assert_string_equal(text(hit, "path"), "pay gap.pdf");
    assert_int_equal(number(hit, "page"), 2);
    assert_non_null(strstr(text(hit, "snippet"), "<mark>pay</mark>"));
    assert_string_equal(text(hit, "id"), pdf_id);
    json_decref(v);
}

static void the_same_goes_over_tcp(void **state)
{
    (void)state;
    char head[200], value[512];
    snprintf(head, sizeof head, "GET /search?q=pay HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n",
             fixture.port);
    struct response r = ask(&fixture, true, head);
    assert_int_equal(r.code, 200);
    assert_string_equal(header_of(&r, "Prospect-API", value), "1");
    assert_string_equal(header_of(&r, "X-Content-Type-Options", value), "nosniff");
    assert_string_equal(header_of(&r, "Cache-Control", value), "private, no-cache");
    assert_non_null(strstr(header_of(&r, "Content-Security-Policy", value), "default-src 'none'"));
    response_free(&r);
}

static void head_is_get_without_the_body(void **state)
{
    (void)state;
    char whole[512], length[512];
    struct response r = get(&fixture, "/healthz");
    header_of(&r, "Content-Length", whole);
    response_free(&r);
    int fd = connect_unix(&fixture);
    send_text(fd,
              "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    r = receive(fd, true);
    assert_int_equal(r.code, 200);
    assert_string_equal(header_of(&r, "Content-Length", length), whole);
    response_free(&r);
    r = receive(fd, false);
    assert_string_equal(r.body, "ok\n");
    response_free(&r);
    close(fd);
}

static void bad_parameters_are_problems_with_a_line(void **state)
{
    (void)state;
    expect_problem(get(&fixture, "/search?size=1000"), 400, "1 to 100");
    expect_problem(get(&fixture, "/search?q=%ff"), 400, "UTF-8");
    expect_problem(get(&fixture, "/search?q=a%00b"), 400, "NUL");
    expect_problem(get(&fixture, "/failures?size=0"), 400, "size");
    expect_problem(get(&fixture, "/suggest?q=%ff"), 400, "UTF-8");
    char target[1200] = "/search?q=";
    memset(target + 10, 'a', 1100);
    target[1110] = '\0';
    expect_problem(get(&fixture, target), 400, "");
}

static void what_is_not_there_is_not_found(void **state)
{
    (void)state;
    expect_problem(get(&fixture, "/metrics"), 404, "/metrics");
    expect_problem(get(&fixture, "/documents/none"), 404, "none");
    expect_problem(get(&fixture, target_of(pdf_id, "/similar")), 404, "/similar");
    expect_problem(get(&fixture, target_of(pdf_id, "/text?unit=9")), 404, "1 to 3");
    expect_problem(get(&fixture, target_of(html_id, "/text?page=1")), 404, "unit=N");
    expect_problem(get(&fixture, target_of(secret_id, "/content")), 410, "cannot be opened");
}

static void a_wrong_method_is_told_the_right_ones(void **state)
{
    (void)state;
    char allow[512];
    static const char *const methods[] = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        char head[100];
        snprintf(head, sizeof head, "%s /search HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n",
                 methods[i]);
        struct response r = ask(&fixture, false, head);
        assert_string_equal(header_of(&r, "Allow", allow), "GET, HEAD");
        expect_problem(r, 405, methods[i]);
    }
    struct response r = ask(&fixture, false, "FROB /search HTTP/1.1\r\nHost: x\r\n");
    assert_true(r.code >= 400);
    response_free(&r);
}

static void hits_come_as_csv_too(void **state)
{
    (void)state;
    char type[512];
    struct response r = get(&fixture, "/search?q=gender&format=csv");
    assert_int_equal(r.code, 200);
    assert_non_null(strstr(header_of(&r, "Content-Type", type), "text/csv"));
    assert_non_null(strstr(r.body, "title,authors,"));
    assert_non_null(strstr(r.body, "\"page.html\""));
    response_free(&r);
}

static void the_page_shows_hits_and_escapes_everything(void **state)
{
    (void)state;
    char value[512];
    struct response r = get(&fixture, "/?q=gender+%3Cscript%3E%22&lang=%22%3E%3Cx%3E");
    assert_int_equal(r.code, 200);
    assert_non_null(strstr(r.body, "value=\"gender &lt;script&gt;&quot;\""));
    assert_null(strstr(r.body, "<script"));
    assert_null(strstr(r.body, "<x>"));
    response_free(&r);
    r = get(&fixture, "/?q=gender");
    assert_non_null(strstr(header_of(&r, "Content-Type", value), "text/html"));
    assert_non_null(strstr(header_of(&r, "Content-Security-Policy", value), "style-src 'self'"));
    assert_non_null(strstr(r.body, "&lt;i&gt;The pay gap&lt;/i&gt;"));
    assert_null(strstr(r.body, "<i>"));
    assert_non_null(strstr(r.body, "<mark>gender</mark>"));
    assert_non_null(strstr(r.body, "#page="));
    response_free(&r);
    r = get(&fixture, "/?size=0");
    assert_int_equal(r.code, 400);
    assert_non_null(strstr(r.body, "1 to 100"));
    response_free(&r);
}

static void the_page_has_what_it_refers_to(void **state)
{
    (void)state;
    char type[512];
    struct response r = get(&fixture, "/style.css");
    assert_int_equal(r.code, 200);
    assert_string_equal(header_of(&r, "Content-Type", type), "text/css; charset=utf-8");
    assert_non_null(strstr(r.body, "mark {"));
    response_free(&r);
    r = ask(&fixture, false, "GET /opensearch.xml HTTP/1.1\r\nHost: find.example:80\r\n");
    assert_int_equal(r.code, 200);
    assert_non_null(strstr(r.body, "template=\"http://find.example:80/?q={searchTerms}&amp;"));
    response_free(&r);
    r = get(&fixture, "/suggest?q=gend");
    assert_int_equal(r.code, 200);
    json_t *v = json_of(&r);
    assert_string_equal(json_string_value(json_array_get(v, 0)), "gend");
    assert_string_equal(json_string_value(json_array_get(json_array_get(v, 1), 0)), "gender");
    json_decref(v);
    response_free(&r);
}

/* ---- one document -----------------------------------------------------------------------------
 */

static void a_document_tells_all_that_is_known(void **state)
{
    (void)state;
    json_t *v = get_json(target_of(pdf_id, ""));
    assert_string_equal(text(v, "title"), "<i>The pay gap</i>");
    assert_int_equal(json_array_size(json_object_get(v, "pages")), 3);
    assert_int_equal(json_array_size(json_object_get(v, "sources")), 1);
    json_decref(v);
    struct response r = get(&fixture, target_of(pdf_id, "/text?page=2"));
    assert_int_equal(r.code, 200);
    assert_string_equal(r.body, "one gender two pay gap six");
    response_free(&r);
    r = get(&fixture, target_of(pdf_id, "/text"));
    assert_non_null(strchr(r.body, '\f'));
    response_free(&r);
}

static struct response get_with(const char *target, const char *header)
{
    char head[800];
    snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", target, header);
    return ask(&fixture, false, head);
}

static void a_file_is_served_whole_or_in_part(void **state)
{
    (void)state;
    char value[512], header[600];
    const char *target = target_of(pdf_id, "/content");
    struct response r = get(&fixture, target);
    assert_int_equal(r.code, 200);
    assert_string_equal(r.body, PDF_BYTES);
    assert_string_equal(header_of(&r, "Content-Type", value), "application/pdf");
    assert_non_null(strstr(header_of(&r, "Content-Disposition", value), "inline"));
    assert_string_equal(header_of(&r, "Accept-Ranges", value), "bytes");
    snprintf(header, sizeof header, "If-None-Match: %s", header_of(&r, "ETag", value));
    response_free(&r);
    r = get_with(target, header);
    assert_int_equal(r.code, 304);
    response_free(&r);
    r = get_with(target, "Range: bytes=9-12");
    assert_int_equal(r.code, 206);
    assert_string_equal(r.body, "0123");
    snprintf(header, sizeof header, "bytes 9-12/%zu", strlen(PDF_BYTES));
    assert_string_equal(header_of(&r, "Content-Range", value), header);
    response_free(&r);
    r = get_with(target, "Range: bytes=5000-");
    assert_string_equal(header_of(&r, "Content-Range", value) + 6, "*/31");
    expect_problem(r, 416, "31 bytes");
}

static void a_page_of_somebody_elses_is_never_shown_as_ours(void **state)
{
    (void)state;
    char value[512];
    struct response r = get(&fixture, target_of(html_id, "/content"));
    assert_int_equal(r.code, 200);
    assert_string_equal(r.body, "<script>alert(1)</script>");
    assert_non_null(strstr(header_of(&r, "Content-Disposition", value), "attachment"));
    assert_non_null(strstr(header_of(&r, "Content-Security-Policy", value), "sandbox"));
    assert_string_equal(header_of(&r, "X-Content-Type-Options", value), "nosniff");
    response_free(&r);
}

static void hits_in_a_document_have_boxes(void **state)
{
    (void)state;
    json_t *v = get_json(target_of(pdf_id, "/hits?q=gender"));
    json_t *hit = json_array_get(json_object_get(v, "hits"), 0);
    assert_int_equal(number(v, "total"), 2);
    assert_int_equal(number(hit, "page"), 2);
    assert_int_equal(number(hit, "next"), 3);
    assert_int_equal(json_array_size(json_object_get(hit, "boxes")), 1);
    assert_true(json_is_false(json_object_get(v, "boxes_complete"))); /* page 3 did not come */
    json_decref(v);
    fixture.boxes = false;
    v = get_json(target_of(pdf_id, "/hits?q=gender"));
    assert_int_equal(number(v, "total"), 2);
    assert_true(json_is_false(json_object_get(v, "boxes_complete")));
    json_decref(v);
    v = get_json(target_of(html_id, "/hits?q=gender"));
    assert_int_equal(number(v, "total"), 1);
    assert_true(json_is_true(json_object_get(v, "boxes_complete")));
    json_decref(v);
}

static void a_file_that_has_changed_since_has_no_boxes(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof path, "%s/files/pay gap.pdf", fixture.dir);
    assert_int_equal(utimensat(AT_FDCWD, path, NULL, 0), 0);
    json_t *v = get_json(target_of(pdf_id, "/hits?q=gender"));
    json_t *hit = json_array_get(json_object_get(v, "hits"), 0);
    assert_int_equal(json_array_size(json_object_get(hit, "boxes")), 0);
    assert_true(json_is_false(json_object_get(v, "boxes_complete")));
    json_decref(v);
}

/* ---- the daemon -------------------------------------------------------------------------------
 */

static void status_and_failures_are_told(void **state)
{
    (void)state;
    json_t *v = get_json("/status");
    json_t *root = json_array_get(json_object_get(v, "roots"), 0);
    assert_int_equal(number(v, "documents"), 3);
    assert_int_equal(number(root, "indexed"), 3);
    assert_int_equal(number(root, "ignored"), 4);
    json_decref(v);
    v = get_json("/failures");
    assert_int_equal(number(v, "total"), 0);
    json_decref(v);
}

static void what_is_no_document_is_listed_for_the_admin_only(void **state)
{
    (void)state;
    struct response r = ask(&fixture, false, "GET /ignored HTTP/1.1\r\nHost: x\r\n");
    assert_int_equal(r.code, 200);
    json_t *v = json_of(&r);
    json_t *first = json_array_get(json_object_get(v, "ignored"), 0);
    assert_int_equal(number(v, "total"), 1);
    assert_string_equal(json_string_value(json_object_get(first, "path")), "~$page.html");
    assert_string_equal(json_string_value(json_object_get(first, "reason")), "temporary");
    json_decref(v);
    response_free(&r);
    expect_problem(ask(&fixture, true, "GET /ignored HTTP/1.1\r\nHost: localhost\r\n"), 403, "");
}

static void the_daemons_own_user_may_administer(void **state)
{
    (void)state;
    struct response r = ask(&fixture, false, "POST /rescan HTTP/1.1\r\nHost: x\r\n");
    assert_int_equal(r.code, 202);
    response_free(&r);
    r = ask(&fixture, false, "POST /retry?path=a.pdf HTTP/1.1\r\nHost: x\r\n");
    assert_int_equal(r.code, 202);
    response_free(&r);
    expect_problem(ask(&fixture, false, "POST /retry?path=unknown HTTP/1.1\r\nHost: x\r\n"), 404,
                   "no failure");
    r = ask(&fixture, false, "POST /reindex?read=1 HTTP/1.1\r\nHost: x\r\n");
    assert_int_equal(r.code, 202);
    response_free(&r);
    assert_int_equal(fixture.rescans, 1);
    assert_int_equal(fixture.retries, 1);
    assert_int_equal(fixture.reindexes, 100);
}

static void who_searches_or_types_is_noticed_and_no_other(void **state)
{
    static const char *const targets[] = {"/search?q=gap", "/suggest?q=ga", "/?q=gap",
                                          "/status",       "/failures",     "/healthz"};
    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct response r = get(&fixture, targets[i]);
        assert_int_equal(r.code, 200);
        response_free(&r);
    }
    assert_int_equal(fixture.searches, 3);
}

static void on_tcp_the_token_is_needed(void **state)
{
    (void)state;
    expect_problem(ask(&fixture, true, "POST /rescan HTTP/1.1\r\nHost: localhost\r\n"), 403,
                   "Bearer");
    expect_problem(ask(&fixture, true,
                       "POST /rescan HTTP/1.1\r\nHost: localhost\r\n"
                       "Authorization: Bearer 0123456789abcdef0123456789abcdee\r\n"),
                   403, "Bearer");
    assert_int_equal(fixture.rescans, 0);
    struct response r = ask(&fixture, true,
                            "POST /rescan HTTP/1.1\r\nHost: localhost\r\n"
                            "Authorization: Bearer " TOKEN "\r\n");
    assert_int_equal(r.code, 202);
    assert_int_equal(fixture.rescans, 1);
    response_free(&r);
}

static void who_may_see_a_document_finds_it(void **state)
{
    (void)state;
    assert_int_equal(total_for(&fixture, true, ""), 2);
    assert_int_equal(total_for(&fixture, true, "X-Prospect-Groups: staff\r\n"), 2);
    assert_int_equal(total_for(&fixture, true, "Authorization: Bearer " TOKEN "\r\n"), 3);
    assert_int_equal(total_for(&fixture, false, ""), 3);
    char head[200];
    snprintf(head, sizeof head, "GET /documents/%s HTTP/1.1\r\nHost: localhost\r\n", secret_id);
    expect_problem(ask(&fixture, true, head), 404, secret_id);
}

static void a_foreign_host_is_refused_on_tcp_only(void **state)
{
    (void)state;
    expect_problem(ask(&fixture, true, "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n"), 421,
                   "Host");
    expect_problem(ask(&fixture, true, "GET /healthz HTTP/1.1\r\n"), 421, "Host");
    expect_problem(
        ask(&fixture, true, "GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n"), 421,
        "Host");
    expect_problem(
        ask(&fixture, true, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n"), 400,
        "more than once");
    static const char *const good[] = {
        "GET /healthz HTTP/1.1\r\nHost: find.example\r\n",
        "GET /healthz HTTP/1.1\r\nHost: LOCALHOST:80\r\n",
        "GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct response r = ask(&fixture, true, good[i]);
        if (r.code != 200)
            fail_msg("%d for %s", r.code, good[i]);
        response_free(&r);
    }
    struct response r = ask(&fixture, false, "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n");
    assert_int_equal(r.code, 200);
    response_free(&r);
}

static void resources_are_found_by_method_and_path(void **state)
{
    (void)state;
    char id[65];
    static const struct {
        const char *method, *path, *usage, *allow;
    } cases[] = {
        {"GET", "/search", "hits", ""},
        {"HEAD", "/search", "hits", ""},
        {"POST", "/rescan", "scan again now", ""},
        {"GET", "/rescan", NULL, "POST"},
        {"POST", "/search", NULL, "GET, HEAD"},
        {"OPTIONS", "/search", NULL, "GET, HEAD"},
        {"GET", "/metrics", NULL, ""},
        {"GET", "/documents/ab/similar", NULL, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf allow = {0};
        const struct resource *r = resources_find(cases[i].method, cases[i].path, id, &allow);
        if (cases[i].usage == NULL)
            assert_null(r);
        else
            assert_string_equal(r->usage, cases[i].usage);
        assert_string_equal(buf_str(&allow), cases[i].allow);
        buf_free(&allow);
    }
}

#define WITH_SERVER(test) cmocka_unit_test_setup(test, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resources_are_found_by_method_and_path),
        WITH_SERVER(a_search_finds_the_document_and_its_page),
        WITH_SERVER(the_same_goes_over_tcp),
        WITH_SERVER(head_is_get_without_the_body),
        WITH_SERVER(bad_parameters_are_problems_with_a_line),
        WITH_SERVER(what_is_not_there_is_not_found),
        WITH_SERVER(a_wrong_method_is_told_the_right_ones),
        WITH_SERVER(hits_come_as_csv_too),
        WITH_SERVER(the_page_shows_hits_and_escapes_everything),
        WITH_SERVER(the_page_has_what_it_refers_to),
        WITH_SERVER(a_document_tells_all_that_is_known),
        WITH_SERVER(a_file_is_served_whole_or_in_part),
        WITH_SERVER(a_page_of_somebody_elses_is_never_shown_as_ours),
        WITH_SERVER(hits_in_a_document_have_boxes),
        WITH_SERVER(a_file_that_has_changed_since_has_no_boxes),
        WITH_SERVER(status_and_failures_are_told),
        WITH_SERVER(what_is_no_document_is_listed_for_the_admin_only),
        WITH_SERVER(the_daemons_own_user_may_administer),
        WITH_SERVER(who_searches_or_types_is_noticed_and_no_other),
        WITH_SERVER(on_tcp_the_token_is_needed),
        WITH_SERVER(who_may_see_a_document_finds_it),
        WITH_SERVER(a_foreign_host_is_refused_on_tcp_only),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
