#include "client/http.h"
#include "client/options.h"

static const struct option_row rows[] = {
    {"read", NULL, "read every file again, rather than the texts that the index holds"},
};

static void take(void *ctx, size_t number, const char *value)
{
    (void)number;
    (void)value;
    *(bool *)ctx = true;
}

int command_reindex(struct client *c, int argc, char **argv)
{
    bool read = false;
    int first;
    const struct option_table table = {rows, sizeof rows / sizeof *rows, take, &read};
    enum options_result result = options_read(c, &table, argc, argv, &first);
    if (result != OPTIONS_GO_ON)
        return result == OPTIONS_HELPED ? STATUS_OK : STATUS_USAGE;
    return read ? http_order(c, "/reindex?read=1", "Every file is being read again.")
                : http_order(c, "/reindex", "The index is being rebuilt.");
}
