/* How the files of the scheduler (scheduler*.c) share its state. For nobody else. */
#ifndef PROSPECT_SCHEDULER_PARTS_H
#define PROSPECT_SCHEDULER_PARTS_H

#include "daemon/ingest.h"
#include "daemon/inspect.h"
#include "daemon/journal.h"
#include "daemon/pace.h"
#include "daemon/rate.h"
#include "daemon/scheduler.h"
#include "daemon/watch.h"
#include "daemon/writer.h"

#define uthash_fatal(msg) mem_die()
#include "index/base/mem.h"
#include <uthash.h>

enum {
    SCHEDULER_INSPECTORS = 2,
    SCHEDULER_INSPECTING = 4, /* at once, with those that wait for a thread */
    SCHEDULER_READY = 8,      /* looked at and waiting for a worker */
    /* In hand, mostly waiting for their commit: as many as one may have, and the next ones. */
    SCHEDULER_WORKS = PACE_DOCUMENTS_MOST + 1000,
    SCHEDULER_BACKLOG = 16 << 20, /* bytes of text with the writer, before more is extracted */
    SCHEDULER_FEW = 32,           /* no more in hand and waiting: each is committed soon */
    SCHEDULER_SEARCHES = 12,      /* lately (rate.h): so many that bulk reading gives way to them */
    SCHEDULER_PATIENCE_MS = 1000, /* who waited so long for a worker has the next one */
    SCHEDULER_QUICK_MS = 2000,    /* who dies sooner has another try at once */
    SCHEDULER_LOSSES = 5,         /* tries of a file where all workers were lost together */
    SCHEDULER_EVENTS = 4096,
    SCHEDULER_ANALYSIS_MS = 10 * 60000 /* 64 MiB of text take some seconds */
};

/* One path in hand, from the queue until it is committed. */
struct scheduler_work {
    UT_hash_handle hh; /* by id */
    uint64_t id;       /* the queue's, and the tag of messages to inspectors and writer */
    struct scheduler *scheduler;
    size_t root;
    char *path;
    unsigned deaths;           /* tries that came to nothing */
    bool urgent;               /* it just changed, or was asked for */
    bool force;                /* somebody asked for it, and this is the first try since */
    struct document *document; /* as inspected */
    unsigned tasks;            /* extractions that wait or run */
    unsigned children;         /* documents found inside, on all levels */
    unsigned writes;           /* messages that the writer has not answered */
    struct error outcome;      /* the first write that failed */
    bool dead;                 /* a worker died on it: it is to be tried again */
    bool hidden;               /* put for nobody, since its label-set was one too many */
    bool failed;               /* its document is not complete: belongs into the list of failures */
    int64_t next_try;          /* seconds since 1970; 0: not before it changes */
    /* Where it leads those with the same bytes: they wait until it is done. */
    UT_hash_handle by_content;
    bool leads;
    struct scheduler_work *followers, *next_follower;
};

/* One extraction: of the file itself, or of a document inside it. */
struct scheduler_task {
    struct scheduler_task *prev, *next; /* among those that wait, or that run */
    struct scheduler_work *work;
    unsigned depth; /* 0: the file */
    int fd;         /* -1 once the pool has it */
    uint64_t size;
    int64_t ready_ms, started_ms;
    char *name, *mime;
    /* of a document inside: */
    char id[DIGEST_ID_SIZE], container[DIGEST_ID_SIZE];
    char *path;
};

struct scheduler_failure {
    UT_hash_handle hh;
    size_t key_length;
    char key[]; /* the root's number, the path, a NUL */
};

struct scheduler {
    struct event_base *base;
    const struct config *config;
    struct pool *pool;
    struct ingest *queue;
    struct inspect *inspect;
    struct writer *writer;
    struct journal *journal;
    struct mailbox *events, *inspected, *replies;
    struct event *on_event, *on_inspected, *on_reply, *timer;
    struct scheduler_root *roots;
    uint64_t *settling; /* of each root */
    bool *scanned;      /* of each root: its first scan is over */
    struct scheduler_work *works, *leaders;
    struct scheduler_task *ready, *running;
    unsigned n_inspecting, n_ready, n_running;
    struct scheduler_failure *failures;
    struct scheduler_waiter *waiters;
    struct rate searches;
    bool flushed;      /* nothing was sent since the last WRITER_FLUSH */
    bool dropped_old;  /* WRITER_DROP_OLD was sent */
    bool *reread;      /* of each root: what it reports is to be read, whatever the index has */
    unsigned rebuilds; /* asked for and not at their end */
    unsigned keeping;  /* the same of WRITER_KEEP_ROOTS */
    int64_t keep_due;  /* when to ask for that again; clock_steady_ms(), 0: it is done */
};

/* The parts, each above those it calls. */

/* scheduler_failed.c: which files failed, for who asks to try them again. */
prospect_status scheduler_failed_load(struct scheduler *s, const char *index_dir,
                                      struct error *error);
void scheduler_failed_set(struct scheduler *s, size_t root, const char *path, bool failed);
bool scheduler_failed_has(const struct scheduler *s, size_t root, const char *path);
/* All of ROOT's, or of all roots' (-1), back into the queue; how many. */
size_t scheduler_failed_retry(struct scheduler *s, long root);
void scheduler_failed_free(struct scheduler *s);
/* When to try again after so many failures in a row; seconds. */
int64_t scheduler_back_off(unsigned tries);

/* scheduler_work.c: a path in hand, from the queue until it is done. */
struct scheduler_work *scheduler_work_begin(struct scheduler *s, const struct ingest_item *item);
void scheduler_work_finish(struct scheduler_work *w);
/* Puts it back into the queue. */
void scheduler_work_again(struct scheduler_work *w, unsigned delay_ms, enum ingest_why why);
void scheduler_work_free(struct scheduler_work *w);
void scheduler_task_add(struct scheduler_task *t);
/* Which of those that are ready, of whom there is one, is extracted next. What is larger than all
 * that runs: begun last, it would end when everything else has long been done. Else the smallest,
 * which would wait long behind large ones and holds them up little. Who has waited long, because it
 * is neither, goes first. */
struct scheduler_task *scheduler_task_next(const struct scheduler *s, int64_t now);
void scheduler_task_free(struct scheduler_task *t);

/* scheduler_write.c: to the writer. The document is the writer's from then on. */
void scheduler_put(struct scheduler_work *w, struct document *d);
void scheduler_put_from(struct scheduler_work *w, const char *source);
void scheduler_remove(struct scheduler_work *w);
void scheduler_tell_writer(struct scheduler *s, enum writer_kind kind);
/* What the index could not be rid of is asked for again when it is due. */
void scheduler_keep_roots(struct scheduler *s);

/* scheduler_outcome.c: what came of an extraction. */
/* Takes over T, no longer among those that run, and RESULT. */
void scheduler_outcome(struct scheduler_task *t, struct extraction *result);
/* The file could not even be opened, or kept: put it with its reason. */
void scheduler_refused(struct scheduler_work *w, const struct error *why);

/* scheduler_quarantine.c: what the journal has to know, and says. */
/* Before the pool gets T, when it has told who reads it, and when it is done with it. */
void scheduler_journal_begin(const struct scheduler_task *t);
void scheduler_journal_plugin(const struct scheduler_task *t, const char *plugin,
                              const char *version);
void scheduler_journal_end(const struct scheduler_task *t, const struct document *d);
/* W's text is in the index. */
void scheduler_journal_kept(const struct scheduler_work *w);
/* What D's status says of who read it; D may be NULL. */
enum journal_end scheduler_how_it_ended(const struct document *d);
/* True if W's bytes are not to be read: the reason, and the plugin, stand in its document then. */
bool scheduler_is_quarantined(struct scheduler_work *w, struct error *why);

/* scheduler_reply.c: what the writer answered. */
void scheduler_reply(struct scheduler *s, const struct writer_reply *r);

/* scheduler_root.c: NAME's number, NULL being the only one; -1, and the error for it. */
long scheduler_find_root(const struct scheduler *s, const char *name);
prospect_status scheduler_no_root(const struct scheduler *s, const char *name, struct error *error);

/* scheduler_wait.c */
void scheduler_waiters_free(struct scheduler *s);

/* scheduler_pump.c: hands out what can be handed out; whatever changed calls it. */
void scheduler_pump(struct scheduler *s);
void scheduler_inspected(evutil_socket_t fd, short what, void *ctx);
void scheduler_replied(evutil_socket_t fd, short what, void *ctx);

#endif
