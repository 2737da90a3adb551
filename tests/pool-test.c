/* The pool, with the real prospect-worker and a plugin that does whatever it should not. */
#include "daemon/log.h"
#include "daemon/pool_parts.h"
#include "index/base/buf.h"
#include "index/base/mem.h"
#include "tests/loop.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    JOBS = 8
};

static char dir[64], worker[512], plugin_dir[128];
static struct event_base *base;
static struct config config;
static struct pool *pool;
static unsigned readies, wanted;
static struct extraction *results[JOBS];

static int make_dir(void **state)
{
    (void)state;
    log_start("pool-test", LOG_ERROR, 0);
    strcpy(dir, "/tmp/prospect-pool-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    snprintf(worker, sizeof worker, "%s/prospect-worker", getenv("TOP_BUILDDIR"));
    snprintf(plugin_dir, sizeof plugin_dir, "%s/plugins", dir);
    return loop_take_plugin(dir, "tests/sins/text", "hostile");
}

static int remove_dir(void **state)
{
    (void)state;
    struct buf command = {0};
    buf_addf(&command, "rm -rf '%s'", dir);
    int rc = system(buf_str(&command));
    buf_free(&command);
    return rc;
}

static void ready(void *ctx)
{
    (void)ctx;
    readies++;
}

static bool enough_readies(void)
{
    return readies >= wanted;
}

static int start(void **state)
{
    (void)state;
    struct error error;
    config = (struct config){.worker = worker,
                             .plugin_dir = plugin_dir,
                             .workers = 2,
                             .extract_seconds = 20,
                             .cpu_seconds = 20,
                             .memory = 1ull << 30,
                             .text = 1 << 20,
                             .children = 10,
                             .child_bytes = 1 << 20};
    base = event_base_new();
    readies = 0;
    wanted = 1;
    if (pool_new(&pool, base, &config, ready, NULL, &error))
        return -1;
    return loop_until(base, enough_readies) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    pool_free(&pool);
    event_base_free(base);
    for (unsigned i = 0; i < JOBS; i++)
        extraction_free(&results[i]);
    return pool != NULL;
}

static void done(void *ctx, struct extraction *result)
{
    struct extraction **slot = ctx;
    assert_null(*slot);
    *slot = result;
}

/* As the daemon opens documents. */
static int read_only(const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/document", dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    unlink(path);
    return fd;
}

static prospect_status submit(unsigned slot, const char *text, bool interactive)
{
    struct pool_job job = {.job = {.first_unit = 1, .last_unit = UINT32_MAX},
                           .size = strlen(text),
                           .name = "a.txt",
                           .interactive = interactive,
                           .done = done,
                           .ctx = &results[slot]};
    job.fd = read_only(text);
    prospect_status status = pool_submit(pool, &job);
    if (status)
        close(job.fd);
    return status;
}

static unsigned n_results(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < JOBS; i++)
        n += results[i] != NULL;
    return n;
}

static bool enough_results(void)
{
    return n_results() >= wanted;
}

static void wait_for_results(unsigned n)
{
    wanted = n;
    assert_true(loop_until(base, enough_results));
}

static void a_new_zygote_tells_its_plugins(void **state)
{
    (void)state;
    size_t n;
    const struct wire_plugin *plugins = pool_plugins(pool, &n);
    assert_int_equal(n, 1);
    assert_string_equal(plugins[0].name, "hostile");
    assert_null(plugins[0].refused);
    assert_int_equal(pool_free_workers(pool), 2);
    assert_int_equal(pool_busy(pool), 0);
}

static void a_text_comes_back_as_a_document(void **state)
{
    (void)state;
    assert_int_equal(submit(0, "plain words", false), PROSPECT_OK);
    assert_null(results[0]); /* never before pool_submit() has returned */
    assert_int_equal(pool_busy(pool), 1);
    wait_for_results(1);
    const struct document *d = results[0]->document;
    assert_int_equal(d->status, PROSPECT_OK);
    assert_string_equal(d->mime, "text/plain");
    assert_string_equal(d->stamp.plugin, "hostile");
    assert_int_equal(d->n_units, 1);
    assert_non_null(strstr(d->units[0].text, "plain words"));
    assert_int_equal(pool_busy(pool), 0);
}

static void whatever_a_plugin_does_costs_its_own_document_only(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        prospect_status status;
    } cases[] = {{"crash", PROSPECT_CRASHED},
                 {"exit", PROSPECT_CRASHED},
                 {"garbage", PROSPECT_PROTOCOL},
                 {"deaf", PROSPECT_TIMEOUT}}; /* it goes on after it was told to stop */
    config.extract_seconds = 2;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(submit(0, cases[i].text, false), PROSPECT_OK);
        assert_int_equal(submit(1, "innocent", false), PROSPECT_OK);
        wait_for_results(2);
        const struct document *d = results[0]->document;
        assert_int_equal(d->status, cases[i].status);
        assert_false(document_complete(d));
        assert_true(d->n_units >= 1); /* what came before is kept */
        assert_int_equal(d->reason != NULL, d->status != PROSPECT_OK);
        assert_true(results[0]->text_bytes <= 2 << 20);
        assert_int_equal(results[1]->document->status, PROSPECT_OK);
        extraction_free(&results[0]);
        extraction_free(&results[1]);
    }
    assert_int_equal(readies, 1); /* the zygote has lived through it all */
}

static void two_that_hang_are_killed_together_after_their_time(void **state)
{
    (void)state;
    int64_t before = loop_now_ms();
    config.extract_seconds = 1;
    assert_int_equal(submit(0, "hang", false), PROSPECT_OK);
    assert_int_equal(submit(1, "spin", false), PROSPECT_OK);
    assert_int_equal(submit(2, "no room", false), PROSPECT_BUSY);
    assert_int_equal(pool_free_workers(pool), 0);
    wait_for_results(2);
    assert_true(loop_now_ms() - before >= 1000);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(results[i]->document->status, PROSPECT_TIMEOUT);
    assert_non_null(strstr(results[0]->document->units[0].text, "kept"));
    assert_int_equal(pool_free_workers(pool), 2);
}

static void who_waits_goes_before_others(void **state)
{
    (void)state;
    config.extract_seconds = 1;
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(submit(i, "hang", false), PROSPECT_OK);
    assert_int_equal(submit(2, "somebody waits", true), PROSPECT_OK);
    wait_for_results(1);
    assert_non_null(results[2]);
    assert_int_equal(results[2]->document->status, PROSPECT_OK);
    for (unsigned i = 3; i < JOBS; i++) /* over the extra ones: they wait their turn */
        assert_int_equal(submit(i, "somebody waits", true), PROSPECT_OK);
    assert_int_equal(pool_busy(pool), 2 + JOBS - 3);
    wait_for_results(JOBS);
}

static void a_zygote_that_is_killed_is_replaced_and_its_jobs_come_back(void **state)
{
    (void)state;
    pid_t before = pool->pid;
    assert_int_equal(submit(0, "hang", false), PROSPECT_OK);
    assert_int_equal(submit(1, "hang", false), PROSPECT_OK);
    kill(pool->pid, SIGKILL);
    wait_for_results(2);
    assert_int_equal(results[0]->document->status, PROSPECT_CANCELLED);
    assert_int_equal(results[1]->document->status, PROSPECT_CANCELLED);
    wanted = 2;
    assert_true(loop_until(base, enough_readies));
    assert_int_not_equal(pool->pid, before);
    assert_int_equal(submit(2, "alive again", false), PROSPECT_OK);
    wait_for_results(3);
    assert_int_equal(results[2]->document->status, PROSPECT_OK);
}

static bool is_down(void)
{
    return pool->pid == 0;
}

static void a_zygote_that_dies_and_dies_is_given_time(void **state)
{
    (void)state;
    struct timeval at, now;
    for (unsigned i = 1; i < POOL_DEATHS; i++) {
        kill(pool->pid, SIGKILL);
        wanted = i + 1;
        assert_true(loop_until(base, enough_readies));
    }
    kill(pool->pid, SIGKILL);
    assert_true(loop_until(base, is_down));
    assert_int_equal(submit(0, "no worker", false), PROSPECT_BUSY);
    assert_int_equal(submit(1, "patient", true), PROSPECT_OK);
    assert_int_equal(pool_free_workers(pool), 0);
    assert_true(evtimer_pending(pool->timer, &at));
    event_base_gettimeofday_cached(base, &now);
    evutil_timersub(&at, &now, &at);
    assert_true(at.tv_sec > 20 && at.tv_sec <= 60);
}

static void a_worker_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct pool *none;
    struct error error;
    char *real = config.worker;
    if (getenv("UNDER_VALGRIND"))
        skip(); /* which turns vfork() into fork(): posix_spawn() never learns that exec() failed */
    config.worker = "/nowhere/prospect-worker";
    assert_int_equal(pool_new(&none, base, &config, ready, NULL, &error), PROSPECT_IO);
    assert_null(none);
    assert_string_equal(error.line,
                        "cannot start /nowhere/prospect-worker: No such file or directory");
    config.worker = real;
}

static void the_end_kills_what_runs(void **state)
{
    (void)state;
    pid_t pid = pool->pid;
    assert_int_equal(submit(0, "spin", false), PROSPECT_OK);
    assert_int_equal(submit(1, "hang", true), PROSPECT_OK);
    event_base_loop(base, EVLOOP_ONCE);
    pool_free(&pool);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(n_results(), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        T(a_new_zygote_tells_its_plugins),
        T(a_text_comes_back_as_a_document),
        T(whatever_a_plugin_does_costs_its_own_document_only),
        T(two_that_hang_are_killed_together_after_their_time),
        T(who_waits_goes_before_others),
        T(a_zygote_that_is_killed_is_replaced_and_its_jobs_come_back),
        T(a_zygote_that_dies_and_dies_is_given_time),
        T(a_worker_that_is_not_there_is_named),
        T(the_end_kills_what_runs),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
