#include <config.h>

#include "daemon/log.h"
#include "daemon/warm.h"
#include "daemon/worker.h"
#include "daemon/worker_heavy.h"
#include "index/base/buf.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONTROL_FD = 3,
    USAGE = 2
};

struct options {
    enum {
        SERVE,
        EXTRACT,
        PLUGINS
    } mode;
    bool json, boxes;
    enum sandbox_wanted sandbox;
    int control;
    unsigned light;
    unsigned seconds;
    const char *plugin_dir;
    const char *file;
    struct buf config;
};

static const char usage[] =
    "Usage: prospect-worker --extract [OPTION]... FILE   what FILE yields, as prospectd reads it\n"
    "       prospect-worker --plugins [OPTION]...        the plugins found, or why one is refused\n"
    "       prospect-worker [--control-fd N]             for prospectd: jobs from a socket (3)\n"
    "\n"
    "  --plugin-dir DIRS         folders of plugins, separated by ':'\n"
    "                            (" PROSPECT_PLUGIN_DIR ")\n"
    "  --json                    everything, as JSON\n"
    "  --boxes                   ask for the places of words on their pages\n"
    "  --set PLUGIN.KEY=VALUE    a setting, as in the section [plugin NAME]\n"
    "  --seconds N               the time given (20)\n"
    "  --allow-unsandboxed       read documents even where the system has no seccomp\n"
    "  --no-sandbox              with no filter, no Landlock and no other user: to compare, and\n"
    "                            for debuggers; never for documents of others\n"
    "  --light N                 plugins that bring up to N shared objects share a process, into\n"
    "                            which the others are not loaded (25)\n"
    "  --help, --version\n"
    "\n"
    "Exit status: 0 read; 1 not, or not all, or a plugin was refused; 2 usage.\n";

static const struct option long_options[] = {{"extract", no_argument, NULL, 'e'},
                                             {"plugins", no_argument, NULL, 'p'},
                                             {"control-fd", required_argument, NULL, 'c'},
                                             {"plugin-dir", required_argument, NULL, 'd'},
                                             {"json", no_argument, NULL, 'j'},
                                             {"boxes", no_argument, NULL, 'b'},
                                             {"set", required_argument, NULL, 's'},
                                             {"seconds", required_argument, NULL, 't'},
                                             {"allow-unsandboxed", no_argument, NULL, 'u'},
                                             {"no-sandbox", no_argument, NULL, 'n'},
                                             {"light", required_argument, NULL, 'l'},
                                             {"help", no_argument, NULL, 'h'},
                                             {"version", no_argument, NULL, 'v'},
                                             {NULL, 0, NULL, 0}};

static bool take_number(const char *text, unsigned min, unsigned max, unsigned *out)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (end == text || *end || n < min || n > max)
        return false;
    *out = (unsigned)n;
    return true;
}

static bool take_option(struct options *o, int option)
{
    unsigned fd;
    switch (option) {
    case 'e':
        o->mode = EXTRACT;
        return true;
    case 'p':
        o->mode = PLUGINS;
        return true;
    case 'c':
        if (!take_number(optarg, 3, 1 << 20, &fd))
            return false;
        o->control = (int)fd;
        return true;
    case 'd':
        o->plugin_dir = optarg;
        return true;
    case 'j':
        o->json = true;
        return true;
    case 'b':
        o->boxes = true;
        return true;
    case 's':
        buf_addf(&o->config, "%s\n", optarg);
        return strchr(optarg, '.') && strchr(optarg, '=');
    case 'u':
        o->sandbox = SANDBOX_OPTIONAL;
        return true;
    case 'n':
        o->sandbox = SANDBOX_OFF;
        return true;
    case 'l':
        return take_number(optarg, 0, 1000, &o->light);
    case 't':
        return take_number(optarg, 1, 86400, &o->seconds);
    default:
        return false;
    }
}

/* -1: go on; else the exit status. */
static int read_options(struct options *o, int argc, char **argv)
{
    for (int c; (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
        if (c == 'h' || c == 'v') {
            fputs(c == 'h' ? usage : PACKAGE_STRING "\n", stdout);
            return 0;
        }
        if (!take_option(o, c)) {
            fputs(usage, stderr);
            return USAGE;
        }
    }
    o->file = o->mode == EXTRACT && optind < argc ? argv[optind++] : NULL;
    if (optind == argc && (o->mode != EXTRACT || o->file))
        return -1;
    fputs(usage, stderr);
    return USAGE;
}

static bool is_socket(int fd)
{
    int type;
    socklen_t length = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM;
}

/* Plugins get a process with nothing open but the standard descriptors and the control socket. */
static bool close_others(int control)
{
    if (control > 3 && close_range(3, (unsigned)control - 1, 0) != 0)
        return false;
    return fcntl(control, F_SETFD, FD_CLOEXEC) == 0 &&
           close_range((unsigned)control + 1, ~0U, 0) == 0;
}

/* All that a child finds ready, and last what locks it up. */
static prospect_status get_ready(struct worker *w, const struct options *o, struct error *error)
{
    prospect_status status = detector_new(&w->detector, error);
    if (status != PROSPECT_OK)
        return status;
    warm_up();
    const struct heavy_options heavy = {o->plugin_dir, o->light, o->sandbox, o->control};
    if (o->mode == SERVE)
        status = heavy_new(w, &heavy, error);
    else
        host_new(&w->host, o->plugin_dir);
    if (status == PROSPECT_OK)
        sandbox_new(&w->sandbox, o->sandbox);
    return status;
}

static int serve(struct worker *w, const struct options *o)
{
    struct error error;
    if (get_ready(w, o, &error) != PROSPECT_OK) {
        log_line(LOG_ERROR, "%s", error.line);
        return 1;
    }
    return worker_serve(w, o->control);
}

static int extract(struct worker *w, const struct options *o)
{
    const struct wire_limits limits = {.wall_ms = o->seconds * 1000,
                                       .cpu_seconds = o->seconds,
                                       .memory = 1ULL << 30,
                                       .text = 64ULL << 20,
                                       .children = 10000,
                                       .child_bytes = 256ULL << 20};
    struct error error;
    if (get_ready(w, o, &error) != PROSPECT_OK) {
        fprintf(stderr, "prospect-worker: %s\n", error.line);
        return 1;
    }
    return worker_extract(w, o->file, buf_str(&o->config), &limits, o->boxes, o->json);
}

int main(int argc, char **argv)
{
    struct options o = {.control = CONTROL_FD,
                        .seconds = 20,
                        .light = HEAVY_LIGHT,
                        .plugin_dir = PROSPECT_PLUGIN_DIR};
    struct worker w = {0};
    int status = read_options(&o, argc, argv);
    log_start("prospect-worker", LOG_INFO, getenv("JOURNAL_STREAM") != NULL);
    if (status < 0 && o.mode == SERVE && (!is_socket(o.control) || !close_others(o.control))) {
        fputs(usage, stderr);
        status = USAGE;
    } else if (status < 0 && o.mode == SERVE) {
        status = serve(&w, &o);
    } else if (status < 0 && o.mode == EXTRACT) {
        status = extract(&w, &o);
    } else if (status < 0) {
        host_new(&w.host, o.plugin_dir);
        status = worker_list_plugins(&w, o.json);
    }
    heavy_free(&w.heavy);
    sandbox_free(&w.sandbox);
    host_free(&w.host);
    detector_free(&w.detector);
    buf_free(&o.config);
    return status;
}
