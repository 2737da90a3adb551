/* Whether a file that was found rather than watched is still being written. */
#ifndef PROSPECT_WATCH_CLOSED_H
#define PROSPECT_WATCH_CLOSED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* True if nobody has the regular file NAME in FOLDER_FD open for writing, nor mapped so: a lease
 * for reading (fcntl(2), F_SETLEASE) is to be had then, and only then. It is given back at once.
 * False also where that cannot be told: of others' files (it takes CAP_LEASE), and on file systems
 * without leases. Those of other machines know only what is open on this one. */
bool watch_closed(int folder_fd, const char *name);
/* Whether it was written to less than WITHIN_MS ago; *LEFT: how much of that is left. */
bool watch_closed_lately(const struct stat *st, int64_t within_ms, int64_t *left);

#endif
