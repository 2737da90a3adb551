/* The folders of one root, as a tree of nodes: found by name from their parent and by watch
 * number, with what was counted in each, and two lists of those that want something. Pure: no
 * files, no inotify.
 *
 * A node lives until watch_tree_drop() of it or of a folder above.
 */
#ifndef PROSPECT_WATCH_TREE_H
#define PROSPECT_WATCH_TREE_H

#include "daemon/watch_counts.h"
#include "index/base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

/* What a visit to a folder is for; several may come together. */
enum {
    VISIT_COUNT = 1,   /* count what is no document */
    VISIT_POLL = 2,    /* compare with what was there at the last visit */
    VISIT_COMPARE = 4, /* compare with the index */
    VISIT_ALL = 8,     /* report every document */
    VISIT_FRESH = 16   /* the folder is new here: the same, and as something that just changed */
};

struct watch_node {
    struct watch_node *parent; /* NULL: the top */
    struct watch_node *children;
    int wd; /* -1: not watched */
    uint64_t device, inode;
    bool ignored;    /* nothing in it is a document */
    bool unreadable; /* it could not be opened */
    unsigned want;   /* VISIT_* */
    bool dirty;      /* to be counted again */
    uint64_t met;    /* the parent's visit that met it last */
    uint32_t entries;
    struct watch_counts counts;
    struct watch_counts hidden;                 /* of these, what not everyone may know of */
    struct watch_node *prev, *next;             /* of those that want a visit */
    struct watch_node *dirty_prev, *dirty_next; /* of those that are dirty */
    UT_hash_handle by_name, by_wd;
    char name[];
};

struct watch_tree {
    struct watch_node *top; /* the root itself; NULL: none yet */
    struct watch_node *by_wd;
    struct watch_node *wanted; /* last come, first served: a folder's own come before its sisters */
    struct watch_node *dirty;
    struct watch_counts total, hidden;
    size_t n_dirty, n_wanted;
    size_t n_scans; /* of n_wanted, those that are neither polls nor counts */
};

/* A new node below PARENT (NULL: the top, NAME ""). A zeroed tree is an empty one. */
struct watch_node *watch_tree_add(struct watch_tree *t, struct watch_node *parent,
                                  const char *name);
struct watch_node *watch_tree_child(struct watch_node *n, const char *name);
struct watch_node *watch_tree_watched(struct watch_tree *t, int wd); /* NULL: nobody's */
/* The node at PATH ("": the top); NULL if there is none. */
struct watch_node *watch_tree_find(const struct watch_tree *t, const char *path);
/* WD is this node's from now on, and nobody else's; -1 takes it away. */
void watch_tree_set_wd(struct watch_tree *t, struct watch_node *n, int wd);
void watch_tree_set_counts(struct watch_tree *t, struct watch_node *n,
                           const struct watch_counts *counts, const struct watch_counts *hidden);
/* Takes out N and all below it; GONE is called for each before. */
void watch_tree_drop(struct watch_tree *t, struct watch_node *n,
                     void (*gone)(void *ctx, struct watch_node *n), void *ctx);

/* Sets OUT to the path of N relative to its root, with NAME (may be NULL) behind it. */
void watch_tree_path(const struct watch_node *n, const char *name, struct buf *out);

void watch_tree_want(struct watch_tree *t, struct watch_node *n, unsigned visit);
/* The next that wants a visit, taken off the list, and what for. */
struct watch_node *watch_tree_next(struct watch_tree *t, unsigned *visit);
void watch_tree_set_dirty(struct watch_tree *t, struct watch_node *n, bool dirty);

#endif
