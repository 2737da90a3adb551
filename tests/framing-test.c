/* Which bytes are requests, whole and byte by byte. */
#include "daemon/framing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GET           "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
#define BYTES(string) string, sizeof string - 1
#define POST          "POST /rescan HTTP/1.1\r\nHost: x\r\n"

static const struct {
    const char *bytes;
    size_t length;
    int code;
    unsigned requests; /* complete before that */
} cases[] = {
    {BYTES(GET), 0, 1},
    {BYTES(GET GET GET), 0, 3},
    {BYTES("GET /a?b=%00&c=d HTTP/1.0\r\n\r\n"), 0, 1},
    {BYTES("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"), 0, 1},
    {BYTES("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"), 0, 1},
    {BYTES("HEAD / HTTP/1.1\r\nHost: x\r\nX-Empty:\r\nX-Tab:\ta\tb \r\n\r\n"), 0, 1},
    {BYTES(POST "Content-Length: 3\r\n\r\nabc" GET), 0, 2},
    {BYTES(POST "Content-Length: 0\r\n\r\n" GET), 0, 2},
    {BYTES(POST "\r\n" GET), 0, 2},
    {BYTES(POST "Content-Length: 4\r\n\r\na\0\r\n" GET), 0, 2},
    /* the request line */
    {BYTES("\r\n" GET), 400, 0},
    {BYTES("GET / HTTP/1.1 \r\n\r\n"), 400, 0},
    {BYTES("GET  / HTTP/1.1\r\n\r\n"), 400, 0},
    {BYTES("GET /\r\n\r\n"), 400, 0},
    {BYTES("GET\r\n\r\n"), 400, 0},
    {BYTES("GET x HTTP/1.1\r\n\r\n"), 400, 0},
    {BYTES("GET * HTTP/1.1\r\n\r\n"), 400, 0},
    {BYTES("GET /\x7f HTTP/1.1\r\n\r\n"), 400, 0},
    {BYTES("GET /\xc3\xa9 HTTP/1.1\r\n\r\n"), 400, 0},
    {BYTES("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n"), 400, 0},
    {BYTES("G(T / HTTP/1.1\r\n\r\n"), 400, 0},
    {BYTES("get / HTTP/1.1\r\nHost: x\r\n\r\n"), 501, 0},
    {BYTES("BREW / HTTP/1.1\r\nHost: x\r\n\r\n"), 501, 0},
    {BYTES("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), 505, 0},
    {BYTES("GET / HTTP/1.1.1\r\nHost: x\r\n\r\n"), 400, 0},
    {BYTES("GET / http/1.1\r\nHost: x\r\n\r\n"), 400, 0},
    /* line ends and control bytes */
    {BYTES("GET / HTTP/1.1\nHost: x\n\n"), 400, 0},
    {BYTES("GET / HTTP/1.1\r\nHost: x\n\r\n"), 400, 0},
    {BYTES("GET / HTTP/1.1\r\nHost: x\r\r\n\r\n"), 400, 0},
    {BYTES("GET / HTTP/1.1\rHost: x\r\n\r\n"), 400, 0},
    {BYTES("GET /\0 HTTP/1.1\r\n\r\n"), 400, 0},
    {BYTES("GET / HTTP/1.1\r\nX: a\0b\r\n\r\n"), 400, 0},
    {BYTES("GET / HTTP/1.1\r\nX: \x1b[m\r\n\r\n"), 400, 0},
    {BYTES("\x16\x03\x01\x02"), 400, 0}, /* TLS */
    /* headers */
    {BYTES("GET / HTTP/1.1\r\nno colon\r\n\r\n"), 400, 0},
    {BYTES("GET / HTTP/1.1\r\n: x\r\n\r\n"), 400, 0},
    {BYTES("GET / HTTP/1.1\r\nHost : x\r\n\r\n"), 400, 0},
    {BYTES("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n"), 400, 0},
    {BYTES("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"), 400, 0},
    {BYTES("GET / HTTP/1.1\r\nhost: x\r\nHOST: x\r\n\r\n"), 400, 0},
    /* where a request ends */
    {BYTES(POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"), 400, 0},
    {BYTES(POST "Content-Length: 1, 1\r\n\r\n"), 400, 0},
    {BYTES(POST "Content-Length: -1\r\n\r\n"), 400, 0},
    {BYTES(POST "Content-Length: +1\r\n\r\n"), 400, 0},
    {BYTES(POST "Content-Length: 0x1\r\n\r\n"), 400, 0},
    {BYTES(POST "Content-Length:\r\n\r\n"), 400, 0},
    {BYTES(POST "Content-Length: 99999999999999999999999\r\n\r\n"), 413, 0},
    {BYTES(POST "Content-Length: 65537\r\n\r\n"), 413, 0},
    {BYTES(POST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400, 0},
    {BYTES(POST "transfer-encoding: identity\r\nContent-Length: 1\r\n\r\n"), 400, 0},
    {BYTES("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /"), 400, 0},
    {BYTES(GET "nonsense\r\n\r\n" GET), 400, 1},
};

static void check(size_t i, size_t step)
{
    struct framing f = {0};
    size_t length = cases[i].length;
    for (size_t at = 0; at < length; at += step) {
        /* in memory of just that size, for the sanitizer */
        size_t n = length - at < step ? length - at : step;
        char *part = malloc(n);
        memcpy(part, cases[i].bytes + at, n);
        framing_feed(&f, part, n);
        free(part);
    }
    if (f.code != cases[i].code || f.requests != cases[i].requests || (f.code && !f.why))
        fail_msg("case %zu by %zu bytes: %d (%s) after %u", i, step, f.code, f.why ? f.why : "",
                 (unsigned)f.requests);
    if (!f.code)
        assert_false(framing_inside(&f));
    framing_free(&f);
}

static void requests_are_told_from_what_is_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 1; step < 8; step += 3)
            check(i, step);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(i, 10000);
}

static void heads_have_a_length_and_bodies_too(void **state)
{
    (void)state;
    struct framing f = {0};
    char head[FRAMING_HEAD_MAX + 100];
    int n = snprintf(head, sizeof head, "GET / HTTP/1.1\r\nHost: x\r\nX: ");
    memset(head + n, 'a', sizeof head - (size_t)n);
    memcpy(head + FRAMING_HEAD_MAX - 4, "\r\n\r\n", 4);
    framing_feed(&f, head, FRAMING_HEAD_MAX);
    assert_int_equal(f.code, 0);
    assert_int_equal(f.requests, 1);
    memset(head + FRAMING_HEAD_MAX - 4, 'a', 4);
    framing_feed(&f, head, FRAMING_HEAD_MAX);
    assert_int_equal(f.code, 0);
    framing_feed(&f, "a", 1);
    assert_int_equal(f.code, 431);
    framing_free(&f);
}

static void a_request_is_under_way_from_its_first_byte_to_its_last(void **state)
{
    (void)state;
    struct framing f = {0};
    const char *request = POST "Content-Length: 2\r\n\r\nab";
    for (const char *at = request; *at; at++) {
        assert_int_equal(framing_inside(&f), at > request);
        framing_feed(&f, at, 1);
    }
    assert_false(framing_inside(&f));
    assert_int_equal(f.requests, 1);
    framing_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_told_from_what_is_none),
        cmocka_unit_test(heads_have_a_length_and_bodies_too),
        cmocka_unit_test(a_request_is_under_way_from_its_first_byte_to_its_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
