/* prospectd: reads the command line, then runs the daemon, or checks the index (--check).
 *
 * Exit status: 0 success, 1 it could not serve or the index is damaged, 2 usage or configuration.
 */
#include <config.h> /* PACKAGE_VERSION; "config.h" would be the one beside this file */

#include "daemon/background.h"
#include "daemon/daemon.h"
#include "daemon/log.h"
#include "daemon/revive.h"
#include "daemon/state.h"
#include "index/base/buf.h"
#include "index/dictionaries.h"
#include "index/index.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    EXIT_USAGE = 2
};

/* jemalloc reads it before main(). Of four arenas for each processor, as it has by itself, each
 * would keep some of what documents need on their way through the threads. And pages that are given
 * back soon are taken again soon, each with a fault: mem_give_back() does it when there is rest. */
extern const char *malloc_conf;
const char *malloc_conf = "narenas_ratio:1,dirty_decay_ms:30000";

struct command_line {
    struct config_options options;
    bool foreground, check;
    unsigned how; /* enum index_check_how */
};

static const char usage[] =
    "Usage: prospectd [OPTION]...\n"
    "Watches folders of documents and answers searches in them.\n"
    "\n"
    "  -c, --config FILE     read the configuration from FILE\n"
    "      --root DIR        serve DIR, with no configuration at all\n"
    "      --state DIR       keep the index in DIR\n"
    "      --http ADDR       listen on ADDR (127.0.0.1:7700); empty: no TCP socket\n"
    "      --socket PATH     listen on the Unix socket PATH\n"
    "      --plugin-dir DIRS load plugins from DIRS (separated by ':')\n"
    "      --worker FILE     the worker program\n"
    "      --log-level WORD  error, warning, info or debug\n"
    "      --foreground      do not go into the background\n"
    "      --allow-unsandboxed\n"
    "                        read documents even where the system cannot confine their readers\n"
    "      --check           verify the index and exit\n"
    "      --repair          with --check: mend what can be mended\n"
    "      --quick           with --check: the checksums of the index's blocks only\n"
    "      --note            with --check: note checksums of blocks that are new\n"
    "  -h, --help            this text\n"
    "  -V, --version         the version\n";

enum {
    OPT_ROOT = 256,
    OPT_STATE,
    OPT_HTTP,
    OPT_SOCKET,
    OPT_PLUGINS,
    OPT_WORKER,
    OPT_LOG,
    OPT_FOREGROUND,
    OPT_UNSANDBOXED,
    OPT_CHECK,
    OPT_REPAIR,
    OPT_QUICK,
    OPT_NOTE
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"root", required_argument, NULL, OPT_ROOT},
    {"state", required_argument, NULL, OPT_STATE},
    {"http", required_argument, NULL, OPT_HTTP},
    {"socket", required_argument, NULL, OPT_SOCKET},
    {"plugin-dir", required_argument, NULL, OPT_PLUGINS},
    {"worker", required_argument, NULL, OPT_WORKER},
    {"log-level", required_argument, NULL, OPT_LOG},
    {"foreground", no_argument, NULL, OPT_FOREGROUND},
    {"allow-unsandboxed", no_argument, NULL, OPT_UNSANDBOXED},
    {"check", no_argument, NULL, OPT_CHECK},
    {"repair", no_argument, NULL, OPT_REPAIR},
    {"quick", no_argument, NULL, OPT_QUICK},
    {"note", no_argument, NULL, OPT_NOTE},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static int usage_error(const char *line)
{
    fprintf(stderr, "prospectd: %s\nTry 'prospectd --help'.\n", line);
    return EXIT_USAGE;
}

/* -1: go on; else the exit status. */
static int take_option(struct command_line *line, int option, const char *value)
{
    switch (option) {
    case 'c':
        line->options.file = value;
        break;
    case OPT_ROOT:
        line->options.root = value;
        break;
    case OPT_STATE:
        line->options.state = value;
        break;
    case OPT_HTTP:
        line->options.http = value;
        break;
    case OPT_SOCKET:
        line->options.socket = value;
        break;
    case OPT_PLUGINS:
        line->options.plugin_dir = value;
        break;
    case OPT_WORKER:
        line->options.worker = value;
        break;
    case OPT_LOG:
        line->options.log_level = value;
        break;
    case OPT_FOREGROUND:
        line->foreground = true;
        break;
    case OPT_UNSANDBOXED:
        line->options.allow_unsandboxed = true;
        break;
    case OPT_CHECK:
        line->check = true;
        break;
    case OPT_REPAIR:
        line->how |= CHECK_REPAIR;
        break;
    case OPT_QUICK:
        line->how |= CHECK_QUICK;
        break;
    case OPT_NOTE:
        line->how |= CHECK_NOTE;
        break;
    case 'h':
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    case 'V':
        puts("prospectd " PACKAGE_VERSION);
        return EXIT_SUCCESS;
    default:
        fputs("Try 'prospectd --help'.\n", stderr);
        return EXIT_USAGE;
    }
    return -1;
}

static int parse(struct command_line *line, int argc, char **argv)
{
    int option;
    while ((option = getopt_long(argc, argv, "c:hV", long_options, NULL)) != -1) {
        int status = take_option(line, option, optarg);
        if (status >= 0)
            return status;
    }
    if (optind < argc)
        return usage_error("prospectd takes options only");
    if (line->how && !line->check)
        return usage_error("--repair, --quick and --note go with --check");
    if ((line->how & CHECK_REPAIR) && line->how != CHECK_REPAIR)
        return usage_error("--repair goes with neither --quick nor --note");
    return -1;
}

static void print_finding(void *ctx, const char *finding)
{
    (void)ctx;
    puts(finding);
}

/* A damaged index may end whoever reads it, which says enough of it. */
static prospect_status check_apart(const char *dir, unsigned how, struct error *error)
{
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGSEGV, SIG_DFL); /* a sanitizer would report Xapian's */
        signal(SIGBUS, SIG_DFL);
        prospect_status found = index_check(dir, how, print_finding, NULL, error);
        if (found)
            fprintf(stderr, "prospectd: %s\n", error->line);
        fflush(stdout);
        _exit((int)found);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return error_sys(error, PROSPECT_IO, "the check cannot be run");
    if (WIFEXITED(status))
        return (prospect_status)WEXITSTATUS(status);
    fprintf(stderr, "prospectd: the index in %s is damaged so much that the check died of it: %s\n",
            dir, strsignal(WTERMSIG(status)));
    return PROSPECT_CORRUPT;
}

/* The daemon waits for this process already, and ends it with itself. */
static prospect_status check_for_daemon(const char *dir, unsigned how, struct error *error)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return index_check(dir, how, print_finding, NULL, error);
}

static int check(unsigned how, const char *state)
{
    struct state_lock *lock = NULL;
    struct error error = {0};
    struct buf dir = {0};
    prospect_status status = PROSPECT_OK;
    buf_addf(&dir, "%s/index", state);
    if (access(buf_str(&dir), F_OK) != 0)
        status = error_set(&error, PROSPECT_NOT_FOUND, "there is no index in %s", state);
    /* Repairing changes the index, so no daemon may be at it. */
    if (!status && (how & CHECK_REPAIR))
        status = state_lock_new(&lock, state, &error);
    if (!status)
        status = how & CHECK_NOTE ? check_for_daemon(buf_str(&dir), how, &error)
                                  : check_apart(buf_str(&dir), how, &error);
    if (error.status)
        fprintf(stderr, "prospectd: %s\n", error.line);
    else if (!status)
        puts("the index is sound");
    state_lock_free(&lock);
    buf_free(&dir);
    return status ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int serve(struct command_line *line, struct config **config)
{
    struct daemon *daemon = NULL;
    struct error error = {0};
    int status = EXIT_FAILURE;
    struct buf log = {0};
    buf_addf(&log, "%s/prospectd.log", (*config)->state);
    if (revive_signal())
        revive_bury();
    int background = line->foreground || revive_signal() ? -1 : background_start();
    if (daemon_new(&daemon, config, &line->options, &error)) {
        fprintf(stderr, "prospectd: %s\n", error.line);
        goto out;
    }
    background_ready(background, buf_str(&log));
    status = daemon_run(daemon) ? EXIT_SUCCESS : EXIT_FAILURE;
out:
    daemon_free(&daemon);
    buf_free(&log);
    return status;
}

static void dictionary_missing(const char *lang, const char *path)
{
    log_line(LOG_WARNING,
             "no dictionary of \"%s\" at %s: its words are stemmed by their endings only; install "
             "it and run prospect reindex",
             lang, path);
}

int main(int argc, char **argv)
{
    struct command_line line = {0};
    struct config *config = NULL;
    struct error error = {0};
    int status = parse(&line, argc, argv);
    if (status >= 0)
        return status;
    if (!line.check)
        revive_install(argv);
    log_start("prospectd", LOG_INFO, getenv("JOURNAL_STREAM") != NULL);
    dictionaries_report(dictionary_missing);
    /* Nothing is served, so no root has to be named, nor to be there still. */
    if (line.check && line.options.state && !line.options.root && !line.options.file)
        return check(line.how, line.options.state);
    if (config_load(&config, &line.options, &error)) {
        fprintf(stderr, "prospectd: %s\n", error.line);
        return EXIT_USAGE;
    }
    log_set_level(config->log_level);
    status = line.check ? check(line.how, config->state) : serve(&line, &config);
    config_free(&config);
    return status;
}
