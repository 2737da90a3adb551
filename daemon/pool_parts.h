/* How the files of the pool (pool*.c) share its state. For nobody else. */
#ifndef PROSPECT_POOL_PARTS_H
#define PROSPECT_POOL_PARTS_H

#include "daemon/pool.h"
#include "daemon/wire.h"
#include "index/base/buf.h"

#include <sys/types.h>

enum {
    POOL_DEATHS = 5,            /* zygotes that may die ... */
    POOL_DEATHS_MS = 60 * 1000, /* ... in this time before the next one waits */
    POOL_HELLO_MS = 60 * 1000,  /* until a new zygote has told its plugins */
    POOL_GRACE_MS = 500,        /* over the time a child knows of, until it is killed */
    POOL_LIMIT_MS = 1000,       /* for a child that passed a limit to come to its end */
    POOL_REAP_MS = 5000,        /* from the kill to the word that it is dead */
    POOL_WAITING = 32,          /* interactive jobs that may wait */
    POOL_EXTRA = 2,             /* interactive jobs over the number of workers */
    POOL_DESCRIPTORS = 65536,   /* asked of the system */
    POOL_READ = 64 * 1024
};

/* Bytes for the zygote, with descriptors that go with the first of them. */
struct pool_outgoing {
    struct pool_outgoing *prev, *next;
    struct buf bytes;
    size_t sent;
    int fd[2];
    unsigned n_fds;
};

struct pool_running {
    struct pool_running *prev, *next;
    struct pool *pool;
    uint64_t id;
    struct pool_job job; /* strings are ours; fd is -1 once sent */
    struct wire_limits limits;
    int socket; /* our end */
    struct event *readable, *deadline;
    struct wire_reader reader;
    struct extraction *extraction;
    struct error how; /* why we stopped it, or how it exited */
    bool stopped, eof, exited;
};

struct pool {
    struct event_base *base;
    const struct config *config;
    void (*ready_cb)(void *ctx);
    void *ctx;
    /* What the parts below tell those above, set by pool_new(). */
    void (*room)(struct pool *p);                                          /* a job may start */
    void (*exited)(struct pool *p, uint64_t job, const struct error *how); /* a child ended */
    void (*lost)(struct pool *p, const struct error *why);                 /* all of them did */
    char *plugin_settings; /* as struct wire_job has them */
    unsigned workers;
    uint64_t ids;
    /* the zygote */
    pid_t pid; /* 0: none */
    int control;
    bool ready;
    bool greeted; /* a zygote was ready */
    struct event *readable, *writable;
    struct event *timer; /* for a HELLO, or until the next zygote */
    struct wire_reader reader;
    struct pool_outgoing *outgoing;
    struct wire_plugin *plugins;
    size_t n_plugins;
    struct wire_sandbox sandbox;
    int64_t died[POOL_DEATHS]; /* when the last ones died, 0: never */
    unsigned deaths;
    /* jobs */
    struct pool_running *running, *waiting;
    unsigned n_running, n_waiting;
};

/* pool_zygote.c */
prospect_status pool_zygote_start(struct pool *p, struct error *error);
/* Kills it, tells that it is lost, plans the next one. */
void pool_zygote_lost(struct pool *p, const char *why);
void pool_zygote_stop(struct pool *p);
void pool_zygote_forget_plugins(struct pool *p);
/* Puts M in the row for the control socket; M is the zygote's from then on. */
void pool_zygote_send(struct pool *p, struct pool_outgoing *m);
void pool_zygote_kill_job(struct pool *p, uint64_t job);

/* pool_job.c */
/* Starts a job that has been taken over. */
void pool_job_start(struct pool *p, struct pool_running *r);
/* The zygote's word on how its child ended. */
void pool_job_exited(struct pool *p, uint64_t id, const struct error *how);
/* Ends it at once, with HOW. */
void pool_job_fail(struct pool_running *r, const struct error *how);
void pool_job_free(struct pool_running *r);

#endif
