/* prospect-worker: the program that reads documents, so that prospectd need not.
 *
 * worker.c       the zygote: takes jobs from prospectd, forks a child for each
 * worker_heavy.c the other zygote, which has the plugins that need many libraries
 * worker_child.c the child: locks itself down, detects, runs the plugin
 * worker_sink.c  what the plugin sends, as frames
 * worker_show.c  one document or the list of plugins, for people (`prospect extract|plugins`)
 */
#ifndef PROSPECT_WORKER_H
#define PROSPECT_WORKER_H

#include "daemon/detect.h"
#include "daemon/host.h"
#include "daemon/sandbox.h"
#include "daemon/wire.h"

#include <stdbool.h>
#include <sys/types.h>

/* A child's exit status: its document is for a plugin that only the heavy zygote has. */
#define WORKER_ELSEWHERE 80

struct heavy;

/* Everything that a child finds ready when it is forked. */
struct worker {
    struct host *host;
    struct heavy *heavy; /* see worker_heavy.h; NULL: there is none, or this is it */
    struct detector *detector;
    struct sandbox *sandbox;
};

/* The zygote's life: says HELLO on CONTROL, takes jobs until its end of file. Returns the exit
 * status. */
int worker_serve(struct worker *w, int control);

/* Forks the child for JOB. In the parent: the child's process id, or -1 (errno), both descriptors
 * still the caller's, and *NOTE, for the caller to free. What the plugin prints goes to NOISE (-1:
 * nowhere). */
pid_t worker_fork(struct worker *w, const struct wire_job *job, int document, int socket, int noise,
                  struct sandbox_note **note);

/* Reads FILE as a job with LIMITS and prints what it yields. Returns the exit status. */
int worker_extract(struct worker *w, const char *file, const char *config,
                   const struct wire_limits *limits, bool want_boxes, bool json);
int worker_list_plugins(struct worker *w, bool json);

#endif
