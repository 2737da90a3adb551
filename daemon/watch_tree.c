#include "daemon/watch_tree.h"

#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

struct watch_node *watch_tree_add(struct watch_tree *t, struct watch_node *parent, const char *name)
{
    size_t length = strlen(name);
    struct watch_node *n = mem_zalloc(sizeof *n + length + 1);
    memcpy(n->name, name, length + 1);
    n->parent = parent;
    n->wd = -1;
    if (parent)
        HASH_ADD_KEYPTR(by_name, parent->children, n->name, length, n);
    else
        t->top = n;
    return n;
}

struct watch_node *watch_tree_child(struct watch_node *n, const char *name)
{
    struct watch_node *child = NULL;
    HASH_FIND(by_name, n->children, name, strlen(name), child);
    return child;
}

struct watch_node *watch_tree_watched(struct watch_tree *t, int wd)
{
    struct watch_node *n = NULL;
    HASH_FIND(by_wd, t->by_wd, &wd, sizeof wd, n);
    return n;
}

struct watch_node *watch_tree_find(const struct watch_tree *t, const char *path)
{
    struct watch_node *n = t->top;
    while (n && *path) {
        size_t length = strcspn(path, "/");
        struct watch_node *child = NULL;
        HASH_FIND(by_name, n->children, path, length, child);
        n = child;
        path += length + (path[length] == '/');
    }
    return n;
}

void watch_tree_set_wd(struct watch_tree *t, struct watch_node *n, int wd)
{
    if (n->wd >= 0)
        HASH_DELETE(by_wd, t->by_wd, n);
    n->wd = wd;
    if (wd < 0)
        return;
    struct watch_node *before = watch_tree_watched(t, wd);
    if (before)
        watch_tree_set_wd(t, before, -1);
    HASH_ADD(by_wd, t->by_wd, wd, sizeof n->wd, n);
}

static const struct watch_counts nothing;

static void exchange(struct watch_counts *total, struct watch_counts *was,
                     const struct watch_counts *is)
{
    total->ignored += is->ignored - was->ignored;
    total->links += is->links - was->links;
    total->special += is->special - was->special;
    *was = *is;
}

void watch_tree_set_counts(struct watch_tree *t, struct watch_node *n,
                           const struct watch_counts *counts, const struct watch_counts *hidden)
{
    exchange(&t->total, &n->counts, counts);
    exchange(&t->hidden, &n->hidden, hidden);
}

static bool is_scan(unsigned visit)
{
    return (visit & (VISIT_COMPARE | VISIT_ALL | VISIT_FRESH)) != 0;
}

static void set_want(struct watch_tree *t, struct watch_node *n, unsigned want)
{
    t->n_scans += (size_t)is_scan(want) - (size_t)is_scan(n->want);
    t->n_wanted += (size_t)(want != 0) - (size_t)(n->want != 0);
    n->want = want;
}

void watch_tree_want(struct watch_tree *t, struct watch_node *n, unsigned visit)
{
    if (!n->want && visit)
        DL_PREPEND(t->wanted, n);
    set_want(t, n, n->want | visit);
}

struct watch_node *watch_tree_next(struct watch_tree *t, unsigned *visit)
{
    struct watch_node *n = t->wanted;
    if (!n)
        return NULL;
    *visit = n->want;
    set_want(t, n, 0);
    DL_DELETE(t->wanted, n);
    return n;
}

void watch_tree_set_dirty(struct watch_tree *t, struct watch_node *n, bool dirty)
{
    if (n->dirty == dirty)
        return;
    n->dirty = dirty;
    t->n_dirty += dirty ? 1 : (size_t)-1;
    if (dirty)
        DL_APPEND2(t->dirty, n, dirty_prev, dirty_next);
    else
        DL_DELETE2(t->dirty, n, dirty_prev, dirty_next);
}

static void drop_one(struct watch_tree *t, struct watch_node *n,
                     void (*gone)(void *, struct watch_node *), void *ctx)
{
    if (gone)
        gone(ctx, n);
    watch_tree_set_counts(t, n, &nothing, &nothing);
    watch_tree_set_wd(t, n, -1);
    watch_tree_set_dirty(t, n, false);
    if (n->want) {
        DL_DELETE(t->wanted, n);
        set_want(t, n, 0);
    }
    if (n->parent)
        HASH_DELETE(by_name, n->parent->children, n);
    else
        t->top = NULL;
    free(n);
}

/* Not by recursion: how deep a tree is, others choose. */
void watch_tree_drop(struct watch_tree *t, struct watch_node *n,
                     void (*gone)(void *, struct watch_node *), void *ctx)
{
    struct watch_node *at = n;
    for (;;) {
        while (at->children)
            at = at->children;
        struct watch_node *parent = at->parent;
        bool last = at == n;
        drop_one(t, at, gone, ctx);
        if (last)
            return;
        at = parent;
    }
}

void watch_tree_path(const struct watch_node *n, const char *name, struct buf *out)
{
    size_t length = name ? strlen(name) : 0;
    size_t total = length;
    for (const struct watch_node *at = n; at->parent; at = at->parent)
        total += strlen(at->name) + (total > 0);
    buf_clear(out);
    char *start = buf_room(out, total), *end = start + total;
    memcpy(end -= length, name ? name : "", length);
    for (const struct watch_node *at = n; at->parent; at = at->parent) {
        if (end < start + total)
            *--end = '/';
        length = strlen(at->name);
        memcpy(end -= length, at->name, length);
    }
    buf_grew(out, total);
}
