#include "daemon/watch_core.h"

#include "daemon/beneath.h"
#include "daemon/log.h"
#include "index/base/clock.h"
#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT_AFTER_MS  100 /* a folder is counted at most so long after it changed */
#define COUNT_PER_ENTRY 100 /* and a millisecond more for each so many entries */
#define COUNT_MOST_MS   2000
#define STATE_EVERY_MS  100 /* while only the number of what settles changes */

void watch_core_tick(struct watch_core *c)
{
    c->now = clock_steady_ms();
}

void watch_core_init(struct watch_core *c, const struct config *config, const char *index_dir,
                     struct mailbox *events)
{
    *c = (struct watch_core){.config = config, .index_dir = index_dir, .events = events};
    c->outbox_end = &c->outbox;
    c->budget.max = config->max_watches;
    settle_new(&c->settle, config->settle_ms, config->quiet_ms);
    settle_new(&c->later, 0, 0);
    watch_core_tick(c);
    c->n_roots = config->n_roots;
    c->roots = mem_zalloc((c->n_roots + 1) * sizeof *c->roots);
    for (size_t i = 0; i < c->n_roots; i++) {
        struct watch_root *r = &c->roots[i];
        r->core = c;
        r->config = &config->roots[i];
        r->number = i;
        r->fd = -1;
        r->missing = true;
        watch_rules_new(&r->rules, r->config);
    }
}

static void clear_root(struct watch_root *r)
{
    if (r->tree.top)
        watch_core_drop(r, r->tree.top);
    watch_inotify_free(&r->inotify);
    watch_rules_free(&r->rules);
    watch_seen_free(&r->seen);
    watch_stamps_free(&r->stamps);
    strlist_free(&r->ask.compare);
    strlist_free(&r->ask.all);
    buf_free(&r->visit.path);
    buf_free(&r->visit.entry);
    if (r->fd >= 0)
        close(r->fd);
    free(r->path);
}

void watch_core_clear(struct watch_core *c)
{
    for (size_t i = 0; i < c->n_roots; i++)
        clear_root(&c->roots[i]);
    free(c->roots);
    while (c->outbox) {
        struct watch_event *e = c->outbox;
        c->outbox = (struct watch_event *)e->message.next;
        watch_event_free(&e);
    }
    settle_free(&c->settle);
    settle_free(&c->later);
    claims_free(&c->claims);
    index_reader_free(&c->reader);
    buf_free(&c->scratch);
}

/* ---- out ------------------------------------------------------------------------------------- */

static void post(struct watch_core *c, struct watch_event *e)
{
    if (!c->outbox && mailbox_post(c->events, &e->message))
        return;
    e->message.next = NULL;
    *c->outbox_end = e;
    c->outbox_end = (struct watch_event **)&e->message.next;
}

bool watch_core_flush(struct watch_core *c)
{
    while (c->outbox) {
        struct watch_event *e = c->outbox, *next = (struct watch_event *)e->message.next;
        if (!mailbox_post(c->events, &e->message)) {
            e->message.next = (struct message *)next;
            return false;
        }
        c->outbox = next;
    }
    c->outbox_end = &c->outbox;
    return true;
}

static void post_path(struct watch_root *r, enum watch_kind kind, const char *path, bool urgent)
{
    struct watch_event *e = mem_zalloc(sizeof *e);
    e->kind = kind;
    e->root = r->number;
    e->path = mem_strdup(path);
    e->urgent = urgent;
    post(r->core, e);
}

void watch_core_report(struct watch_root *r, const char *path, bool urgent)
{
    post_path(r, WATCH_PATH, path, urgent);
}

void watch_core_report_folder(struct watch_root *r, const char *path)
{
    post_path(r, WATCH_FOLDER, path, true);
}

bool watch_core_scanning(const struct watch_root *r)
{
    unsigned scans = VISIT_COMPARE | VISIT_ALL | VISIT_FRESH;
    return !r->began || r->stamps || r->ask.first || r->tree.n_scans > 0 ||
           (r->visit.node && (r->visit.what & scans));
}

static void state_of(const struct watch_root *r, struct watch_event *e)
{
    size_t counting = r->tree.n_dirty;
    if (!r->poll_runs)
        counting += r->tree.n_wanted - r->tree.n_scans + (r->visit.node != NULL);
    *e = (struct watch_event){.kind = WATCH_STATE,
                              .root = r->number,
                              .scanning = !r->missing && watch_core_scanning(r),
                              .polling = r->polling,
                              .missing = r->missing,
                              .ignored = r->tree.total.ignored,
                              .links = r->tree.total.links,
                              .special = r->tree.total.special,
                              .hidden = r->tree.hidden,
                              .settling = settle_count(r->core->settle, r->number) + counting};
}

static bool is_news(const struct watch_root *r, const struct watch_event *e)
{
    const struct watch_event *l = &r->last;
    if (e->scanning != l->scanning || e->polling != l->polling || e->missing != l->missing ||
        (e->settling == 0) != (l->settling == 0) || !r->last_posted)
        return true;
    bool same = e->ignored == l->ignored && e->links == l->links && e->special == l->special &&
                memcmp(&e->hidden, &l->hidden, sizeof e->hidden) == 0 && e->settling == l->settling;
    return !same && (e->settling == 0 || r->core->now >= r->last_posted + STATE_EVERY_MS);
}

void watch_core_post_states(struct watch_core *c)
{
    for (size_t i = 0; i < c->n_roots; i++) {
        struct watch_root *r = &c->roots[i];
        struct watch_event state;
        state_of(r, &state);
        if (!is_news(r, &state))
            continue;
        r->last = state;
        r->last_posted = c->now;
        post(c, mem_dup(&state, sizeof state));
    }
}

/* ---- in -------------------------------------------------------------------------------------- */

bool watch_core_is_side_car(const char *name)
{
    size_t length = strlen(name), ending = strlen(RULES_SIDE_CAR);
    return length > ending && strcmp(name + length - ending, RULES_SIDE_CAR) == 0;
}

bool watch_core_has_side_cars(DIR *dir)
{
    const struct dirent *d;
    do
        d = readdir(dir);
    while (d && !watch_core_is_side_car(d->d_name));
    rewinddir(dir);
    return d != NULL;
}

const char *watch_core_ignored(struct watch_root *r, struct watch_node *n, const char *path,
                               bool side_car)
{
    if (n->ignored)
        return "in an ignored folder";
    if (strlen(path) > WATCH_PATH_MAX)
        return "path too long";
    return rules_ignored(watch_rules_at(r->rules, r->fd, n), path, side_car);
}

void watch_core_touch(struct watch_root *r, struct watch_node *n, const char *name,
                      enum settle_kind kind)
{
    struct buf *path = &r->core->scratch;
    if (n->ignored)
        return;
    watch_tree_path(n, name, path);
    if (strcmp(name, RULES_FOLDER_FILE) == 0)
        watch_rules_forget(r->rules);
    else if (watch_core_ignored(r, n, buf_str(path), false))
        return;
    settle_touch(r->core->settle, r->number, buf_str(path), kind, r->core->now);
}

void watch_core_ask(struct watch_root *r, const char *folder, bool all)
{
    strlist_add(all ? &r->ask.all : &r->ask.compare, folder);
    r->ask.last = r->core->now;
    if (!r->ask.first)
        r->ask.first = r->core->now;
}

void watch_core_dirty(struct watch_root *r, struct watch_node *n)
{
    unsigned settle = r->core->config->settle_ms;
    int64_t least = settle < COUNT_AFTER_MS ? settle : COUNT_AFTER_MS;
    int64_t wait = least + n->entries / COUNT_PER_ENTRY;
    int64_t due = r->core->now + (wait < COUNT_MOST_MS ? wait : COUNT_MOST_MS);
    watch_tree_set_dirty(&r->tree, n, true);
    if (!r->count_due || (wait > least && due > r->count_due))
        r->count_due = due;
}

static void unwatch(void *ctx, struct watch_node *n)
{
    struct watch_root *r = ctx;
    if (n->wd >= 0 && r->inotify)
        watch_inotify_remove(r->inotify, n->wd);
    if (r->visit.node == n) {
        closedir(r->visit.dir);
        r->visit.node = NULL;
    }
}

void watch_core_drop(struct watch_root *r, struct watch_node *n)
{
    watch_rules_forget(r->rules);
    watch_tree_drop(&r->tree, n, unwatch, r);
}

void watch_core_use_polling(struct watch_root *r, const char *why)
{
    if (r->polling)
        return;
    log_line(r->config->watch == WATCH_INOTIFY ? LOG_WARNING : LOG_INFO,
             "%s: %s; looking for changes every %u s instead", r->path, why,
             r->config->poll_seconds);
    watch_inotify_free(&r->inotify);
    while (r->tree.by_wd)
        watch_tree_set_wd(&r->tree, r->tree.by_wd, -1);
    r->polling = true;
    watch_seen_new(&r->seen);
    /* What changed since the scan that runs came by, and what polling will compare with. */
    if (r->began)
        watch_core_ask(r, "", false);
}

/* Whether N is another way to the folder that ST describes, rather than where it was before. */
static bool is_still_there(struct watch_root *r, struct watch_node *n, const struct stat *st)
{
    struct stat there;
    watch_tree_path(n, NULL, &r->core->scratch);
    return beneath_stat(r->fd, buf_str(&r->core->scratch), &there) && there.st_dev == st->st_dev &&
           there.st_ino == st->st_ino;
}

void watch_core_watch(struct watch_root *r, struct watch_node *n, int fd, const struct stat *st)
{
    int wd;
    if (n->wd >= 0) {
        watch_inotify_remove(r->inotify, n->wd);
        watch_tree_set_wd(&r->tree, n, -1);
    }
    prospect_status status = watch_inotify_add(r->inotify, fd, &wd);
    if (status != PROSPECT_OK) {
        watch_core_use_polling(r, status == PROSPECT_LIMIT
                                      ? "there are no more inotify watches"
                                      : "the system gives no notice of changes there");
        return;
    }
    struct watch_node *before = watch_tree_watched(&r->tree, wd);
    if (before) {
        watch_inotify_lost(r->inotify); /* one watch for both */
        if (is_still_there(r, before, st)) {
            watch_core_use_polling(r, "a folder in it is mounted twice");
            return;
        }
    }
    watch_tree_set_wd(&r->tree, n, wd);
}
