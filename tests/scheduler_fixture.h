/* The real scheduler, inspectors, pool, worker, plugin, writer and index in a folder of their own;
 * what the watch would say is said by the test.
 */
#ifndef PROSPECT_TESTS_SCHEDULER_FIXTURE_H
#define PROSPECT_TESTS_SCHEDULER_FIXTURE_H

#include "daemon/scheduler.h"
#include "daemon/watch.h"

#include <event2/event.h>

extern struct event_base *base;
extern struct config config; /* of the roots "r" and "s", folders of these names */
extern struct config_root roots[2];
extern struct pool *pool;
extern struct scheduler *scheduler;

/* Of cmocka: in a new folder, which the process is then in. */
int start(void **state);
int stop(void **state);
/* Between the two, the daemon's parts alone. */
int start_daemon(void);
void stop_daemon(void);

/* Runs the loop until everything that was asked for is committed. */
void settle(void);

/* ---- what the watch says --------------------------------------------------------------------- */
void post(enum watch_kind kind, size_t root, const char *path, bool scanning);
void look_at(const char *path); /* of the first root */
void write_file(const char *path, const char *text);
void write_and_look(const char *path, const char *text);

/* ---- what the index has ---------------------------------------------------------------------- */
/* "path path+duplicate", by path: what Q finds of what GROUP (NULL: the admin) may see. */
char *found(const char *q, const char *group);
void expect_for(const char *group, const char *q, const char *paths);
void expect(const char *q, const char *paths);
/* The only failure. */
void expect_failure(const char *path, prospect_status status, unsigned tries, bool again);

#endif
