#include "client/worker.h"

int command_plugins(struct client *c, int argc, char **argv)
{
    struct worker_choice choice = {0};
    int first;
    const struct option_table table = {worker_rows, WORKER_ROWS, worker_take, &choice};
    enum options_result result = options_read(c, &table, argc, argv, &first);
    if (result != OPTIONS_GO_ON)
        return result == OPTIONS_HELPED ? STATUS_OK : STATUS_USAGE;
    return worker_run(c, &choice, "--plugins", NULL);
}
