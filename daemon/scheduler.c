/* Start, end, and what the rest of the daemon asks; the work is in scheduler_pump.c (handing out),
 * scheduler_outcome.c (what came of an extraction) and scheduler_write.c (the writer).
 */
#include "daemon/scheduler.h"

#include "daemon/log.h"
#include "daemon/scheduler_parts.h"
#include "index/base/buf.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

/* ---- what the watch says --------------------------------------------------------------------- */

static void take_state(struct scheduler *s, const struct watch_event *e)
{
    struct scheduler_root *r = &s->roots[e->root];
    if (r->scanning && !e->scanning) {
        s->scanned[e->root] = !e->missing;
        s->reread[e->root] = false;
    }
    *r = (struct scheduler_root){.polling = e->polling,
                                 .scanning = e->scanning,
                                 .missing = e->missing,
                                 .ignored = e->ignored,
                                 .links = e->links,
                                 .special = e->special,
                                 .hidden = e->hidden};
    s->settling[e->root] = e->settling;
}

static void take_event(struct scheduler *s, const struct watch_event *e)
{
    switch (e->kind) {
    case WATCH_PATH:
        if (s->reread[e->root])
            ingest_force(s->queue, e->root, e->path);
        else
            ingest_add(s->queue, e->root, e->path, e->urgent ? INGEST_URGENT : INGEST_SCAN, 0);
        break;
    case WATCH_FOLDER:
        ingest_again_below(s->queue, e->root, e->path);
        break;
    case WATCH_STATE:
        take_state(s, e);
        break;
    }
}

static void watch_spoke(evutil_socket_t fd, short what, void *ctx)
{
    struct scheduler *s = ctx;
    struct message *m;
    (void)fd;
    (void)what;
    /* Not without end: others want the loop too. */
    for (unsigned i = 0; i < 500 && (m = mailbox_take(s->events)); i++) {
        struct watch_event *e = (struct watch_event *)m;
        if (e->root < s->config->n_roots)
            take_event(s, e);
        watch_event_free(&e);
    }
    scheduler_pump(s);
}

/* ---- start and end --------------------------------------------------------------------------- */

static void timer_passed(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    scheduler_pump(ctx);
}

static struct event *listen_to(struct scheduler *s, struct mailbox *box, event_callback_fn fn)
{
    struct event *e = event_new(s->base, mailbox_fd(box), EV_READ | EV_PERSIST, fn, s);
    event_add(e, NULL);
    return e;
}

static void make_parts(struct scheduler *s)
{
    size_t n = s->config->n_roots;
    ingest_new(&s->queue);
    mailbox_new(&s->events, SCHEDULER_EVENTS);
    mailbox_new(&s->inspected, 0);
    mailbox_new(&s->replies, 0);
    s->roots = mem_zalloc(n * sizeof *s->roots);
    s->settling = mem_zalloc(n * sizeof *s->settling);
    s->scanned = mem_zalloc(n * sizeof *s->scanned);
    s->reread = mem_zalloc(n * sizeof *s->reread);
    for (size_t i = 0; i < n; i++)
        s->roots[i].scanning = true; /* until the watch has said otherwise */
    s->on_event = listen_to(s, s->events, watch_spoke);
    s->on_inspected = listen_to(s, s->inspected, scheduler_inspected);
    s->on_reply = listen_to(s, s->replies, scheduler_replied);
    s->timer = evtimer_new(s->base, timer_passed, s);
}

static prospect_status open_journal(struct scheduler *s, struct error *error)
{
    struct buf path = {0};
    if (s->config->state)
        buf_addf(&path, "%s/journal", s->config->state);
    prospect_status status = journal_new(&s->journal, path.data, error);
    buf_free(&path);
    return status;
}

/* On the writer's thread. */
static void analyse(void *ctx, const uint8_t *content)
{
    struct scheduler *s = ctx;
    journal_analyse(s->journal, content);
}

prospect_status scheduler_new(struct scheduler **out, struct event_base *base,
                              const struct config *config, const char *index_dir, struct pool *pool,
                              char *notice, size_t notice_size, struct error *error)
{
    struct scheduler *s = mem_zalloc(sizeof *s);
    prospect_status status;
    s->base = base;
    s->config = config;
    s->pool = pool;
    make_parts(s);
    const struct writer_options options = {.compact_quiet_ms = config->compact_seconds * 1000,
                                           .disk_reserve = config->disk_reserve,
                                           .analyse = analyse,
                                           .ctx = s};
    status = open_journal(s, error);
    if (!status)
        status =
            writer_new(&s->writer, index_dir, &options, s->replies, notice, notice_size, error);
    if (!status) {
        scheduler_tell_writer(s, WRITER_KEEP_ROOTS);
        status = scheduler_failed_load(s, index_dir, error);
    }
    if (!status)
        status =
            inspect_new(&s->inspect, config, index_dir, SCHEDULER_INSPECTORS, s->inspected, error);
    if (status)
        scheduler_free(&s);
    *out = s;
    return status;
}

static void empty_boxes(struct scheduler *s)
{
    struct message *m;
    while ((m = mailbox_take(s->events))) {
        struct watch_event *e = (struct watch_event *)m;
        watch_event_free(&e);
    }
    while ((m = mailbox_take(s->inspected))) {
        struct inspect_result *r = (struct inspect_result *)m;
        inspect_result_free(&r);
    }
    while ((m = mailbox_take(s->replies)))
        free(m);
    mailbox_free(&s->events);
    mailbox_free(&s->inspected);
    mailbox_free(&s->replies);
}

static void drop_all_work(struct scheduler *s)
{
    struct scheduler_task *t, *next_task;
    struct scheduler_work *w, *next_work;
    HASH_CLEAR(by_content, s->leaders);
    DL_FOREACH_SAFE(s->ready, t, next_task)
    scheduler_task_free(t);
    DL_FOREACH_SAFE(s->running, t, next_task)
    scheduler_task_free(t);
    HASH_ITER(hh, s->works, w, next_work)
    {
        scheduler_work_free(w);
    }
}

void scheduler_free(struct scheduler **scheduler)
{
    struct scheduler *s = *scheduler;
    if (!s)
        return;
    inspect_free(&s->inspect);
    writer_free(&s->writer);
    journal_free(&s->journal);
    event_free(s->on_event);
    event_free(s->on_inspected);
    event_free(s->on_reply);
    event_free(s->timer);
    empty_boxes(s);
    drop_all_work(s);
    scheduler_waiters_free(s);
    scheduler_failed_free(s);
    ingest_free(&s->queue);
    free(s->roots);
    free(s->settling);
    free(s->scanned);
    free(s->reread);
    free(s);
    *scheduler = NULL;
}

struct mailbox *scheduler_events(struct scheduler *s)
{
    return s->events;
}

void scheduler_look(struct scheduler *s)
{
    if (journal_analysis_hangs(s->journal, SCHEDULER_ANALYSIS_MS))
        log_line(LOG_ERROR,
                 "the text of a document has been analysed for more than %d minutes, and nothing "
                 "else can be written: restart prospectd; after the second time that document is "
                 "not read again",
                 SCHEDULER_ANALYSIS_MS / 60000);
}

void scheduler_kick(struct scheduler *s)
{
    scheduler_pump(s);
}

/* ---- what others ask ------------------------------------------------------------------------- */

void scheduler_state(const struct scheduler *s, struct scheduler_state *out)
{
    size_t handed = ingest_handed(s->queue);
    out->busy = pool_busy(s->pool);
    out->disk_low = writer_disk_low(s->writer);
    out->reindexing = s->rebuilds > 0;
    for (size_t i = 0; i < s->config->n_roots; i++)
        out->reindexing = out->reindexing || s->reread[i];
    out->queue_length = s->keeping + ingest_waiting(s->queue) + mailbox_count(s->events) +
                        (handed > s->n_running ? handed - s->n_running : 0);
    for (size_t i = 0; i < s->config->n_roots; i++)
        out->queue_length += s->settling[i] + s->roots[i].scanning;
}

const struct scheduler_root *scheduler_root(const struct scheduler *s, size_t root)
{
    return &s->roots[root];
}

unsigned scheduler_commits(struct scheduler *s)
{
    return writer_commits(s->writer);
}

bool scheduler_met_damage(struct scheduler *s)
{
    return writer_met_damage(s->writer);
}

prospect_status scheduler_retry(struct scheduler *s, const char *root, const char *path,
                                struct error *error)
{
    long number = scheduler_find_root(s, root);
    if (number < 0 && (root || path))
        return scheduler_no_root(s, root, error);
    if (!path) {
        scheduler_failed_retry(s, number);
    } else if (!scheduler_failed_has(s, (size_t)number, path)) {
        return error_set(error, PROSPECT_NOT_FOUND, "\"%s\" is not among the failures", path);
    } else {
        ingest_force(s->queue, (size_t)number, path);
    }
    scheduler_pump(s);
    return PROSPECT_OK;
}

void scheduler_reindex(struct scheduler *s, bool read)
{
    if (!read)
        scheduler_tell_writer(s, WRITER_REBUILD);
    for (size_t i = 0; read && i < s->config->n_roots; i++)
        s->reread[i] = true;
}

prospect_status scheduler_open(const struct scheduler *s, const char *root, const char *path,
                               int *fd, struct error *error)
{
    struct stat st;
    long number = scheduler_find_root(s, root);
    *fd = -1;
    if (number < 0)
        return scheduler_no_root(s, root, error);
    return inspect_open(s->inspect, (size_t)number, path, fd, &st, error);
}
