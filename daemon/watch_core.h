/* What the parts of the watch thread share: the roots, what is asked for in each, and what goes
 * out. Private to daemon/watch*.c; all of it is used by the watch thread alone.
 *
 * Who calls whom: watch.c -> watch_roots, watch_live -> watch_scan -> watch_core -> the rest.
 */
#ifndef PROSPECT_WATCH_CORE_H
#define PROSPECT_WATCH_CORE_H

#include "daemon/config.h"
#include "daemon/mailbox.h"
#include "daemon/watch_event.h"
#include "daemon/watch_inotify.h"
#include "daemon/watch_rules.h"
#include "daemon/watch_seen.h"
#include "daemon/watch_settle.h"
#include "daemon/watch_stamps.h"
#include "daemon/watch_tree.h"

#include <dirent.h>

#define WATCH_PATH_MAX 8192 /* bytes; what lies deeper is counted as ignored */

/* A folder that is being read, in slices. */
struct watch_visit {
    struct watch_node *node; /* NULL: none */
    unsigned what;           /* VISIT_* */
    DIR *dir;
    bool complete;  /* every entry was read */
    bool side_cars; /* there were some when it began */
    uint64_t number;
    struct watch_counts counts, hidden;
    uint32_t entries;
    struct buf path; /* of the folder */
    struct buf entry;
};

/* Folders to be scanned against the index, as soon as no more come. */
struct watch_ask {
    struct strlist compare, all;
    int64_t first, last; /* when asked, ms; 0: nothing is asked */
};

struct watch_root {
    struct watch_core *core;
    const struct config_root *config;
    size_t number;
    char *path; /* resolved */
    int fd;     /* O_PATH; -1: missing */
    uint64_t device, inode;
    bool missing, polling, began;
    struct watch_inotify *inotify; /* NULL: polling, or missing */
    struct watch_tree tree;
    struct watch_rules *rules;
    struct watch_seen *seen; /* NULL unless polling */
    struct watch_visit visit;
    struct watch_ask ask;
    struct watch_stamps *stamps; /* of the scan that runs; NULL: none */
    int64_t count_due;           /* when dirty folders are counted; 0: none is dirty */
    int64_t next_check;          /* whether the root is still there */
    int64_t next_poll, poll_began;
    bool poll_runs;
    struct watch_event last; /* the state that was posted; message, path: unused */
    int64_t last_posted;
};

struct watch_core {
    const struct config *config;
    const char *index_dir;
    struct mailbox *events;
    struct watch_event *outbox, **outbox_end; /* what the mailbox had no room for */
    struct watch_root *roots;
    size_t n_roots;
    struct watch_budget budget;
    struct settle *settle; /* what waits to be closed or quiet */
    struct settle *later;  /* what failed and may be tried again then; not counted */
    struct claims claims;
    bool knows_plugins; /* before that, nothing is scanned */
    struct index_reader *reader;
    uint64_t visits;
    int64_t now; /* monotonic, ms; set by watch_core_tick() */
    struct buf scratch;
};

void watch_core_init(struct watch_core *c, const struct config *config, const char *index_dir,
                     struct mailbox *events);
void watch_core_clear(struct watch_core *c);
void watch_core_tick(struct watch_core *c);

/* ---- out ------------------------------------------------------------------------------------- */

void watch_core_report(struct watch_root *r, const char *path, bool urgent);
void watch_core_report_folder(struct watch_root *r, const char *path);
/* Posts what waits in the outbox; false while there is no room for it. */
bool watch_core_flush(struct watch_core *c);
/* Posts the states that are not as they were posted last. */
void watch_core_post_states(struct watch_core *c);
bool watch_core_scanning(const struct watch_root *r);

/* ---- in -------------------------------------------------------------------------------------- */

/* NAME in folder N was touched: it will be reported once it is settled, if it is a document or
 * says something of documents. */
void watch_core_touch(struct watch_root *r, struct watch_node *n, const char *name,
                      enum settle_kind kind);
/* FOLDER and below is to be compared with the index (ALL: every document in it reported). */
void watch_core_ask(struct watch_root *r, const char *folder, bool all);
/* What is no document in N is to be counted again. */
void watch_core_dirty(struct watch_root *r, struct watch_node *n);
/* Takes out N and all below, with their watches. */
void watch_core_drop(struct watch_root *r, struct watch_node *n);
/* Watches N, whose folder is open at FD; where that cannot be, the root is polled from now on. */
void watch_core_watch(struct watch_root *r, struct watch_node *n, int fd, const struct stat *st);
void watch_core_use_polling(struct watch_root *r, const char *why);
/* Whether NAME at PATH in N is no document, and why; NULL if it is one. SIDE_CAR: it ends like a
 * side-car, and what it belongs to exists. */
const char *watch_core_ignored(struct watch_root *r, struct watch_node *n, const char *path,
                               bool side_car);
/* Whether NAME ends like a side-car. */
bool watch_core_is_side_car(const char *name);
/* Whether DIR, which is at its beginning and is put there again, has any: to look for one beside
 * each of many files that have none is as dear as to look at the files. */
bool watch_core_has_side_cars(DIR *dir);

#endif
