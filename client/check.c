/* prospectd's own program verifies the index, since it alone knows it. */
#include "client/find.h"
#include "client/options.h"

#include <stdio.h>

enum {
    REPAIR,
    CONFIG,
    ROOT,
    STATE,
    PROGRAM
};

static const struct option_row rows[] = {
    {"repair", NULL, "mend what can be mended; no daemon may be running"},
    {"config", "FILE", "the daemon's configuration"},
    {"root", "DIR", "or the folder that it serves without one"},
    {"state", "DIR", "or the state folder itself"},
    {"prospectd", "PROGRAM", "the daemon's program"},
};

struct check {
    const char *value[sizeof rows / sizeof *rows]; /* NULL: not given */
};

static void take(void *ctx, size_t number, const char *value)
{
    struct check *check = ctx;
    check->value[number] = value ? value : "";
}

int command_check(struct client *c, int argc, char **argv)
{
    struct check check = {0};
    char verify[] = "--check", repair[] = "--repair";
    char options[][16] = {"", "--config", "--root", "--state"};
    char *words[10] = {NULL};
    int first;
    size_t n = 1;
    const struct option_table table = {rows, sizeof rows / sizeof *rows, take, &check};
    enum options_result result = options_read(c, &table, argc, argv, &first);
    if (result != OPTIONS_GO_ON)
        return result == OPTIONS_HELPED ? STATUS_OK : STATUS_USAGE;
    words[n++] = verify;
    if (check.value[REPAIR])
        words[n++] = repair;
    for (size_t i = CONFIG; i <= STATE; i++)
        if (check.value[i]) {
            words[n++] = options[i];
            words[n++] = (char *)check.value[i];
        }
    return find_exec("prospectd", check.value[PROGRAM], PROSPECT_DAEMON, words);
}
