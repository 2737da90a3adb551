/* From "look at this path" to a committed document. */
#include "tests/scheduler_fixture.h"

#include "daemon/log.h"
#include "daemon/pool_parts.h"
#include "index/base/buf.h"
#include "index/base/mem.h"
#include "index/index.h"
#include "tests/loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void a_file_is_found_changed_moved_and_lost(void **state)
{
    (void)state;
    write_and_look("a.txt", "apples");
    settle();
    expect("apples", "a.txt");
    write_and_look("a.txt", "berries");
    settle();
    expect("apples", "");
    expect("berries", "a.txt");
    assert_int_equal(rename("r/a.txt", "r/b.txt"), 0);
    look_at("a.txt");
    look_at("b.txt");
    settle();
    expect("berries", "b.txt");
    unlink("r/b.txt");
    look_at("b.txt");
    settle();
    expect("berries", "");
}

static void many_files_are_all_found(void **state)
{
    (void)state;
    char path[32], text[64];
    for (unsigned i = 0; i < 60; i++) {
        snprintf(path, sizeof path, "f%u.txt", i);
        snprintf(text, sizeof text, "common word%u", i);
        write_and_look(path, text);
        look_at(path);
    }
    settle();
    expect("word0", "f0.txt");
    expect("word59", "f59.txt");
    struct index_stats *stats;
    struct index_reader *reader;
    struct error error;
    struct access admin = {.admin = true};
    assert_int_equal(index_reader_new(&reader, "index", &error), PROSPECT_OK);
    assert_int_equal(index_stats(reader, &admin, &stats, &error), PROSPECT_OK);
    assert_int_equal(stats->documents, 60);
    index_stats_free(&stats);
    index_reader_free(&reader);
}

static void the_same_bytes_are_extracted_once(void **state)
{
    (void)state;
    /* All at once, so that none is committed when the next is looked at. */
    write_and_look("a.txt", "apples");
    write_and_look("b.txt", "apples");
    write_and_look("c.txt", "apples");
    settle();
    assert_int_equal(pool->ids, 1);
    char *got = found("apples", NULL);
    assert_non_null(strstr(got, "a.txt"));
    assert_non_null(strstr(got, "b.txt"));
    assert_non_null(strstr(got, "c.txt"));
    free(got);
    /* And if the first goes, the others are still there. */
    unlink("r/a.txt");
    look_at("a.txt");
    settle();
    got = found("apples", NULL);
    assert_null(strstr(got, "a.txt"));
    assert_non_null(strstr(got, "b.txt"));
    free(got);
    assert_int_equal(pool->ids, 1);
}

static void copies_of_what_fails_fail_each_for_itself(void **state)
{
    (void)state;
    config.extract_seconds = 1;
    write_and_look("a.txt", "crash");
    write_and_look("b.txt", "crash");
    settle();
    assert_int_equal(pool->ids, 2); /* two tries, and then no other file of these bytes */
}

static void a_file_in_quarantine_stays_there_until_the_plugin_changes(void **state)
{
    (void)state;
    write_and_look("a.txt", "crash");
    settle();
    assert_int_equal(pool->ids, 2);
    stop_daemon();
    assert_int_equal(start_daemon(), 0);
    write_and_look("b.txt", "crash");
    write_and_look("c.txt", "apples");
    settle();
    assert_int_equal(pool->ids, 1);
    expect("apples", "c.txt");
    expect("b", "b.txt"); /* by its name */
    stop_daemon();
    unlink("plugins/hostile.so");
    assert_int_equal(loop_take_plugin(".", "tests/sins/text", "hostile2"), 0);
    assert_int_equal(start_daemon(), 0);
    look_at("b.txt");
    settle();
    assert_int_equal(pool->ids, 2); /* and dies twice of the new version, too */
}

static void a_quarantine_ends_for_who_asks(void **state)
{
    (void)state;
    struct error error;
    write_and_look("a.txt", "crash");
    settle();
    write_and_look("b.txt", "crash");
    settle();
    assert_int_equal(pool->ids, 2);
    assert_int_equal(scheduler_retry(scheduler, "r", "b.txt", &error), PROSPECT_OK);
    settle();
    assert_int_equal(pool->ids, 4);
    look_at("b.txt");
    settle();
    assert_int_equal(pool->ids, 4);
}

static void who_takes_too_long_is_recorded_at_once(void **state)
{
    (void)state;
    config.extract_seconds = 1;
    write_and_look("a.txt", "hang");
    settle();
    assert_int_equal(pool->ids, 1);
    expect_failure("a.txt", PROSPECT_TIMEOUT, 1, false);
}

static void many_inside_are_counted_over_all_levels(void **state)
{
    (void)state;
    config.children = 1;
    write_and_look("a.txt", "nest nest kernel");
    settle();
    expect("nest", "a.txt a.txt!/in/a.txt");
    expect("kernel", "");
}

static void a_crash_has_one_more_try_and_is_then_left_alone(void **state)
{
    (void)state;
    struct error error;
    write_and_look("a.txt", "crash");
    settle();
    assert_int_equal(pool->ids, 2);
    expect_failure("a.txt", PROSPECT_CRASHED, 1, false);
    expect("kept", "a.txt"); /* what could be read can be found */
    assert_int_equal(scheduler_retry(scheduler, "r", "a.txt", &error), PROSPECT_OK);
    settle();
    assert_int_equal(pool->ids, 4);
    expect_failure("a.txt", PROSPECT_CRASHED, 2, false);
    write_and_look("a.txt", "apples, mended");
    settle();
    expect("mended", "a.txt");
    assert_int_equal(scheduler_retry(scheduler, "r", "a.txt", &error), PROSPECT_NOT_FOUND);
    assert_string_equal(error.line, "\"a.txt\" is not among the failures");
    assert_int_equal(scheduler_retry(scheduler, "x", "a.txt", &error), PROSPECT_NOT_FOUND);
    assert_int_equal(scheduler_retry(scheduler, NULL, "a.txt", &error), PROSPECT_NOT_FOUND);
    assert_int_equal(scheduler_retry(scheduler, NULL, NULL, &error), PROSPECT_OK);
}

static void failures_are_known_after_a_restart(void **state)
{
    (void)state;
    struct error error;
    write_and_look("a.txt", "garbage");
    settle();
    expect_failure("a.txt", PROSPECT_PROTOCOL, 1, false);
    stop_daemon();
    assert_int_equal(start_daemon(), 0);
    assert_int_equal(scheduler_retry(scheduler, "r", NULL, &error), PROSPECT_OK);
    settle();
    expect_failure("a.txt", PROSPECT_PROTOCOL, 2, false);
}

static void documents_inside_documents_are_found_and_go_with_them(void **state)
{
    (void)state;
    write_file("r/.prospect", "access = staff\nevent = Harvest\n");
    write_and_look("a.txt", "nest kernel");
    settle();
    expect("kernel", "a.txt!/in/a.txt");
    expect_for("staff", "kernel event:harvest", "a.txt!/in/a.txt");
    expect_for("board", "kernel", "");
    write_and_look("a.txt", "nest stone");
    settle();
    expect("kernel", "");
    expect("stone", "a.txt!/in/a.txt");
    write_file("r/.prospect", "access = board\n"); /* the children move with their document */
    look_at("a.txt");
    settle();
    expect_for("staff", "stone", "");
    expect_for("board", "stone", "a.txt!/in/a.txt");
    unlink("r/a.txt");
    look_at("a.txt");
    settle();
    expect("stone", "");
}

static void nests_end_at_a_depth_and_say_so(void **state)
{
    (void)state;
    write_and_look("a.txt", "nest nest kernel");
    write_and_look("b.txt", "nest nest nest core");
    settle();
    expect("kernel", "a.txt!/in/a.txt!/in/a.txt");
    expect("core", "");
    struct index_reader *reader;
    struct index_failures *f;
    struct error error;
    struct access admin = {.admin = true};
    assert_int_equal(index_reader_new(&reader, "index", &error), PROSPECT_OK);
    assert_int_equal(index_failures(reader, &admin, 0, 10, 20000, &f, &error), PROSPECT_OK);
    assert_int_equal(f->count, 1);
    assert_true(f->item[0].partial);
    assert_string_equal(f->item[0].path, "b.txt!/in/a.txt!/in/a.txt");
    assert_string_equal(f->item[0].detail, "documents nested deeper than is read are left out");
    index_failures_free(&f);
    index_reader_free(&reader);
}

static void a_crash_inside_is_the_inner_documents_own(void **state)
{
    (void)state;
    write_and_look("a.txt", "nest crash");
    settle();
    assert_int_equal(pool->ids, 2);
    expect("nest", "a.txt");
    expect("kept", "a.txt!/in/a.txt");
}

static void a_large_file_is_refused_with_its_reason(void **state)
{
    (void)state;
    write_file("r/large.txt", "x");
    assert_int_equal(truncate("r/large.txt", 200000), 0);
    look_at("large.txt");
    settle();
    assert_int_equal(pool->ids, 0);
    expect_failure("large.txt", PROSPECT_LIMIT, 1, false);
    expect("large", "large.txt"); /* by its name */
}

static void a_killed_zygote_costs_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        char path[16], text[32];
        snprintf(path, sizeof path, "f%u.txt", i);
        snprintf(text, sizeof text, "apples number%u", i);
        write_and_look(path, text);
    }
    kill(pool->pid, SIGKILL);
    settle();
    expect("apples", "f0.txt f1.txt f2.txt f3.txt f4.txt f5.txt");
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_file_is_found_changed_moved_and_lost),
        T(many_files_are_all_found),
        T(the_same_bytes_are_extracted_once),
        T(copies_of_what_fails_fail_each_for_itself),
        T(a_crash_has_one_more_try_and_is_then_left_alone),
        T(a_file_in_quarantine_stays_there_until_the_plugin_changes),
        T(a_quarantine_ends_for_who_asks),
        T(who_takes_too_long_is_recorded_at_once),
        T(many_inside_are_counted_over_all_levels),
        T(failures_are_known_after_a_restart),
        T(documents_inside_documents_are_found_and_go_with_them),
        T(nests_end_at_a_depth_and_say_so),
        T(a_crash_inside_is_the_inner_documents_own),
        T(a_large_file_is_refused_with_its_reason),
        T(a_killed_zygote_costs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
