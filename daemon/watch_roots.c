/* A root that cannot be opened is "missing": nothing in it is watched, nothing of it is reported,
 * and so its documents stay in the index. When it is back it is compared as at the start.
 */
#include "daemon/watch_roots.h"

#include "daemon/log.h"
#include "daemon/watch_scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK_EVERY_MS 5000
#define RETRY_EVERY_MS 1000

static bool is_empty(int folder_fd)
{
    int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir)
        return false;
    int entries = 0;
    while (entries < 3 && readdir(dir))
        entries++;
    closedir(dir);
    return entries < 3; /* "." and ".." */
}

static void start_watching(struct watch_root *r)
{
    struct error error;
    struct watch_core *c = r->core;
    if (r->polling)
        return;
    if (r->config->watch == WATCH_POLLING)
        watch_core_use_polling(r, "it is configured for polling");
    else if (watch_scan_tells_nothing(r->fd))
        watch_core_use_polling(r, "its file system gives no notice of changes");
    else if (watch_inotify_new(&r->inotify, &c->budget, &error) != PROSPECT_OK)
        watch_core_use_polling(r, error.line);
}

static void open_root(struct watch_root *r)
{
    struct stat st;
    bool was_here = r->device != 0;
    if (!r->path)
        r->path = realpath(r->config->path, NULL);
    int fd = r->path ? open(r->path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    if (fd < 0 || fstat(fd, &st) != 0 || access(r->path, R_OK | X_OK) != 0 ||
        /* What was mounted here is not; the empty folder below it does not mean that all was
         * deleted. */
        (was_here && st.st_dev != r->device && is_empty(fd))) {
        if (!was_here && !r->last_posted)
            log_line(LOG_WARNING, "%s: the folder cannot be opened; its documents are kept",
                     r->config->path);
        if (fd >= 0)
            close(fd);
        return;
    }
    if (was_here)
        log_line(LOG_INFO, "%s: the folder is back", r->path);
    r->fd = fd;
    r->device = st.st_dev;
    r->inode = st.st_ino;
    r->missing = false;
    watch_tree_add(&r->tree, NULL, "");
    start_watching(r);
    watch_core_ask(r, "", false);
}

static bool is_there(const struct watch_root *r)
{
    struct stat st;
    return lstat(r->path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_dev == r->device &&
           st.st_ino == r->inode && access(r->path, R_OK | X_OK) == 0;
}

static void lose_root(struct watch_root *r)
{
    log_line(LOG_WARNING,
             "%s: the folder is gone (moved, removed, unmounted or closed to this user); "
             "its documents are kept",
             r->path);
    if (r->tree.top)
        watch_core_drop(r, r->tree.top);
    watch_inotify_free(&r->inotify);
    watch_stamps_free(&r->stamps);
    strlist_free(&r->ask.compare);
    strlist_free(&r->ask.all);
    r->ask.first = r->ask.last = 0;
    r->poll_runs = false;
    r->count_due = 0;
    close(r->fd);
    r->fd = -1;
    r->missing = true;
}

void watch_roots_check(struct watch_root *r)
{
    int64_t now = r->core->now;
    if (now < r->next_check)
        return;
    if (!r->missing && !is_there(r))
        lose_root(r);
    if (r->missing)
        open_root(r);
    r->next_check = now + (r->missing ? RETRY_EVERY_MS : CHECK_EVERY_MS);
}
