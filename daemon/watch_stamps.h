/* What the index knows of a root's files, for the time of a scan, and whether a file is still what
 * it was when it was read.
 */
#ifndef PROSPECT_WATCH_STAMPS_H
#define PROSPECT_WATCH_STAMPS_H

#include "daemon/wire.h"
#include "index/index.h"

#include <sys/stat.h>

/* The plugins in use: name, version, types. */
struct watch_claims {
    struct wire_plugin *item;
    size_t count;
};
void watch_claims_set(struct watch_claims *c, const struct wire_plugin *plugins, size_t n);
/* Whether PLUGINS, but for those that are refused, are the same. */
bool watch_claims_same(const struct watch_claims *c, const struct wire_plugin *plugins, size_t n);
void watch_claims_free(struct watch_claims *c);
/* Whether what read a file is not what would read it now: another version of its plugin is in
 * use, or it had none and MIME (may be NULL) is claimed. */
bool watch_claims_changed(const struct watch_claims *c, const struct stamp *stamp,
                          const char *mime);

struct watch_stamps;

/* The stamps of ROOT's files at or below any of FOLDERS ("": all). NOW: seconds since 1970. */
prospect_status watch_stamps_load(struct watch_stamps **out, struct index_reader *reader,
                                  const char *root, const struct strlist *folders,
                                  const struct watch_claims *claims, int64_t now,
                                  struct error *error);
void watch_stamps_free(struct watch_stamps **s);

enum watch_verdict {
    STAMP_UNKNOWN, /* the index does not have it */
    STAMP_SAME,
    STAMP_CHANGED, /* the file, its rules or its plugin; or it failed and may be tried again */
};
/* Compares, and notes that PATH is there. *NEXT_TRY: when a failed one may be tried again, seconds
 * since 1970; 0: never. */
enum watch_verdict watch_stamps_compare(struct watch_stamps *s, const char *path,
                                        const struct stat *st, const uint8_t rules[DIGEST_SIZE],
                                        int64_t *next_try);
/* Calls EACH for every path that was not compared. */
void watch_stamps_rest(struct watch_stamps *s, void (*each)(void *ctx, const char *path),
                       void *ctx);

#endif
