/* What the journal has to know, and says. It knows files by their bytes; what is inside a file
 * counts as the file where the daemon ends, but its deaths are its own.
 */
#include "daemon/scheduler_parts.h"

#include "daemon/log.h"

#include <stdlib.h>

/* A file without a byte kills nobody. */
static const uint8_t *content_of(const struct scheduler_task *t)
{
    const struct document *d = t->work->document;
    return d && d->stamp.size > 0 ? d->stamp.content : NULL;
}

void scheduler_journal_begin(const struct scheduler_task *t)
{
    const uint8_t *content = content_of(t);
    if (content)
        journal_begin(t->work->scheduler->journal, content);
}

void scheduler_journal_plugin(const struct scheduler_task *t, const char *plugin,
                              const char *version)
{
    const uint8_t *content = content_of(t);
    if (content && t->depth == 0)
        journal_plugin(t->work->scheduler->journal, content, plugin, version);
}

enum journal_end scheduler_how_it_ended(const struct document *d)
{
    if (!d || d->status == PROSPECT_CANCELLED)
        return JOURNAL_UNKNOWN;
    return d->status == PROSPECT_CRASHED || d->status == PROSPECT_TIMEOUT ? JOURNAL_DIED
                                                                          : JOURNAL_READ;
}

void scheduler_journal_end(const struct scheduler_task *t, const struct document *d)
{
    const uint8_t *content = content_of(t);
    if (content)
        journal_end(t->work->scheduler->journal, content,
                    scheduler_how_it_ended(t->depth > 0 ? NULL : d));
}

void scheduler_journal_kept(const struct scheduler_work *w)
{
    const struct document *d = w->document;
    if (d && d->stamp.size > 0)
        journal_analysed(w->scheduler->journal, d->stamp.content);
}

static void replace(char **field, const char *value)
{
    free(*field);
    *field = *value ? mem_strdup(value) : NULL;
}

bool scheduler_is_quarantined(struct scheduler_work *w, struct error *why)
{
    struct scheduler *s = w->scheduler;
    struct stamp *stamp = &w->document->stamp;
    size_t n;
    const struct wire_plugin *plugins = pool_plugins(s->pool, &n);
    const char *plugin, *version;
    if (stamp->size == 0)
        return false;
    if (w->force)
        journal_forget(s->journal, stamp->content);
    w->force = false;
    if (!journal_quarantined(s->journal, stamp->content, plugins, n, &plugin, &version, why))
        return false;
    /* A document names who read it, so that it is looked at again after an upgrade. */
    replace(&stamp->plugin, plugin);
    replace(&stamp->plugin_version, version);
    log_line(LOG_INFO, "%s/%s: %s", w->document->root, w->path, why->line);
    return true;
}
