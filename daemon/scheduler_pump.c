/* Handing out: from the queue to the inspectors, from these to the pool; and taking back what is
 * done.
 */
#include "daemon/scheduler_parts.h"

#include "daemon/log.h"
#include "index/base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <utlist.h>

/* ---- to the pool ----------------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void add_file_task(struct scheduler_work *w, int fd)
{
    struct scheduler_task *t = mem_zalloc(sizeof *t);
    t->work = w;
    t->fd = fd;
    t->size = w->document->stamp.size;
    t->name = mem_strdup(base_name(w->path));
    scheduler_task_add(t);
}

/* The pool's callbacks. */
static void detected(void *task, const char *plugin, const char *version)
{
    scheduler_journal_plugin(task, plugin, version);
}

static void extracted(void *task, struct extraction *result)
{
    struct scheduler_task *t = task;
    struct scheduler *s = t->work->scheduler;
    DL_DELETE(s->running, t);
    s->n_running--;
    scheduler_outcome(t, result);
    scheduler_pump(s);
}

static bool submit(struct scheduler *s, struct scheduler_task *t)
{
    struct pool_job job = {
        .job = {.kind = PROSPECT_JOB_EXTRACT, .first_unit = 1, .last_unit = UINT32_MAX},
        .fd = t->fd,
        .size = t->size,
        .name = t->name,
        .mime = t->mime,
        .detected = detected,
        .done = extracted,
        .ctx = t};
    t->started_ms = clock_steady_ms();
    scheduler_journal_begin(t);
    if (pool_submit(s->pool, &job)) {
        scheduler_journal_end(t, NULL);
        return false;
    }
    t->fd = -1;
    DL_DELETE(s->ready, t);
    s->n_ready--;
    DL_APPEND(s->running, t);
    s->n_running++;
    return true;
}

/* ---- what inspectors say --------------------------------------------------------------------- */

/* True if another work is about to give the index the same bytes. */
static bool follow(struct scheduler_work *w)
{
    struct scheduler *s = w->scheduler;
    struct scheduler_work *leader;
    struct document *d = w->document;
    if (d->stamp.size == 0)
        return false;
    HASH_FIND(by_content, s->leaders, d->stamp.content, DIGEST_SIZE, leader);
    if (leader) {
        w->next_follower = leader->followers;
        leader->followers = w;
        return true;
    }
    HASH_ADD_KEYPTR(by_content, s->leaders, d->stamp.content, DIGEST_SIZE, w);
    w->leads = true;
    return false;
}

static void take_inspected(struct scheduler_work *w, struct inspect_result *r)
{
    switch (r->outcome) {
    case INSPECT_GONE:
        scheduler_remove(w);
        break;
    case INSPECT_UNCHANGED:
        w->failed = scheduler_failed_has(w->scheduler, w->root, w->path);
        scheduler_work_finish(w);
        break;
    case INSPECT_COPY:
        scheduler_put_from(w, r->source);
        break;
    case INSPECT_EXTRACT:
        if (follow(w))
            break;
        if (scheduler_is_quarantined(w, &r->error)) {
            scheduler_refused(w, &r->error);
        } else {
            add_file_task(w, r->fd);
            r->fd = -1;
        }
        break;
    case INSPECT_FAILED:
        scheduler_refused(w, &r->error);
        break;
    case INSPECT_CHANGED:
        scheduler_work_again(w, w->scheduler->config->quiet_ms, INGEST_RETRY);
        break;
    }
}

void scheduler_inspected(evutil_socket_t fd, short what, void *ctx)
{
    struct scheduler *s = ctx;
    struct message *m;
    (void)fd;
    (void)what;
    while ((m = mailbox_take(s->inspected))) {
        struct inspect_result *r = (struct inspect_result *)m;
        struct scheduler_work *w;
        s->n_inspecting--;
        HASH_FIND(hh, s->works, &r->tag, sizeof r->tag, w);
        if (w) {
            w->document = r->document;
            r->document = NULL;
            take_inspected(w, r);
        }
        inspect_result_free(&r);
    }
    scheduler_pump(s);
}

/* ---- what the writer says -------------------------------------------------------------------- */

void scheduler_replied(evutil_socket_t fd, short what, void *ctx)
{
    struct scheduler *s = ctx;
    struct message *m;
    (void)fd;
    (void)what;
    while ((m = mailbox_take(s->replies))) {
        scheduler_reply(s, (struct writer_reply *)m);
        free(m);
    }
    scheduler_pump(s);
}

/* ---- handing out ----------------------------------------------------------------------------- */

static bool has_room(const struct scheduler *s)
{
    return pool_knows_plugins(s->pool) && s->n_inspecting < SCHEDULER_INSPECTING &&
           s->n_ready < SCHEDULER_READY && ingest_handed(s->queue) < SCHEDULER_WORKS &&
           writer_backlog(s->writer) < SCHEDULER_BACKLOG && !writer_disk_low(s->writer);
}

static void inspect_more(struct scheduler *s)
{
    struct ingest_item item;
    size_t n;
    const struct wire_plugin *plugins = pool_plugins(s->pool, &n);
    while (has_room(s) && ingest_next(s->queue, clock_steady_ms(), &item)) {
        struct inspect_request *r = mem_zalloc(sizeof *r);
        scheduler_work_begin(s, &item);
        r->tag = item.id;
        r->root = item.root;
        r->path = mem_strdup(item.path);
        claims_set(&r->claims, plugins, n);
        r->force = item.force;
        s->n_inspecting++;
        inspect_send(s->inspect, r);
    }
}

void scheduler_searched(struct scheduler *s)
{
    rate_count(&s->searches, clock_steady_ms());
}

/* One always may: when it is done, more are looked for. */
static bool may_read_another(const struct scheduler *s)
{
    const unsigned room = pool_free_workers(s->pool), half = (s->n_running + room) / 2;
    const bool gives_way = ingest_waiting(s->queue) > SCHEDULER_FEW &&
                           rate_lately(&s->searches, clock_steady_ms()) >= SCHEDULER_SEARCHES;
    return room > 0 && (!gives_way || s->n_running == 0 || s->n_running < half);
}

static void extract_more(struct scheduler *s)
{
    while (s->ready && may_read_another(s) && writer_backlog(s->writer) < SCHEDULER_BACKLOG &&
           submit(s, scheduler_task_next(s, clock_steady_ms())))
        ;
}

/* Nothing is on its way to the writer: what it has may as well be committed. */
static bool is_quiet(const struct scheduler *s)
{
    return s->n_inspecting == 0 && s->n_ready == 0 && s->n_running == 0 &&
           ingest_waiting(s->queue) == 0 && mailbox_count(s->events) == 0;
}

static bool first_scans_are_over(const struct scheduler *s)
{
    for (size_t i = 0; i < s->config->n_roots; i++)
        if (!s->scanned[i] || s->settling[i] > 0)
            return false;
    return true;
}

static void tell_writer(struct scheduler *s)
{
    if (!is_quiet(s))
        return;
    if (!s->flushed)
        scheduler_tell_writer(s, WRITER_FLUSH);
    s->flushed = true;
    if (!s->dropped_old && s->works == NULL && first_scans_are_over(s)) {
        s->dropped_old = true;
        scheduler_tell_writer(s, WRITER_DROP_OLD);
    }
}

/* The timer serves retries, and the writer's backlog and disk, which get better without telling. */
static void set_timer(struct scheduler *s)
{
    int64_t due = ingest_due(s->queue), wait;
    struct timeval t;
    if (s->keep_due && (due <= 0 || s->keep_due < due))
        due = s->keep_due;
    wait = due - clock_steady_ms();
    if (writer_backlog(s->writer) >= SCHEDULER_BACKLOG) {
        wait = 50;
    } else if (writer_disk_low(s->writer)) {
        wait = 1000;
    } else if (due <= 0) {
        evtimer_del(s->timer);
        return;
    }
    wait = wait < 1 ? 1 : wait > 3600000 ? 3600000 : wait;
    t = (struct timeval){.tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000};
    evtimer_add(s->timer, &t);
}

void scheduler_pump(struct scheduler *s)
{
    extract_more(s);
    inspect_more(s);
    scheduler_keep_roots(s);
    tell_writer(s);
    set_timer(s);
}
