#include "daemon/watch_live.h"

#include "daemon/beneath.h"
#include "daemon/log.h"
#include "daemon/watch_scan.h"
#include "index/base/mem.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READS_AT_ONCE 16 /* of 64 KB each */

/* ---- notices --------------------------------------------------------------------------------- */

/* The folder NAME is no longer in N. */
static void folder_left(struct watch_root *r, struct watch_node *n, const char *name)
{
    struct buf path = {0};
    struct watch_node *child = watch_tree_child(n, name);
    watch_tree_path(n, name, &path);
    if (!n->ignored && !(child && child->ignored)) {
        watch_core_report_folder(r, buf_str(&path));
        watch_core_ask(r, buf_str(&path), false);
    }
    if (child)
        watch_core_drop(r, child);
    buf_free(&path);
}

static void folder_came(struct watch_root *r, struct watch_node *n, const char *name, bool moved)
{
    struct watch_node *child = watch_tree_child(n, name);
    /* A scan may have met it already. What was moved here is another folder than the one we had,
     * even if it has the same name. */
    if (child && !moved && (child->wd >= 0 || child->want))
        return;
    if (child)
        watch_core_drop(r, child);
    watch_scan_new_folder(r, n, name);
}

/* A mode or owner changed: what could not be read may be readable now, or the other way round. */
static void folder_touched(struct watch_root *r, struct watch_node *n, const char *name)
{
    struct watch_node *child = *name ? watch_tree_child(n, name) : n;
    if (!child || child->want)
        return;
    struct buf path = {0};
    watch_tree_path(child, NULL, &path);
    int fd = beneath_open(r->fd, buf_str(&path), O_RDONLY | O_DIRECTORY);
    if ((fd < 0) != child->unreadable)
        watch_core_ask(r, buf_str(&path), false);
    if (fd >= 0)
        close(fd);
    buf_free(&path);
}

static void folder_notice(struct watch_root *r, struct watch_node *n,
                          const struct watch_notice *notice)
{
    switch (notice->kind) {
    case NOTICE_CREATED:
    case NOTICE_MOVED_IN:
        folder_came(r, n, notice->name, notice->kind == NOTICE_MOVED_IN);
        break;
    case NOTICE_REMOVED:
    case NOTICE_MOVED_OUT:
        folder_left(r, n, notice->name);
        break;
    case NOTICE_ATTRIBUTES:
        folder_touched(r, n, notice->name);
        break;
    default:
        break;
    }
}

static void file_notice(struct watch_root *r, struct watch_node *n,
                        const struct watch_notice *notice)
{
    enum settle_kind kind = SETTLE_COMPLETE;
    bool counts_change = false;
    switch (notice->kind) {
    case NOTICE_WRITTEN:
        kind = SETTLE_WRITING;
        counts_change = watch_core_is_side_car(notice->name); /* it may hide its file from now on */
        break;
    case NOTICE_CREATED:
        kind = SETTLE_WRITING;
        counts_change = true;
        break;
    case NOTICE_MOVED_IN:
    case NOTICE_MOVED_OUT:
    case NOTICE_REMOVED:
        counts_change = true;
        break;
    case NOTICE_ATTRIBUTES:
        kind = SETTLE_TOUCHED;
        break;
    default:
        break;
    }
    if (counts_change)
        watch_core_dirty(r, n);
    watch_core_touch(r, n, notice->name, kind);
}

/* The kernel watches N no longer: it was removed or unmounted, which its parent may tell as well.
 */
static void watch_lost(struct watch_root *r, struct watch_node *n)
{
    struct buf path = {0};
    watch_inotify_lost(r->inotify);
    watch_tree_set_wd(&r->tree, n, -1);
    watch_tree_path(n, NULL, &path);
    watch_core_ask(r, buf_str(&path), false);
    if (!n->parent)
        r->next_check = r->core->now;
    else
        watch_core_dirty(r, n->parent);
    buf_free(&path);
}

void watch_live_notice(void *ctx, const struct watch_notice *notice)
{
    struct watch_root *r = ctx;
    if (notice->kind == NOTICE_OVERFLOW) {
        log_line(LOG_WARNING, "%s: more changes at once than the system keeps; scanning again",
                 r->path);
        watch_core_ask(r, "", false);
        return;
    }
    struct watch_node *n = watch_tree_watched(&r->tree, notice->wd);
    if (!n)
        return; /* of a folder that was dropped meanwhile */
    if (notice->kind == NOTICE_LOST)
        watch_lost(r, n);
    else if (notice->kind == NOTICE_GONE && !n->parent)
        r->next_check = r->core->now;
    else if (notice->folder)
        folder_notice(r, n, notice);
    else if (*notice->name)
        file_notice(r, n, notice);
}

void watch_live_read(struct watch_root *r)
{
    for (int i = 0; i < READS_AT_ONCE && r->inotify; i++)
        if (!watch_inotify_read(r->inotify, watch_live_notice, r))
            break;
}

/* ---- settled paths --------------------------------------------------------------------------- */

/* Without notices only a file's time tells whether it is quiet. */
static bool still_written(struct watch_root *r, const char *path)
{
    struct stat st;
    int64_t left;
    if (!r->polling || !beneath_stat(r->fd, path, &st) || !S_ISREG(st.st_mode) ||
        !watch_scan_is_young(r->core, &st, &left))
        return false;
    settle_until(r->core->settle, r->number, path, r->core->now + left);
    return true;
}

static void report_side_car(struct watch_root *r, const char *path)
{
    struct buf b = {0};
    struct stat st;
    buf_adds(&b, path);
    buf_adds(&b, RULES_SIDE_CAR);
    /* It is a document of its own without the file that it belongs to. */
    if (beneath_stat(r->fd, buf_str(&b), &st))
        watch_core_report(r, buf_str(&b), true);
    buf_free(&b);
}

static void settled(struct watch_root *r, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (r->missing || still_written(r, path))
        return;
    if (strcmp(name, RULES_FOLDER_FILE) == 0) {
        char *folder = mem_dup(path, slash ? (size_t)(slash - path) : 0);
        watch_core_ask(r, folder, true);
        free(folder);
        return;
    }
    watch_core_report(r, path, true);
    report_side_car(r, path);
    if (watch_core_is_side_car(name)) {
        char *owner = mem_dup(path, strlen(path) - strlen(RULES_SIDE_CAR));
        watch_core_report(r, owner, true);
        free(owner);
    }
}

bool watch_live_settled(struct watch_core *c, unsigned limit)
{
    size_t root;
    const char *path;
    for (; limit > 0 && settle_next(c->settle, c->now, &root, &path); limit--) {
        char *copy = mem_strdup(path); /* it may have to wait again */
        settled(&c->roots[root], copy);
        free(copy);
    }
    for (; limit > 0 && settle_next(c->later, c->now, &root, &path); limit--)
        if (!c->roots[root].missing)
            watch_core_report(&c->roots[root], path, false);
    return limit == 0;
}
