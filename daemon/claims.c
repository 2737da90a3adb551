#include "daemon/claims.h"

#include "daemon/wire.h"
#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>

static void add(struct claims *c, const char *name, const char *version, const char *types,
                int32_t priority)
{
    c->item[c->count++] = (struct claim){.name = mem_strdup(name),
                                         .version = mem_strdup(version),
                                         .types = mem_strdup(types),
                                         .priority = priority};
}

void claims_set(struct claims *c, const struct wire_plugin *plugins, size_t n)
{
    claims_free(c);
    c->item = mem_zalloc((n + 1) * sizeof *c->item);
    for (const struct wire_plugin *p = plugins; p < plugins + n; p++)
        if (!p->refused && p->name && p->version && p->types)
            add(c, p->name, p->version, p->types, p->priority);
}

void claims_copy(struct claims *to, const struct claims *from)
{
    claims_free(to);
    to->item = mem_zalloc((from->count + 1) * sizeof *to->item);
    for (size_t i = 0; i < from->count; i++)
        add(to, from->item[i].name, from->item[i].version, from->item[i].types,
            from->item[i].priority);
}

bool claims_same(const struct claims *a, const struct claims *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        const struct claim *x = &a->item[i], *y = &b->item[i];
        same = strcmp(x->name, y->name) == 0 && strcmp(x->version, y->version) == 0 &&
               strcmp(x->types, y->types) == 0 && x->priority == y->priority;
    }
    return same;
}

void claims_free(struct claims *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->item[i].name);
        free(c->item[i].version);
        free(c->item[i].types);
    }
    free(c->item);
    *c = (struct claims){0};
}

/* How closely the one claim TYPE fits. */
static size_t fit_one(const char *type, size_t length, const char *mime)
{
    if (type[length - 1] == '*')
        return strncmp(mime, type, length - 1) == 0 ? length : 0;
    return strncmp(mime, type, length) == 0 && mime[length] == '\0' ? SIZE_MAX : 0;
}

size_t claims_fit(const char *types, const char *mime)
{
    size_t best = 0, length;
    for (const char *at = types + strspn(types, " "); *at; at += strspn(at, " ")) {
        length = strcspn(at, " ");
        size_t fit = fit_one(at, length, mime);
        best = fit > best ? fit : best;
        at += length;
    }
    return best;
}

const struct claim *claims_reader(const struct claims *c, const char *mime)
{
    const struct claim *found = NULL;
    size_t best = 0;
    for (const struct claim *p = c->item; p < c->item + c->count; p++) {
        size_t fit = claims_fit(p->types, mime);
        if (fit > best || (fit && fit == best && p->priority > found->priority)) {
            best = fit;
            found = p;
        }
    }
    return found;
}

static const struct claim *named(const struct claims *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->item[i].name, name) == 0)
            return &c->item[i];
    return NULL;
}

bool claims_current(const struct claims *c, const char *plugin, const char *version,
                    const char *mime)
{
    const struct claim *now = mime ? claims_reader(c, mime) : NULL;
    if (!plugin)
        return !now;
    if (!now)
        now = named(c, plugin);
    if (!now)
        return true;
    return strcmp(now->name, plugin) == 0 && version && strcmp(now->version, version) == 0;
}
