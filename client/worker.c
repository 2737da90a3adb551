#include "client/worker.h"

#include "client/find.h"

#include <stdlib.h>

const struct option_row worker_rows[WORKER_ROWS] = {
    {"worker", "PROGRAM", "the worker's program"},
    {"plugin-dir", "DIRS", "folders of plugins, separated by ':'"},
    {"allow-unsandboxed", NULL, "even where the system cannot confine what reads the file"},
};

void worker_take(void *ctx, size_t number, const char *value)
{
    struct worker_choice *choice = ctx;
    if (number == 0)
        choice->worker = value;
    else if (number == 1)
        choice->plugins = value;
    else
        choice->unsandboxed = true;
}

int worker_run(const struct client *c, const struct worker_choice *choice, const char *mode,
               const char *file)
{
    char option[] = "--plugin-dir", json[] = "--json", end[] = "--",
         unsandboxed[] = "--allow-unsandboxed", installed[] = PROSPECT_PLUGIN_DIR;
    char *argv[9] = {NULL};
    char *built = choice->plugins ? NULL : find_built_plugins();
    size_t n = 1;
    argv[n++] = (char *)mode;
    if (c->json)
        argv[n++] = json;
    if (choice->unsandboxed)
        argv[n++] = unsandboxed;
    argv[n++] = option;
    argv[n++] = choice->plugins ? (char *)choice->plugins : built ? built : installed;
    if (file) {
        argv[n++] = end;
        argv[n++] = (char *)file;
    }
    int status = find_exec("prospect-worker", choice->worker, PROSPECT_WORKER, argv);
    free(built);
    return status;
}
