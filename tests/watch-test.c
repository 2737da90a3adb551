/* Watching real folders: whatever happens in them, the paths that it concerns are reported. */
#include "tests/watch_fixture.h"

#include "daemon/log.h"
#include "index/base/mem.h"

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

/* ---- the first scan -------------------------------------------------------------------------- */

static void the_first_scan_reports_documents_and_counts_the_rest(void **state)
{
    struct fixture *f = *state;
    static const char *const documents[] = {"a.txt", "b/c.pdf", "b/d/e", "b/lone.meta",
                                            "odd \xff\n name"};
    static const char *const others[] = {".hidden",    "~$a.doc",     "b/x.part",       ".git/HEAD",
                                         "a.txt.meta", "b/.prospect", ".git/refs/x.txt"};
    make_folder(f, "root/b");
    make_folder(f, "root/b/d");
    make_folder(f, "root/.git");
    make_folder(f, "root/.git/refs");
    char path[64];
    for (size_t i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "root/%s", documents[i]);
        old_file(f, path, "x");
    }
    for (size_t i = 0; i < 7; i++) {
        snprintf(path, sizeof path, "root/%s", others[i]);
        old_file(f, path, "");
    }
    old_file(f, "aside/outside.txt", "x");
    assert_int_equal(symlink(in(f, "aside"), in(f, "root/link")), 0);
    assert_int_equal(symlink("a.txt", in(f, "root/b/link")), 0);
    assert_int_equal(mkfifo(in(f, "root/b/fifo"), 0600), 0);
    start(f);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(heard(f, documents[i]), 1);
    assert_int_equal(HASH_COUNT(f->heard), 5);
    assert_int_equal(f->state.ignored, 7);
    assert_int_equal(f->state.links, 2);
    assert_int_equal(f->state.special, 1);
    assert_false(f->state.polling);
    assert_int_equal(f->state.ignored + 5, files_on_disk(f));
}

/* How a file differs from what the index has of it, and whether that is news. */
static void the_first_scan_compares_with_the_index(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *path;
        bool reported;
    } cases[] = {{"same", false},     {"grown", true},           {"older", true},
                 {"replaced", true},  {"touched", true},         {"rules", true},
                 {"upgraded", true},  {"claimed", true},         {"unclaimed", false},
                 {"due", true},       {"not due", false},        {"gone", true},
                 {"gone/file", true}, {".was a document", true}, {"new", true}};
    enum {
        N = sizeof cases / sizeof *cases
    };
    struct index_writer *w = open_index(f);
    char path[64];
    for (size_t i = 0; i < N; i++) {
        snprintf(path, sizeof path, "root/%s", cases[i].path);
        if (strncmp(cases[i].path, "gone", 4) != 0)
            old_file(f, path, "text");
        struct document *d = document_of(f, cases[i].path);
        d->stamp.size += i == 1;
        d->stamp.mtime_ns += i == 2;
        d->stamp.inode += i == 3;
        d->stamp.ctime_ns -= i == 4;
        d->stamp.rules[7] = i == 5;
        d->stamp.plugin_version[0] -= i == 6;
        if (i == 7 || i == 8) {
            free(d->stamp.plugin);
            free(d->stamp.plugin_version);
            d->stamp.plugin = d->stamp.plugin_version = NULL;
            strcpy(d->mime, i == 7 ? "text/x-c" : "image/x");
        }
        d->next_try = i == 9 ? time(NULL) - 1 : i == 10 ? time(NULL) + 3600 : 0;
        if (d->next_try)
            d->status = PROSPECT_TIMEOUT;
        if (i < N - 1)
            put(w, d);
        else
            document_free(&d);
    }
    close_index(w);
    start(f);
    for (size_t i = 0; i < N; i++)
        if (heard(f, cases[i].path) != cases[i].reported)
            fail_msg("\"%s\": %u", cases[i].path, heard(f, cases[i].path));
    assert_int_equal(HASH_COUNT(f->heard), 12);
    forget(f);
    watch_rescan(f->watch);
    wait_for(f, "grown");
    WAIT_UNTIL(f, is_quiet(f));
    assert_int_equal(heard(f, "same"), 0);
    watch_reread(f->watch);
    wait_for(f, "same");
}

static void another_version_of_a_plugin_reads_its_files_again(void **state)
{
    struct fixture *f = *state;
    struct wire_plugin newer = watch_plugins_known[0];
    newer.version = "3";
    old_file(f, "root/a", "x");
    struct index_writer *w = open_index(f);
    put(w, document_of(f, "a"));
    close_index(w);
    start(f);
    watch_plugins(f->watch, watch_plugins_known, 1);
    catch_up(f);
    assert_int_equal(heard(f, "a"), 0);
    watch_plugins(f->watch, &newer, 1);
    wait_for(f, "a");
}

static void a_plugin_that_takes_over_a_type_reads_its_files_again(void **state)
{
    struct fixture *f = *state;
    struct wire_plugin both[] = {watch_plugins_known[0],
                                 {.name = "better", .version = "1", .types = "text/plain"}};
    old_file(f, "root/a", "x");
    struct index_writer *w = open_index(f);
    put(w, document_of(f, "a"));
    close_index(w);
    start(f);
    watch_plugins(f->watch, watch_plugins_known, 1);
    catch_up(f);
    both[1].priority = -1;
    watch_plugins(f->watch, both, 2);
    catch_up(f);
    assert_int_equal(heard(f, "a"), 0);
    both[1].priority = 1;
    watch_plugins(f->watch, both, 2);
    wait_for(f, "a");
}

/* ---- what happens while we watch ------------------------------------------------------------- */

static void save_atomically(struct fixture *f)
{
    old_file(f, "root/in/.new~", "new");
    move(f, "root/in/.new~", "root/in/a");
}

static void link_to_it(struct fixture *f)
{
    assert_int_equal(link(in(f, "root/in/a"), in(f, "root/in/hard")), 0);
}

static void append(struct fixture *f)
{
    FILE *file = fopen(in(f, "root/in/a"), "a");
    fputs("more", file);
    fclose(file);
}

static void never_close(struct fixture *f)
{
    /* Left open on purpose: being quiet is enough. */
    int fd = open(in(f, "root/in/open"), O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "x", 1), 1);
    f->markers = (unsigned)fd; /* for the leak checkers */
}

static void change_mode(struct fixture *f)
{
    assert_int_equal(chmod(in(f, "root/in/a"), 0400), 0);
}

static void delete_it(struct fixture *f)
{
    assert_int_equal(unlink(in(f, "root/in/a")), 0);
}

static void rename_it(struct fixture *f)
{
    move(f, "root/in/a", "root/b \xff");
}

static void move_it_out(struct fixture *f)
{
    move(f, "root/in/a", "aside/a");
}

static void move_it_in(struct fixture *f)
{
    old_file(f, "aside/came", "x");
    move(f, "aside/came", "root/in/came");
}

static void rename_the_folder(struct fixture *f)
{
    move(f, "root/in", "root/out");
}

static void move_the_folder_out(struct fixture *f)
{
    move(f, "root/in", "aside/in");
}

static void move_a_folder_in(struct fixture *f)
{
    make_folder(f, "aside/t");
    make_folder(f, "aside/t/u");
    old_file(f, "aside/t/x", "x");
    old_file(f, "aside/t/u/y", "y");
    move(f, "aside/t", "root/in/t");
}

static void move_a_folder_over_an_empty_one(struct fixture *f)
{
    make_folder(f, "root/in/t");
    catch_up(f);
    make_folder(f, "aside/t");
    old_file(f, "aside/t/x", "x");
    move(f, "aside/t", "root/in/t");
    catch_up(f);
    old_file(f, "root/in/t/y", "y");
}

static void delete_the_folder(struct fixture *f)
{
    remove_all(in(f, "root/in"));
}

static void describe_the_folder(struct fixture *f)
{
    old_file(f, "root/in/.prospect", "programme = x\n");
}

static void ignore_by_pattern(struct fixture *f)
{
    old_file(f, "root/.prospect", "ignore = a\n");
}

static void describe_the_file(struct fixture *f)
{
    old_file(f, "root/in/a.meta", "title = x\n");
}

static void make_temporary_files(struct fixture *f)
{
    old_file(f, "root/in/~$a.doc", "x");
    old_file(f, "root/in/.a.swp", "x");
    make_folder(f, "root/in/.git");
    old_file(f, "root/in/.git/x", "x");
}

static void make_links(struct fixture *f)
{
    old_file(f, "aside/secret", "x");
    assert_int_equal(symlink(in(f, "aside"), in(f, "root/in/link")), 0);
    move(f, "root/in/sub", "root/sub");
    catch_up(f);
}

struct change {
    const char *what;
    void (*make)(struct fixture *f);
    const char *reported[4];
    const char *not_reported[4];
};

static const struct change changes[] = {
    {"a file is changed", append, {"in/a"}, {"in/sub/c"}},
    {"a file is saved by renaming", save_atomically, {"in/a"}, {"in/.new~"}},
    {"a file gets another name", link_to_it, {"in/hard"}, {NULL}},
    {"a file stays open", never_close, {"in/open"}, {NULL}},
    {"a file's mode changes", change_mode, {"in/a"}, {NULL}},
    {"a file is deleted", delete_it, {"in/a"}, {"in/sub/c"}},
    {"a file is renamed", rename_it, {"in/a", "b \xff"}, {NULL}},
    {"a file is moved out", move_it_out, {"in/a"}, {NULL}},
    {"a file is moved in", move_it_in, {"in/came"}, {"in/a"}},
    {"a folder is renamed", rename_the_folder, {"in/a", "in/sub/c", "out/a", "out/sub/c"}, {"top"}},
    {"a folder is moved out", move_the_folder_out, {"in/a", "in/sub/c"}, {"top"}},
    {"a folder is moved in", move_a_folder_in, {"in/t/x", "in/t/u/y"}, {"in/a"}},
    {"a folder takes an empty one's place",
     move_a_folder_over_an_empty_one,
     {"in/t/x", "in/t/y"},
     {"in/a"}},
    {"a folder is deleted", delete_the_folder, {"in/a", "in/sub/c"}, {"top"}},
    {"a folder is described", describe_the_folder, {"in/a", "in/sub/c"}, {"top"}},
    {"a pattern is ignored", ignore_by_pattern, {"in/a", "in/sub/c", "top"}, {NULL}},
    {"a file is described", describe_the_file, {"in/a"}, {"in/sub/c"}},
    {"temporary files come",
     make_temporary_files,
     {NULL},
     {"in/~$a.doc", "in/.a.swp", "in/.git/x", "in/a"}},
    {"links come", make_links, {"sub/c"}, {"in/link/secret", "aside/secret", "in/a"}},
};

static void one_change_is_reported(const struct change *c)
{
    void *state;
    watch_set_up(&state);
    struct fixture *f = state;
    fill(f);
    start(f);
    assert_int_equal(HASH_COUNT(f->heard), 0);
    c->make(f);
    if (c->make == never_close) {
        wait_for(f, "in/open");
        close((int)f->markers);
    }
    for (size_t i = 0; i < 4 && c->reported[i]; i++) {
        int64_t until = now_ms() + PATIENCE_MS;
        while (!heard(f, c->reported[i]) && now_ms() < until)
            listen_once(f, 50);
        if (!heard(f, c->reported[i]))
            fail_msg("%s: %s is not reported", c->what, c->reported[i]);
    }
    catch_up(f);
    for (size_t i = 0; i < 4 && c->not_reported[i]; i++)
        if (heard(f, c->not_reported[i]))
            fail_msg("%s: %s is reported", c->what, c->not_reported[i]);
    watch_tear_down(&state);
}

static void every_kind_of_change_is_reported(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        one_change_is_reported(&changes[i]);
}

static void counts_follow_what_happens(void **state)
{
    struct fixture *f = *state;
    old_file(f, "root/a", "x");
    start(f);
    make_folder(f, "root/in");
    make_temporary_files(f);
    old_file(f, "root/a.meta", "");
    assert_int_equal(mkfifo(in(f, "root/fifo"), 0600), 0);
    catch_up(f);
    assert_int_equal(f->state.ignored, 4);
    assert_int_equal(f->state.special, 1);
    assert_int_equal(unlink(in(f, "root/a")), 0); /* now a.meta is a document */
    assert_int_equal(unlink(in(f, "root/fifo")), 0);
    old_file(f, "root/in/.git/y", "x");
    catch_up(f);
    wait_for(f, "a.meta");
    assert_int_equal(f->state.ignored, 4);
    assert_int_equal(f->state.special, 0);
    move(f, "root/in/.git", "root/git");
    wait_for(f, "git/x");
    wait_for(f, "git/y");
    catch_up(f);
    assert_int_equal(f->state.ignored, 2);
    assert_int_equal(f->state.ignored + 3, files_on_disk(f));
}

static void what_not_everyone_may_see_is_counted_apart_too(void **state)
{
    struct fixture *f = *state;
    old_file(f, "root/a", "x");
    old_file(f, "root/a.meta", "title = A\n");
    make_folder(f, "root/staff");
    make_folder(f, "root/staff/in");
    old_file(f, "root/staff/.prospect", "access = staff\n");
    old_file(f, "root/staff/in/~$x", "x");
    start(f);
    assert_int_equal(f->state.ignored, 3);
    assert_int_equal(f->state.hidden.ignored, 2);
    write_file(in(f, "root/a.meta"), "access = staff\n");
    wait_for(f, "a.meta");
    catch_up(f);
    assert_int_equal(f->state.hidden.ignored, 3);
    assert_int_equal(symlink("a", in(f, "root/staff/link")), 0);
    assert_int_equal(unlink(in(f, "root/a.meta")), 0);
    catch_up(f);
    assert_int_equal(f->state.ignored, 2);
    assert_int_equal(f->state.hidden.ignored, 2);
    assert_int_equal(f->state.hidden.links, 1);
}

static void a_half_written_file_waits_until_it_is_closed(void **state)
{
    struct fixture *f = *state;
    f->config.quiet_ms = 60000;
    start(f);
    FILE *file = fopen(in(f, "root/half"), "w");
    for (int i = 0; i < 3; i++) {
        fputs("part", file);
        fflush(file);
        WAIT_UNTIL(f, f->state.settling > 0);
    }
    old_file(f, "root/other", "x");
    wait_for(f, "other");
    assert_int_equal(heard(f, "half"), 0);
    assert_true(f->state.settling > 0);
    fclose(file);
    wait_for(f, "half");
    WAIT_UNTIL(f, is_quiet(f));
    assert_int_equal(heard(f, "half"), 1);
}

static void a_path_counts_as_settling_until_it_is_posted(void **state)
{
    struct fixture *f = *state;
    f->config.settle_ms = 300;
    start(f);
    old_file(f, "root/a", "x");
    WAIT_UNTIL(f, f->state.settling > 0);
    while (!heard(f, "a")) {
        assert_true(f->state.settling > 0);
        listen_once(f, PATIENCE_MS);
    }
    WAIT_UNTIL(f, is_quiet(f));
}

static void a_tree_that_is_filled_at_once_misses_nothing(void **state)
{
    struct fixture *f = *state;
    enum {
        FOLDERS = 200,
        FILES = 10
    };
    start(f);
    char path[128];
    for (int d = 0; d < FOLDERS; d++) {
        if (d % 10 == 0) {
            snprintf(path, sizeof path, "root/%d", d / 10);
            make_folder(f, path);
        }
        snprintf(path, sizeof path, "root/%d/%d", d / 10, d);
        make_folder(f, path);
        for (int i = 0; i < FILES; i++) {
            snprintf(path, sizeof path, "root/%d/%d/%d", d / 10, d, i);
            write_file(in(f, path), "x");
        }
    }
    for (int d = 0; d < FOLDERS; d++)
        for (int i = 0; i < FILES; i++) {
            snprintf(path, sizeof path, "%d/%d/%d", d / 10, d, i);
            wait_for(f, path);
        }
    WAIT_UNTIL(f, is_quiet(f));
    assert_int_equal(HASH_COUNT(f->heard), FOLDERS * FILES);
}

static void who_takes_events_slowly_misses_nothing(void **state)
{
    struct fixture *f = *state;
    char path[32];
    mailbox_free(&f->events);
    mailbox_new(&f->events, 20);
    for (int i = 0; i < 300; i++) {
        snprintf(path, sizeof path, "root/%d", i);
        old_file(f, path, "");
    }
    start(f);
    assert_int_equal(HASH_COUNT(f->heard), 300);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, watch_set_up, watch_tear_down)

int main(void)
{
    log_start("watch-test", LOG_ERROR, 0);
    const struct CMUnitTest tests[] = {
        TEST(the_first_scan_reports_documents_and_counts_the_rest),
        TEST(the_first_scan_compares_with_the_index),
        TEST(another_version_of_a_plugin_reads_its_files_again),
        TEST(a_plugin_that_takes_over_a_type_reads_its_files_again),
        cmocka_unit_test(every_kind_of_change_is_reported),
        TEST(counts_follow_what_happens),
        TEST(what_not_everyone_may_see_is_counted_apart_too),
        TEST(a_half_written_file_waits_until_it_is_closed),
        TEST(a_path_counts_as_settling_until_it_is_posted),
        TEST(a_tree_that_is_filled_at_once_misses_nothing),
        TEST(who_takes_events_slowly_misses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
