#include "daemon/thread.h"

#include <errno.h>
#include <signal.h>

prospect_status thread_start(pthread_t *out, void *(*run)(void *ctx), void *ctx,
                             struct error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(out, NULL, run, ctx);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed)
        return PROSPECT_OK;
    errno = failed;
    return error_sys(error, PROSPECT_MEMORY, "no thread can be started");
}
