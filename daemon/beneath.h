/* Opening what lies beneath a folder: never out of it, never through a symbolic link, however long
 * the path is. By openat2(2), or name by name where the kernel has none. Paths are relative,
 * without "." and "..", "" being the folder itself.
 */
#ifndef PROSPECT_BENEATH_H
#define PROSPECT_BENEATH_H

#include "index/base/buf.h"

#include <stdbool.h>
#include <sys/stat.h>

/* -1 and errno. FLAGS as for open(2); O_NOFOLLOW, O_CLOEXEC, O_NONBLOCK and O_NOCTTY are added. */
int beneath_open(int folder_fd, const char *path, int flags);
/* lstat(2), beneath. */
bool beneath_stat(int folder_fd, const char *path, struct stat *out);
/* Adds a regular file's bytes to OUT, but no more than MAX + 1, so that the caller can tell that it
 * is larger. False (errno) if it is no regular file or cannot be read. */
bool beneath_read(int folder_fd, const char *path, size_t max, struct buf *out);

#endif
