/* What goes to the writer. */
#include "daemon/scheduler_parts.h"

#include "index/base/clock.h"

#include <string.h>

static bool are_few(const struct scheduler *s)
{
    return ingest_waiting(s->queue) + ingest_handed(s->queue) <= SCHEDULER_FEW;
}

static void tell(struct scheduler_work *w, enum writer_kind kind, struct document *d,
                 const char *id)
{
    struct writer_message *m = mem_zalloc(sizeof *m);
    m->kind = kind;
    m->tag = w->id;
    m->urgent = w->urgent && are_few(w->scheduler);
    m->document = d;
    if (d)
        memcpy(m->content, (w->document ? w->document : d)->stamp.content, DIGEST_SIZE);
    if (id)
        memcpy(m->id, id, DIGEST_ID_SIZE);
    w->writes++;
    w->scheduler->flushed = false;
    writer_send(w->scheduler->writer, m);
}

void scheduler_put(struct scheduler_work *w, struct document *d)
{
    tell(w, WRITER_PUT, d, NULL);
}

void scheduler_put_from(struct scheduler_work *w, const char *source)
{
    struct document *d = w->document;
    w->document = NULL;
    w->failed = false;
    tell(w, WRITER_PUT_FROM, d, source);
}

void scheduler_remove(struct scheduler_work *w)
{
    w->failed = false;
    tell(w, WRITER_REMOVE, NULL, w->document->id);
}

void scheduler_tell_writer(struct scheduler *s, enum writer_kind kind)
{
    struct writer_message *m = mem_zalloc(sizeof *m);
    m->kind = kind;
    for (size_t i = 0; kind == WRITER_KEEP_ROOTS && i < s->config->n_roots; i++)
        strlist_add(&m->roots, s->config->roots[i].name);
    s->rebuilds += kind == WRITER_REBUILD;
    s->keeping += kind == WRITER_KEEP_ROOTS;
    writer_send(s->writer, m);
}

void scheduler_keep_roots(struct scheduler *s)
{
    if (!s->keep_due || s->keep_due > clock_steady_ms())
        return;
    s->keep_due = 0;
    scheduler_tell_writer(s, WRITER_KEEP_ROOTS);
}
