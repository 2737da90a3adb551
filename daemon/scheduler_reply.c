/* What the writer answers: a work is done, or looked at again. */
#include "daemon/scheduler_parts.h"

#include "daemon/log.h"
#include "index/base/clock.h"

#include <time.h>

enum {
    AGAIN_MS = 10 * 1000, /* after the index could not be written */
    DEAD_MS = 500
};

/* The label-set would be one too many: the file is known by its name, to the admin. */
static void hide(struct scheduler_work *w)
{
    struct error why = w->outcome;
    w->hidden = true;
    w->outcome = (struct error){0};
    w->document->restricted = true;
    strlist_free(&w->document->access);
    scheduler_refused(w, &why);
}

static void finish(struct scheduler_work *w)
{
    switch (w->outcome.status) {
    case PROSPECT_OK:
        scheduler_journal_kept(w);
        scheduler_work_finish(w);
        break;
    case PROSPECT_NOT_FOUND: /* the document to copy from is gone, or of no use */
        scheduler_work_again(w, 0, INGEST_FORCE);
        break;
    case PROSPECT_IO:
    case PROSPECT_CORRUPT: /* the writer begins the index anew from what it has */
    case PROSPECT_MEMORY:
    case PROSPECT_LOCKED:
        scheduler_work_again(w, AGAIN_MS, INGEST_RETRY);
        break;
    case PROSPECT_LIMIT:
        if (!w->document) {
            scheduler_work_again(w, 0, INGEST_FORCE);
            break;
        }
        if (!w->hidden) {
            hide(w);
            break;
        }
        /* fall through */
    default:
        log_line(LOG_ERROR, "%s is not in the index: %s", w->path, w->outcome.line);
        w->failed = true;
        w->next_try = (int64_t)time(NULL) + scheduler_back_off(1);
        scheduler_work_finish(w);
    }
}

/* Until it is done, roots that are no more may still be found. */
static void kept_roots(struct scheduler *s, const struct error *outcome)
{
    s->keeping--;
    if (outcome->status) {
        log_line(LOG_WARNING, "roots that are no more are still in the index: %s", outcome->line);
        s->keep_due = clock_steady_ms() + AGAIN_MS;
    }
}

void scheduler_reply(struct scheduler *s, const struct writer_reply *r)
{
    struct scheduler_work *w;
    s->rebuilds -= r->kind == WRITER_REBUILD;
    if (r->kind == WRITER_KEEP_ROOTS)
        kept_roots(s, &r->outcome);
    HASH_FIND(hh, s->works, &r->tag, sizeof r->tag, w);
    if (!w)
        return;
    w->writes--;
    if (r->outcome.status && !w->outcome.status)
        w->outcome = r->outcome;
    if (w->writes > 0 || w->tasks > 0)
        return;
    if (w->dead)
        scheduler_work_again(w, DEAD_MS, INGEST_DEATH);
    else
        finish(w);
}
