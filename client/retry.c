#include "client/http.h"
#include "client/options.h"

#include <stdio.h>

enum {
    ROOT,
    ALL
};

static const struct option_row rows[] = {
    {"root", "NAME", "the root that the paths are in, where there are several"},
    {"all", NULL, "everything that failed"},
};

struct retry {
    const char *root;
    bool all;
};

static void take(void *ctx, size_t number, const char *value)
{
    struct retry *r = ctx;
    if (number == ROOT)
        r->root = value;
    else
        r->all = true;
}

static int retry(const struct client *c, const struct retry *r, const char *path)
{
    struct buf url = {0};
    buf_adds(&url, "/retry");
    if (r->root)
        http_add(&url, "root", r->root);
    if (path)
        http_add(&url, "path", path);
    int result = http_order(c, url.data, path ? "It is tried again." : "All are tried again.");
    buf_free(&url);
    return result;
}

int command_retry(struct client *c, int argc, char **argv)
{
    struct retry r = {0};
    int first, worst = STATUS_OK;
    const struct option_table table = {rows, sizeof rows / sizeof *rows, take, &r};
    enum options_result result = options_read(c, &table, argc, argv, &first);
    if (result != OPTIONS_GO_ON)
        return result == OPTIONS_HELPED ? STATUS_OK : STATUS_USAGE;
    if (r.all == (first < argc)) {
        fputs("prospect: retry wants either paths, relative to their root, or --all\n", stderr);
        return STATUS_USAGE;
    }
    if (r.all)
        return retry(c, &r, NULL);
    for (int i = first; i < argc; i++) {
        int status = retry(c, &r, argv[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}
