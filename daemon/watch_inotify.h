/* inotify(7), and nothing else: watches on folders, and what comes of them in our words. The only
 * user of inotify.
 */
#ifndef PROSPECT_WATCH_INOTIFY_H
#define PROSPECT_WATCH_INOTIFY_H

#include "index/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum notice_kind {
    NOTICE_CREATED,
    NOTICE_WRITTEN,    /* to be closed yet */
    NOTICE_CLOSED,     /* after it was open for writing */
    NOTICE_ATTRIBUTES, /* mode, owner, times, link count */
    NOTICE_MOVED_OUT,
    NOTICE_MOVED_IN,
    NOTICE_REMOVED,
    NOTICE_GONE,    /* the watched folder itself was removed, moved or unmounted */
    NOTICE_LOST,    /* the watch is no more */
    NOTICE_OVERFLOW /* notices were lost, of whatever folder */
};

struct watch_notice {
    enum notice_kind kind;
    int wd;
    bool folder;      /* it is about a folder */
    const char *name; /* in the watched folder; "": the folder itself. Valid during the call */
};
typedef void watch_notice_fn(void *ctx, const struct watch_notice *notice);

/* How many watches several of them may have together. */
struct watch_budget {
    unsigned max; /* 0: as many as the system gives */
    unsigned used;
};

struct watch_inotify;

/* BUDGET must outlive it. */
prospect_status watch_inotify_new(struct watch_inotify **out, struct watch_budget *budget,
                                  struct error *error);
void watch_inotify_free(struct watch_inotify **i);
int watch_inotify_fd(const struct watch_inotify *i);
/* Watches the folder that FOLDER_FD has open; *WD is what it had if it was watched already.
 * PROSPECT_LIMIT: there are no more watches; PROSPECT_IO: this folder cannot be watched. */
prospect_status watch_inotify_add(struct watch_inotify *i, int folder_fd, int *wd);
void watch_inotify_remove(struct watch_inotify *i, int wd);
/* A watch that NOTICE_LOST told of. */
void watch_inotify_lost(struct watch_inotify *i);
/* Reads what has come, without waiting, and calls EACH; false when there is nothing more. */
bool watch_inotify_read(struct watch_inotify *i, watch_notice_fn *each, void *ctx);
/* What read(2) of an inotify descriptor gave: BYTES aligned as struct inotify_event. */
void watch_inotify_parse(const void *bytes, size_t length, watch_notice_fn *each, void *ctx);

#endif
