/* Watching where events do not come or are lost: by polling, by scanning again, at the start, and
 * after a return.
 */
#include "tests/watch_fixture.h"

#include "daemon/log.h"
#include "daemon/watch_closed.h"
#include "daemon/watch_live.h"
#include "daemon/watch_roots.h"
#include "daemon/watch_scan.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void polls(struct fixture *f)
{
    old_file(f, "root/in/a", "changed");
    old_file(f, "root/in/sub/new", "x");
    assert_int_equal(unlink(in(f, "root/top")), 0);
    wait_for(f, "in/a");
    wait_for(f, "in/sub/new");
    wait_for(f, "top");
    old_file(f, "root/in/.prospect", "programme = x\n");
    wait_for(f, "in/sub/c");
    forget(f);
    /* Whatever is the same is not reported again. */
    catch_up(f);
    catch_up(f);
    assert_int_equal(heard(f, "in/a") + heard(f, "in/sub/new") + heard(f, "in/sub/c"), 0);
    move(f, "root/in", "aside/in");
    wait_for(f, "in/sub/c");
    make_folder(f, "root/.d");
    old_file(f, "root/.d/x", "");
    catch_up(f);
    WAIT_UNTIL(f, f->state.ignored == 1);
    assert_true(f->state.polling);
}

static void polling_finds_changes_where_it_is_configured(void **state)
{
    struct fixture *f = *state;
    f->config_root.watch = WATCH_POLLING;
    f->config_root.poll_seconds = 0;
    fill(f);
    start(f);
    assert_int_equal(HASH_COUNT(f->heard), 0);
    polls(f);
}

static void polling_takes_over_where_watches_run_out(void **state)
{
    struct fixture *f = *state;
    f->config.max_watches = 2;
    f->config_root.poll_seconds = 0;
    fill(f);
    start(f);
    assert_int_equal(HASH_COUNT(f->heard), 0);
    polls(f);
}

static void a_file_that_is_written_while_polling_waits_until_it_is_quiet(void **state)
{
    struct fixture *f = *state;
    f->config_root.watch = WATCH_POLLING;
    f->config_root.poll_seconds = 0;
    f->config.quiet_ms = 60000;
    start(f);
    write_file(in(f, "root/half"), "x");
    WAIT_UNTIL(f, f->state.settling > 0);
    old_file(f, "root/other", "x");
    wait_for(f, "other");
    assert_int_equal(heard(f, "half"), 0);
    age(in(f, "root/half"));
    wait_for(f, "half");
}

static void documents_are_kept_while_the_root_is_away(void **state)
{
    struct fixture *f = *state;
    fill(f);
    start(f);
    move(f, "root", "aside/away");
    WAIT_UNTIL(f, f->state.missing);
    old_file(f, "aside/away/new", "x");
    move(f, "aside/away", "root");
    WAIT_UNTIL(f, !f->state.missing);
    wait_for(f, "new");
    WAIT_UNTIL(f, is_quiet(f));
    assert_int_equal(HASH_COUNT(f->heard), 1);
    old_file(f, "root/in/newer", "x");
    wait_for(f, "in/newer");
}

static void turn(struct watch_core *c)
{
    watch_core_tick(c);
    watch_live_settled(c, 1000);
    watch_scan_manage(&c->roots[0]);
    while (watch_scan_slice(&c->roots[0], 1000))
        ;
    watch_scan_manage(&c->roots[0]);
    watch_core_post_states(c);
}

/* The thread's parts, by hand: files come and go, but the kernel only says that it lost count. */
static void an_overflow_leads_to_a_scan(void **state)
{
    struct fixture *f = *state;
    struct watch_core core;
    fill(f);
    watch_core_init(&core, &f->config, f->index, f->events);
    struct watch_root *r = &core.roots[0];
    watch_roots_check(r);
    core.knows_plugins = true;
    turn(&core);
    turn(&core);
    assert_int_equal(r->tree.top->children != NULL, 1);
    old_file(f, "root/new", "x");
    make_folder(f, "root/folder");
    old_file(f, "root/folder/x", "x");
    move(f, "root/in/sub", "root/moved");
    assert_int_equal(unlink(in(f, "root/top")), 0);
    watch_live_notice(r, &(struct watch_notice){NOTICE_OVERFLOW, -1, false, ""});
    static const char *const expected[] = {"new", "folder/x", "moved/c", "in/sub/c", "top"};
    for (size_t i = 0; i < 5; i++) {
        int64_t until = now_ms() + PATIENCE_MS;
        while (!heard(f, expected[i]) && now_ms() < until) {
            turn(&core);
            listen_once(f, 1);
        }
        if (!heard(f, expected[i]))
            fail_msg("\"%s\" was not found", expected[i]);
    }
    /* The folders that were found are watched. */
    old_file(f, "root/moved/later", "x");
    int64_t until = now_ms() + PATIENCE_MS;
    while (!heard(f, "moved/later") && now_ms() < until) {
        watch_live_read(r);
        turn(&core);
        listen_once(f, 1);
    }
    assert_true(heard(f, "moved/later"));
    assert_int_equal(heard(f, "in/a"), 0);
    watch_core_clear(&core);
}

static void a_watch_can_be_ended_at_any_time(void **state)
{
    struct fixture *f = *state;
    struct error error;
    char path[32];
    for (int i = 0; i < 200; i++) {
        snprintf(path, sizeof path, "root/%d", i);
        make_folder(f, path);
    }
    for (int i = 0; i < 20; i++) {
        assert_int_equal(watch_new(&f->watch, &f->config, f->index, f->events, &error),
                         PROSPECT_OK);
        watch_plugins(f->watch, watch_plugins_known, 1);
        for (int n = 0; n < i; n++)
            listen_once(f, 1);
        watch_free(&f->watch);
        assert_null(f->watch);
    }
}

/* Nobody saw what happened in it before: only what is open may still be written. */
static void in_a_folder_that_is_moved_in_only_an_open_file_waits(void **state)
{
    struct fixture *f = *state;
    f->config.quiet_ms = 60000;
    start(f);
    make_folder(f, "aside/new");
    write_file(in(f, "aside/new/whole"), "x");
    int folder = open(in(f, "aside/new"), O_RDONLY | O_DIRECTORY);
    bool leases = watch_closed(folder, "whole");
    close(folder);
    if (!leases)
        skip(); /* the file system has none */
    FILE *file = fopen(in(f, "aside/new/half"), "w");
    fputs("part", file);
    fflush(file);
    move(f, "aside/new", "root/new");
    wait_for(f, "new/whole");
    assert_int_equal(heard(f, "new/half"), 0);
    assert_true(f->state.settling > 0);
    fclose(file);
    wait_for(f, "new/half");
    WAIT_UNTIL(f, is_quiet(f));
}

/* The worker takes its time to load them: what has changed is known before, what would be read
 * otherwise after. */
static void the_first_scan_does_not_wait_for_the_plugins(void **state)
{
    struct fixture *f = *state;
    struct error error;
    old_file(f, "root/same", "x");
    old_file(f, "root/upgraded", "x");
    old_file(f, "root/new", "x");
    struct index_writer *w = open_index(f);
    put(w, document_of(f, "same"));
    struct document *d = document_of(f, "upgraded");
    d->stamp.plugin_version[0]--;
    put(w, d);
    close_index(w);
    assert_int_equal(watch_new(&f->watch, &f->config, f->index, f->events, &error), PROSPECT_OK);
    wait_for(f, "new");
    assert_int_equal(heard(f, "upgraded"), 0);
    assert_true(f->state.scanning);
    watch_plugins(f->watch, watch_plugins_known, 2);
    WAIT_UNTIL(f, is_quiet(f));
    assert_int_equal(heard(f, "upgraded"), 1);
    assert_int_equal(heard(f, "same"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, watch_set_up, watch_tear_down)

int main(void)
{
    log_start("watch-loss-test", LOG_ERROR, 0);
    const struct CMUnitTest tests[] = {
        TEST(polling_finds_changes_where_it_is_configured),
        TEST(polling_takes_over_where_watches_run_out),
        TEST(a_file_that_is_written_while_polling_waits_until_it_is_quiet),
        TEST(in_a_folder_that_is_moved_in_only_an_open_file_waits),
        TEST(the_first_scan_does_not_wait_for_the_plugins),
        TEST(documents_are_kept_while_the_root_is_away),
        TEST(an_overflow_leads_to_a_scan),
        TEST(a_watch_can_be_ended_at_any_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
