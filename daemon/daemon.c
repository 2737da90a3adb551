#include "daemon/daemon.h"

#include "daemon/blame.h"
#include "daemon/care.h"
#include "daemon/known_plugins.h"
#include "daemon/pool.h"
#include "daemon/scheduler.h"
#include "daemon/server.h"
#include "daemon/state.h"
#include "daemon/watch.h"
#include "index/base/buf.h"
#include "index/base/mem.h"

#include <event2/thread.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    DRAIN_MS = 10 * 1000,
    STOP_MS = 3 * 1000, /* the longest search, and some more */
    LEAVE_SECONDS = 1,
    SIGNALS = 3
};

struct daemon {
    struct event_base *base;
    struct event *signals[SIGNALS];
    struct config *config;
    const struct config_options *options;
    struct state_lock *lock;
    char *index_dir;
    struct care *care;
    struct pool *pool;
    struct watch *watch;
    struct server *server;
    /* Search threads look at scheduler and configuration while a reload may replace them; while
     * there is a scheduler, the configuration stays. */
    pthread_rwlock_t scheduler_lock;
    struct event *minutely;
    struct scheduler *scheduler;
    struct root_state *roots; /* as last told to the server */
    bool stopping, failed;
};

/* ---- what the server asks ------------------------------------------------------------------ */

static void tell_state(void *ctx, struct daemon_state *out)
{
    struct daemon *d = ctx;
    struct scheduler_state now;
    scheduler_state(d->scheduler, &now);
    d->roots = mem_resize(d->roots, d->config->n_roots, sizeof *d->roots);
    for (size_t i = 0; i < d->config->n_roots; i++) {
        const struct scheduler_root *r = scheduler_root(d->scheduler, i);
        d->roots[i] = (struct root_state){.name = d->config->roots[i].name,
                                          .path = d->config->roots[i].path,
                                          .watch = r->polling ? "polling" : "inotify",
                                          .scanning = r->scanning,
                                          .ignored = r->ignored,
                                          .links = r->links,
                                          .special = r->special,
                                          .hidden = r->hidden};
    }
    *out = (struct daemon_state){.roots = d->roots,
                                 .n_roots = d->config->n_roots,
                                 .queue_length = now.queue_length,
                                 .busy_workers = now.busy,
                                 .reindexing = now.reindexing,
                                 .disk_low = now.disk_low,
                                 .late_searches = server_late_searches(d->server),
                                 .sandbox = *pool_sandbox(d->pool)};
    out->plugins = pool_plugins(d->pool, &out->n_plugins);
    index_health(d->index_dir, &out->health);
}

static void rescan(void *ctx)
{
    struct daemon *d = ctx;
    watch_rescan(d->watch);
}

static prospect_status retry(void *ctx, const char *root, const char *path, struct error *error)
{
    struct daemon *d = ctx;
    return scheduler_retry(d->scheduler, root, path, error);
}

static void reindex(void *ctx, bool read)
{
    struct daemon *d = ctx;
    scheduler_reindex(d->scheduler, read);
    if (read)
        watch_reread(d->watch);
}

static void extract(void *ctx, int fd, const char *name, const uint8_t content[DIGEST_SIZE],
                    uint32_t first, uint32_t last,
                    void (*done)(void *, struct extraction *, const struct error *), void *done_ctx)
{
    struct daemon *d = ctx;
    scheduler_extract(d->scheduler, fd, name, content, first, last, done, done_ctx);
}

static prospect_status open_file(void *ctx, const char *root, const char *path, int *fd,
                                 struct error *error)
{
    struct daemon *d = ctx;
    pthread_rwlock_rdlock(&d->scheduler_lock);
    prospect_status status =
        d->scheduler ? scheduler_open(d->scheduler, root, path, fd, error)
                     : error_set(error, PROSPECT_BUSY, "the configuration is being read again");
    pthread_rwlock_unlock(&d->scheduler_lock);
    return status;
}

static void searched(void *ctx)
{
    struct daemon *d = ctx;
    if (d->scheduler)
        scheduler_searched(d->scheduler);
}

static void suspect(void *ctx)
{
    struct daemon *d = ctx;
    care_suspect(d->care);
}

struct ignored_root {
    char *name, *path;
    struct rules rules;
};

/* What a walk needs, copied while no reload can take it away. */
static size_t copy_roots(struct daemon *d, struct ignored_root **out)
{
    size_t n = 0;
    pthread_rwlock_rdlock(&d->scheduler_lock);
    if (d->scheduler) {
        n = d->config->n_roots;
        *out = mem_zalloc(n * sizeof **out);
        for (size_t i = 0; i < n; i++) {
            const struct config_root *c = &d->config->roots[i];
            struct ignored_root *r = &(*out)[i];
            r->name = mem_strdup(c->name);
            r->path = mem_strdup(c->path);
            rules_of_root(&r->rules, c->restricted, &c->access, &c->ignore, c->programme, c->lang);
        }
    }
    pthread_rwlock_unlock(&d->scheduler_lock);
    return n;
}

static prospect_status list_ignored(void *ctx, struct ignored_list *list, struct error *error)
{
    struct ignored_root *roots = NULL;
    size_t n = copy_roots(ctx, &roots);
    prospect_status status = PROSPECT_OK;
    for (size_t i = 0; i < n; i++) {
        if (!status)
            status = ignored_walk(list, roots[i].name, roots[i].path, &roots[i].rules, error);
        free(roots[i].name);
        free(roots[i].path);
        rules_free(&roots[i].rules);
    }
    free(roots);
    return status;
}

/* ---- the engine: all that depends on the roots ---------------------------------------------- */

static void plugins_are_known(void *ctx)
{
    struct daemon *d = ctx;
    size_t n;
    const struct wire_plugin *plugins = pool_plugins(d->pool, &n);
    for (size_t i = 0; i < n; i++)
        if (plugins[i].refused)
            log_line(LOG_WARNING, "plugin %s is not used: %s", plugins[i].file, plugins[i].refused);
    if (!d->watch || !d->scheduler)
        return;
    watch_plugins(d->watch, plugins, n);
    scheduler_kick(d->scheduler);
    known_plugins_write(d->config->state, plugins, n);
}

/* Until the zygotes tell theirs: whatever differs then is looked at again. */
static void expect_known_plugins(struct daemon *d)
{
    struct wire_plugin *plugins;
    size_t n;
    if (known_plugins_read(d->config->state, &plugins, &n))
        watch_plugins(d->watch, plugins, n);
    wire_plugins_free(&plugins, &n);
}

static void stop_engine(struct daemon *d)
{
    watch_free(&d->watch);
    pthread_rwlock_wrlock(&d->scheduler_lock);
    scheduler_free(&d->scheduler);
    pthread_rwlock_unlock(&d->scheduler_lock);
    pool_free(&d->pool);
}

static prospect_status start_engine(struct daemon *d, struct error *error)
{
    char notice[256] = "";
    struct scheduler *scheduler = NULL;
    prospect_status status = pool_new(&d->pool, d->base, d->config, plugins_are_known, d, error);
    if (status)
        goto out;
    status = scheduler_new(&scheduler, d->base, d->config, d->index_dir, d->pool, notice,
                           sizeof notice, error);
    if (status)
        goto out;
    pthread_rwlock_wrlock(&d->scheduler_lock);
    d->scheduler = scheduler;
    pthread_rwlock_unlock(&d->scheduler_lock);
    if (notice[0])
        log_line(LOG_WARNING, "%s", notice);
    status = watch_new(&d->watch, d->config, d->index_dir, scheduler_events(scheduler), error);
    if (!status)
        expect_known_plugins(d);
out:
    if (status)
        stop_engine(d);
    return status;
}

/* ---- signals -------------------------------------------------------------------------------- */

static void drained(void *ctx)
{
    struct daemon *d = ctx;
    event_base_loopbreak(d->base);
}

static void on_stop(evutil_socket_t number, short what, void *ctx)
{
    (void)what;
    struct daemon *d = ctx;
    if (d->stopping) {
        event_base_loopbreak(d->base);
        return;
    }
    d->stopping = true;
    log_line(LOG_INFO, "stopping on signal %d", (int)number);
    server_drain(d->server, DRAIN_MS, drained, d);
}

/* Runs the engine anew, by CONFIG. */
static bool run_with(struct daemon *d, struct config *config)
{
    struct error error;
    if (d->scheduler)
        scheduler_cancel_waiting(d->scheduler);
    stop_engine(d);
    d->config = config;
    log_set_level(config->log_level);
    if (start_engine(d, &error) == PROSPECT_OK)
        return true;
    log_line(LOG_ERROR, "the configuration cannot be used: %s", error.line);
    return false;
}

static void on_reload(evutil_socket_t number, short what, void *ctx)
{
    (void)number, (void)what;
    struct daemon *d = ctx;
    struct config *fresh = NULL;
    struct error error;
    if (d->stopping)
        return;
    if (config_load(&fresh, d->options, &error)) {
        log_line(LOG_ERROR, "%s; the configuration stays as it was", error.line);
        return;
    }
    struct config *old = d->config, *other = old;
    bool taken = run_with(d, fresh);
    if (!taken) {
        other = fresh;
        if (!run_with(d, old)) {
            log_line(LOG_ERROR, "nor can it go on as it was; stopping");
            d->failed = true;
            event_base_loopbreak(d->base);
        }
    }
    server_reconfigure(d->server, d->config);
    config_free(&other);
    if (taken)
        log_line(LOG_INFO, "the configuration was read again");
}

static prospect_status add_signals(struct daemon *d, struct error *error)
{
    static const struct {
        int number;
        event_callback_fn run;
    } signals[SIGNALS] = {{SIGTERM, on_stop}, {SIGINT, on_stop}, {SIGHUP, on_reload}};
    signal(SIGPIPE, SIG_IGN);
    for (unsigned i = 0; i < SIGNALS; i++) {
        d->signals[i] = evsignal_new(d->base, signals[i].number, signals[i].run, d);
        if (!d->signals[i] || event_add(d->signals[i], NULL) < 0)
            return error_set(error, PROSPECT_INTERNAL, "cannot watch signals");
    }
    return PROSPECT_OK;
}

/* ---- what the care finds --------------------------------------------------------------------- */

static unsigned commits(void *ctx)
{
    struct daemon *d = ctx;
    return d->scheduler ? scheduler_commits(d->scheduler) : 0;
}

static bool met_damage(void *ctx)
{
    struct daemon *d = ctx;
    return d->scheduler && scheduler_met_damage(d->scheduler);
}

/* Searches go on meanwhile; the engine begins as if nothing had been read. */
static void damaged(void *ctx, const char *reason)
{
    struct daemon *d = ctx;
    struct error error;
    if (d->stopping)
        return; /* the next start finds it too */
    log_line(LOG_ERROR, "the index is damaged (%s): it is filled anew", reason);
    if (d->scheduler)
        scheduler_cancel_waiting(d->scheduler);
    stop_engine(d);
    if (index_begin_anew(d->index_dir, reason, false, &error))
        log_line(LOG_ERROR, "the index cannot be begun anew: %s", error.line);
    if (start_engine(d, &error) == PROSPECT_OK)
        return;
    log_line(LOG_ERROR, "nor can the daemon go on: %s; stopping", error.line);
    d->failed = true;
    event_base_loopbreak(d->base);
}

static prospect_status start_engine_or_mend(struct daemon *d, struct error *error)
{
    prospect_status status = start_engine(d, error);
    return status && care_mend(d->care, error) ? start_engine(d, error) : status;
}

static prospect_status start_care(struct daemon *d, struct error *error)
{
    const struct care_hooks hooks = {
        .ctx = d, .commits = commits, .met_damage = met_damage, .damaged = damaged};
    return care_start(d->care, d->base, &hooks, error);
}

/* ---- now and then ---------------------------------------------------------------------------- */

static void a_minute_passed(evutil_socket_t fd, short what, void *ctx)
{
    struct daemon *d = ctx;
    (void)fd, (void)what;
    log_left_out(false);
    if (d->scheduler)
        scheduler_look(d->scheduler);
}

static prospect_status add_minutely(struct daemon *d, struct error *error)
{
    static const struct timeval minute = {.tv_sec = 60};
    d->minutely = event_new(d->base, -1, EV_PERSIST, a_minute_passed, d);
    if (!d->minutely || event_add(d->minutely, &minute) < 0)
        return error_set(error, PROSPECT_INTERNAL, "cannot start a timer");
    return PROSPECT_OK;
}

/* ---- life ----------------------------------------------------------------------------------- */

static prospect_status start_server(struct daemon *d, struct error *error)
{
    const struct server_hooks hooks = {.ctx = d,
                                       .state = tell_state,
                                       .rescan = rescan,
                                       .retry = retry,
                                       .reindex = reindex,
                                       .extract = extract,
                                       .open = open_file,
                                       .searched = searched,
                                       .suspect = suspect,
                                       .ignored = list_ignored};
    return server_new(&d->server, d->base, d->config, d->index_dir, &hooks, error);
}

prospect_status daemon_new(struct daemon **out, struct config **config,
                           const struct config_options *options, struct error *error)
{
    struct daemon *d = mem_zalloc(sizeof *d);
    struct buf dir = {0};
    d->config = *config;
    *config = NULL;
    d->options = options;
    pthread_rwlock_init(&d->scheduler_lock, NULL);
    buf_addf(&dir, "%s/index", d->config->state);
    d->index_dir = buf_take(&dir);
    prospect_status status = state_lock_new(&d->lock, d->config->state, error);
    if (status)
        goto out;
    /* Before signals are the loop's: it may take its time, and can be ended meanwhile. */
    care_new(&d->care, d->config, d->index_dir);
    evthread_use_pthreads();
    blame_start();
    d->base = event_base_new();
    if (!d->base) {
        status = error_set(error, PROSPECT_INTERNAL, "cannot start an event loop");
        goto out;
    }
    status = add_signals(d, error);
    if (!status)
        status = add_minutely(d, error);
    if (!status)
        status = start_engine_or_mend(d, error);
    if (!status)
        status = start_care(d, error);
    if (!status)
        status = start_server(d, error);
out:
    if (status)
        daemon_free(&d);
    *out = d;
    return status;
}

bool daemon_run(struct daemon *d)
{
    const char *address = server_address(d->server);
    log_line(LOG_INFO, "serving %s%s%s", d->config->socket ? d->config->socket : "",
             d->config->socket && address ? " and " : "", address ? address : "");
    event_base_dispatch(d->base);
    log_left_out(true);
    log_line(LOG_INFO, "stopped");
    return !d->failed;
}

/* A search that does not end uses whatever would be freed. It only reads: what the writer has is
 * committed, unless it is the scheduler that the search keeps (an `open` that hangs); then it is
 * read again after the next start. */
_Noreturn static void leave(struct daemon *d)
{
    struct timespec until;
    log_line(LOG_ERROR, "a search does not end, and is left behind");
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += LEAVE_SECONDS;
    if (pthread_rwlock_clockwrlock(&d->scheduler_lock, CLOCK_MONOTONIC, &until) == 0) {
        pthread_rwlock_unlock(&d->scheduler_lock);
        stop_engine(d);
    }
    _exit(d->failed ? EXIT_FAILURE : EXIT_SUCCESS);
}

void daemon_free(struct daemon **out)
{
    struct daemon *d = *out;
    if (!d)
        return;
    if (d->server && !server_stop(d->server, STOP_MS))
        leave(d);
    server_free(&d->server);
    stop_engine(d);
    care_free(&d->care);
    for (unsigned i = 0; i < SIGNALS; i++)
        if (d->signals[i])
            event_free(d->signals[i]);
    if (d->minutely)
        event_free(d->minutely);
    if (d->base)
        event_base_free(d->base);
    state_lock_free(&d->lock);
    pthread_rwlock_destroy(&d->scheduler_lock);
    config_free(&d->config);
    free(d->roots);
    free(d->index_dir);
    free(d);
    *out = NULL;
}
