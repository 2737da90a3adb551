/* What the index knows of a root's files, for the time of a scan, and whether a file is still what
 * it was when it was read.
 */
#ifndef PROSPECT_WATCH_STAMPS_H
#define PROSPECT_WATCH_STAMPS_H

#include "daemon/claims.h"
#include "index/index.h"

#include <sys/stat.h>

struct watch_stamps;

/* The stamps of ROOT's files at or below any of FOLDERS ("": all). NOW: seconds since 1970. */
prospect_status watch_stamps_load(struct watch_stamps **out, struct index_reader *reader,
                                  const char *root, const struct strlist *folders,
                                  const struct claims *claims, int64_t now, struct error *error);
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
