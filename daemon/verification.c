#include "daemon/verification.h"

#include "index/base/clock.h"
#include "index/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ioprio.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char program[] = "/proc/self/exe";

struct verification {
    pid_t pid;
    int fd; /* what it prints, a finding on each line */
    bool quick, ended, line_ended;
    int status;
    char finding[200];
};

static prospect_status spawn(struct verification *v, const char *state, int output,
                             struct error *error)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    char *const argv[] = {"prospectd", "--check",     "--note",
                          "--state",   (char *)state, v->quick ? "--quick" : NULL,
                          NULL};
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int failed = posix_spawn(&v->pid, program, &actions, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (!failed)
        return PROSPECT_OK;
    v->pid = 0;
    errno = failed;
    return error_sys(error, PROSPECT_IO, "the index cannot be verified");
}

static void be_patient(pid_t pid)
{
    setpriority(PRIO_PROCESS, (id_t)pid, 19);
    syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, pid, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0));
}

prospect_status verification_new(struct verification **out, const char *state, bool quick,
                                 bool patient, struct error *error)
{
    struct verification *v = mem_zalloc(sizeof *v);
    int ends[2] = {-1, -1};
    prospect_status status = PROSPECT_OK;
    v->fd = -1;
    v->quick = quick;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        status = error_sys(error, PROSPECT_IO, "the index cannot be verified");
    v->fd = ends[0];
    if (!status)
        status = spawn(v, state, ends[1], error);
    if (ends[1] >= 0)
        close(ends[1]);
    if (!status && patient)
        be_patient(v->pid);
    if (status)
        verification_free(&v);
    *out = v;
    return status;
}

static void reap(struct verification *v)
{
    while (v->pid > 0 && waitpid(v->pid, &v->status, 0) < 0 && errno == EINTR)
        ;
    v->pid = 0;
    v->ended = true;
}

/* The first line is kept, the rest is to be had from `prospect check`. */
static void take(struct verification *v, const char *text, size_t length)
{
    size_t used = strlen(v->finding);
    for (size_t i = 0; i < length && !v->line_ended; i++) {
        v->line_ended = text[i] == '\n';
        if (!v->line_ended && used + 1 < sizeof v->finding)
            v->finding[used++] = text[i];
    }
    v->finding[used] = '\0';
}

int verification_fd(const struct verification *v)
{
    return v->fd;
}

bool verification_read(struct verification *v)
{
    char text[4096];
    ssize_t n;
    while (!v->ended && (n = read(v->fd, text, sizeof text)) != 0) {
        if (n > 0)
            take(v, text, (size_t)n);
        else if (errno != EINTR)
            return false;
    }
    if (!v->ended)
        reap(v);
    return true;
}

bool verification_wait(struct verification *v, int timeout_ms)
{
    int64_t end = clock_steady_ms() + timeout_ms;
    while (!verification_read(v)) {
        struct pollfd p = {.fd = v->fd, .events = POLLIN};
        int64_t left = end - clock_steady_ms();
        if (left <= 0)
            return false;
        poll(&p, 1, (int)left);
    }
    return true;
}

bool verification_is_quick(const struct verification *v)
{
    return v->quick;
}

/* Not of somebody's kill, nor of the system's where memory is short. */
static bool died_of_it(int status)
{
    int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return number == SIGSEGV || number == SIGBUS || number == SIGABRT || number == SIGFPE ||
           number == SIGILL;
}

enum verification_outcome verification_outcome(const struct verification *v)
{
    if (!v->ended)
        return VERIFICATION_UNKNOWN;
    if (died_of_it(v->status))
        return VERIFICATION_DAMAGED;
    if (!WIFEXITED(v->status))
        return VERIFICATION_UNKNOWN;
    if (WEXITSTATUS(v->status) == EXIT_SUCCESS)
        return VERIFICATION_SOUND;
    return v->finding[0] ? VERIFICATION_DAMAGED : VERIFICATION_UNKNOWN;
}

const char *verification_finding(const struct verification *v)
{
    return v->ended && died_of_it(v->status) ? "it ended the program that verified it" : v->finding;
}

void verification_free(struct verification **verification)
{
    struct verification *v = *verification;
    *verification = NULL;
    if (!v)
        return;
    if (v->pid > 0)
        kill(v->pid, SIGKILL);
    if (!v->ended)
        reap(v);
    if (v->fd >= 0)
        close(v->fd);
    free(v);
}
