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
                                  const char *root, const struct strlist *folders, int64_t now,
                                  struct error *error);
void watch_stamps_free(struct watch_stamps **s);

enum watch_verdict {
    STAMP_UNKNOWN, /* the index does not have it */
    STAMP_SAME,
    STAMP_CHANGED, /* the file or its rules; or it failed and may be tried again */
};
/* Compares, and notes that PATH is there. ALL: nothing is the same. *NEXT_TRY: when a failed one
 * may be tried again, seconds since 1970; 0: never. */
enum watch_verdict watch_stamps_compare(struct watch_stamps *s, const char *path,
                                        const struct stat *st, const uint8_t rules[DIGEST_SIZE],
                                        bool all, int64_t *next_try);
typedef void watch_stamps_fn(void *ctx, const char *path);
/* Calls EACH for every path that was not compared. */
void watch_stamps_rest(struct watch_stamps *s, watch_stamps_fn *each, void *ctx);
/* The same for every path that was the same, and would be read by another plugin now. */
void watch_stamps_outdated(struct watch_stamps *s, const struct claims *claims,
                           watch_stamps_fn *each, void *ctx);

#endif
