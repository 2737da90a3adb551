/* The real prospect-worker, driven over its socket as prospectd does it. */
#ifndef PROSPECT_TESTS_ZYGOTE_H
#define PROSPECT_TESTS_ZYGOTE_H

#include "daemon/extraction.h"

#include <stdbool.h>
#include <sys/types.h>

/* Whether the plugins are heavy ones: another process reads their documents. The tests are built
 * both ways. */
extern const bool zygote_has_heavy;

enum {
    ZYGOTE_PATIENCE_MS = 30000
};

struct zygote {
    pid_t pid;
    int control;
    struct wire_reader reader;
    uint64_t next_job;
    struct wire_sandbox sandbox; /* as it said */
};

/* Starts it with the plugins in PLUGINS, a folder below the build directory; behind WRAPPER, words
 * of a command ended by NULL, unless that is NULL. */
struct zygote zygote_start(const char *plugins, const char *const *wrapper);
/* Returns its wait status. */
int zygote_stop(struct zygote *z);
/* Starts it, and does not wait for its HELLO. */
struct zygote zygote_exec(const char *plugins, const char *const *wrapper);
/* The next frame on the control socket; false at its end. */
bool zygote_frame(struct zygote *z, struct wire_frame *frame);
void zygote_send(struct zygote *z, const struct wire_job *job, int document, int socket);
/* Waits until the child of JOB has ended: why. */
prospect_status zygote_exited(struct zygote *z, uint64_t job, struct error *why);
/* A descriptor to read BYTES from, as prospectd opens documents. */
int zygote_document(const char *bytes);
/* Does a job and puts together what came of it. */
struct extraction *zygote_run(struct zygote *z, const char *name, const char *bytes,
                              const struct wire_limits *limits, bool boxes);

#endif
