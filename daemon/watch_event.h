/* What the watch tells. Events of one root come in order: a path that waits is counted in
 * `settling` until after its WATCH_PATH was posted.
 */
#ifndef PROSPECT_WATCH_EVENT_H
#define PROSPECT_WATCH_EVENT_H

#include "daemon/mailbox.h"
#include "daemon/watch_counts.h"

#include <stdint.h>

enum watch_kind {
    WATCH_PATH,   /* look at `path` */
    WATCH_FOLDER, /* whatever is in hand below `path` may have moved: look at it again */
    WATCH_STATE   /* counts below changed */
};

struct watch_event {
    struct message message;
    enum watch_kind kind;
    size_t root; /* number in the configuration */
    char *path;  /* relative to the root, bytes */
    bool urgent; /* it just changed, rather than was found by the first scan */
    /* WATCH_STATE */
    bool scanning, polling;
    bool missing; /* the root folder cannot be opened: its documents are kept until it is back */
    uint64_t ignored, links, special;
    struct watch_counts hidden; /* of these, what not everyone may know of */
    uint64_t settling; /* paths that wait to be posted, and folders that are being counted */
};
void watch_event_free(struct watch_event **e);

#endif
