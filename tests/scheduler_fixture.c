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

static char dir[64], worker[512], plugin_dir[128];
struct event_base *base;
struct config config;
struct config_root roots[2] = {{.name = "r"}, {.name = "s"}};
struct pool *pool;
struct scheduler *scheduler;
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

void settle(void)
{
    assert_true(loop_until(base, all_is_done));
}

void post(enum watch_kind kind, size_t root, const char *path, bool scanning)
{
    struct watch_event *e = mem_zalloc(sizeof *e);
    e->kind = kind;
    e->root = root;
    e->path = mem_strdup(path);
    e->urgent = true;
    e->scanning = scanning;
    assert_true(mailbox_post(scheduler_events(scheduler), &e->message));
}

void look_at(const char *path)
{
    post(WATCH_PATH, 0, path, false);
}

int start_daemon(void)
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

void stop_daemon(void)
{
    pool_free(&pool);
    scheduler_free(&scheduler);
    event_base_free(base);
}

int start(void **state)
{
    (void)state;
    log_start("scheduler-test", LOG_ERROR, 0);
    strcpy(dir, "/tmp/prospect-scheduler-XXXXXX");
    if (!mkdtemp(dir) || chdir(dir) < 0 || mkdir("r", 0755) < 0 || mkdir("s", 0755) < 0 ||
        loop_take_plugin(dir, "tests/sins/text", "hostile"))
        return -1;
    snprintf(worker, sizeof worker, "%s/prospect-worker", getenv("TOP_BUILDDIR"));
    snprintf(plugin_dir, sizeof plugin_dir, "%s/plugins", dir);
    roots[0].path = "r";
    roots[1].path = "s";
    config = (struct config){.roots = roots,
                             .state = dir,
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
                             .nesting = 2,
                             .child_bytes = 1 << 20,
                             .quiet_ms = 50};
    return start_daemon();
}

int stop(void **state)
{
    (void)state;
    struct buf command = {0};
    stop_daemon();
    buf_addf(&command, "rm -rf '%s'", dir);
    int rc = system(buf_str(&command));
    buf_free(&command);
    return rc;
}

void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

void write_and_look(const char *path, const char *text)
{
    char whole[256];
    snprintf(whole, sizeof whole, "r/%s", path);
    write_file(whole, text);
    look_at(path);
}

char *found(const char *q, const char *group)
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

void expect_for(const char *group, const char *q, const char *paths)
{
    char *got = found(q, group);
    assert_string_equal(got, paths);
    free(got);
}

void expect(const char *q, const char *paths)
{
    expect_for(NULL, q, paths);
}

void expect_failure(const char *path, prospect_status status, unsigned tries, bool again)
{
    struct index_reader *reader;
    struct index_failures *f;
    struct error error;
    struct access admin = {.admin = true};
    assert_int_equal(index_reader_new(&reader, "index", &error), PROSPECT_OK);
    assert_int_equal(index_failures(reader, &admin, 0, 10, 20000, &f, &error), PROSPECT_OK);
    assert_int_equal(f->count, 1);
    assert_string_equal(f->item[0].path, path);
    assert_int_equal(f->item[0].status, status);
    assert_int_equal(f->item[0].tries, tries);
    assert_int_equal(f->item[0].next_try != 0, again);
    assert_true(f->item[0].since > 0);
    index_failures_free(&f);
    index_reader_free(&reader);
}
