/* What happens while we watch: inotify's notices, and paths that are settled. */
#ifndef PROSPECT_WATCH_LIVE_H
#define PROSPECT_WATCH_LIVE_H

#include "daemon/watch_core.h"

/* One notice; CTX is the struct watch_root. A watch_notice_fn. */
void watch_live_notice(void *ctx, const struct watch_notice *notice);
/* Reads what came for R, up to some. */
void watch_live_read(struct watch_root *r);
/* Reports up to LIMIT paths that are settled, or may be tried again; true if there are more. */
bool watch_live_settled(struct watch_core *c, unsigned limit);

#endif
