#include "daemon/watch_closed.h"

#include "index/base/clock.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* Who opens the file for writing meanwhile waits until the lease is given back, and we are sent a
 * signal: one that is ignored unless somebody asks for it, in place of SIGIO, which ends us. */
bool watch_closed(int folder_fd, const char *name)
{
    int fd = openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool closed = fcntl(fd, F_SETSIG, SIGURG) == 0 && fcntl(fd, F_SETLEASE, F_RDLCK) == 0;
    if (closed)
        fcntl(fd, F_SETLEASE, F_UNLCK);
    close(fd);
    return closed;
}

bool watch_closed_lately(const struct stat *st, int64_t within_ms, int64_t *left)
{
    int64_t written = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
    int64_t age = clock_wall_ns() / 1000000 - written;
    *left = within_ms - age;
    return age >= 0 && *left > 0;
}
