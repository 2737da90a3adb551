#include "client/http.h"
#include "client/options.h"
#include "client/show.h"

#include <stdio.h>

static const struct option_row rows[] = {
    {"size", "N", "how many at most"},
    {"from", "N", "the first, from 0"},
};

static void take(void *ctx, size_t number, const char *value)
{
    http_add(ctx, rows[number].name, value);
}

static void show_failure(const struct client *c, const json_t *failure)
{
    static const char *const keys[] = {"reason", "detail"};
    const char *next = json_string_value(json_object_get(failure, "next_try"));
    const char *root = json_string_value(json_object_get(failure, "root"));
    fputs(show_style(c, "\033[1m"), stdout);
    show_text(stdout, root ? root : "");
    putchar('/');
    show_path(stdout, failure);
    fputs(show_style(c, "\033[0m"), stdout);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *text = json_string_value(json_object_get(failure, keys[i]));
        if (text && *text) {
            fputs(": ", stdout);
            show_text(stdout, text);
        }
    }
    if (json_is_true(json_object_get(failure, "partial")))
        fputs(" (what could be read is searchable)", stdout);
    if (next)
        printf("\n    tried %lld times; next try %s",
               (long long)json_integer_value(json_object_get(failure, "tries")), next);
    putchar('\n');
}

static int list(const struct client *c, const char *url)
{
    json_t *answer = NULL, *failure;
    size_t i;
    int result = http_ask(c, "GET", url, false, &answer);
    if (result != STATUS_OK)
        return result;
    long long total = json_integer_value(json_object_get(answer, "total"));
    if (c->json) {
        http_print(answer);
    } else {
        json_array_foreach(json_object_get(answer, "failures"), i, failure)
            show_failure(c, failure);
        if (total == 0)
            puts("Every file could be read.");
        else
            printf("%lld in all\n", total);
    }
    json_decref(answer);
    return total > 0 ? STATUS_NOTHING : STATUS_OK;
}

int command_failures(struct client *c, int argc, char **argv)
{
    struct buf url = {0};
    int first;
    buf_adds(&url, "/failures");
    const struct option_table table = {rows, sizeof rows / sizeof *rows, take, &url};
    enum options_result result = options_read(c, &table, argc, argv, &first);
    int status = result == OPTIONS_HELPED ? STATUS_OK : STATUS_USAGE;
    if (result == OPTIONS_GO_ON)
        status = list(c, url.data);
    buf_free(&url);
    return status;
}
