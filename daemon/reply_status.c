#include "daemon/reply.h"

#include <config.h>

#include <string.h>

static const struct index_root_stats *find_root(const struct index_stats *stats, const char *name)
{
    static const struct index_root_stats nothing;
    for (size_t i = 0; i < stats->n_roots; i++)
        if (strcmp(stats->roots[i].name, name) == 0)
            return &stats->roots[i];
    return &nothing;
}

static void put_roots(struct emit *j, const struct daemon_state *state,
                      const struct index_stats *stats, bool admin)
{
    static const struct watch_counts nothing;
    emit_array(j, "roots");
    for (size_t i = 0; i < state->n_roots; i++) {
        const struct root_state *root = &state->roots[i];
        const struct index_root_stats *counts = find_root(stats, root->name);
        const struct watch_counts *hidden = admin ? &nothing : &root->hidden;
        emit_object(j, NULL);
        emit_string(j, "name", root->name);
        reply_path(j, root->path);
        emit_string(j, "watch", root->watch);
        emit_bool(j, "scanning", root->scanning);
        emit_uint(j, "indexed", counts->indexed);
        emit_uint(j, "failed", counts->failed);
        emit_uint(j, "ignored", root->ignored - hidden->ignored);
        emit_uint(j, "links", root->links - hidden->links);
        emit_uint(j, "special", root->special - hidden->special);
        emit_end(j);
    }
    emit_end(j);
}

static void put_plugin(struct emit *j, const struct wire_plugin *p)
{
    struct strlist types = {0};
    if (p->types != NULL)
        strlist_split(&types, p->types, " ");
    emit_object(j, NULL);
    emit_string(j, "name", p->name);
    emit_string(j, "version", p->version);
    emit_uint(j, "abi", p->abi);
    emit_strings(j, "types", &types);
    emit_end(j);
    strlist_free(&types);
}

static void put_plugins(struct emit *j, const struct daemon_state *state)
{
    emit_array(j, "plugins");
    for (size_t i = 0; i < state->n_plugins; i++)
        if (state->plugins[i].refused == NULL)
            put_plugin(j, &state->plugins[i]);
    emit_end(j);
    emit_array(j, "plugins_refused");
    for (size_t i = 0; i < state->n_plugins; i++) {
        if (state->plugins[i].refused == NULL)
            continue;
        emit_object(j, NULL);
        emit_string(j, "file", state->plugins[i].file);
        emit_string(j, "reason", state->plugins[i].refused);
        emit_end(j);
    }
    emit_end(j);
}

static void put_sandbox(struct emit *j, const struct wire_sandbox *sandbox)
{
    emit_object(j, "sandbox");
    emit_bool(j, "seccomp", sandbox->seccomp);
    emit_uint(j, "landlock", sandbox->landlock);
    emit_bool(j, "rlimits", sandbox->rlimits);
    emit_bool(j, "uid", sandbox->uid);
    emit_bool(j, "degraded", !sandbox->seccomp || !sandbox->landlock || !sandbox->rlimits);
    emit_end(j);
}

/* What is damaged names what not everybody may know of. */
static void put_health(struct emit *j, const struct index_health *health, bool admin)
{
    const char *damage = admin ? health->damage : "the log says what";
    emit_object(j, "health");
    emit_bool(j, "degraded", health->damage[0] != '\0');
    emit_string(j, "damage", health->damage[0] ? damage : NULL);
    emit_bool(j, "beside", health->beside);
    emit_time(j, "verified", health->verified);
    emit_end(j);
}

void reply_status(struct buf *out, const struct daemon_state *state,
                  const struct index_stats *stats, bool admin)
{
    struct emit j;
    emit_start(&j, out);
    emit_object(&j, NULL);
    emit_string(&j, "version", PACKAGE_VERSION);
    emit_uint(&j, "schema", stats->schema);
    put_roots(&j, state, stats, admin);
    emit_uint(&j, "queue_length", state->queue_length);
    emit_uint(&j, "busy_workers", state->busy_workers);
    emit_uint(&j, "documents", stats->documents);
    emit_uint(&j, "pages", stats->pages);
    emit_uint(&j, "index_bytes", stats->bytes);
    emit_time(&j, "last_commit", stats->last_commit);
    if (admin) /* it moves with documents of others, too */
        emit_uint(&j, "generation", stats->generation);
    emit_bool(&j, "reindexing", state->reindexing);
    emit_bool(&j, "disk_low", state->disk_low);
    put_health(&j, &state->health, admin);
    emit_uint(&j, "late_searches", state->late_searches);
    put_plugins(&j, state);
    put_sandbox(&j, &state->sandbox);
    emit_end(&j);
}

void reply_failures(struct buf *out, const struct index_failures *f)
{
    struct emit j;
    emit_start(&j, out);
    emit_object(&j, NULL);
    emit_array(&j, "failures");
    for (size_t i = 0; i < f->count; i++) {
        const struct index_failure *one = &f->item[i];
        emit_object(&j, NULL);
        emit_string(&j, "root", one->root);
        reply_path(&j, one->path);
        emit_string(&j, "reason", prospect_status_name(one->status));
        emit_string(&j, "detail", one->detail);
        emit_time(&j, "since", one->since);
        emit_uint(&j, "tries", one->tries);
        emit_time(&j, "next_try", one->next_try);
        emit_bool(&j, "partial", one->partial);
        emit_end(&j);
    }
    emit_end(&j);
    emit_uint(&j, "total", f->total);
    emit_bool(&j, "partial", f->partial);
    emit_end(&j);
}

void reply_ignored(struct buf *out, const struct ignored_list *list)
{
    struct emit j;
    emit_start(&j, out);
    emit_object(&j, NULL);
    emit_array(&j, "ignored");
    for (size_t i = 0; i < list->count; i++) {
        emit_object(&j, NULL);
        emit_string(&j, "root", list->item[i].root);
        reply_path(&j, list->item[i].path);
        emit_string(&j, "reason", list->item[i].reason);
        emit_end(&j);
    }
    emit_end(&j);
    emit_uint(&j, "total", list->total);
    emit_bool(&j, "partial", list->partial);
    emit_end(&j);
}
