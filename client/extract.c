#include "client/worker.h"

#include <stdio.h>

int command_extract(struct client *c, int argc, char **argv)
{
    struct worker_choice choice = {0};
    int first;
    const struct option_table table = {worker_rows, WORKER_ROWS, worker_take, &choice};
    enum options_result result = options_read(c, &table, argc, argv, &first);
    if (result != OPTIONS_GO_ON)
        return result == OPTIONS_HELPED ? STATUS_OK : STATUS_USAGE;
    if (argc - first != 1) {
        fputs("prospect: extract wants one file\nTry 'prospect extract --help'.\n", stderr);
        return STATUS_USAGE;
    }
    return worker_run(c, &choice, "--extract", argv[first]);
}
