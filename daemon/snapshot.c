#include "daemon/snapshot.h"

#include "index/base/mem.h"

#include <stdlib.h>

static struct root_state *copy_roots(const struct root_state *roots, size_t n)
{
    struct root_state *copy = mem_zalloc(n * sizeof *copy);
    for (size_t i = 0; i < n; i++) {
        copy[i] = roots[i];
        copy[i].name = mem_strdup(roots[i].name);
        copy[i].path = mem_strdup(roots[i].path);
        copy[i].watch = mem_strdup(roots[i].watch);
    }
    return copy;
}

static struct wire_plugin *copy_plugins(const struct wire_plugin *plugins, size_t n)
{
    struct wire_plugin *copy = mem_zalloc(n * sizeof *copy);
    for (size_t i = 0; i < n; i++)
        wire_plugin_copy(&copy[i], &plugins[i]);
    return copy;
}

void snapshot_new(struct snapshot **out, const struct daemon_state *state)
{
    *out = mem_zalloc(sizeof **out);
    (*out)->state = *state;
    (*out)->state.roots = copy_roots(state->roots, state->n_roots);
    (*out)->state.plugins = copy_plugins(state->plugins, state->n_plugins);
}

void snapshot_free(struct snapshot **s)
{
    struct snapshot *gone = *s;
    *s = NULL;
    if (gone == NULL)
        return;
    for (size_t i = 0; i < gone->state.n_roots; i++) {
        free((char *)gone->state.roots[i].name);
        free((char *)gone->state.roots[i].path);
        free((char *)gone->state.roots[i].watch);
    }
    for (size_t i = 0; i < gone->state.n_plugins; i++)
        wire_plugin_free((struct wire_plugin *)&gone->state.plugins[i]);
    free((void *)gone->state.roots);
    free((void *)gone->state.plugins);
    free(gone);
}
