/* Looking at files: a real tree, and a real index that knows some of it. */
#include "daemon/inspect.h"
#include "daemon/wire.h"
#include "index/base/buf.h"
#include "index/base/mem.h"
#include "index/index.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 20000,
    MAX_SIZE = 100000
};

static char dir[64];
static struct config config;
static struct config_root root = {.name = "r"};
static struct mailbox *results;
static struct inspect *inspect;
static struct index_writer *writer;

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int start(void **state)
{
    (void)state;
    char notice[256];
    struct error error;
    strcpy(dir, "/tmp/prospect-inspect-XXXXXX");
    if (!mkdtemp(dir) || chdir(dir) < 0 || mkdir("root", 0755) < 0 || mkdir("root/d", 0755) < 0)
        return -1;
    root.path = "root";
    config = (struct config){.roots = &root, .n_roots = 1, .max_file_size = MAX_SIZE};
    write_file("secret", "outside\n");
    write_file("root/a.txt", "apples\n");
    mailbox_new(&results, 0);
    if (index_writer_new(&writer, "index", notice, sizeof notice, &error))
        return -1;
    return (int)inspect_new(&inspect, &config, "index", 2, results, &error);
}

static int stop(void **state)
{
    (void)state;
    struct buf command = {0};
    inspect_free(&inspect);
    index_writer_free(&writer);
    mailbox_free(&results);
    buf_addf(&command, "chmod -R u+rwx '%s'; rm -rf '%s'", dir, dir);
    int rc = system(buf_str(&command));
    buf_free(&command);
    return rc;
}

/* PLUGIN "": none is there. It claims all of text/. */
static struct inspect_result *look_by(const char *path, const char *plugin, const char *version,
                                      bool force)
{
    static uint64_t tags;
    struct inspect_request *r = mem_zalloc(sizeof *r);
    r->tag = ++tags;
    r->path = mem_strdup(path);
    claims_set(&r->claims,
               &(struct wire_plugin){
                   .name = (char *)plugin, .version = (char *)version, .types = "text/*"},
               *plugin ? 1 : 0);
    r->force = force;
    inspect_send(inspect, r);
    struct message *m = mailbox_wait(results, PATIENCE_MS);
    assert_non_null(m);
    struct inspect_result *result = (struct inspect_result *)m;
    assert_int_equal(result->tag, tags);
    assert_string_equal(result->document->path, path);
    assert_int_equal(result->fd >= 0, result->outcome == INSPECT_EXTRACT);
    return result;
}

static struct inspect_result *look(const char *path)
{
    return look_by(path, "text", "1", false);
}

static enum inspect_outcome outcome(const char *path)
{
    struct inspect_result *r = look(path);
    enum inspect_outcome o = r->outcome;
    inspect_result_free(&r);
    return o;
}

/* Gives the index what was seen, as a plugin would have read it. */
static void store(struct inspect_result *r, const char *plugin, prospect_status status)
{
    struct error error;
    struct document *d = r->document;
    d->stamp.plugin = mem_strdup(plugin);
    d->stamp.plugin_version = mem_strdup(plugin ? "1" : NULL);
    d->mime = mem_strdup("text/plain");
    d->status = status;
    d->tries = status ? 3 : 0;
    d->since = status ? 1000 : 0;
    d->reason = mem_strdup(status ? "broken" : NULL);
    struct unit *u = document_add_unit(d);
    u->number = 1;
    u->text = mem_strdup("apples");
    u->length = 6;
    u->spans = mem_zalloc(sizeof *u->spans);
    u->spans[0].length = 6;
    u->n_spans = 1;
    assert_int_equal(index_writer_put(writer, d, &error), PROSPECT_OK);
    assert_int_equal(index_writer_commit(writer, &error), PROSPECT_OK);
}

static void store_path(const char *path, const char *plugin, prospect_status status)
{
    struct inspect_result *r = look(path);
    assert_int_equal(r->outcome, INSPECT_EXTRACT);
    store(r, plugin, status);
    inspect_result_free(&r);
}

static void a_new_file_is_opened_stamped_and_named(void **state)
{
    (void)state;
    struct stat st;
    uint8_t expected[DIGEST_SIZE];
    char text[16] = "", id[DIGEST_ID_SIZE];
    struct inspect_result *r = look("a.txt");
    const struct document *d = r->document;
    assert_int_equal(r->outcome, INSPECT_EXTRACT);
    assert_int_equal(read(r->fd, text, sizeof text), 7);
    assert_string_equal(text, "apples\n");
    assert_int_equal(fcntl(r->fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    assert_true(fcntl(r->fd, F_GETFD) & FD_CLOEXEC);
    stat("root/a.txt", &st);
    assert_int_equal(d->stamp.size, 7);
    assert_true(d->stamp.inode == st.st_ino);
    assert_true(d->stamp.mtime_ns == st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec);
    digest_bytes("apples\n", 7, expected);
    assert_memory_equal(d->stamp.content, expected, DIGEST_SIZE);
    digest_file_id("r", "a.txt", id);
    assert_string_equal(d->id, id);
    assert_string_equal(d->root, "r");
    assert_false(d->restricted);
    inspect_result_free(&r);
}

static void what_is_no_regular_file_is_never_opened(void **state)
{
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "root/socket"};
    int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    static const char *const paths[] = {
        "fifo",   "link",     "linked-folder/a.txt", "escape/secret",  "socket",     "d",
        "absent", "a.txt/in", "../secret",           "d/../../secret", "broken-link"};
    assert_int_equal(mkfifo("root/fifo", 0600), 0);
    assert_int_equal(symlink("a.txt", "root/link"), 0);
    assert_int_equal(symlink("d", "root/linked-folder"), 0);
    assert_int_equal(symlink("..", "root/escape"), 0);
    assert_int_equal(symlink("nowhere", "root/broken-link"), 0);
    assert_int_equal(bind(s, (struct sockaddr *)&address, sizeof address), 0);
    write_file("root/d/a.txt", "x");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        int fd;
        struct stat st;
        struct error error;
        /* Nobody writes to the FIFO: opening it without care would hang here. Nothing is known of
         * any of these, so nothing is to be done. */
        assert_int_equal(outcome(paths[i]), INSPECT_UNCHANGED);
        assert_int_equal(inspect_open(inspect, 0, paths[i], &fd, &st, &error),
                         strstr(paths[i], "..") ? PROSPECT_IO : PROSPECT_NOT_FOUND);
        assert_int_equal(fd, -1);
    }
    close(s);
}

static void what_was_known_and_is_gone_is_removed(void **state)
{
    (void)state;
    struct inspect_result *r;
    write_file("root/b.txt", "b");
    write_file("root/c.txt", "c");
    store_path("a.txt", "text", PROSPECT_OK);
    store_path("b.txt", "text", PROSPECT_OK);
    store_path("c.txt", "text", PROSPECT_OK);
    unlink("root/a.txt");
    unlink("root/b.txt");
    assert_int_equal(symlink("c.txt", "root/b.txt"), 0);
    write_file("root/.prospect", "ignore = c.*\n");
    assert_int_equal(outcome("a.txt"), INSPECT_GONE);
    assert_int_equal(outcome("b.txt"), INSPECT_GONE);
    r = look("c.txt");
    assert_int_equal(r->outcome, INSPECT_GONE);
    inspect_result_free(&r);
}

static void a_root_that_is_missing_loses_nothing(void **state)
{
    (void)state;
    store_path("a.txt", "text", PROSPECT_OK);
    assert_int_equal(rename("root", "elsewhere"), 0);
    assert_int_equal(outcome("a.txt"), INSPECT_UNCHANGED);
    assert_int_equal(symlink("elsewhere", "root"), 0); /* no link is followed to it either */
    assert_int_equal(outcome("a.txt"), INSPECT_UNCHANGED);
    unlink("root");
    assert_int_equal(rename("elsewhere", "root"), 0);
    unlink("root/a.txt");
    assert_int_equal(outcome("a.txt"), INSPECT_GONE);
}

static void what_the_index_knows_is_not_read_again(void **state)
{
    (void)state;
    struct inspect_result *r;
    struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
    char id[DIGEST_ID_SIZE];
    store_path("a.txt", "text", PROSPECT_OK);
    digest_file_id("r", "a.txt", id);
    assert_int_equal(outcome("a.txt"), INSPECT_UNCHANGED);
    /* touched: the same bytes under another stamp */
    assert_int_equal(utimensat(AT_FDCWD, "root/a.txt", times, 0), 0);
    r = look("a.txt");
    assert_int_equal(r->outcome, INSPECT_COPY);
    assert_string_equal(r->source, id);
    inspect_result_free(&r);
    /* the same bytes elsewhere */
    write_file("root/d/copy.txt", "apples\n");
    r = look("d/copy.txt");
    assert_int_equal(r->outcome, INSPECT_COPY);
    assert_string_equal(r->source, id);
    inspect_result_free(&r);
    /* other bytes */
    write_file("root/a.txt", "appleS\n");
    assert_int_equal(outcome("a.txt"), INSPECT_EXTRACT);
}

static void other_rules_are_a_copy_without_reading(void **state)
{
    (void)state;
    struct inspect_result *r;
    store_path("a.txt", "text", PROSPECT_OK);
    assert_int_equal(chmod("root/a.txt", 0644), 0); /* a new ctime */
    r = look("a.txt");
    r->document->stamp.plugin = NULL;
    store(r, "text", PROSPECT_OK);
    inspect_result_free(&r);
    write_file("root/.prospect", "event = E\naccess = g, h\n");
    write_file("root/a.txt.meta", "title = T\naccess = h\n");
    r = look("a.txt");
    assert_int_equal(r->outcome, INSPECT_COPY);
    assert_true(r->document->restricted);
    assert_int_equal(r->document->access.count, 1);
    assert_string_equal(r->document->access.item[0], "h");
    assert_string_equal(meta_best(&r->document->meta, "event")->value, "E");
    assert_string_equal(meta_best(&r->document->meta, "title")->value, "T");
    inspect_result_free(&r);
    assert_int_equal(outcome("a.txt.meta"), INSPECT_UNCHANGED); /* no document */
    unlink("root/.prospect");
    unlink("root/a.txt.meta");
    assert_int_equal(outcome("a.txt"), INSPECT_UNCHANGED);
}

static void another_plugin_a_failure_or_force_are_reasons_to_read(void **state)
{
    (void)state;
    static const struct {
        const char *plugin, *version;
        bool force;
        enum inspect_outcome outcome;
    } cases[] = {{"text", "1", false, INSPECT_UNCHANGED},
                 {"text", "2", false, INSPECT_EXTRACT},
                 {"hypertext", "1", false, INSPECT_EXTRACT},
                 {"", "", false, INSPECT_UNCHANGED}, /* nobody would do better */
                 {"text", "1", true, INSPECT_EXTRACT}};
    struct inspect_result *r;
    store_path("a.txt", "text", PROSPECT_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        r = look_by("a.txt", cases[i].plugin, cases[i].version, cases[i].force);
        assert_int_equal(r->outcome, cases[i].outcome);
        inspect_result_free(&r);
    }
    write_file("root/b.txt", "broken\n");
    store_path("b.txt", "text", PROSPECT_DAMAGED);
    r = look("b.txt");
    assert_int_equal(r->outcome, INSPECT_EXTRACT);
    assert_int_equal(r->document->tries, 3);
    assert_int_equal(r->document->since, 1000);
    inspect_result_free(&r);
    write_file("root/c.bin", "no plugin\n");
    store_path("c.bin", NULL, PROSPECT_UNSUPPORTED);
    assert_int_equal(outcome("c.bin"), INSPECT_EXTRACT);
}

static void what_cannot_be_read_says_why(void **state)
{
    (void)state;
    struct inspect_result *r;
    assert_int_equal(truncate("root/a.txt", 5 << 20), 0);
    r = look("a.txt");
    assert_int_equal(r->outcome, INSPECT_FAILED);
    assert_int_equal(r->error.status, PROSPECT_LIMIT);
    assert_string_equal(r->error.line, "it has 5 MB; files of more than 0 MB are not read");
    assert_int_equal(r->document->stamp.size, 5 << 20);
    inspect_result_free(&r);
    if (geteuid() == 0)
        return; /* for whom nothing is forbidden */
    write_file("root/b.txt", "x");
    chmod("root/b.txt", 0);
    r = look("b.txt");
    assert_int_equal(r->outcome, INSPECT_FAILED);
    assert_int_equal(r->error.status, PROSPECT_IO);
    assert_string_equal(r->error.line, "it cannot be opened: Permission denied");
    inspect_result_free(&r);
}

static void a_folder_file_that_cannot_be_read_hides(void **state)
{
    (void)state;
    struct inspect_result *r;
    assert_int_equal(symlink("../secret", "root/d/.prospect"), 0);
    write_file("root/d/x.txt", "x");
    r = look("d/x.txt");
    assert_int_equal(r->outcome, INSPECT_EXTRACT);
    assert_true(r->document->restricted);
    assert_int_equal(r->document->access.count, 0);
    assert_int_equal(r->document->warnings.count, 1);
    assert_non_null(strstr(r->document->warnings.item[0], "d/.prospect: it cannot be read"));
    inspect_result_free(&r);
    r = look("a.txt");
    assert_false(r->document->restricted);
    inspect_result_free(&r);
    unlink("root/d/.prospect");
    write_file("root/d/.prospect", "event = E\ndate = soon\n");
    r = look("d/x.txt");
    assert_false(r->document->restricted);
    assert_string_equal(r->document->warnings.item[0],
                        "d/.prospect: line 2: date = \"soon\" is no YYYY, YYYY-MM or YYYY-MM-DD");
    inspect_result_free(&r);
}

static void names_may_have_any_bytes(void **state)
{
    (void)state;
    static const char *const names[] = {"\xff\xfe.txt", "line\nfeed.txt",      " blank ",
                                        "[x]*?.txt",    "d/Ünï \"q\" 'q'.txt", "%s%n.txt",
                                        "-rf"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[64];
        snprintf(path, sizeof path, "root/%s", names[i]);
        write_file(path, names[i]);
        assert_int_equal(outcome(names[i]), INSPECT_EXTRACT);
    }
}

static void an_empty_file_is_a_copy_of_nothing(void **state)
{
    (void)state;
    static const uint8_t zeros[DIGEST_SIZE];
    struct inspect_result *r;
    write_file("root/e1", "");
    write_file("root/e2", "");
    store_path("e1", "text", PROSPECT_OK);
    r = look("e2");
    assert_int_equal(r->outcome, INSPECT_EXTRACT);
    assert_memory_equal(r->document->stamp.content, zeros, DIGEST_SIZE);
    inspect_result_free(&r);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        T(a_new_file_is_opened_stamped_and_named),
        T(what_is_no_regular_file_is_never_opened),
        T(what_was_known_and_is_gone_is_removed),
        T(a_root_that_is_missing_loses_nothing),
        T(what_the_index_knows_is_not_read_again),
        T(other_rules_are_a_copy_without_reading),
        T(another_plugin_a_failure_or_force_are_reasons_to_read),
        T(what_cannot_be_read_says_why),
        T(a_folder_file_that_cannot_be_read_hides),
        T(names_may_have_any_bytes),
        T(an_empty_file_is_a_copy_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
