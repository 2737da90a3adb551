#include "daemon/watch_closed.h"

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
