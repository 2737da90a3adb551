/* A folder that is watched, with an index beside it, and an ear for what the watch reports. */
#ifndef PROSPECT_TESTS_WATCH_FIXTURE_H
#define PROSPECT_TESTS_WATCH_FIXTURE_H

#include "daemon/config.h"
#include "daemon/mailbox.h"
#include "daemon/watch.h"
#include "index/index.h"

#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#define PATIENCE_MS 20000

struct heard {
    UT_hash_handle hh;
    unsigned paths, folders;
    char path[];
};

struct fixture {
    char top[64];  /* holds root/, aside/ and index/ */
    char root[80]; /* the watched folder */
    char index[80];
    struct config config;
    struct config_root config_root;
    struct mailbox *events;
    struct watch *watch;
    struct heard *heard;
    struct watch_event state; /* the last one */
    unsigned markers;
};

/* Two: "text", and one that was refused. */
extern const struct wire_plugin watch_plugins_known[2];

int watch_set_up(void **state); /* of cmocka: makes the folders, and starts no watch yet */
int watch_tear_down(void **state);

/* ---- files; paths are below the fixture's top ------------------------------------------------ */
const char *in(const struct fixture *f, const char *path); /* the full path, for some calls more */
void write_file(const char *path, const char *text);
void age(const char *path); /* as if it was written an hour ago: nothing waits for it to be quiet */
void old_file(const struct fixture *f, const char *path, const char *text);
void make_folder(const struct fixture *f, const char *path);
void move(const struct fixture *f, const char *from, const char *to);
void remove_all(const char *path);
uint64_t files_on_disk(const struct fixture *f); /* regular ones below the root */

/* ---- what the watch says --------------------------------------------------------------------- */
void start(struct fixture *f); /* and waits for the end of the first scan */
void listen_once(struct fixture *f, int timeout_ms);
void forget(struct fixture *f);                            /* what was heard */
unsigned heard(const struct fixture *f, const char *path); /* how often it was reported */
bool is_quiet(const struct fixture *f);
void wait_for(struct fixture *f, const char *path);
/* Everything that happened before is known to the watch, and dealt with. */
void catch_up(struct fixture *f);
int64_t now_ms(void);

#define WAIT_UNTIL(f, condition)                                                                   \
    do {                                                                                           \
        int64_t until_ = now_ms() + PATIENCE_MS;                                                   \
        while (!(condition)) {                                                                     \
            if (now_ms() > until_)                                                                 \
                fail_msg("waited in vain for %s", #condition);                                     \
            listen_once(f, 50);                                                                    \
        }                                                                                          \
    } while (0)

/* ---- what the index knows -------------------------------------------------------------------- */
struct index_writer *open_index(struct fixture *f);
void close_index(struct index_writer *w);                          /* commits */
struct document *document_of(struct fixture *f, const char *path); /* as it is on the disk */
void put(struct index_writer *w, struct document *d);              /* and frees it */
void fill(struct fixture *f); /* the files top, in/a and in/sub/c, and the index knows them */

#endif
