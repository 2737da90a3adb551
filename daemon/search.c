#include "daemon/search.h"

#include "daemon/revive.h"
#include "index/base/mem.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    WARMING_NICE = 10
};

struct thread {
    pthread_t id;
    struct search *search;
    struct index_reader *reader;
    bool started;
};

struct search {
    struct mailbox *queue;
    struct mailbox *done;
    struct thread *thread;
    unsigned threads;
    struct thread warming; /* reads dictionaries while the others answer already */
    atomic_bool closing;
};

static void *work(void *arg)
{
    struct thread *t = arg;
    struct message *message;
    revive_thread();
    while ((message = mailbox_wait(t->search->queue, -1)) != NULL) {
        struct search_job *job = (struct search_job *)message;
        if (!atomic_load(&t->search->closing))
            job->run(job, t->reader);
        mailbox_post(t->search->done, message);
    }
    return NULL;
}

/* Behind all else: nobody may ever want what it reads. */
static void *warm(void *arg)
{
    struct thread *t = arg;
    setpriority(PRIO_PROCESS, (id_t)gettid(), WARMING_NICE);
    index_reader_warm(t->reader);
    index_reader_free(&t->reader);
    return NULL;
}

/* Signals are the event loop's: no other thread may take one. */
static int start(struct thread *t, void *(*run)(void *arg))
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&t->id, NULL, run, t);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    t->started = failed == 0;
    return failed;
}

static unsigned default_threads(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 2 ? 2 * (unsigned)cores : 4;
}

static prospect_status add(struct search *s, struct thread *t, void *(*run)(void *arg),
                           const char *index_dir, struct error *error)
{
    t->search = s;
    prospect_status status = index_reader_new(&t->reader, index_dir, error);
    int failed = status == PROSPECT_OK ? start(t, run) : 0;
    if (failed != 0)
        status =
            error_set(error, PROSPECT_MEMORY, "cannot start a search thread: %s", strerror(failed));
    return status;
}

static void end(struct thread *t)
{
    if (t->started)
        pthread_join(t->id, NULL);
    index_reader_free(&t->reader);
}

prospect_status search_new(struct search **out, const char *index_dir, unsigned threads,
                           size_t limit, struct mailbox *done, struct error *error)
{
    struct search *s = mem_zalloc(sizeof *s);
    prospect_status status = PROSPECT_OK;
    s->threads = threads > 0 ? threads : default_threads();
    s->thread = mem_zalloc(s->threads * sizeof *s->thread);
    s->done = done;
    mailbox_new(&s->queue, limit);
    for (unsigned i = 0; status == PROSPECT_OK && i < s->threads; i++)
        status = add(s, &s->thread[i], work, index_dir, error);
    if (status == PROSPECT_OK)
        status = add(s, &s->warming, warm, index_dir, error);
    if (status != PROSPECT_OK)
        search_free(&s);
    *out = s;
    return status;
}

bool search_submit(struct search *s, struct search_job *job)
{
    return mailbox_post(s->queue, &job->message);
}

unsigned search_threads(const struct search *s)
{
    return s->threads;
}

void search_free(struct search **s)
{
    struct search *gone = *s;
    *s = NULL;
    if (gone == NULL)
        return;
    atomic_store(&gone->closing, true);
    mailbox_close(gone->queue);
    for (unsigned i = 0; i < gone->threads; i++)
        end(&gone->thread[i]);
    end(&gone->warming);
    mailbox_free(&gone->queue);
    free(gone->thread);
    free(gone);
}
