/* The parts of watching: who waits how long, the tree of folders, what inotify's bytes say. */
#include "daemon/beneath.h"
#include "daemon/watch_inotify.h"
#include "daemon/watch_settle.h"
#include "daemon/watch_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cmocka.h>

struct touch {
    int64_t at;
    enum settle_kind kind;
};

/* A file's life in touches, and when it comes out (closed files wait 200 ms, others 2 s). */
static void a_path_comes_out_once_it_is_closed_or_quiet(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct touch touch[6];
        size_t n;
        int64_t out;
    } cases[] = {
        {"renamed into place", {{0, SETTLE_COMPLETE}}, 1, 200},
        {"created, never closed", {{0, SETTLE_WRITING}}, 1, 2000},
        {"written and closed",
         {{0, SETTLE_WRITING}, {100, SETTLE_WRITING}, {300, SETTLE_COMPLETE}},
         3,
         500},
        {"written to after it was closed", {{0, SETTLE_COMPLETE}, {100, SETTLE_WRITING}}, 2, 2100},
        {"written to slowly", {{0, SETTLE_WRITING}, {1500, SETTLE_WRITING}}, 2, 3500},
        {"chmod while it is written", {{0, SETTLE_WRITING}, {50, SETTLE_TOUCHED}}, 2, 2000},
        {"chmod at the end of the wait", {{0, SETTLE_WRITING}, {1900, SETTLE_TOUCHED}}, 2, 2100},
        {"chmod alone", {{0, SETTLE_TOUCHED}}, 1, 200},
        {"closed again and again",
         {{0, SETTLE_COMPLETE},
          {1000, SETTLE_WRITING},
          {1001, SETTLE_COMPLETE},
          {1950, SETTLE_WRITING},
          {1951, SETTLE_COMPLETE}},
         5,
         2000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settle *s;
        settle_new(&s, 200, 2000);
        for (size_t t = 0; t < cases[i].n; t++)
            settle_touch(s, 0, "a", cases[i].touch[t].kind, cases[i].touch[t].at);
        if (settle_due(s) != cases[i].out)
            fail_msg("%s: due at %ld", cases[i].what, (long)settle_due(s));
        size_t root;
        const char *path;
        assert_int_equal(settle_count(s, 0), 1);
        assert_false(settle_next(s, cases[i].out - 1, &root, &path));
        assert_true(settle_next(s, cases[i].out, &root, &path));
        assert_string_equal(path, "a");
        assert_int_equal(settle_count(s, 0), 0);
        assert_false(settle_next(s, INT64_MAX, &root, &path));
        settle_free(&s);
    }
}

static void many_paths_come_out_in_the_order_of_their_times(void **state)
{
    (void)state;
    struct settle *s;
    settle_new(&s, 10, 1000);
    unsigned seed = 7;
    for (int i = 0; i < 5000; i++) {
        char path[16];
        seed = seed * 1103515245 + 12345;
        snprintf(path, sizeof path, "%u", (seed >> 16) % 3000);
        settle_touch(s, (seed >> 8) % 2, path, seed % 3, (seed >> 4) % 700);
    }
    size_t waiting = settle_count(s, 0) + settle_count(s, 1), out = 0, root;
    int64_t before = 0, due;
    const char *path;
    for (; (due = settle_due(s)) >= 0; out++) {
        assert_true(due >= before);
        before = due;
        assert_true(settle_next(s, due, &root, &path));
    }
    assert_int_equal(out, waiting);
    settle_free(&s);
}

static void a_scan_does_not_shorten_what_waits(void **state)
{
    (void)state;
    struct settle *s;
    settle_new(&s, 200, 2000);
    settle_touch(s, 0, "a", SETTLE_WRITING, 0);
    settle_until(s, 0, "a", 10);
    assert_int_equal(settle_due(s), 2000);
    settle_until(s, 1, "a", 10);
    assert_int_equal(settle_due(s), 10);
    settle_free(&s);
}

static void count_gone(void *ctx, struct watch_node *n)
{
    (void)n;
    ++*(int *)ctx;
}

static void folders_are_found_by_path_and_by_watch(void **state)
{
    (void)state;
    struct watch_tree t = {0};
    struct watch_node *top = watch_tree_add(&t, NULL, "");
    struct watch_node *a = watch_tree_add(&t, top, "a");
    struct watch_node *b = watch_tree_add(&t, a, "b\xff\n");
    watch_tree_set_wd(&t, b, 7);
    assert_ptr_equal(watch_tree_watched(&t, 7), b);
    assert_ptr_equal(watch_tree_find(&t, "a/b\xff\n"), b);
    assert_ptr_equal(watch_tree_find(&t, ""), top);
    assert_null(watch_tree_find(&t, "a/b"));
    struct buf path = {0};
    watch_tree_path(b, "c", &path);
    assert_string_equal(buf_str(&path), "a/b\xff\n/c");
    watch_tree_path(b, NULL, &path);
    assert_string_equal(buf_str(&path), "a/b\xff\n");
    watch_tree_path(top, "c", &path);
    assert_string_equal(buf_str(&path), "c");
    watch_tree_set_wd(&t, a, 7); /* the same folder under another name */
    assert_int_equal(b->wd, -1);
    int gone = 0;
    watch_tree_drop(&t, a, count_gone, &gone);
    assert_int_equal(gone, 2);
    assert_null(watch_tree_watched(&t, 7));
    assert_null(watch_tree_find(&t, "a"));
    watch_tree_drop(&t, top, NULL, NULL);
    assert_null(t.top);
    buf_free(&path);
}

static void counts_and_wishes_go_with_their_folder(void **state)
{
    (void)state;
    struct watch_tree t = {0};
    struct watch_node *top = watch_tree_add(&t, NULL, ""), *a = watch_tree_add(&t, top, "a");
    watch_tree_set_counts(&t, top, &(struct watch_counts){3, 0, 1}, &(struct watch_counts){0});
    watch_tree_set_counts(&t, a, &(struct watch_counts){5, 2, 0}, &(struct watch_counts){5, 2, 0});
    watch_tree_set_counts(&t, a, &(struct watch_counts){4, 2, 0}, &(struct watch_counts){1, 2, 0});
    assert_int_equal(t.total.ignored, 7);
    assert_int_equal(t.hidden.ignored, 1);
    watch_tree_want(&t, top, VISIT_COUNT);
    watch_tree_want(&t, a, VISIT_COMPARE);
    watch_tree_want(&t, a, VISIT_ALL);
    watch_tree_set_dirty(&t, a, true);
    assert_int_equal(t.n_scans, 1); /* counting is no scan */
    assert_int_equal(t.n_wanted, 2);
    unsigned visit;
    assert_ptr_equal(watch_tree_next(&t, &visit), a);
    assert_int_equal(visit, VISIT_COMPARE | VISIT_ALL);
    watch_tree_want(&t, a, VISIT_FRESH);
    watch_tree_drop(&t, a, NULL, NULL);
    assert_int_equal(t.total.ignored, 3);
    assert_int_equal(t.hidden.ignored + t.hidden.links, 0);
    assert_int_equal(t.n_scans + t.n_dirty, 0);
    assert_ptr_equal(watch_tree_next(&t, &visit), top);
    assert_null(watch_tree_next(&t, &visit));
    assert_null(t.dirty);
    watch_tree_drop(&t, top, NULL, NULL);
}

static void a_very_deep_tree_can_be_dropped(void **state)
{
    (void)state;
    struct watch_tree t = {0};
    struct watch_node *top = watch_tree_add(&t, NULL, ""), *at = top;
    for (int i = 0; i < 200000; i++)
        at = watch_tree_add(&t, at, "d");
    int gone = 0;
    watch_tree_drop(&t, top, count_gone, &gone);
    assert_int_equal(gone, 200001);
}

struct heard {
    size_t count;
    struct watch_notice notice[8];
};

static void hear(void *ctx, const struct watch_notice *n)
{
    struct heard *h = ctx;
    h->notice[h->count++] = *n;
}

static void put_event(struct buf *b, int wd, uint32_t mask, const char *name)
{
    struct inotify_event e = {.wd = wd, .mask = mask, .len = name ? 16 : 0};
    char padded[16] = "";
    if (name)
        strcpy(padded, name);
    buf_add(b, &e, sizeof e);
    buf_add(b, padded, e.len);
}

static void bytes_of_inotify_are_understood(void **state)
{
    (void)state;
    static const struct {
        uint32_t mask;
        const char *name;
        enum notice_kind kind;
    } cases[] = {
        {IN_CREATE | IN_ISDIR, "d", NOTICE_CREATED},
        {IN_CLOSE_WRITE, "f", NOTICE_CLOSED},
        {IN_MOVED_TO, "f", NOTICE_MOVED_IN},
        {IN_Q_OVERFLOW, NULL, NOTICE_OVERFLOW},
        {IN_IGNORED, NULL, NOTICE_LOST},
        {IN_DELETE_SELF, NULL, NOTICE_GONE},
        {IN_UNMOUNT, NULL, NOTICE_GONE},
        {IN_ATTRIB, "f", NOTICE_ATTRIBUTES},
    };
    enum {
        N = sizeof cases / sizeof *cases
    };
    struct buf b = {0};
    for (size_t i = 0; i < N; i++)
        put_event(&b, (int)i, cases[i].mask, cases[i].name);
    struct heard h = {0};
    watch_inotify_parse(b.data, b.len, hear, &h);
    assert_int_equal(h.count, N);
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(h.notice[i].kind, cases[i].kind);
        assert_int_equal(h.notice[i].wd, i);
        assert_int_equal(h.notice[i].folder, i == 0);
        assert_string_equal(h.notice[i].name, cases[i].name ? cases[i].name : "");
    }
    h.count = 0; /* an event that is cut off is not read */
    watch_inotify_parse(b.data, sizeof(struct inotify_event) + 15, hear, &h);
    assert_int_equal(h.count, 0);
    buf_free(&b);
}

static int new_folder(char *path)
{
    strcpy(path, "/tmp/prospect-beneath-XXXXXX");
    assert_non_null(mkdtemp(path));
    return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void remove_folder(const char *path)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    assert_int_equal(system(command), 0);
}

static void nothing_leads_out_of_a_folder(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool opens;
    } cases[] = {{"in/file", true},    {"in", true},           {"", true},
                 {"link", false},      {"in/up/x", false},     {"../etc/passwd", false},
                 {"in/none", false},   {"/etc/passwd", false}, {"abs/passwd", false},
                 {"in/../../x", false}};
    char path[64];
    int root = new_folder(path);
    assert_int_equal(mkdirat(root, "in", 0700), 0);
    int fd = openat(root, "in/file", O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "abcdef", 6), 6);
    close(fd);
    assert_int_equal(symlinkat("in/file", root, "link"), 0);
    assert_int_equal(symlinkat("/etc", root, "abs"), 0);
    assert_int_equal(symlinkat("..", root, "in/up"), 0);
    assert_int_equal(mkfifoat(root, "fifo", 0600), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fd = beneath_open(root, cases[i].path, O_RDONLY);
        if ((fd >= 0) != cases[i].opens)
            fail_msg("\"%s\"", cases[i].path);
        if (fd >= 0)
            close(fd);
    }
    struct stat st;
    assert_true(beneath_stat(root, "link", &st) && S_ISLNK(st.st_mode));
    struct buf b = {0};
    assert_false(beneath_read(root, "fifo", 10, &b));
    assert_false(beneath_read(root, "link", 10, &b));
    assert_true(beneath_read(root, "in/file", 10, &b));
    assert_string_equal(buf_str(&b), "abcdef");
    buf_clear(&b);
    assert_true(beneath_read(root, "in/file", 3, &b));
    assert_int_equal(b.len, 4);
    buf_free(&b);
    close(root);
    remove_folder(path);
}

static void a_path_may_be_longer_than_the_system_takes_at_once(void **state)
{
    (void)state;
    enum {
        DEPTH = 60,
        NAME = 200
    };
    char path[64], name[NAME + 1];
    int root = new_folder(path), at = dup(root);
    memset(name, 'n', NAME);
    name[NAME] = '\0';
    struct buf deep = {0};
    for (int i = 0; i < DEPTH; i++) {
        assert_int_equal(mkdirat(at, name, 0700), 0);
        int next = openat(at, name, O_PATH | O_DIRECTORY);
        close(at);
        at = next;
        buf_adds(&deep, name);
        buf_addc(&deep, '/');
    }
    close(openat(at, "file", O_WRONLY | O_CREAT, 0600));
    buf_adds(&deep, "file");
    int fd = beneath_open(root, buf_str(&deep), O_RDONLY);
    assert_true(fd >= 0);
    close(fd);
    close(at);
    close(root);
    buf_free(&deep);
    remove_folder(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_comes_out_once_it_is_closed_or_quiet),
        cmocka_unit_test(many_paths_come_out_in_the_order_of_their_times),
        cmocka_unit_test(a_scan_does_not_shorten_what_waits),
        cmocka_unit_test(folders_are_found_by_path_and_by_watch),
        cmocka_unit_test(counts_and_wishes_go_with_their_folder),
        cmocka_unit_test(a_very_deep_tree_can_be_dropped),
        cmocka_unit_test(bytes_of_inotify_are_understood),
        cmocka_unit_test(nothing_leads_out_of_a_folder),
        cmocka_unit_test(a_path_may_be_longer_than_the_system_takes_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
