#include "daemon/watch_scan.h"

#include "daemon/beneath.h"
#include "daemon/log.h"
#include "daemon/rules_read.h"
#include "daemon/watch_closed.h"
#include "index/base/clock.h"
#include "index/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#define SCANS         (VISIT_COMPARE | VISIT_ALL | VISIT_FRESH)
#define ASK_QUIET_MS  100 /* a scan begins when so long nothing more was asked for */
#define ASK_WAIT_MS   1000
#define POLL_SHARE    5 /* polling rests so many times as long as it took */
#define COST_OF_VISIT 10

bool watch_scan_tells_nothing(int fd)
{
    /* NFS, SMB, CIFS, SMB2, FUSE, 9p, AFS, Ceph, Coda, Lustre, GPFS, BeeGFS, GFS2, OCFS2 */
    static const uint32_t magic[] = {0x6969,     0x517b,     0xff534d42, 0xfe534d42, 0x65735546,
                                     0x01021997, 0x5346414f, 0x00c36400, 0x73757245, 0x0bd00bd0,
                                     0x47504653, 0x19830326, 0x01161970, 0x7461636f};
    struct statfs fs;
    if (fstatfs(fd, &fs) != 0)
        return false;
    for (size_t i = 0; i < sizeof magic / sizeof *magic; i++)
        if ((uint32_t)fs.f_type == magic[i])
            return true;
    return false;
}

bool watch_scan_is_young(const struct watch_core *c, const struct stat *st, int64_t *left)
{
    return watch_closed_lately(st, c->config->quiet_ms, left);
}

/* ---- what is in a folder --------------------------------------------------------------------- */

/* A file's closing was not seen: it was written before its folder was watched. */
static void found(struct watch_root *r, const char *name, const char *path, const struct stat *st,
                  bool urgent)
{
    int64_t left;
    bool wait = watch_scan_is_young(r->core, st, &left);
    if (wait && !r->polling && watch_closed(dirfd(r->visit.dir), name))
        wait = watch_closed_lately(st, r->core->config->settle_ms, &left);
    if (wait)
        settle_until(r->core->settle, r->number, path, r->core->now + left);
    else
        watch_core_report(r, path, urgent);
}

static uint64_t looks(const struct stat *st)
{
    const uint64_t part[] = {(uint64_t)st->st_size,        st->st_ino,
                             (uint64_t)st->st_mtim.tv_sec, (uint64_t)st->st_mtim.tv_nsec,
                             (uint64_t)st->st_ctim.tv_sec, (uint64_t)st->st_ctim.tv_nsec};
    uint64_t sum = 0xcbf29ce484222325; /* as FNV-1a does, but by words */
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        sum = (sum ^ part[i]) * 0x100000001b3;
        sum ^= sum >> 29;
    }
    return sum;
}

static void compare(struct watch_root *r, const char *name, const char *path, const struct stat *st)
{
    uint8_t digest[DIGEST_SIZE];
    int64_t next_try = 0;
    const struct rules *rules = watch_rules_at(r->rules, r->fd, r->visit.node);
    watch_rules_digest(rules, r->visit.side_cars ? dirfd(r->visit.dir) : -1, name, digest);
    bool all = r->visit.what & (VISIT_ALL | VISIT_FRESH);
    if (watch_stamps_compare(r->stamps, path, st, digest, all, &next_try) != STAMP_SAME) {
        found(r, name, path, st, (r->visit.what & VISIT_FRESH) != 0);
    } else if (next_try > 0) {
        int64_t wait = next_try * 1000 - clock_wall_ns() / 1000000;
        settle_until(r->core->later, r->number, path, r->core->now + wait);
    }
}

/* REASON: why it is no document; NULL if it is one. */
static void look_at_file(struct watch_root *r, const char *name, const char *path,
                         const char *reason)
{
    struct watch_visit *v = &r->visit;
    struct stat st;
    int64_t left;
    if (fstatat(dirfd(v->dir), name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
        return;
    bool changed = r->seen && watch_seen_put(r->seen, path, looks(&st)) && (v->what & VISIT_POLL);
    if (!reason && r->stamps && (v->what & SCANS))
        compare(r, name, path, &st);
    else if (!reason && (v->what & SCANS))
        found(r, name, path, &st, (v->what & VISIT_FRESH) != 0);
    else if (changed)
        watch_core_touch(r, v->node, name,
                         watch_scan_is_young(r->core, &st, &left) ? SETTLE_WRITING
                                                                  : SETTLE_COMPLETE);
}

/* Whether NAME is a side-car of a file that exists. */
static bool has_owner(struct watch_root *r, const char *name)
{
    char owner[NAME_MAX + 1];
    struct stat st;
    size_t length = strlen(name);
    if (!watch_core_is_side_car(name) || length > NAME_MAX)
        return false;
    length -= strlen(RULES_SIDE_CAR);
    memcpy(owner, name, length);
    owner[length] = '\0';
    return fstatat(dirfd(r->visit.dir), owner, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(st.st_mode);
}

/* A file's side-car may hide it, and then itself as well; what hides the folder hides all in it. */
static bool hides(struct watch_root *r, const char *side_car)
{
    char owner[NAME_MAX + 1];
    struct rules rules;
    int length = (int)(strlen(side_car) - strlen(RULES_SIDE_CAR));
    snprintf(owner, sizeof owner, "%.*s", length, side_car);
    rules_read_side_car(&rules, watch_rules_at(r->rules, r->fd, r->visit.node), dirfd(r->visit.dir),
                        owner, NULL);
    bool hidden = rules.restricted;
    rules_free(&rules);
    return hidden;
}

static void meet_file(struct watch_root *r, const char *name, const char *path)
{
    struct watch_visit *v = &r->visit;
    bool side_car = has_owner(r, name);
    if (side_car && !v->side_cars) /* it came meanwhile, and its file may have been met before */
        watch_core_touch(r, v->node, name, SETTLE_COMPLETE);
    const char *reason = watch_core_ignored(r, v->node, path, side_car);
    if (reason) {
        v->counts.ignored++;
        v->hidden.ignored += side_car && hides(r, name);
        if (v->what & SCANS)
            log_line(LOG_DEBUG, "%s: ignored (%s)", path, reason);
    }
    bool says_something = !v->node->ignored && (side_car || strcmp(name, RULES_FOLDER_FILE) == 0);
    if ((!reason || says_something) && (v->what & ~(unsigned)VISIT_COUNT))
        look_at_file(r, name, path, reason);
}

static void meet_folder(struct watch_root *r, const char *name, const char *path)
{
    struct watch_visit *v = &r->visit;
    struct watch_node *child = watch_tree_child(v->node, name);
    unsigned want = v->what & (SCANS | VISIT_POLL);
    bool is_new = child == NULL;
    if (is_new)
        child = watch_tree_add(&r->tree, v->node, name);
    child->met = v->number;
    child->ignored = watch_core_ignored(r, v->node, path, false) != NULL;
    if (is_new && !(want & SCANS))
        want |= r->polling ? VISIT_POLL : VISIT_FRESH;
    if (is_new && !v->node->ignored && strlen(path) > WATCH_PATH_MAX)
        log_line(LOG_WARNING, "%s: folders too deep to be indexed below %.200s ...", r->path, path);
    watch_tree_want(&r->tree, child, want);
}

static void meet_other(struct watch_root *r, const char *path, bool is_link)
{
    struct watch_visit *v = &r->visit;
    if (is_link)
        v->counts.links++;
    else
        v->counts.special++;
    if (v->what & SCANS)
        log_line(LOG_DEBUG, "%s: ignored (%s)", path, is_link ? "symbolic link" : "special file");
}

static unsigned char type_of(const struct watch_visit *v, const struct dirent *d)
{
    struct stat st;
    if (d->d_type != DT_UNKNOWN)
        return d->d_type;
    if (fstatat(dirfd(v->dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return DT_UNKNOWN;
    return IFTODT(st.st_mode);
}

static void meet(struct watch_root *r, const struct dirent *d)
{
    struct watch_visit *v = &r->visit;
    if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
        return;
    buf_clear(&v->entry);
    buf_add(&v->entry, v->path.data, v->path.len);
    if (v->path.len)
        buf_addc(&v->entry, '/');
    buf_adds(&v->entry, d->d_name);
    const char *path = buf_str(&v->entry);
    unsigned char type = type_of(v, d);
    v->entries++;
    if (type == DT_REG)
        meet_file(r, d->d_name, path);
    else if (type == DT_DIR)
        meet_folder(r, d->d_name, path);
    else if (type != DT_UNKNOWN)
        meet_other(r, path, type == DT_LNK);
}

/* ---- visits ---------------------------------------------------------------------------------- */

/* A folder that was there at the last visit and is not any more. */
static void missed(struct watch_root *r, struct watch_node *child)
{
    struct buf path = {0};
    watch_tree_path(child, NULL, &path);
    if (!child->ignored) {
        watch_core_report_folder(r, buf_str(&path));
        /* Else the scan or poll that runs finds out by itself. */
        if (!r->polling && !(r->stamps && (r->visit.what & SCANS)))
            watch_core_ask(r, buf_str(&path), false);
    }
    watch_core_drop(r, child);
    buf_free(&path);
}

/* Not everyone may know what lies here. Rules of what is too deep are not read: that is hidden. */
static bool is_hidden(struct watch_root *r, struct watch_node *n)
{
    return r->visit.path.len > WATCH_PATH_MAX || watch_rules_at(r->rules, r->fd, n)->restricted;
}

static void end_visit(struct watch_root *r)
{
    struct watch_visit *v = &r->visit;
    struct watch_node *n = v->node, *child, *next;
    closedir(v->dir);
    v->node = NULL;
    watch_tree_set_counts(&r->tree, n, &v->counts, is_hidden(r, n) ? &v->counts : &v->hidden);
    n->entries = v->entries;
    if (!v->complete)
        return;
    HASH_ITER(by_name, n->children, child, next)
    if (child->met < v->number)
        missed(r, child);
}

static void drop_children(struct watch_root *r, struct watch_node *n)
{
    while (n->children)
        watch_core_drop(r, n->children);
}

static void cannot_open(struct watch_root *r, struct watch_node *n, const char *path)
{
    bool is_gone = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
        watch_core_ask(r, path, false);
    } else if (!n->parent) {
        r->next_check = r->core->now;
        watch_stamps_free(&r->stamps); /* that nothing was met does not mean that all is gone */
    } else if (is_gone) {
        watch_core_drop(r, n);
        return;
    }
    if (!n->unreadable && !is_gone)
        log_line(LOG_WARNING, "%s/%s: the folder cannot be read: %s", r->path, path,
                 strerror(errno));
    n->unreadable = true;
    drop_children(r, n);
    watch_tree_set_counts(&r->tree, n, &(struct watch_counts){0}, &(struct watch_counts){0});
}

static void watch_folder(struct watch_root *r, struct watch_node *n, int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return;
    bool same = n->device == st.st_dev && n->inode == st.st_ino;
    bool other_system = n->parent && n->parent->device != st.st_dev;
    if (!r->polling && other_system && !same && watch_scan_tells_nothing(fd))
        watch_core_use_polling(r, "a file system in it gives no notice of changes");
    if (!r->polling && (n->wd < 0 || !same))
        watch_core_watch(r, n, fd, &st);
    n->device = st.st_dev;
    n->inode = st.st_ino;
}

static void begin_visit(struct watch_root *r, struct watch_node *n, unsigned what)
{
    struct watch_visit *v = &r->visit;
    watch_tree_path(n, NULL, &v->path);
    int fd = beneath_open(r->fd, buf_str(&v->path), O_RDONLY | O_DIRECTORY);
    v->dir = fd < 0 ? NULL : fdopendir(fd);
    if (!v->dir) {
        int error = errno;
        if (fd >= 0)
            close(fd);
        errno = error;
        cannot_open(r, n, buf_str(&v->path));
        return;
    }
    /* The watch comes first: what is created from here on is told of, what was there is read. */
    watch_folder(r, n, fd);
    n->unreadable = false;
    v->node = n;
    v->what = what;
    v->complete = false;
    v->number = ++r->core->visits;
    v->side_cars = watch_core_has_side_cars(v->dir);
    v->counts = v->hidden = (struct watch_counts){0};
    v->entries = 0;
}

bool watch_scan_slice(struct watch_root *r, unsigned limit)
{
    struct watch_visit *v = &r->visit;
    watch_rules_forget(r->rules);
    for (unsigned spent = 0; spent < limit; spent++) {
        if (!v->node) {
            unsigned what;
            struct watch_node *n = watch_tree_next(&r->tree, &what);
            if (!n)
                return false;
            begin_visit(r, n, what);
            spent += COST_OF_VISIT;
            continue;
        }
        errno = 0;
        const struct dirent *d = readdir(v->dir);
        if (d) {
            meet(r, d);
            continue;
        }
        v->complete = errno == 0;
        end_visit(r);
    }
    return v->node || r->tree.wanted;
}

void watch_scan_new_folder(struct watch_root *r, struct watch_node *n, const char *name)
{
    struct watch_node *child = watch_tree_add(&r->tree, n, name);
    watch_tree_path(child, NULL, &r->core->scratch);
    child->met = r->core->visits;
    child->ignored = watch_core_ignored(r, n, buf_str(&r->core->scratch), false) != NULL;
    watch_tree_want(&r->tree, child, VISIT_FRESH);
}

/* ---- scans and polls ------------------------------------------------------------------------- */

static bool is_idle(const struct watch_root *r)
{
    return !r->visit.node && !r->tree.wanted;
}

static bool load_stamps(struct watch_root *r, struct strlist *folders)
{
    struct watch_core *c = r->core;
    struct error error;
    if ((c->reader || index_reader_new_ingest(&c->reader, c->index_dir, &error) == PROSPECT_OK) &&
        watch_stamps_load(&r->stamps, c->reader, r->config->name, folders,
                          clock_wall_ns() / 1000000000, &error) == PROSPECT_OK)
        return true;
    log_line(LOG_WARNING, "%s: the index cannot be compared, every file is looked at: %s", r->path,
             error.line);
    return false;
}

static void begin_scan(struct watch_root *r)
{
    struct watch_ask ask = r->ask;
    struct strlist folders = {0};
    r->ask = (struct watch_ask){0};
    r->began = true;
    for (size_t i = 0; i < ask.compare.count; i++)
        strlist_add(&folders, ask.compare.item[i]);
    for (size_t i = 0; i < ask.all.count; i++)
        strlist_add(&folders, ask.all.item[i]);
    bool loaded = load_stamps(r, &folders);
    for (size_t i = 0; i < folders.count; i++) {
        struct watch_node *n = watch_tree_find(&r->tree, folders.item[i]);
        if (n)
            watch_tree_want(&r->tree, n,
                            i < ask.compare.count && loaded ? VISIT_COMPARE : VISIT_ALL);
    }
    strlist_free(&folders);
    strlist_free(&ask.compare);
    strlist_free(&ask.all);
}

static void report_rest(void *ctx, const char *path)
{
    watch_core_report(ctx, path, true);
}

static void report_outdated(void *ctx, const char *path)
{
    watch_core_report(ctx, path, false);
}

/* The plugins may be known last, since the worker loads them meanwhile. */
static bool is_over(const struct watch_root *r)
{
    return r->stamps && r->tree.n_scans == 0 && !r->visit.node;
}

static void end_scan(struct watch_root *r)
{
    watch_stamps_rest(r->stamps, report_rest, r);
    watch_stamps_outdated(r->stamps, &r->core->claims, report_outdated, r);
    watch_stamps_free(&r->stamps);
    r->next_poll = r->core->now + (int64_t)r->config->poll_seconds * 1000;
}

static void touch_gone(void *ctx, const char *path)
{
    struct watch_root *r = ctx;
    settle_touch(r->core->settle, r->number, path, SETTLE_COMPLETE, r->core->now);
}

static void begin_poll(struct watch_root *r)
{
    watch_seen_pass(r->seen);
    watch_tree_want(&r->tree, r->tree.top, VISIT_POLL);
    r->poll_runs = true;
    r->poll_began = r->core->now;
}

static void end_poll(struct watch_root *r)
{
    int64_t pause = (int64_t)r->config->poll_seconds * 1000;
    int64_t rest = POLL_SHARE * (r->core->now - r->poll_began);
    watch_seen_sweep(r->seen, touch_gone, r);
    r->poll_runs = false;
    r->next_poll = r->core->now + (pause > rest ? pause : rest);
}

static int64_t ask_due(const struct watch_root *r)
{
    int64_t quiet = r->ask.last + ASK_QUIET_MS, wait = r->ask.first + ASK_WAIT_MS;
    if (!r->began)
        return r->core->now;
    return quiet < wait ? quiet : wait;
}

static void count_dirty(struct watch_root *r)
{
    while (r->tree.dirty) {
        struct watch_node *n = r->tree.dirty;
        watch_tree_set_dirty(&r->tree, n, false);
        watch_tree_want(&r->tree, n, VISIT_COUNT);
    }
    r->count_due = 0;
}

void watch_scan_manage(struct watch_root *r)
{
    int64_t now = r->core->now;
    if (r->missing)
        return;
    if (r->count_due && now >= r->count_due)
        count_dirty(r);
    if (is_over(r) && r->core->knows_plugins)
        end_scan(r);
    if (r->poll_runs && is_idle(r))
        end_poll(r);
    if (!r->stamps && r->ask.first && now >= ask_due(r))
        begin_scan(r);
    if (r->polling && !r->poll_runs && !watch_core_scanning(r) && is_idle(r) && now >= r->next_poll)
        begin_poll(r);
}

int64_t watch_scan_due(const struct watch_root *r)
{
    int64_t due = -1;
    if (r->missing)
        return -1;
    if (!is_idle(r) || (is_over(r) && r->core->knows_plugins) || r->poll_runs)
        return r->core->now;
    if (r->count_due)
        due = r->count_due;
    if (r->stamps)
        return due; /* all else is after the scan, which waits for the plugins only */
    if (r->ask.first && (due < 0 || ask_due(r) < due))
        due = ask_due(r);
    if (r->polling && (due < 0 || r->next_poll < due))
        due = r->next_poll;
    return due;
}
