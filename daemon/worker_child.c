#include <config.h>

#include "daemon/heap.h"
#include "daemon/sandbox.h"
#include "daemon/worker.h"
#include "daemon/worker_sink.h"
#include "index/base/buf.h"
#include "index/base/clock.h"
#include "index/base/mem.h"
#include "index/base/strlist.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* Where a child has its descriptors; all others are closed. */
enum {
    DOCUMENT = 3,
    SOCKET = 4,
    RULES = 5, /* the sandbox's, until it is entered */
};

struct child {
    struct worker *worker;
    const struct wire_job *job;
    struct worker_sink sink;
    prospect_source source;
    struct strlist config; /* "key=value", of the plugin that runs */
    int64_t deadline_ms;
};

static const char *get_config(const prospect_source *source, const char *key)
{
    const struct child *c = source->host;
    size_t n = strlen(key);
    for (size_t i = 0; i < c->config.count; i++)
        if (strncmp(c->config.item[i], key, n) == 0 && c->config.item[i][n] == '=')
            return c->config.item[i] + n + 1;
    return NULL;
}

static int64_t remaining_ms(const prospect_source *source)
{
    const struct child *c = source->host;
    int64_t left = c->deadline_ms - clock_steady_ms();
    return left > 0 ? left : 0;
}

static void log_for_developer(const prospect_source *source, const char *line)
{
    struct child *c = source->host;
    worker_sink_log(&c->sink, line ? line : "");
}

static void take_config(struct child *c, const char *plugin)
{
    struct strlist lines = {0};
    size_t n = strlen(plugin);
    strlist_split(&lines, c->job->config ? c->job->config : "", "\n");
    for (size_t i = 0; i < lines.count; i++)
        if (strncmp(lines.item[i], plugin, n) == 0 && lines.item[i][n] == '.')
            strlist_add(&c->config, lines.item[i] + n + 1);
    strlist_free(&lines);
}

/* Moves both descriptors out of the way first: either may be where the other shall go. */
static bool arrange_descriptors(int document, int socket, int noise, int rules)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int d = fcntl(document, F_DUPFD, 64), s = fcntl(socket, F_DUPFD, 64);
    int n = noise >= 0 ? fcntl(noise, F_DUPFD, 64) : null;
    int r = rules >= 0 ? fcntl(rules, F_DUPFD, 64) : null;
    return null >= 0 && d >= 0 && s >= 0 && n >= 0 && r >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
           dup2(n, STDOUT_FILENO) >= 0 && dup2(n, STDERR_FILENO) >= 0 && dup2(d, DOCUMENT) >= 0 &&
           dup2(s, SOCKET) >= 0 && dup2(r, RULES) >= 0 && close_range(RULES + 1, ~0U, 0) == 0;
}

/* The zygote's own end, and the stop signals of a whole service or terminal, are its affair: a job
 * that is to end is killed. */
static bool arrange_process(void)
{
    sigset_t none;
    sigemptyset(&none);
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    return sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

static void run_plugin(struct child *c, const prospect_plugin *plugin, const struct detection *what)
{
    c->source = (prospect_source){.fd = DOCUMENT,
                                  .size = c->job->size,
                                  .name = c->job->name,
                                  .mime = what->mime,
                                  .encoding = *what->encoding ? what->encoding : NULL,
                                  .host = c,
                                  .config = get_config,
                                  .remaining_ms = remaining_ms,
                                  .log = log_for_developer};
    take_config(c, plugin->name);
    lseek(DOCUMENT, 0, SEEK_SET);
    worker_sink_finish(&c->sink, plugin->run(&c->job->job, &c->source, &c->sink.sink));
}

static prospect_status find_type(struct child *c, struct detection *out, struct error *error)
{
    if (!c->job->mime)
        return detector_look(c->worker->detector, DOCUMENT, c->job->size, c->job->name, out, error);
    size_t n = strlen(c->job->mime);
    *out = (struct detection){0};
    if (n == 0 || n >= sizeof out->mime)
        return error_set(error, PROSPECT_ARGUMENT, "the type given is no type");
    memcpy(out->mime, c->job->mime, n + 1);
    return PROSPECT_OK;
}

/* A file with nothing in it has been read, even where no plugin makes anything of it. */
static void read_document(struct child *c)
{
    struct detection what;
    struct error error;
    if (find_type(c, &what, &error) != PROSPECT_OK) {
        worker_sink_done(&c->sink, error.status, error.line);
        return;
    }
    bool empty = strcmp(what.mime, "inode/x-empty") == 0;
    const prospect_plugin *plugin = host_find(c->worker->host, what.mime);
    if (c->worker->heavy && host_left_out(c->worker->host, what.mime))
        _exit(WORKER_ELSEWHERE);
    worker_sink_detected(&c->sink, what.mime, plugin);
    if (plugin && sandbox_narrow(c->worker->sandbox, plugin->files, &error) != PROSPECT_OK) {
        worker_sink_done(&c->sink, error.status, error.line);
    } else if (plugin) {
        run_plugin(c, plugin, &what);
    } else if (empty) {
        worker_sink_done(&c->sink, PROSPECT_OK, NULL);
    } else {
        error_set(&error, PROSPECT_UNSUPPORTED, "no plugin reads %s", what.mime);
        worker_sink_done(&c->sink, error.status, error.line);
    }
}

_Noreturn static void child_main(struct worker *w, const struct wire_job *job, int document,
                                 int socket, int noise, pid_t parent, struct sandbox_note *note)
{
    struct child c = {
        .worker = w, .job = job, .deadline_ms = clock_steady_ms() + job->limits.wall_ms};
    struct error error;
    if (!arrange_process() ||
        !arrange_descriptors(document, socket, noise, sandbox_rules(w->sandbox)))
        _exit(1);
    worker_sink_init(&c.sink, job, SOCKET);
    heap_expect(job->size);
    if (sandbox_enter(w->sandbox, job->job.kind, &job->limits, RULES, parent, note, &error) !=
        PROSPECT_OK)
        worker_sink_done(&c.sink, error.status, error.line);
    else
        read_document(&c);
    _exit(0);
}

/* Where there is one thread no lock can be held: what libraries have registered for forks would
 * only write to their pages, in both processes. */
static pid_t fork_single_thread(void)
{
#ifdef PROSPECT_SANITIZED
    return fork();
#else
    return _Fork();
#endif
}

/* Sanitizers report on standard error: what they say must not be lost. */
pid_t worker_fork(struct worker *w, const struct wire_job *job, int document, int socket, int noise,
                  struct sandbox_note **note)
{
    pid_t parent = getpid();
    *note = sandbox_note_new();
    pid_t pid = fork_single_thread();
#ifdef PROSPECT_SANITIZED
    noise = noise < 0 ? STDERR_FILENO : noise;
#endif
    if (pid == 0)
        child_main(w, job, document, socket, noise, parent, *note);
    sandbox_note_keep_private(*note);
    if (pid < 0)
        sandbox_note_free(note);
    return pid;
}
