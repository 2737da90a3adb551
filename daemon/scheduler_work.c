/* A path in hand and its extractions: begun, put back, done. */
#include "daemon/scheduler_parts.h"

#include "index/base/clock.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <utlist.h>

/* ---- works ----------------------------------------------------------------------------------- */

struct scheduler_work *scheduler_work_begin(struct scheduler *s, const struct ingest_item *item)
{
    struct scheduler_work *w = mem_zalloc(sizeof *w);
    w->id = item->id;
    w->scheduler = s;
    w->root = item->root;
    w->path = mem_strdup(item->path);
    w->deaths = item->deaths;
    w->urgent = item->urgent;
    w->force = item->force && item->deaths == 0;
    HASH_ADD(hh, s->works, id, sizeof w->id, w);
    return w;
}

/* Who waited for its text looks again: now the index has it, or else they extract it themselves. */
static void release_followers(struct scheduler_work *w)
{
    struct scheduler_work *next;
    if (w->leads)
        HASH_DELETE(by_content, w->scheduler->leaders, w);
    w->leads = false;
    for (struct scheduler_work *f = w->followers; f; f = next) {
        next = f->next_follower;
        scheduler_work_again(f, 0, INGEST_RETRY);
    }
    w->followers = NULL;
}

void scheduler_work_free(struct scheduler_work *w)
{
    HASH_DELETE(hh, w->scheduler->works, w);
    document_free(&w->document);
    free(w->path);
    free(w);
}

/* Tries again by itself what may go better later. */
static void plan_retry(struct scheduler_work *w)
{
    int64_t wait_s = w->next_try ? w->next_try - (int64_t)time(NULL) : 0;
    if (w->next_try)
        ingest_add(w->scheduler->queue, w->root, w->path, INGEST_SCAN,
                   clock_steady_ms() + (wait_s > 0 ? wait_s : 1) * 1000);
}

void scheduler_work_finish(struct scheduler_work *w)
{
    struct scheduler *s = w->scheduler;
    scheduler_failed_set(s, w->root, w->path, w->failed);
    plan_retry(w);
    ingest_done(s->queue, w->id);
    release_followers(w);
    scheduler_work_free(w);
}

void scheduler_work_again(struct scheduler_work *w, unsigned delay_ms, enum ingest_why why)
{
    ingest_again(w->scheduler->queue, w->id, delay_ms ? clock_steady_ms() + delay_ms : 0, why);
    release_followers(w);
    scheduler_work_free(w);
}

/* ---- tasks ----------------------------------------------------------------------------------- */

void scheduler_task_add(struct scheduler_task *t)
{
    t->ready_ms = clock_steady_ms();
    DL_APPEND(t->work->scheduler->ready, t);
    t->work->scheduler->n_ready++;
    t->work->tasks++;
}

struct scheduler_task *scheduler_task_next(const struct scheduler *s, int64_t now)
{
    struct scheduler_task *t, *smallest = s->ready, *largest = s->ready;
    uint64_t running = 0;
    if (now - s->ready->ready_ms >= SCHEDULER_PATIENCE_MS)
        return s->ready;
    DL_FOREACH(s->running, t)
    running = t->size > running ? t->size : running;
    DL_FOREACH(s->ready, t)
    {
        smallest = t->size < smallest->size ? t : smallest;
        largest = t->size > largest->size ? t : largest;
    }
    return largest->size > running ? largest : smallest;
}

void scheduler_task_free(struct scheduler_task *t)
{
    if (t->fd >= 0)
        close(t->fd);
    free(t->name);
    free(t->mime);
    free(t->path);
    free(t);
}
