/* Between the signal and execve() nothing is called that is not async-signal-safe, and no memory is
 * asked for: arguments and environment are made ready before. */
#include "daemon/revive.h"

#include "index/base/mem.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define VARIABLE "PROSPECTD_DIED"

static char died[] = VARIABLE "=00";
static char **arguments, **environment;

enum {
    STACK = 16 * 1024,
    BURIALS = 100,
    BURIAL_US = 10000
};

static void say(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

static void revive(int number)
{
    sigset_t none;
    died[sizeof died - 3] = (char)('0' + number / 10 % 10);
    died[sizeof died - 2] = (char)('0' + number % 10);
    say("prospectd: a fatal signal: starting anew\n");
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve("/proc/self/exe", arguments, environment);
    signal(number, SIG_DFL);
    raise(number);
}

static void copy_environment(void)
{
    size_t n = 0, used = 0;
    while (environ[n])
        n++;
    environment = mem_zalloc((n + 2) * sizeof *environment);
    for (size_t i = 0; i < n; i++)
        if (strncmp(environ[i], died, sizeof VARIABLE) != 0)
            environment[used++] = mem_strdup(environ[i]);
    environment[used] = died;
}

static bool is_watched_by_sanitizers(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    return false;
#endif
}

void revive_install(char **argv)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
    struct sigaction action = {.sa_handler = revive, .sa_flags = SA_ONSTACK | SA_RESETHAND};
    if (is_watched_by_sanitizers() || getenv("LISTEN_FDS"))
        return;
    arguments = argv;
    copy_environment();
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
        sigaction(fatal[i], &action, NULL);
    revive_thread();
}

void revive_thread(void)
{
    static _Thread_local char room[STACK] __attribute__((aligned(16)));
    const stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
    if (!is_watched_by_sanitizers()) /* they have one of their own for each thread */
        sigaltstack(&stack, NULL);
}

int revive_signal(void)
{
    const char *text = getenv(VARIABLE);
    return text ? atoi(text) : 0;
}

void revive_bury(void)
{
    for (unsigned i = 0; i < BURIALS; i++) {
        pid_t gone = waitpid(-1, NULL, WNOHANG);
        if (gone < 0)
            return;
        if (gone == 0)
            usleep(BURIAL_US);
    }
}
