#include "daemon/thread.h"

#include <errno.h>
#include <signal.h>

prospect_status thread_start(pthread_t *out, void *(*run)(void *ctx), void *ctx,
                             struct error *error)
{
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    sigset_t all, before;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        sigdelset(&all, own[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(out, NULL, run, ctx);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed)
        return PROSPECT_OK;
    errno = failed;
    return error_sys(error, PROSPECT_MEMORY, "no thread can be started");
}
