/* Which kind of file is this: libmagic, and rules where it is wrong. libmagic is used nowhere else.
 *
 * A name that ends in ".prospect-test-NAME" (lower case letters, digits, hyphens) is
 * application/x-prospect-test-NAME, whatever is in it, so that a test's plugin can be reached by
 * dropping a file.
 */
#ifndef PROSPECT_DETECT_H
#define PROSPECT_DETECT_H

#include "index/base/error.h"

#include <stdint.h>

struct detector;

struct detection {
    char mime[128];
    char encoding[32]; /* "utf-8", "utf-16le", ...; "" where unknown or not text */
};

prospect_status detector_new(struct detector **out, struct error *error);
void detector_free(struct detector **d);
/* Looks at the first bytes of FD (pread, offset untouched) and at NAME's ending. Never fails for
 * odd content: what nothing is known of is application/octet-stream; an empty file
 * inode/x-empty. */
prospect_status detector_look(struct detector *d, int fd, uint64_t size, const char *name,
                              struct detection *out, struct error *error);

#endif
