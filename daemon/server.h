/* HTTP: sockets, requests in, answers out. evhttp is used nowhere else. Lives on the event loop;
 * everything that takes time runs on the search threads (search.h).
 */
#ifndef PROSPECT_SERVER_H
#define PROSPECT_SERVER_H

#include "daemon/config.h"
#include "daemon/extraction.h"
#include "daemon/ignored.h"
#include "daemon/watch_counts.h"
#include "daemon/wire.h"
#include "index/index.h"

#include <event2/event.h>

/* How a root does, beside what the index knows of it. */
struct root_state {
    const char *name;
    const char *path;  /* resolved */
    const char *watch; /* "inotify" or "polling" */
    bool scanning;
    uint64_t ignored;           /* regular files that are no documents */
    uint64_t links;             /* symbolic links, never followed */
    uint64_t special;           /* FIFOs, devices, sockets, never opened */
    struct watch_counts hidden; /* of these three, what is not for everyone to know */
};

/* What /status tells beside the index's own numbers; everything in it is the callee's, and valid
 * until the loop runs on. */
struct daemon_state {
    const struct root_state *roots;
    size_t n_roots;
    uint64_t queue_length; /* waiting, settling or not yet committed */
    unsigned busy_workers;
    const struct wire_plugin *plugins;
    size_t n_plugins;
    bool reindexing;
    uint64_t late_searches;      /* that were not done in time; should be 0 */
    bool disk_low;               /* nothing is taken in: the index's disk is almost full */
    struct wire_sandbox sandbox; /* zeros until the workers have told */
    struct index_health health;
};

/* What the server asks of the rest of the daemon, on the loop. CTX is handed back. */
struct server_hooks {
    void *ctx;
    void (*state)(void *ctx, struct daemon_state *out);
    void (*rescan)(void *ctx);
    /* ROOT may be NULL: the only root. PROSPECT_NOT_FOUND for a path that failed nowhere; PATH
     * NULL: everything that failed. */
    prospect_status (*retry)(void *ctx, const char *root, const char *path, struct error *error);
    /* Rebuild from stored units, or (READ) from the files. */
    void (*reindex)(void *ctx, bool read);
    /* Extracts units FIRST to LAST of the file FD, which it takes over, with word boxes; NAME is
     * the file's, CONTENT the digest of its bytes. DONE is called once, on the loop, with the
     * result (the callee's), or with NULL and ERROR. */
    void (*extract)(void *ctx, int fd, const char *name, const uint8_t content[DIGEST_SIZE],
                    uint32_t first, uint32_t last,
                    void (*done)(void *done_ctx, struct extraction *result,
                                 const struct error *error),
                    void *done_ctx);
    /* Opens a watched file for reading, beneath its root, no links followed: from any thread. */
    prospect_status (*open)(void *ctx, const char *root, const char *path, int *fd,
                            struct error *error);
    /* Somebody searches, or types a query. */
    void (*searched)(void *ctx);
    /* The index could not answer, which may be because it is damaged: from any thread. */
    void (*suspect)(void *ctx);
    /* Adds what all watched folders hold beside documents: from any thread. */
    prospect_status (*ignored)(void *ctx, struct ignored_list *list, struct error *error);
};

struct server;

/* Binds the sockets (or takes those that systemd passed) and starts the search threads on the
 * index in INDEX_DIR. A socket in use: PROSPECT_LOCKED with a clear line. From then on the process
 * ignores SIGPIPE. */
prospect_status server_new(struct server **out, struct event_base *base,
                           const struct config *config, const char *index_dir,
                           const struct server_hooks *hooks, struct error *error);
/* The address to open in a browser, "http://127.0.0.1:7700/"; NULL if there is no TCP socket. */
const char *server_address(const struct server *s);
/* How many searches were not done in time, and had a spare thread take their thread's place. */
uint64_t server_late_searches(const struct server *s);
/* The configuration was read again: hosts, trusted users, token, roots' prefixes. */
void server_reconfigure(struct server *s, const struct config *config);
/* Stops accepting; answers what is in hand; calls DRAINED on the loop, at the latest after
 * DEADLINE_MS. */
void server_drain(struct server *s, unsigned deadline_ms, void (*drained)(void *ctx), void *ctx);
/* Ends the search threads. False if one still runs after MS: the sockets are removed then, and
 * nothing but the end of the process is left. */
bool server_stop(struct server *s, unsigned ms);
/* Refuses what is left, joins the search threads, closes and removes the sockets. No DONE of
 * `extract` may come after: end the pool first, or let the loop run no more. */
void server_free(struct server **s);

#endif
