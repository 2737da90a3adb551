/* What came of an extraction: a document to put, documents inside it to extract, or another try.
 *
 * The document as inspected (identity, rules, what the folders say) stays with the work; each
 * document that is put gets its part of it.
 */
#include "daemon/scheduler_parts.h"

#include "daemon/log.h"
#include "index/base/buf.h"
#include "index/base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utlist.h>

enum {
    AGAIN_MS = 500
};

static void replace(char **field, const char *value)
{
    free(*field);
    *field = mem_strdup(value);
}

/* META before what D has. What names one file only is not for the documents inside it. */
static void prepend_meta(struct document *d, const struct meta_list *meta, bool inside)
{
    struct meta_list own = d->meta;
    d->meta = (struct meta_list){0};
    for (size_t i = 0; i < meta->count; i++) {
        const struct meta_value *v = &meta->item[i];
        if (!inside || (strcmp(v->key, "title") != 0 && strcmp(v->key, "creator") != 0))
            meta_add(&d->meta, v->key, v->value, v->source, v->confidence);
    }
    for (size_t i = 0; i < own.count; i++)
        meta_add(&d->meta, own.item[i].key, own.item[i].value, own.item[i].source,
                 own.item[i].confidence);
    meta_free(&own);
}

static void set_stamp(struct document *d, const struct stamp *stamp)
{
    char *plugin = d->stamp.plugin, *version = d->stamp.plugin_version;
    d->stamp = *stamp;
    d->stamp.plugin = plugin ? plugin : mem_strdup(stamp->plugin);
    d->stamp.plugin_version = version ? version : mem_strdup(stamp->plugin_version);
}

/* What holds for the file holds for all that is in it. */
static void place(struct document *d, const struct scheduler_task *t)
{
    const struct document *file = t->work->document;
    bool inside = t->depth > 0;
    replace(&d->root, file->root);
    replace(&d->path, inside ? t->path : file->path);
    if (inside)
        replace(&d->container, t->container);
    memcpy(d->id, inside ? t->id : file->id, sizeof d->id);
    set_stamp(d, &file->stamp);
    if (inside)
        memset(d->stamp.content, 0, sizeof d->stamp.content); /* not hashed */
    d->restricted = file->restricted;
    strlist_copy(&d->access, &file->access);
    prepend_meta(d, &file->meta, inside);
    for (size_t i = 0; !inside && i < file->warnings.count; i++)
        strlist_add_once(&d->warnings, file->warnings.item[i]);
}

/* What may go better without the file changing. */
static bool may_pass(prospect_status status)
{
    return status == PROSPECT_IO || status == PROSPECT_BUSY || status == PROSPECT_CANCELLED ||
           status == PROSPECT_FORBIDDEN;
}

static void count_failure(struct document *d, const struct document *file)
{
    int64_t now = (int64_t)time(NULL);
    if (!document_complete(d))
        d->since = file->since ? file->since : now;
    if (d->status == PROSPECT_OK || d->status == PROSPECT_UNSUPPORTED)
        return;
    d->tries = file->tries + 1;
    d->next_try = may_pass(d->status) ? now + scheduler_back_off(d->tries) : 0;
}

static void put(struct scheduler_work *w, struct document *d, bool inside)
{
    if (!inside) {
        count_failure(d, w->document);
        w->failed = !document_complete(d);
        w->next_try = d->next_try;
    }
    scheduler_put(w, d);
}

void scheduler_refused(struct scheduler_work *w, const struct error *why)
{
    struct scheduler_task t = {.work = w};
    struct document *d;
    document_new(&d);
    place(d, &t);
    d->status = why->status;
    d->reason = mem_strdup(why->line);
    put(w, d, false);
}

/* ---- documents inside documents -------------------------------------------------------------- */

static void add_child(const struct scheduler_task *parent, const struct document *container,
                      struct extraction_child *c)
{
    struct scheduler_task *t = mem_zalloc(sizeof *t);
    struct buf path = {0};
    const char *slash = strrchr(c->name, '/');
    t->work = parent->work;
    t->depth = parent->depth + 1;
    t->fd = c->fd;
    c->fd = -1;
    t->size = c->size;
    t->name = mem_strdup(slash ? slash + 1 : c->name);
    t->mime = mem_strdup(c->mime);
    digest_child_id(container->id, c->name, c->name_length, t->id);
    memcpy(t->container, container->id, sizeof t->container);
    buf_addf(&path, "%s!/", container->path);
    buf_add(&path, c->name, c->name_length);
    t->path = buf_take(&path);
    scheduler_task_add(t);
}

static void add_children(const struct scheduler_task *t, struct extraction *result)
{
    struct document *d = result->document;
    const struct config *c = t->work->scheduler->config;
    if (result->n_children > 0 && t->depth >= c->nesting) {
        strlist_add_once(&d->cuts, "documents nested deeper than is read are left out");
        return;
    }
    for (size_t i = 0; i < result->n_children; i++) {
        if (t->work->children >= c->children) {
            strlist_add_once(&d->cuts, "more documents inside than are kept");
            return;
        }
        if (result->children[i].fd < 0)
            continue;
        t->work->children++;
        add_child(t, d, &result->children[i]);
    }
}

/* ---- what to do with it ---------------------------------------------------------------------- */

/* A worker that died may have died of something else: the file has a second try, unless it took so
 * long that nobody would wait for another. */
static bool deserves_another_try(const struct scheduler_task *t, const struct document *d)
{
    struct error why;
    if (d->status == PROSPECT_CANCELLED)
        return t->work->deaths + 1 < SCHEDULER_LOSSES;
    return t->depth == 0 && d->status == PROSPECT_CRASHED &&
           clock_steady_ms() - t->started_ms < SCHEDULER_QUICK_MS &&
           !scheduler_is_quarantined(t->work, &why);
}

/* Takes the work's other tasks that wait out; those that run come to their end by themselves. */
static void drop_ready(struct scheduler_work *w)
{
    struct scheduler *s = w->scheduler;
    struct scheduler_task *t, *next;
    DL_FOREACH_SAFE(s->ready, t, next)
    {
        if (t->work != w)
            continue;
        DL_DELETE(s->ready, t);
        s->n_ready--;
        w->tasks--;
        scheduler_task_free(t);
    }
}

static void try_again(struct scheduler_work *w)
{
    drop_ready(w);
    w->dead = true;
}

/* All of its tasks are over, and a worker died on one: again, once the writer has answered. */
static void end_dead(struct scheduler_work *w)
{
    if (w->tasks == 0 && w->writes == 0)
        scheduler_work_again(w, AGAIN_MS, INGEST_DEATH);
}

void scheduler_outcome(struct scheduler_task *t, struct extraction *result)
{
    struct scheduler_work *w = t->work;
    struct document *d = result->document;
    w->tasks--;
    scheduler_journal_end(t, d);
    if (d->status)
        log_line(LOG_INFO, "%s/%s: %s", w->document->root, t->depth ? t->path : w->path,
                 d->reason ? d->reason : prospect_status_name(d->status));
    if (w->dead || deserves_another_try(t, d)) {
        try_again(w);
        end_dead(w);
    } else {
        place(d, t);
        add_children(t, result);
        result->document = NULL;
        put(w, d, t->depth > 0);
    }
    extraction_free(&result);
    scheduler_task_free(t);
}
