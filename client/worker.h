/* Commands that the worker's program does: `prospect-worker --plugins` and `--extract FILE`. */
#ifndef PROSPECT_CLIENT_WORKER_H
#define PROSPECT_CLIENT_WORKER_H

#include "client/options.h"

#define WORKER_ROWS 3

/* The options --worker, --plugin-dir and --allow-unsandboxed, and what takes them (CTX: struct
 * worker_choice). */
extern const struct option_row worker_rows[WORKER_ROWS];
struct worker_choice {
    const char *worker, *plugins;
    bool unsandboxed;
};
void worker_take(void *ctx, size_t number, const char *value);

/* Runs the worker in this process's place with MODE and, unless it is NULL, FILE. */
int worker_run(const struct client *c, const struct worker_choice *choice, const char *mode,
               const char *file);

#endif
