#include "client/http.h"
#include "client/options.h"

int command_rescan(struct client *c, int argc, char **argv)
{
    int first;
    enum options_result result = options_read(c, NULL, argc, argv, &first);
    if (result != OPTIONS_GO_ON)
        return result == OPTIONS_HELPED ? STATUS_OK : STATUS_USAGE;
    return http_order(c, "/rescan", "The folders are being compared with the index.");
}
