#include "tests/watch_fixture.h"

#include "index/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
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

const struct wire_plugin watch_plugins_known[2] = {
    {.name = "text", .version = "2", .types = "text/plain text/x-*"},
    {.name = "bad", .version = "1", .types = "image/*", .refused = "for a test"}};

const char *in(const struct fixture *f, const char *path)
{
    static char full[4][512];
    static unsigned turn;
    char *out = full[turn++ % 4];
    snprintf(out, sizeof full[0], "%s/%s", f->top, path);
    return out;
}

void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (!file)
        fail_msg("%s: %s", path, strerror(errno));
    fputs(text, file);
    fclose(file);
}

void age(const char *path)
{
    struct timespec hour_ago = {time(NULL) - 3600, 0}, t[2] = {hour_ago, hour_ago};
    assert_int_equal(utimensat(AT_FDCWD, path, t, AT_SYMLINK_NOFOLLOW), 0);
}

void old_file(const struct fixture *f, const char *path, const char *text)
{
    write_file(in(f, path), text);
    age(in(f, path));
}

void make_folder(const struct fixture *f, const char *path)
{
    if (mkdir(in(f, path), 0700) != 0)
        fail_msg("%s: %s", path, strerror(errno));
}

void move(const struct fixture *f, const char *from, const char *to)
{
    if (rename(in(f, from), in(f, to)) != 0)
        fail_msg("%s to %s: %s", from, to, strerror(errno));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

void remove_all(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static uint64_t regular_files;
static int count_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)path, (void)type, (void)ftw;
    regular_files += S_ISREG(st->st_mode);
    return 0;
}

uint64_t files_on_disk(const struct fixture *f)
{
    regular_files = 0;
    nftw(f->root, count_one, 16, FTW_PHYS);
    return regular_files;
}

int watch_set_up(void **state)
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

void forget(struct fixture *f)
{
    struct heard *h, *next;
    HASH_ITER(hh, f->heard, h, next)
    {
        HASH_DEL(f->heard, h);
        free(h);
    }
}

void listen_once(struct fixture *f, int timeout_ms)
{
    struct watch_event *e = (struct watch_event *)mailbox_wait(f->events, timeout_ms);
    if (e)
        hear(f, e);
    watch_event_free(&e);
}

int watch_tear_down(void **state)
{
    struct fixture *f = *state;
    watch_free(&f->watch);
    while (mailbox_count(f->events))
        listen_once(f, 0);
    mailbox_free(&f->events);
    forget(f);
    remove_all(f->top);
    free(f);
    return 0;
}

int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

unsigned heard(const struct fixture *f, const char *path)
{
    struct heard *h;
    HASH_FIND(hh, f->heard, path, strlen(path), h);
    return h ? h->paths : 0;
}

bool is_quiet(const struct fixture *f)
{
    return !f->state.scanning && f->state.settling == 0 && mailbox_count(f->events) == 0;
}

void wait_for(struct fixture *f, const char *path)
{
    int64_t until = now_ms() + PATIENCE_MS;
    while (!heard(f, path)) {
        if (now_ms() > until)
            fail_msg("\"%s\" was not reported", path);
        listen_once(f, 50);
    }
}

void catch_up(struct fixture *f)
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

void start(struct fixture *f)
{
    struct error error;
    assert_int_equal(watch_new(&f->watch, &f->config, f->index, f->events, &error), PROSPECT_OK);
    listen_once(f, 0);
    assert_true(f->state.scanning); /* before anything else is known */
    watch_plugins(f->watch, watch_plugins_known, 2);
    WAIT_UNTIL(f, is_quiet(f));
}

struct index_writer *open_index(struct fixture *f)
{
    char notice[256];
    struct index_writer *w;
    struct error error;
    if (index_writer_new(&w, f->index, notice, sizeof notice, &error) != PROSPECT_OK)
        fail_msg("%s", error.line);
    return w;
}

void close_index(struct index_writer *w)
{
    struct error error;
    assert_int_equal(index_writer_commit(w, &error), PROSPECT_OK);
    index_writer_free(&w);
}

struct document *document_of(struct fixture *f, const char *path)
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

void put(struct index_writer *w, struct document *d)
{
    struct error error;
    if (index_writer_put(w, d, &error) != PROSPECT_OK)
        fail_msg("%s", error.line);
    document_free(&d);
}

void fill(struct fixture *f)
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
