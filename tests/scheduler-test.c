/* From "look at this path" to a committed document: the real scheduler, inspectors, pool, worker,
 * plugin, writer and index; what the watch would say is said by the test.
 */
#include "daemon/log.h"
#include "daemon/pool_parts.h"
#include "daemon/scheduler.h"
#include "daemon/watch.h"
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

static char dir[64], worker[512], plugin_dir[128];
static struct event_base *base;
static struct config config;
static struct config_root roots[2] = {{.name = "r"}, {.name = "s"}};
static struct pool *pool;
static struct scheduler *scheduler;
static bool is_ready;

static void ready(void *ctx)
{
    (void)ctx;
    is_ready = true;
    if (scheduler)
        scheduler_kick(scheduler);
}

static bool pool_is_ready(void)
{
    return is_ready;
}

static bool all_is_done(void)
{
    struct scheduler_state s;
    scheduler_state(scheduler, &s);
    return s.queue_length == 0 && s.busy == 0 && !s.reindexing;
}

static void settle(void)
{
    assert_true(loop_until(base, all_is_done));
}

static void post(enum watch_kind kind, size_t root, const char *path, bool scanning)
{
    struct watch_event *e = mem_zalloc(sizeof *e);
    e->kind = kind;
    e->root = root;
    e->path = mem_strdup(path);
    e->urgent = true;
    e->scanning = scanning;
    assert_true(mailbox_post(scheduler_events(scheduler), &e->message));
}

static void look_at(const char *path)
{
    post(WATCH_PATH, 0, path, false);
}

static int start_daemon(void)
{
    char notice[256];
    struct error error;
    is_ready = false;
    base = event_base_new();
    if (pool_new(&pool, base, &config, ready, NULL, &error) ||
        scheduler_new(&scheduler, base, &config, "index", pool, notice, sizeof notice, &error) ||
        !loop_until(base, pool_is_ready))
        return -1;
    for (size_t i = 0; i < config.n_roots; i++)
        post(WATCH_STATE, i, NULL, false); /* the first scan is over */
    return loop_until(base, all_is_done) ? 0 : -1;
}

static void stop_daemon(void)
{
    pool_free(&pool);
    scheduler_free(&scheduler);
    event_base_free(base);
}

static int start(void **state)
{
    (void)state;
    log_start("scheduler-test", LOG_ERROR, 0);
    strcpy(dir, "/tmp/prospect-scheduler-XXXXXX");
    if (!mkdtemp(dir) || chdir(dir) < 0 || mkdir("r", 0755) < 0 || mkdir("s", 0755) < 0 ||
        loop_take_plugin(dir, "tests/plugins", "hostile"))
        return -1;
    snprintf(worker, sizeof worker, "%s/prospect-worker", getenv("TOP_BUILDDIR"));
    snprintf(plugin_dir, sizeof plugin_dir, "%s/plugins", dir);
    roots[0].path = "r";
    roots[1].path = "s";
    config = (struct config){.roots = roots,
                             .n_roots = 2,
                             .worker = worker,
                             .plugin_dir = plugin_dir,
                             .workers = 2,
                             .max_file_size = 100000,
                             .extract_seconds = 20,
                             .cpu_seconds = 20,
                             .memory = 1ull << 30,
                             .text = 1 << 20,
                             .children = 10,
                             .child_bytes = 1 << 20,
                             .quiet_ms = 50};
    return start_daemon();
}

static int stop(void **state)
{
    (void)state;
    struct buf command = {0};
    stop_daemon();
    buf_addf(&command, "rm -rf '%s'", dir);
    int rc = system(buf_str(&command));
    buf_free(&command);
    return rc;
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void write_and_look(const char *path, const char *text)
{
    char whole[256];
    snprintf(whole, sizeof whole, "r/%s", path);
    write_file(whole, text);
    look_at(path);
}

/* "path path+duplicate", by path; what GROUPS (NULL: the admin) may see. */
static char *found(const char *q, const char *group)
{
    struct index_reader *reader;
    struct index_result *result;
    struct error error;
    struct access who = {.admin = group == NULL};
    struct index_search s = {.q = q, .size = 50, .timeout_ms = 2000, .sort = SORT_TITLE};
    struct strlist lines = {0};
    struct buf b = {0};
    if (group)
        strlist_add(&who.groups, group);
    assert_int_equal(index_reader_new(&reader, "index", &error), PROSPECT_OK);
    assert_int_equal(index_search(reader, &who, &s, &result, &error), PROSPECT_OK);
    for (size_t i = 0; i < result->n_hits; i++) {
        struct buf line = {0};
        const struct index_fields *f = &result->hits[i].fields;
        buf_adds(&line, f->path);
        for (size_t j = 0; j < f->duplicates.count; j++)
            buf_addf(&line, "+%s", f->duplicates.item[j]);
        strlist_add(&lines, buf_str(&line));
        buf_free(&line);
    }
    strlist_sort(&lines);
    for (size_t i = 0; i < lines.count; i++)
        buf_addf(&b, "%s%s", i ? " " : "", lines.item[i]);
    strlist_free(&lines);
    index_result_free(&result);
    index_reader_free(&reader);
    strlist_free(&who.groups);
    return buf_take(&b);
}

static void expect_for(const char *group, const char *q, const char *paths)
{
    char *got = found(q, group);
    assert_string_equal(got, paths);
    free(got);
}

static void expect(const char *q, const char *paths)
{
    expect_for(NULL, q, paths);
}

/* The only failure. */
static void expect_failure(const char *path, prospect_status status, unsigned tries, bool again)
{
    struct index_reader *reader;
    struct index_failures *f;
    struct error error;
    struct access admin = {.admin = true};
    assert_int_equal(index_reader_new(&reader, "index", &error), PROSPECT_OK);
    assert_int_equal(index_failures(reader, &admin, 0, 10, &f, &error), PROSPECT_OK);
    assert_int_equal(f->count, 1);
    assert_string_equal(f->item[0].path, path);
    assert_int_equal(f->item[0].status, status);
    assert_int_equal(f->item[0].tries, tries);
    assert_int_equal(f->item[0].next_try != 0, again);
    assert_true(f->item[0].since > 0);
    index_failures_free(&f);
    index_reader_free(&reader);
}

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
    assert_int_equal(pool->ids, 4); /* two tries each */
}

static void a_crash_has_one_more_try_and_is_then_left_alone(void **state)
{
    (void)state;
    struct error error;
    write_and_look("a.txt", "crash");
    settle();
    assert_int_equal(pool->ids, 2);
    expect_failure("a.txt", PROSPECT_CRASHED, 1, false);
    expect("before", "a.txt"); /* what could be read can be found */
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
    write_and_look("a.txt", "nonsense");
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
    assert_int_equal(index_failures(reader, &admin, 0, 10, &f, &error), PROSPECT_OK);
    assert_int_equal(f->count, 1);
    assert_true(f->item[0].partial);
    assert_string_equal(f->item[0].path, "b.txt!/in/a.txt!/in/a.txt");
    assert_string_equal(f->item[0].detail,
                        "documents inside documents inside documents are left out");
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
    expect("before", "a.txt!/in/a.txt");
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

static void somebody_who_waits_gets_an_extraction_of_their_own(void **state)
{
    (void)state;
    write_file("r/a.txt", "apples");
    scheduler_extract(scheduler, "r", "a.txt", 1, 1, take_extraction, NULL);
    assert_true(loop_until(base, is_extracted));
    assert_int_equal(extracted->document->status, PROSPECT_OK);
    extraction_free(&extracted);
    scheduler_extract(scheduler, "r", "../index/current", 1, 1, take_extraction, NULL);
    assert_int_not_equal(refused.status, PROSPECT_OK);
    refused = (struct error){0};
    scheduler_extract(scheduler, "q", "a.txt", 1, 1, take_extraction, NULL);
    assert_int_equal(refused.status, PROSPECT_NOT_FOUND);
    assert_string_equal(refused.line, "there is no root \"q\"");
    refused = (struct error){0};
}

static void who_waits_is_told_of_the_end(void **state)
{
    (void)state;
    write_file("r/a.txt", "hang");
    scheduler_extract(scheduler, "r", "a.txt", 1, 1, take_extraction, NULL);
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

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        T(a_file_is_found_changed_moved_and_lost),
        T(many_files_are_all_found),
        T(the_same_bytes_are_extracted_once),
        T(copies_of_what_fails_fail_each_for_itself),
        T(a_crash_has_one_more_try_and_is_then_left_alone),
        T(failures_are_known_after_a_restart),
        T(documents_inside_documents_are_found_and_go_with_them),
        T(nests_end_at_a_depth_and_say_so),
        T(a_crash_inside_is_the_inner_documents_own),
        T(a_large_file_is_refused_with_its_reason),
        T(a_killed_zygote_costs_nothing),
        T(folder_files_move_documents_without_reading_them),
        T(what_changes_in_hand_is_looked_at_again),
        T(a_new_scan_reads_again_if_told_to),
        T(roots_that_are_no_longer_served_leave_the_index),
        T(somebody_who_waits_gets_an_extraction_of_their_own),
        T(who_waits_is_told_of_the_end),
        T(the_end_in_the_middle_of_work_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
