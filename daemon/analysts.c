#include "daemon/analysts.h"

#include "daemon/thread.h"
#include "index/base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <utlist.h>

enum {
    THREADS_MAX = 3,
    AHEAD = 4 << 20, /* bytes of text analysed and not collected; it takes several times that */
    IDLE_S = 3,      /* after which an analyst frees its tables */
    NICE = 10        /* as the readers: the writer does what they have not begun */
};

struct analysts {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* the line, what is ahead, or a state */
    pthread_t thread[THREADS_MAX];
    unsigned n_threads;
    analyse_fn *analyse;
    void *ctx;
    struct analysis *line;
    size_t ahead;
    bool ending;
};

/* ---- an analyst ------------------------------------------------------------------------------ */

static bool may_begin(const struct analysts *a)
{
    return a->line && (a->ahead == 0 || a->ahead + a->line->bytes <= AHEAD);
}

/* False after a while with nothing to do, if PATIENT is not set. */
static bool wait_for_work(struct analysts *a, bool patient)
{
    struct timespec until;
    int rc = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += IDLE_S;
    while (!a->ending && !may_begin(a) && rc != ETIMEDOUT)
        rc = patient ? pthread_cond_wait(&a->changed, &a->lock)
                     : pthread_cond_timedwait(&a->changed, &a->lock, &until);
    return a->ending || may_begin(a);
}

/* With the lock, which is let go meanwhile. */
static void analyse_first(struct analysts *a, struct index_preparer *preparer)
{
    struct analysis *x = a->line;
    struct index_prepared *prepared;
    struct error unused;
    DL_DELETE(a->line, x);
    x->state = ANALYSIS_RUNS;
    a->ahead += x->bytes;
    pthread_mutex_unlock(&a->lock);
    if (a->analyse)
        a->analyse(a->ctx, x->content);
    index_prepare(preparer, x->document, &prepared, &unused);
    if (a->analyse)
        a->analyse(a->ctx, NULL);
    pthread_mutex_lock(&a->lock);
    x->prepared = prepared;
    x->state = ANALYSIS_DONE;
    pthread_cond_broadcast(&a->changed);
}

static void *run(void *ctx)
{
    struct analysts *a = ctx;
    struct index_preparer *preparer = NULL;
    struct error unused;
    setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    pthread_mutex_lock(&a->lock);
    while (!a->ending) {
        bool work = wait_for_work(a, preparer == NULL);
        pthread_mutex_unlock(&a->lock);
        if (!work)
            index_preparer_free(&preparer);
        else if (!preparer)
            index_preparer_new(&preparer, &unused);
        pthread_mutex_lock(&a->lock);
        if (work && !preparer)
            break; /* the writer can do without */
        if (preparer && may_begin(a) && !a->ending)
            analyse_first(a, preparer);
    }
    pthread_mutex_unlock(&a->lock);
    index_preparer_free(&preparer);
    return NULL;
}

/* ---- outside --------------------------------------------------------------------------------- */

prospect_status analysts_new(struct analysts **out, analyse_fn *analyse, void *ctx,
                             struct error *error)
{
    struct analysts *a = mem_zalloc(sizeof *a);
    a->analyse = analyse;
    a->ctx = ctx;
    pthread_condattr_t attr;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    prospect_status status = PROSPECT_OK;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&a->changed, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&a->lock, NULL);
    while (status == PROSPECT_OK && a->n_threads < THREADS_MAX && a->n_threads + 1 < processors) {
        status = thread_start(&a->thread[a->n_threads], run, a, error);
        a->n_threads += status == PROSPECT_OK;
    }
    *out = a;
    if (status)
        analysts_free(out);
    return status;
}

void analysts_free(struct analysts **analysts)
{
    struct analysts *a = *analysts;
    if (!a)
        return;
    pthread_mutex_lock(&a->lock);
    a->ending = true;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
    for (unsigned i = 0; i < a->n_threads; i++)
        pthread_join(a->thread[i], NULL);
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->lock);
    free(a);
    *analysts = NULL;
}

void analysts_add(struct analysts *a, struct analysis *x)
{
    pthread_mutex_lock(&a->lock);
    x->state = ANALYSIS_WAITS;
    DL_APPEND(a->line, x);
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

struct index_prepared *analysts_collect(struct analysts *a, struct analysis *x)
{
    pthread_mutex_lock(&a->lock);
    if (x->state == ANALYSIS_WAITS)
        DL_DELETE(a->line, x);
    while (x->state == ANALYSIS_RUNS)
        pthread_cond_wait(&a->changed, &a->lock);
    if (x->state == ANALYSIS_DONE)
        a->ahead -= x->bytes;
    x->state = ANALYSIS_IDLE;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
    struct index_prepared *prepared = x->prepared;
    x->prepared = NULL;
    return prepared;
}
