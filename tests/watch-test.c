/* Watching real folders: whatever happens in them, the paths that it concerns are reported. */
#include "daemon/log.h"
#include "daemon/watch.h"
#include "daemon/watch_live.h"
#include "daemon/watch_roots.h"
#include "daemon/watch_scan.h"
#include "index/base/mem.h"
#include "index/index.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <uthash.h>

#include <cmocka.h>

#define PATIENCE_MS 20000

struct heard {
    UT_hash_handle hh;
    unsigned paths, folders;
    char path[];
};

struct fixture {
    char top[64];  /* holds root/, aside/ and index/ */
    char root[80]; /* the watched folder */
    char index[80];
    struct config config;
    struct config_root config_root;
    struct mailbox *events;
    struct watch *watch;
    struct heard *heard;
    struct watch_event state; /* the last one */
    unsigned markers;
};

static const struct wire_plugin plugins[] = {
    {.name = "text", .version = "2", .types = "text/plain text/x-*"},
    {.name = "bad", .version = "1", .types = "image/*", .refused = "for a test"}};

/* ---- files ----------------------------------------------------------------------------------- */

static const char *in(const struct fixture *f, const char *path)
{
    static char full[4][512];
    static unsigned turn;
    char *out = full[turn++ % 4];
    snprintf(out, sizeof full[0], "%s/%s", f->top, path);
    return out;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (!file)
        fail_msg("%s: %s", path, strerror(errno));
    fputs(text, file);
    fclose(file);
}

/* As if it was written an hour ago, so that nothing waits for it to be quiet. */
static void age(const char *path)
{
    struct timespec hour_ago = {time(NULL) - 3600, 0}, t[2] = {hour_ago, hour_ago};
    assert_int_equal(utimensat(AT_FDCWD, path, t, AT_SYMLINK_NOFOLLOW), 0);
}

static void old_file(const struct fixture *f, const char *path, const char *text)
{
    write_file(in(f, path), text);
    age(in(f, path));
}

static void make_folder(const struct fixture *f, const char *path)
{
    if (mkdir(in(f, path), 0700) != 0)
        fail_msg("%s: %s", path, strerror(errno));
}

static void move(const struct fixture *f, const char *from, const char *to)
{
    if (rename(in(f, from), in(f, to)) != 0)
        fail_msg("%s to %s: %s", from, to, strerror(errno));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static uint64_t regular_files;
static int count_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)path, (void)type, (void)ftw;
    regular_files += S_ISREG(st->st_mode);
    return 0;
}

static uint64_t files_on_disk(const struct fixture *f)
{
    regular_files = 0;
    nftw(f->root, count_one, 16, FTW_PHYS);
    return regular_files;
}

/* ---- the watch ------------------------------------------------------------------------------- */

static int set_up(void **state)
{
    struct fixture *f = mem_zalloc(sizeof *f);
    strcpy(f->top, "/tmp/prospect-watch-XXXXXX");
    assert_non_null(mkdtemp(f->top));
    strcpy(f->root, in(f, "root"));
    strcpy(f->index, in(f, "index"));
    make_folder(f, "root");
    make_folder(f, "aside");
    make_folder(f, "index");
    f->config_root = (struct config_root){.name = "r", .path = f->root, .poll_seconds = 1};
    f->config.roots = &f->config_root;
    f->config.n_roots = 1;
    f->config.settle_ms = 20;
    f->config.quiet_ms = 150;
    mailbox_new(&f->events, 0);
    *state = f;
    return 0;
}

static void hear(struct fixture *f, struct watch_event *e)
{
    if (e->kind == WATCH_STATE) {
        f->state = *e;
        return;
    }
    struct heard *h;
    size_t length = strlen(e->path);
    HASH_FIND(hh, f->heard, e->path, length, h);
    if (!h) {
        h = mem_zalloc(sizeof *h + length + 1);
        memcpy(h->path, e->path, length + 1);
        HASH_ADD_KEYPTR(hh, f->heard, h->path, length, h);
    }
    h->paths += e->kind == WATCH_PATH;
    h->folders += e->kind == WATCH_FOLDER;
}

static void forget(struct fixture *f)
{
    struct heard *h, *next;
    HASH_ITER(hh, f->heard, h, next)
    {
        HASH_DEL(f->heard, h);
        free(h);
    }
}

static void listen_once(struct fixture *f, int timeout_ms)
{
    struct watch_event *e = (struct watch_event *)mailbox_wait(f->events, timeout_ms);
    if (e)
        hear(f, e);
    watch_event_free(&e);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    watch_free(&f->watch);
    while (mailbox_count(f->events))
        listen_once(f, 0);
    mailbox_free(&f->events);
    forget(f);
    nftw(f->top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(f);
    return 0;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static unsigned heard(const struct fixture *f, const char *path)
{
    struct heard *h;
    HASH_FIND(hh, f->heard, path, strlen(path), h);
    return h ? h->paths : 0;
}

static bool is_quiet(const struct fixture *f)
{
    return !f->state.scanning && f->state.settling == 0 && mailbox_count(f->events) == 0;
}

#define WAIT_UNTIL(f, condition)                                                                   \
    do {                                                                                           \
        int64_t until_ = now_ms() + PATIENCE_MS;                                                   \
        while (!(condition)) {                                                                     \
            if (now_ms() > until_)                                                                 \
                fail_msg("waited in vain for %s", #condition);                                     \
            listen_once(f, 50);                                                                    \
        }                                                                                          \
    } while (0)

static void wait_for(struct fixture *f, const char *path)
{
    int64_t until = now_ms() + PATIENCE_MS;
    while (!heard(f, path)) {
        if (now_ms() > until)
            fail_msg("\"%s\" was not reported", path);
        listen_once(f, 50);
    }
}

/* Everything that happened before is known to the watch, and dealt with. */
static void catch_up(struct fixture *f)
{
    char name[32], path[48];
    snprintf(name, sizeof name, "marker %u", ++f->markers);
    snprintf(path, sizeof path, "root/%s", name);
    old_file(f, path, "");
    wait_for(f, name);
    WAIT_UNTIL(f, is_quiet(f));
    unlink(in(f, path));
    WAIT_UNTIL(f, heard(f, name) >= 2);
    WAIT_UNTIL(f, is_quiet(f));
}

static void start(struct fixture *f)
{
    struct error error;
    assert_int_equal(watch_new(&f->watch, &f->config, f->index, f->events, &error), PROSPECT_OK);
    listen_once(f, 0);
    assert_true(f->state.scanning); /* before anything else is known */
    watch_plugins(f->watch, plugins, 2);
    WAIT_UNTIL(f, is_quiet(f));
}

static struct index_writer *open_index(struct fixture *f)
{
    char notice[256];
    struct index_writer *w;
    struct error error;
    if (index_writer_new(&w, f->index, notice, sizeof notice, &error) != PROSPECT_OK)
        fail_msg("%s", error.line);
    return w;
}

static void close_index(struct index_writer *w)
{
    struct error error;
    assert_int_equal(index_writer_commit(w, &error), PROSPECT_OK);
    index_writer_free(&w);
}

static struct document *document_of(struct fixture *f, const char *path)
{
    struct document *d;
    struct stat st;
    char full[512];
    document_new(&d);
    d->root = mem_strdup("r");
    d->path = mem_strdup(path);
    digest_file_id("r", path, d->id);
    d->mime = mem_strdup("text/plain");
    d->stamp.plugin = mem_strdup("text");
    d->stamp.plugin_version = mem_strdup("2");
    snprintf(full, sizeof full, "%s/%s", f->root, path);
    if (lstat(full, &st) == 0) {
        d->stamp.size = (uint64_t)st.st_size;
        d->stamp.inode = st.st_ino;
        d->stamp.mtime_ns = st.st_mtim.tv_sec * 1000000000L + st.st_mtim.tv_nsec;
        d->stamp.ctime_ns = st.st_ctim.tv_sec * 1000000000L + st.st_ctim.tv_nsec;
    }
    return d;
}

static void put(struct index_writer *w, struct document *d)
{
    struct error error;
    if (index_writer_put(w, d, &error) != PROSPECT_OK)
        fail_msg("%s", error.line);
    document_free(&d);
}

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
    struct wire_plugin newer = plugins[0];
    newer.version = "3";
    old_file(f, "root/a", "x");
    struct index_writer *w = open_index(f);
    put(w, document_of(f, "a"));
    close_index(w);
    start(f);
    watch_plugins(f->watch, plugins, 1);
    catch_up(f);
    assert_int_equal(heard(f, "a"), 0);
    watch_plugins(f->watch, &newer, 1);
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
    nftw(in(f, "root/in"), remove_one, 16, FTW_DEPTH | FTW_PHYS);
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

static void fill(struct fixture *f)
{
    static const char *const files[] = {"top", "in/a", "in/sub/c"};
    make_folder(f, "root/in");
    make_folder(f, "root/in/sub");
    struct index_writer *w = open_index(f);
    for (size_t i = 0; i < 3; i++) {
        char path[32];
        snprintf(path, sizeof path, "root/%s", files[i]);
        old_file(f, path, "x");
        put(w, document_of(f, files[i]));
    }
    close_index(w);
}

static void one_change_is_reported(const struct change *c)
{
    void *state;
    set_up(&state);
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
    tear_down(&state);
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

/* ---- polling, loss and return ---------------------------------------------------------------- */

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
        watch_plugins(f->watch, plugins, 1);
        for (int n = 0; n < i; n++)
            listen_once(f, 1);
        watch_free(&f->watch);
        assert_null(f->watch);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    log_start("watch-test", LOG_ERROR, 0);
    const struct CMUnitTest tests[] = {
        TEST(the_first_scan_reports_documents_and_counts_the_rest),
        TEST(the_first_scan_compares_with_the_index),
        TEST(another_version_of_a_plugin_reads_its_files_again),
        cmocka_unit_test(every_kind_of_change_is_reported),
        TEST(counts_follow_what_happens),
        TEST(a_half_written_file_waits_until_it_is_closed),
        TEST(a_path_counts_as_settling_until_it_is_posted),
        TEST(a_tree_that_is_filled_at_once_misses_nothing),
        TEST(who_takes_events_slowly_misses_nothing),
        TEST(polling_finds_changes_where_it_is_configured),
        TEST(polling_takes_over_where_watches_run_out),
        TEST(a_file_that_is_written_while_polling_waits_until_it_is_quiet),
        TEST(documents_are_kept_while_the_root_is_away),
        TEST(an_overflow_leads_to_a_scan),
        TEST(a_watch_can_be_ended_at_any_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
