/* The watched folders: which paths may have changed. A thread of its own reads inotify, scans
 * trees, waits until files are settled and compares with the stamps in the index, so that a slow
 * file system never holds the event loop.
 *
 * What comes out is "look at this path again": creation, change, removal and renaming are told
 * apart only by who looks (inspect.h). A path is reported again whenever something about it, its
 * folder files (.prospect) or its side-car changed.
 */
#ifndef PROSPECT_WATCH_H
#define PROSPECT_WATCH_H

#include "daemon/config.h"
#include "daemon/mailbox.h"
#include "daemon/watch_event.h"
#include "daemon/wire.h"

struct watch;

/* Watches the roots of CONFIG (which must outlive it), compares with the index in INDEX_DIR, and
 * posts struct watch_event to EVENTS. */
prospect_status watch_new(struct watch **out, const struct config *config, const char *index_dir,
                          struct mailbox *events, struct error *error);
/* Scans everything again now. From any thread. */
void watch_rescan(struct watch *w);
/* Scans again and reports every file, whatever its stamp says (reindex from files). */
void watch_reread(struct watch *w);
/* The plugins in use: files that another version read, or that no plugin read and one now claims,
 * are reported. The first scan starts after the first call. Copies what it keeps. */
void watch_plugins(struct watch *w, const struct wire_plugin *plugins, size_t n);
void watch_free(struct watch **w);

#endif
