/* With --watch the status is asked for again and again, and what has changed is shown: on a
 * terminal as one line with a bar that is drawn over, else as lines.
 */
#include "client/http.h"
#include "client/options.h"
#include "client/show.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    WATCH,
    UNTIL_IDLE
};

static const struct option_row rows[] = {
    {"watch", NULL, "go on showing progress until Ctrl-C"},
    {"until-idle", NULL, "with --watch: stop when everything is searchable"},
};

static void take(void *ctx, size_t number, const char *value)
{
    bool *flags = ctx;
    (void)value;
    flags[number] = true;
}

static uint64_t number_of(const json_t *object, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(object, key));
    return n > 0 ? (uint64_t)n : 0;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void show_root(const json_t *root)
{
    printf("%-12s ", text_of(root, "name"));
    show_path(stdout, root);
    printf("\n             %llu indexed, %llu failed, %llu ignored; watched by %s%s\n",
           (unsigned long long)number_of(root, "indexed"),
           (unsigned long long)number_of(root, "failed"),
           (unsigned long long)number_of(root, "ignored"), text_of(root, "watch"),
           json_is_true(json_object_get(root, "scanning")) ? "; scanning" : "");
}

static void show_plugins(const json_t *status)
{
    size_t i;
    json_t *plugin;
    fputs("plugins      ", stdout);
    json_array_foreach(json_object_get(status, "plugins"), i, plugin)
    {
        fputs(i ? ", " : "", stdout);
        show_text(stdout, text_of(plugin, "name"));
        putchar(' ');
        show_text(stdout, text_of(plugin, "version"));
    }
    size_t refused = json_array_size(json_object_get(status, "plugins_refused"));
    if (refused)
        printf("; %zu refused (see prospect plugins)", refused);
    putchar('\n');
}

/* Only where something is missing. */
static void show_sandbox(const json_t *sandbox)
{
    if (!json_is_true(json_object_get(sandbox, "degraded")))
        return;
    printf("sandbox      degraded:%s%s%s\n",
           json_is_true(json_object_get(sandbox, "seccomp")) ? "" : " no filter of system calls",
           number_of(sandbox, "landlock") ? "" : " no Landlock",
           json_is_true(json_object_get(sandbox, "rlimits")) ? "" : " no limits");
}

/* Only where something is wrong with the index. */
static void show_health(const json_t *health)
{
    if (!json_is_true(json_object_get(health, "degraded")))
        return;
    fputs("health       degraded: ", stdout);
    show_text(stdout, text_of(health, "damage"));
    puts(json_is_true(json_object_get(health, "beside"))
             ? "; filled anew, while searches go on in the old index"
             : "; filled anew, what is not in yet is not found");
}

static void show_status(const json_t *status)
{
    size_t i;
    json_t *root;
    printf("prospectd    %s, index schema %llu\n", text_of(status, "version"),
           (unsigned long long)number_of(status, "schema"));
    json_array_foreach(json_object_get(status, "roots"), i, root) show_root(root);
    printf("index        %llu documents, %llu pages, ",
           (unsigned long long)number_of(status, "documents"),
           (unsigned long long)number_of(status, "pages"));
    show_bytes(stdout, number_of(status, "index_bytes"));
    printf("; last commit %s\n",
           *text_of(status, "last_commit") ? text_of(status, "last_commit") : "never");
    printf("work         %llu waiting, %llu in hand%s\n",
           (unsigned long long)number_of(status, "queue_length"),
           (unsigned long long)number_of(status, "busy_workers"),
           json_is_true(json_object_get(status, "reindexing")) ? "; rebuilding the index" : "");
    if (json_is_true(json_object_get(status, "disk_low")))
        puts("disk         almost full: nothing is taken in until there is room (disk_reserve)");
    show_health(json_object_get(status, "health"));
    show_plugins(status);
    show_sandbox(json_object_get(status, "sandbox"));
}

/* What the bar shows. */
struct progress {
    uint64_t done, failed, left, busy, scanning;
};

static struct progress progress_of(const json_t *status)
{
    struct progress p = {.left = number_of(status, "queue_length"),
                         .busy = number_of(status, "busy_workers")};
    size_t i;
    json_t *root;
    json_array_foreach(json_object_get(status, "roots"), i, root)
    {
        p.done += number_of(root, "indexed") + number_of(root, "failed");
        p.failed += number_of(root, "failed");
        p.scanning += json_is_true(json_object_get(root, "scanning"));
    }
    return p;
}

static bool idle(const struct progress *p)
{
    return p->left == 0 && p->busy == 0 && !p->scanning;
}

static unsigned bar_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 60)
        return 20;
    return size.ws_col > 100 ? 60 : size.ws_col - 40u;
}

static void draw_bar(const struct client *c, const struct progress *p)
{
    uint64_t all = p->done + p->left;
    unsigned width = bar_width(), full = all ? (unsigned)(width * p->done / all) : 0;
    if (c->terminal) {
        fputs("\r[", stdout);
        for (unsigned i = 0; i < width; i++)
            putchar(i < full ? '#' : '.');
        fputs("] ", stdout);
    }
    printf("%llu of %llu%s", (unsigned long long)p->done, (unsigned long long)all,
           p->scanning ? "+ files" : " files");
    if (p->failed)
        printf(", %llu failed", (unsigned long long)p->failed);
    fputs(c->terminal ? "\033[K" : "\n", stdout);
    fflush(stdout);
}

static void draw(const struct client *c, const struct progress *p, const json_t *status)
{
    if (c->json) {
        json_dumpf(status, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
        putchar('\n');
        fflush(stdout);
    } else {
        draw_bar(c, p);
    }
}

/* Two looks in a row, since between a file's being seen and its being queued nothing waits. */
static int watch(const struct client *c, bool until_idle)
{
    struct progress last = {.busy = UINT64_MAX};
    const struct timespec pause = {0, until_idle ? 250000000 : 1000000000 - 1};
    for (bool was_idle = false;;) {
        json_t *status = NULL;
        int result = http_ask(c, "GET", "/status", false, &status);
        if (result != STATUS_OK)
            return result;
        struct progress now = progress_of(status);
        if (memcmp(&now, &last, sizeof now) != 0)
            draw(c, &now, status);
        json_decref(status);
        last = now;
        if (until_idle && was_idle && idle(&now))
            break;
        was_idle = idle(&now);
        nanosleep(&pause, NULL);
    }
    if (c->terminal && !c->json)
        putchar('\n');
    return STATUS_OK;
}

static int once(const struct client *c)
{
    json_t *status = NULL;
    int result = http_ask(c, "GET", "/status", false, &status);
    if (result != STATUS_OK)
        return result;
    if (c->json)
        http_print(status);
    else
        show_status(status);
    json_decref(status);
    return STATUS_OK;
}

int command_status(struct client *c, int argc, char **argv)
{
    bool flags[2] = {false, false};
    int first;
    const struct option_table table = {rows, sizeof rows / sizeof *rows, take, flags};
    enum options_result result = options_read(c, &table, argc, argv, &first);
    if (result != OPTIONS_GO_ON)
        return result == OPTIONS_HELPED ? STATUS_OK : STATUS_USAGE;
    return flags[WATCH] ? watch(c, flags[UNTIL_IDLE]) : once(c);
}
