#include "daemon/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRIES 100 /* the kernel asks to try again when folders move meanwhile */

/* With O_PATH, openat2() refuses what means nothing. */
static int always(int flags)
{
    return flags | O_NOFOLLOW | O_CLOEXEC | (flags & O_PATH ? 0 : O_NONBLOCK | O_NOCTTY);
}

static int open_here(int fd, const char *path, int flags)
{
    struct open_how how = {.flags = (uint64_t)(unsigned)always(flags),
                           .resolve =
                               RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    int got = -1;
    for (int i = 0; i < TRIES; i++) {
        got = (int)syscall(SYS_openat2, fd, path, &how, sizeof how);
        if (got >= 0 || (errno != EAGAIN && errno != EINTR))
            break;
    }
    return got;
}

/* How much of PATH to open at once: all of it, or folders that make less than PATH_MAX, or just
 * the first. */
static size_t piece(const char *path, bool by_name)
{
    size_t length = strlen(path);
    const char *slash = by_name ? strchr(path, '/') : NULL;
    if (!by_name && length >= PATH_MAX)
        slash = memrchr(path, '/', PATH_MAX - 1);
    return slash ? (size_t)(slash - path) : length;
}

static int open_piece(int fd, const char *path, size_t length, int flags, bool by_name)
{
    char name[PATH_MAX];
    if (length >= sizeof name) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(name, path, length);
    name[length] = '\0';
    if (by_name && strcmp(name, "..") == 0) {
        errno = EXDEV;
        return -1;
    }
    return by_name ? openat(fd, name, always(flags)) : open_here(fd, name, flags);
}

static int walk(int folder_fd, const char *path, int flags, bool by_name)
{
    int at = folder_fd;
    for (;;) {
        size_t length = piece(path, by_name);
        bool last = path[length] == '\0';
        int next = open_piece(at, path, length, last ? flags : O_PATH | O_DIRECTORY, by_name);
        int error = errno;
        if (at != folder_fd)
            close(at);
        errno = error;
        if (next < 0 || last)
            return next;
        at = next;
        path += length + 1;
    }
}

int beneath_open(int folder_fd, const char *path, int flags)
{
    if (!*path)
        path = ".";
    int fd = walk(folder_fd, path, flags, false);
    if (fd < 0 && (errno == ENOSYS || errno == EPERM))
        fd = walk(folder_fd, path, flags, true);
    return fd;
}

bool beneath_stat(int folder_fd, const char *path, struct stat *out)
{
    int fd = beneath_open(folder_fd, path, O_PATH);
    if (fd < 0)
        return false;
    bool good = fstat(fd, out) == 0;
    close(fd);
    return good;
}

static bool read_some(int fd, size_t max, struct buf *out)
{
    size_t left = max + 1;
    while (left > 0) {
        ssize_t got = read(fd, buf_room(out, left), left);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        buf_grew(out, (size_t)got);
        left -= (size_t)got;
    }
    return true;
}

bool beneath_read(int folder_fd, const char *path, size_t max, struct buf *out)
{
    struct stat st;
    /* Looked at before it is opened: opening a device can do things. */
    if (!beneath_stat(folder_fd, path, &st))
        return false;
    if (!S_ISREG(st.st_mode)) {
        errno = EINVAL;
        return false;
    }
    int fd = beneath_open(folder_fd, path, O_RDONLY);
    if (fd < 0)
        return false;
    bool good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && read_some(fd, max, out);
    close(fd);
    return good;
}
