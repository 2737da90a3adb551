/* What polling saw last: a path and how its file looked. Pure. */
#ifndef PROSPECT_WATCH_SEEN_H
#define PROSPECT_WATCH_SEEN_H

#include <stdbool.h>
#include <stdint.h>

struct watch_seen;

void watch_seen_new(struct watch_seen **out);
void watch_seen_free(struct watch_seen **s);
/* PATH is there, and looks like LOOKS (any digest of its stat). True if it is new or looks
 * otherwise than the last time. */
bool watch_seen_put(struct watch_seen *s, const char *path, uint64_t looks);
/* A pass over everything begins: what is not put until watch_seen_sweep() is gone. */
void watch_seen_pass(struct watch_seen *s);
/* Forgets what is gone, and calls GONE for each. */
void watch_seen_sweep(struct watch_seen *s, void (*gone)(void *ctx, const char *path), void *ctx);

#endif
