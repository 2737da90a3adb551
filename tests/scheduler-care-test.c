/* Rules, roots and new scans; who waits for an extraction; the end. */
#include "tests/scheduler_fixture.h"

#include "daemon/log.h"
#include "daemon/pool_parts.h"
#include "daemon/scheduler_parts.h"
#include "index/base/buf.h"
#include "index/base/clock.h"
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

static void folder_files_move_documents_without_reading_them(void **state)
{
    (void)state;
    write_and_look("a.txt", "apples");
    settle();
    expect_for("staff", "apples", "a.txt");
    write_file("r/.prospect", "access = board\nevent = Harvest\n");
    look_at("a.txt");
    settle();
    expect_for("staff", "apples", "");
    expect_for("board", "apples", "a.txt");
    expect("event:harvest", "a.txt");
    unlink("r/.prospect");
    look_at("a.txt");
    settle();
    expect_for("staff", "apples", "a.txt");
    assert_int_equal(pool->ids, 1);
}

static void what_changes_in_hand_is_looked_at_again(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        char text[32];
        snprintf(text, sizeof text, "version%u", i);
        write_and_look("a.txt", text);
        event_base_loop(base, EVLOOP_NONBLOCK);
    }
    write_and_look("a.txt", "final words");
    post(WATCH_FOLDER, 0, "", false);
    settle();
    expect("final", "a.txt");
    expect("version19", "");
}

static void a_new_scan_reads_again_if_told_to(void **state)
{
    (void)state;
    write_and_look("a.txt", "apples");
    settle();
    look_at("a.txt"); /* nothing changed: nothing is done */
    settle();
    assert_int_equal(pool->ids, 1);
    scheduler_reindex(scheduler, true);
    post(WATCH_STATE, 0, NULL, true);
    look_at("a.txt");
    post(WATCH_STATE, 0, NULL, false);
    post(WATCH_STATE, 1, NULL, true);
    post(WATCH_STATE, 1, NULL, false);
    settle();
    assert_int_equal(pool->ids, 2);
    look_at("a.txt");
    settle();
    assert_int_equal(pool->ids, 2);
    scheduler_reindex(scheduler, false);
    settle();
    expect("apples", "a.txt");
    assert_int_equal(pool->ids, 2);
}

static void roots_that_are_no_longer_served_leave_the_index(void **state)
{
    (void)state;
    write_file("s/b.txt", "berries");
    post(WATCH_PATH, 1, "b.txt", false);
    write_and_look("a.txt", "apples");
    settle();
    expect("berries", "b.txt");
    stop_daemon();
    config.n_roots = 1;
    assert_int_equal(start_daemon(), 0);
    settle();
    expect("berries", "");
    expect("apples", "a.txt");
}

/* A document of the second root is left behind, as if it was served no more. */
static void what_could_not_be_taken_out_is_taken_out_later(void **state)
{
    (void)state;
    const struct writer_reply failed = {.kind = WRITER_KEEP_ROOTS,
                                        .outcome = {PROSPECT_IO, "for a test"}};
    write_file("s/b.txt", "pears");
    post(WATCH_PATH, 1, "b.txt", false);
    settle();
    expect("pears", "b.txt");
    config.n_roots = 1;
    scheduler->keeping++;
    log_start("scheduler-test", LOG_ERROR, 0);
    scheduler_reply(scheduler, &failed);
    assert_true(scheduler->keep_due > clock_steady_ms());
    scheduler->keep_due = clock_steady_ms();
    scheduler_pump(scheduler);
    settle();
    expect("pears", "");
    assert_int_equal(scheduler->keep_due, 0);
    config.n_roots = 2;
}

static struct extraction *extracted;
static struct error refused;

static void take_extraction(void *ctx, struct extraction *result, const struct error *error)
{
    (void)ctx;
    extracted = result;
    if (error)
        refused = *error;
}

static bool is_extracted(void)
{
    return extracted || refused.status;
}

static int opened(const char *root, const char *path)
{
    struct error error = {0};
    int fd;
    if (scheduler_open(scheduler, root, path, &fd, &error) != PROSPECT_OK)
        fail_msg("%s", error.line);
    return fd;
}

static void extract(const char *path)
{
    char full[64];
    uint8_t content[DIGEST_SIZE];
    struct stat st;
    snprintf(full, sizeof full, "r/%s", path);
    int fd = opened("r", path);
    assert_int_equal(stat(full, &st), 0);
    assert_int_equal(digest_file(fd, (uint64_t)st.st_size, content), PROSPECT_OK);
    scheduler_extract(scheduler, fd, path, content, 1, 1, take_extraction, NULL);
}

static void somebody_who_waits_gets_an_extraction_of_their_own(void **state)
{
    (void)state;
    write_file("r/a.txt", "apples");
    extract("a.txt");
    assert_true(loop_until(base, is_extracted));
    assert_int_equal(extracted->document->status, PROSPECT_OK);
    extraction_free(&extracted);
}

static void who_waits_is_handed_no_file_that_is_in_quarantine(void **state)
{
    (void)state;
    write_file("r/a.txt", "crash");
    for (unsigned i = 0; i < 2; i++) {
        extract("a.txt");
        assert_true(loop_until(base, is_extracted));
        assert_int_equal(extracted->document->status, PROSPECT_CRASHED);
        extraction_free(&extracted);
    }
    assert_int_equal(pool->ids, 2);
    write_file("r/b.txt", "crash");
    extract("b.txt");
    assert_int_not_equal(refused.status, PROSPECT_OK);
    assert_int_equal(pool->ids, 2);
    refused = (struct error){0};
    write_file("r/c.txt", "apples");
    extract("c.txt");
    assert_true(loop_until(base, is_extracted));
    extraction_free(&extracted);
}

static void files_are_opened_beneath_their_roots_only(void **state)
{
    (void)state;
    struct error error = {0};
    int fd;
    write_file("r/a.txt", "apples");
    assert_int_not_equal(scheduler_open(scheduler, "r", "../index/current", &fd, &error), 0);
    assert_int_equal(scheduler_open(scheduler, "q", "a.txt", &fd, &error), PROSPECT_NOT_FOUND);
    assert_string_equal(error.line, "there is no root \"q\"");
}

static void who_waits_is_told_of_the_end(void **state)
{
    (void)state;
    write_file("r/a.txt", "hang");
    extract("a.txt");
    assert_false(is_extracted());
    scheduler_cancel_waiting(scheduler);
    assert_int_equal(refused.status, PROSPECT_CANCELLED);
    refused = (struct error){0};
    stop_daemon();
    assert_false(is_extracted()); /* once is enough */
    assert_int_equal(start_daemon(), 0);
}

static bool all_hang(void)
{
    return pool->ids >= 4 && pool_busy(pool) == 2;
}

static void the_end_in_the_middle_of_work_is_clean(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 12; i++) {
        char path[16];
        snprintf(path, sizeof path, "f%u.txt", i);
        write_and_look(path, i % 3 ? path : "hang");
    }
    assert_true(loop_until(base, all_hang));
    stop_daemon();
    assert_int_equal(start_daemon(), 0);
}

static unsigned most; /* read at once, while more than a few waited */

static bool all_is_read(void)
{
    struct scheduler_state s;
    scheduler_state(scheduler, &s);
    if (ingest_waiting(scheduler->queue) > SCHEDULER_FEW && s.busy > most)
        most = s.busy;
    return s.queue_length == 0;
}

static bool all_is_read_while_many_search(void)
{
    for (unsigned i = 0; i < SCHEDULER_SEARCHES; i++)
        scheduler_searched(scheduler);
    return all_is_read();
}

static bool nobody_searches(void)
{
    return rate_lately(&scheduler->searches, clock_steady_ms()) == 0;
}

/* How many are read at once of many files. */
static unsigned read_many(const char *name, bool (*until)(void))
{
    char path[32], text[64];
    most = 0;
    for (unsigned i = 0; i < 120; i++) {
        snprintf(path, sizeof path, "%s%u.txt", name, i);
        snprintf(text, sizeof text, "common %s%u", name, i);
        write_and_look(path, text);
    }
    assert_true(loop_until(base, until));
    return most;
}

static void while_many_search_fewer_of_many_files_are_read_at_once(void **state)
{
    (void)state;
    assert_int_equal(read_many("plain", all_is_read), 2);
    assert_int_equal(read_many("searched", all_is_read_while_many_search), 1);
    assert_true(loop_until(base, nobody_searches));
    assert_int_equal(read_many("later", all_is_read), 2);
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(folder_files_move_documents_without_reading_them),
        T(what_changes_in_hand_is_looked_at_again),
        T(a_new_scan_reads_again_if_told_to),
        T(roots_that_are_no_longer_served_leave_the_index),
        T(what_could_not_be_taken_out_is_taken_out_later),
        T(somebody_who_waits_gets_an_extraction_of_their_own),
        T(who_waits_is_handed_no_file_that_is_in_quarantine),
        T(files_are_opened_beneath_their_roots_only),
        T(who_waits_is_told_of_the_end),
        T(the_end_in_the_middle_of_work_is_clean),
        T(while_many_search_fewer_of_many_files_are_read_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
