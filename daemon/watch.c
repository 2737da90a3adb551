/* The thread: waits for notices, messages and times, does a little of whatever there is to do, and
 * waits again. */
#include "daemon/watch.h"

#include "daemon/log.h"
#include "daemon/watch_core.h"
#include "daemon/watch_live.h"
#include "daemon/watch_roots.h"
#include "daemon/watch_scan.h"
#include "index/base/mem.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#define SLICE        1000 /* entries or paths between two looks at inotify */
#define FULL_WAIT_MS 20   /* until the mailbox is tried again */

enum order_kind {
    ORDER_STOP,
    ORDER_RESCAN,
    ORDER_REREAD,
    ORDER_PLUGINS
};

struct order {
    struct message message;
    enum order_kind kind;
    struct claims claims;
};

struct watch {
    struct watch_core core;
    struct mailbox *inbox;
    pthread_t thread;
    char *index_dir;
    struct pollfd *fds;
    atomic_bool stopping;
};

/* ---- from other threads ---------------------------------------------------------------------- */

static void send_order(struct watch *w, enum order_kind kind, const struct wire_plugin *plugins,
                       size_t n)
{
    struct order *o = mem_zalloc(sizeof *o);
    o->kind = kind;
    if (kind == ORDER_PLUGINS)
        claims_set(&o->claims, plugins, n);
    mailbox_post(w->inbox, &o->message);
}

void watch_rescan(struct watch *w)
{
    send_order(w, ORDER_RESCAN, NULL, 0);
}

void watch_reread(struct watch *w)
{
    send_order(w, ORDER_REREAD, NULL, 0);
}

void watch_plugins(struct watch *w, const struct wire_plugin *plugins, size_t n)
{
    send_order(w, ORDER_PLUGINS, plugins, n);
}

/* ---- the thread ------------------------------------------------------------------------------ */

static void ask_everywhere(struct watch *w, bool all)
{
    for (size_t i = 0; i < w->core.n_roots; i++) {
        struct watch_root *r = &w->core.roots[i];
        r->next_check = 0;
        if (!r->missing)
            watch_core_ask(r, "", all);
    }
}

static void take_plugins(struct watch *w, struct order *o)
{
    struct watch_core *c = &w->core;
    bool same = c->knows_plugins && claims_same(&c->claims, &o->claims);
    claims_free(&c->claims);
    c->claims = o->claims;
    o->claims = (struct claims){0};
    if (c->knows_plugins && !same)
        ask_everywhere(w, false);
    c->knows_plugins = true;
}

static void take_orders(struct watch *w)
{
    struct order *o;
    while ((o = (struct order *)mailbox_take(w->inbox))) {
        if (o->kind == ORDER_PLUGINS)
            take_plugins(w, o);
        else if (o->kind != ORDER_STOP)
            ask_everywhere(w, o->kind == ORDER_REREAD);
        claims_free(&o->claims);
        free(o);
    }
}

static void sooner(int64_t *due, int64_t other)
{
    if (other >= 0 && (*due < 0 || other < *due))
        *due = other;
}

/* When there is something to do again, in milliseconds from now. */
static int next_turn(const struct watch_core *c)
{
    int64_t due = -1;
    sooner(&due, settle_due(c->settle));
    sooner(&due, settle_due(c->later));
    for (size_t i = 0; i < c->n_roots; i++) {
        sooner(&due, c->roots[i].next_check);
        sooner(&due, watch_scan_due(&c->roots[i]));
    }
    if (c->outbox)
        return FULL_WAIT_MS;
    if (due < 0)
        return -1;
    int64_t wait = due - c->now;
    return wait < 0 ? 0 : wait > 60000 ? 60000 : (int)wait;
}

/* Whoever takes the events is behind: nothing new is looked for until there is room, but notices
 * are still read. */
static void work(struct watch_core *c)
{
    if (!watch_core_flush(c))
        return;
    watch_live_settled(c, SLICE);
    for (size_t i = 0; i < c->n_roots && !c->outbox; i++) {
        struct watch_root *r = &c->roots[i];
        watch_roots_check(r);
        watch_scan_manage(r);
        if (!r->missing)
            watch_scan_slice(r, SLICE);
        watch_scan_manage(r);
    }
    if (!c->outbox)
        watch_core_post_states(c);
}

static void wait_for(struct watch *w, int timeout_ms)
{
    struct watch_core *c = &w->core;
    w->fds[0] = (struct pollfd){.fd = mailbox_fd(w->inbox), .events = POLLIN};
    for (size_t i = 0; i < c->n_roots; i++) {
        const struct watch_inotify *in = c->roots[i].inotify;
        w->fds[i + 1] = (struct pollfd){.fd = in ? watch_inotify_fd(in) : -1, .events = POLLIN};
    }
    poll(w->fds, c->n_roots + 1, timeout_ms);
}

static void *run(void *arg)
{
    struct watch *w = arg;
    struct watch_core *c = &w->core;
    while (!atomic_load(&w->stopping)) {
        watch_core_tick(c);
        take_orders(w);
        for (size_t i = 0; i < c->n_roots; i++)
            if (w->fds[i + 1].revents)
                watch_live_read(&c->roots[i]);
        work(c);
        wait_for(w, next_turn(c));
    }
    take_orders(w);
    return NULL;
}

static int start_thread(struct watch *w)
{
    sigset_t all, before;
    sigfillset(&all);
    /* Signals are for the main thread. */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&w->thread, NULL, run, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

static void clear(struct watch *w)
{
    watch_core_clear(&w->core);
    mailbox_free(&w->inbox);
    free(w->index_dir);
    free(w->fds);
    free(w);
}

prospect_status watch_new(struct watch **out, const struct config *config, const char *index_dir,
                          struct mailbox *events, struct error *error)
{
    struct watch *w = mem_zalloc(sizeof *w);
    w->index_dir = mem_strdup(index_dir);
    mailbox_new(&w->inbox, 0);
    watch_core_init(&w->core, config, w->index_dir, events);
    w->fds = mem_zalloc((config->n_roots + 1) * sizeof *w->fds);
    for (size_t i = 0; i < w->core.n_roots; i++)
        watch_roots_check(&w->core.roots[i]);
    watch_core_post_states(&w->core);
    if (start_thread(w) != 0) {
        clear(w);
        *out = NULL;
        return error_set(error, PROSPECT_IO, "the watch thread cannot be started");
    }
    *out = w;
    return PROSPECT_OK;
}

void watch_free(struct watch **w)
{
    if (!*w)
        return;
    atomic_store(&(*w)->stopping, true);
    send_order(*w, ORDER_STOP, NULL, 0);
    pthread_join((*w)->thread, NULL);
    clear(*w);
    *w = NULL;
}
