/* What lies in a watched folder and is no document, and why: found by a walk through the tree at
 * the time of asking, so that it holds nothing in memory and is never out of date.
 */
#ifndef PROSPECT_IGNORED_H
#define PROSPECT_IGNORED_H

#include "daemon/rules.h"
#include "index/base/error.h"

#include <stdint.h>

struct ignored_item {
    char *root, *path;  /* bytes */
    const char *reason; /* as rules_ignored(), or "link", "special", "folder" (in an ignored one);
                         * static */
};

/* Items FROM to FROM + SIZE are kept, all are counted. */
struct ignored_list {
    uint64_t from, size;
    int64_t end_ms; /* clock_steady_ms() at which the walk ends, done or not */
    uint64_t total;
    bool partial; /* the walk met its end or its limit of entries, or a folder that it could not
                   * read */
    struct ignored_item *item;
    size_t count;
};

/* Walks the folder PATH, the root NAME, for which RULES hold, and adds to LIST. PROSPECT_IO if
 * the folder cannot be opened. */
prospect_status ignored_walk(struct ignored_list *list, const char *name, const char *path,
                             const struct rules *rules, struct error *error);
void ignored_clear(struct ignored_list *list);

#endif
