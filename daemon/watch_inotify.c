#include "daemon/watch_inotify.h"

#include "index/base/mem.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#define MASK                                                                                       \
    (IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO |            \
     IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_EXCL_UNLINK | IN_ONLYDIR)

struct watch_inotify {
    int fd;
    unsigned count;
    struct watch_budget *budget;
};

prospect_status watch_inotify_new(struct watch_inotify **out, struct watch_budget *budget,
                                  struct error *error)
{
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0)
        return error_sys(error, PROSPECT_IO, "cannot watch folders");
    struct watch_inotify *i = mem_zalloc(sizeof *i);
    i->fd = fd;
    i->budget = budget;
    *out = i;
    return PROSPECT_OK;
}

void watch_inotify_free(struct watch_inotify **i)
{
    if (!*i)
        return;
    (*i)->budget->used -= (*i)->count;
    close((*i)->fd);
    free(*i);
    *i = NULL;
}

int watch_inotify_fd(const struct watch_inotify *i)
{
    return i->fd;
}

prospect_status watch_inotify_add(struct watch_inotify *i, int folder_fd, int *wd)
{
    if (i->budget->max && i->budget->used >= i->budget->max)
        return PROSPECT_LIMIT;
    /* By the descriptor, since a path could lead elsewhere by now, and may be longer than PATH_MAX.
     */
    char name[32];
    snprintf(name, sizeof name, "/proc/self/fd/%d", folder_fd);
    *wd = inotify_add_watch(i->fd, name, MASK);
    if (*wd < 0)
        return errno == ENOSPC || errno == ENOMEM ? PROSPECT_LIMIT : PROSPECT_IO;
    i->count++;
    i->budget->used++;
    return PROSPECT_OK;
}

void watch_inotify_remove(struct watch_inotify *i, int wd)
{
    inotify_rm_watch(i->fd, wd);
    watch_inotify_lost(i);
}

void watch_inotify_lost(struct watch_inotify *i)
{
    if (i->count == 0)
        return;
    i->count--;
    i->budget->used--;
}

static enum notice_kind kind_of(uint32_t mask)
{
    static const struct {
        uint32_t mask;
        enum notice_kind kind;
    } kinds[] = {
        {IN_Q_OVERFLOW, NOTICE_OVERFLOW},
        {IN_IGNORED, NOTICE_LOST},
        {IN_UNMOUNT | IN_DELETE_SELF | IN_MOVE_SELF, NOTICE_GONE},
        {IN_MOVED_TO, NOTICE_MOVED_IN},
        {IN_MOVED_FROM, NOTICE_MOVED_OUT},
        {IN_DELETE, NOTICE_REMOVED},
        {IN_CREATE, NOTICE_CREATED},
        {IN_CLOSE_WRITE, NOTICE_CLOSED},
        {IN_MODIFY, NOTICE_WRITTEN},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (mask & kinds[i].mask)
            return kinds[i].kind;
    return NOTICE_ATTRIBUTES;
}

void watch_inotify_parse(const void *bytes, size_t length, watch_notice_fn *each, void *ctx)
{
    const char *at = bytes;
    while (length >= sizeof(struct inotify_event)) {
        const struct inotify_event *e = (const void *)at;
        size_t size = sizeof *e + e->len;
        if (size > length)
            return;
        struct watch_notice notice = {kind_of(e->mask), e->wd, (e->mask & IN_ISDIR) != 0,
                                      e->len ? e->name : ""};
        each(ctx, &notice);
        at += size;
        length -= size;
    }
}

bool watch_inotify_read(struct watch_inotify *i, watch_notice_fn *each, void *ctx)
{
    _Alignas(struct inotify_event) char bytes[64 * 1024];
    ssize_t got = read(i->fd, bytes, sizeof bytes);
    if (got <= 0)
        return false;
    watch_inotify_parse(bytes, (size_t)got, each, ctx);
    return true;
}
