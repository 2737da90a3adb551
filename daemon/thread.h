/* Starting threads. */
#ifndef PROSPECT_THREAD_H
#define PROSPECT_THREAD_H

#include "index/base/error.h"

#include <pthread.h>

/* With every signal blocked, since signals are the event loop's, but for those that a thread's own
 * fault raises. */
prospect_status thread_start(pthread_t *out, void *(*run)(void *ctx), void *ctx,
                             struct error *error);

#endif
