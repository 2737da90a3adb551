/* Which paths wait until they are settled: closed, or quiet for a while. Pure: no threads, files
 * or clocks; the time is handed in, in milliseconds of any clock that never goes back.
 */
#ifndef PROSPECT_WATCH_SETTLE_H
#define PROSPECT_WATCH_SETTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum settle_kind {
    SETTLE_WRITING,  /* created or written to and not seen to be closed: waits for quiet */
    SETTLE_COMPLETE, /* closed, renamed, removed: waits a moment only, for what follows at once */
    SETTLE_TOUCHED   /* its attributes: waits a moment, or as long as it has to wait anyway */
};

struct settle;

/* COMPLETE_MS and QUIET_MS: how long the kinds wait. */
void settle_new(struct settle **out, unsigned complete_ms, unsigned quiet_ms);
void settle_free(struct settle **s);

/* Something happened to PATH (copied). Each path waits once. One that is closed again and again
 * comes out once in QUIET_MS all the same; one that is written to without being closed waits as
 * long as that goes on. */
void settle_touch(struct settle *s, size_t root, const char *path, enum settle_kind kind,
                  int64_t now_ms);
/* PATH waits until DUE_MS at least; a path that waits already is left as it is. */
void settle_until(struct settle *s, size_t root, const char *path, int64_t due_ms);
/* The next whose time has come: *PATH lives until the next call of any function here. */
bool settle_next(struct settle *s, int64_t now_ms, size_t *root, const char **path);
/* When the next one's time comes; -1 if none waits. */
int64_t settle_due(const struct settle *s);
/* How many paths of ROOT wait. */
size_t settle_count(const struct settle *s, size_t root);

#endif
