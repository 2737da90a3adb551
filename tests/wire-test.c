/* Frames: round trips, and what happens to cut, overlong and invented ones. */
#include "daemon/wire.h"
#include "index/base/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct wire_job sample_job(void)
{
    return (struct wire_job){
        .id = 77,
        .job = {PROSPECT_JOB_EXTRACT, 2, UINT32_MAX, 1},
        .size = 1ULL << 40,
        .name = "caf\xe9 \n.pdf",
        .mime = NULL,
        .config = "pdf.boxes=no\nhtml.nav=yes\n",
        .limits = {20000, 15, 1ULL << 31, 64 << 20, 100, 1ULL << 30},
    };
}

static struct wire_frame only_frame(struct wire_reader *r, const struct buf *b)
{
    struct wire_frame f = {0};
    wire_feed(r, b->data, b->len);
    assert_int_equal(wire_next(r, &f), 1);
    return f;
}

static void a_job_comes_back(void **state)
{
    (void)state;
    struct wire_job in = sample_job(), out;
    struct buf b = {0};
    struct wire_reader r = {0};
    wire_put_job(&b, &in);
    struct wire_frame f = only_frame(&r, &b);
    assert_int_equal(f.type, WIRE_JOB);
    assert_true(wire_get_job(f.payload, f.length, &out));
    assert_int_equal(out.id, 77);
    assert_int_equal(out.job.first_unit, 2);
    assert_int_equal(out.job.last_unit, UINT32_MAX);
    assert_int_equal(out.job.want_boxes, 1);
    assert_true(out.size == in.size);
    assert_string_equal(out.name, in.name);
    assert_null(out.mime);
    assert_string_equal(out.config, in.config);
    assert_int_equal(out.limits.wall_ms, in.limits.wall_ms);
    assert_int_equal(out.limits.cpu_seconds, in.limits.cpu_seconds);
    assert_true(out.limits.memory == in.limits.memory);
    assert_true(out.limits.text == in.limits.text);
    assert_int_equal(out.limits.children, in.limits.children);
    assert_true(out.limits.child_bytes == in.limits.child_bytes);
    assert_true(out.limits.expanded == in.limits.expanded);
    wire_job_free(&out);
    wire_reader_free(&r);
    buf_free(&b);
}

static const struct wire_sandbox sandbox = {.seccomp = true, .landlock = 7, .uid = true};
static struct wire_sandbox got;

static void a_hello_comes_back(void **state)
{
    (void)state;
    struct wire_plugin in[] = {
        {"pdf.so", "pdf", "1.2", "GPL-3.0-or-later", 0, "application/pdf", -7, 45, NULL},
        {"broken.so", NULL, NULL, NULL, 0, NULL, 0, 0, "no symbol"},
    };
    struct wire_plugin *out;
    struct buf b = {0};
    struct wire_reader r = {0};
    uint64_t version;
    size_t n;
    wire_put_hello(&b, &sandbox, in, 2);
    struct wire_frame f = only_frame(&r, &b);
    assert_true(wire_get_hello(f.payload, f.length, &version, &got, &out, &n));
    assert_int_equal(version, WIRE_VERSION);
    assert_int_equal(n, 2);
    assert_true(got.seccomp && !got.rlimits && got.uid);
    assert_int_equal(got.landlock, 7);
    assert_string_equal(out[0].name, "pdf");
    assert_string_equal(out[0].types, "application/pdf");
    assert_int_equal(out[0].priority, -7);
    assert_int_equal(out[0].objects, 45);
    assert_null(out[0].refused);
    assert_null(out[1].name);
    assert_string_equal(out[1].refused, "no symbol");
    while (n > 0)
        wire_plugin_free(&out[--n]);
    free(out);
    wire_reader_free(&r);
    buf_free(&b);
}

/* Each payload one byte shorter, copied to memory of just that size so that the sanitizer sees any
 * read behind it. */
static void a_message_cut_at_any_byte_is_refused(void **state)
{
    (void)state;
    struct wire_job job = sample_job();
    struct wire_plugin plugin = {"a.so", "a", "1", "MIT", 0, "text/plain", 0, 2, NULL};
    struct buf b = {0};
    wire_put_job(&b, &job);
    for (size_t n = 0; n < b.len - WIRE_HEADER; n++) {
        char *cut = malloc(n ? n : 1);
        memcpy(cut, b.data + WIRE_HEADER, n);
        struct wire_job out;
        assert_false(wire_get_job(cut, n, &out));
        assert_null(out.name);
        free(cut);
    }
    buf_clear(&b);
    wire_put_hello(&b, &sandbox, &plugin, 1);
    for (size_t n = 0; n < b.len - WIRE_HEADER; n++) {
        char *cut = malloc(n ? n : 1);
        memcpy(cut, b.data + WIRE_HEADER, n);
        struct wire_plugin *out;
        uint64_t version;
        size_t count;
        assert_false(wire_get_hello(cut, n, &version, &got, &out, &count));
        assert_null(out);
        assert_int_equal(count, 0);
        free(cut);
    }
    buf_free(&b);
}

static void bytes_behind_a_message_are_refused(void **state)
{
    (void)state;
    struct wire_job job = sample_job(), out;
    struct buf b = {0};
    wire_put_job(&b, &job);
    buf_addc(&b, 'x');
    assert_false(wire_get_job(b.data + WIRE_HEADER, b.len - WIRE_HEADER, &out));
    buf_free(&b);
}

static void a_hello_cannot_promise_more_plugins_than_it_has(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1, 999, 1001, UINT32_MAX, UINT64_MAX};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct buf b = {0};
        struct wire_plugin *out;
        uint64_t version;
        size_t n;
        pack_u64(&b, WIRE_VERSION);
        for (unsigned j = 0; j < 4; j++) /* the sandbox */
            pack_u64(&b, 0);
        pack_u64(&b, counts[i]);
        assert_false(wire_get_hello(b.data, b.len, &version, &got, &out, &n));
        assert_null(out);
        buf_free(&b);
    }
}

static void a_plugin_in_use_has_name_version_and_types(void **state)
{
    (void)state;
    struct wire_plugin in[] = {
        {"a.so", NULL, "1", "MIT", 0, "text/plain", 0, 2, NULL},
        {"a.so", "a", NULL, "MIT", 0, "text/plain", 0, 2, NULL},
        {"a.so", "a", "1", "MIT", 0, NULL, 0, 2, NULL},
        {NULL, "a", "1", "MIT", 0, "text/plain", 0, 2, NULL},
    };
    for (size_t i = 0; i < sizeof in / sizeof *in; i++) {
        struct buf b = {0};
        struct wire_plugin *out;
        uint64_t version;
        size_t n;
        wire_put_hello(&b, &sandbox, &in[i], 1);
        assert_false(
            wire_get_hello(b.data + WIRE_HEADER, b.len - WIRE_HEADER, &version, &got, &out, &n));
        buf_free(&b);
    }
}

static void a_hello_of_another_version_tells_only_that(void **state)
{
    (void)state;
    struct buf b = {0};
    struct wire_plugin *out;
    uint64_t version;
    size_t n;
    pack_u64(&b, WIRE_VERSION + 1);
    buf_adds(&b, "\xff\xff\xff whatever comes");
    assert_true(wire_get_hello(b.data, b.len, &version, &got, &out, &n));
    assert_int_equal(version, WIRE_VERSION + 1);
    assert_int_equal(n, 0);
    buf_free(&b);
}

static void frames_come_whole_however_the_bytes_arrive(void **state)
{
    (void)state;
    struct buf b = {0};
    for (uint32_t i = 0; i < 4; i++) {
        size_t mark = wire_begin(&b, (enum wire_type)(WIRE_DETECTED + i));
        for (uint32_t j = 0; j < i * 100; j++)
            buf_addc(&b, (char)j);
        wire_end(&b, mark);
    }
    for (size_t step = 1; step < 120; step += 7) {
        struct wire_reader r = {0};
        struct wire_frame f;
        uint32_t seen = 0;
        for (size_t at = 0; at < b.len; at += step) {
            wire_feed(&r, b.data + at, b.len - at < step ? b.len - at : step);
            for (; wire_next(&r, &f) == 1; seen++) {
                assert_int_equal(f.type, WIRE_DETECTED + seen);
                assert_int_equal(f.length, seen * 100);
                assert_true(f.length == 0 || f.payload[f.length - 1] == (char)(f.length - 1));
            }
        }
        assert_int_equal(seen, 4);
        assert_int_equal(wire_next(&r, &f), 0);
        wire_reader_free(&r);
    }
    buf_free(&b);
}

static void the_first_bytes_of_a_frame_tell_that_it_is_too_long(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        int expected;
    } cases[] = {
        {"\x22\0\0\0\0\0\x10\0", 0}, /* 1 MiB: allowed, not there yet */
        {"\x22\0\0\0\1\0\x10\0", -1},
        {"\x22\0\0\0\xff\xff\xff\xff", -1},
        {"\x22\0\0\0\0\0\0\x80", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_reader r = {0};
        struct wire_frame f;
        wire_feed(&r, cases[i].head, WIRE_HEADER);
        assert_int_equal(wire_next(&r, &f), cases[i].expected);
        wire_reader_free(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_comes_back),
        cmocka_unit_test(a_hello_comes_back),
        cmocka_unit_test(a_message_cut_at_any_byte_is_refused),
        cmocka_unit_test(bytes_behind_a_message_are_refused),
        cmocka_unit_test(a_hello_cannot_promise_more_plugins_than_it_has),
        cmocka_unit_test(a_plugin_in_use_has_name_version_and_types),
        cmocka_unit_test(a_hello_of_another_version_tells_only_that),
        cmocka_unit_test(frames_come_whole_however_the_bytes_arrive),
        cmocka_unit_test(the_first_bytes_of_a_frame_tell_that_it_is_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
