#include "daemon/search.h"

#include "daemon/log.h"
#include "daemon/revive.h"
#include "daemon/thread.h"
#include "index/base/clock.h"
#include "index/base/mem.h"
#include "index/dictionaries.h"

#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    WARMING_NICE = 10,
    REST_MS = 5000, /* without a job: its reader gives memory back */
    LONG_MS = 10    /* more than most searches take, and little to wait for */
};

struct thread {
    pthread_t id;
    struct search *search;
    struct index_reader *reader;
    bool ended;
    atomic_bool has_slot;  /* taken from it by search_look() */
    _Atomic int64_t since; /* when its job began, clock_steady_ms(); 0: it has none */
    int64_t counted;       /* `since` of the last job that was late */
};

struct search {
    struct mailbox *queue;
    struct mailbox *done;
    sem_t slots; /* that are free */
    char *index_dir;
    struct search_options options;
    struct thread **thread; /* spare ones last */
    unsigned count;
    struct thread *warming;  /* reads dictionaries while the others answer already */
    struct thread *hurrying; /* does so in its place once somebody lacks them */
    uint64_t late;
    atomic_uint unfinished; /* jobs that were taken, and are not in `done` yet */
    atomic_bool closing;
};

/* On CLOCK_MONOTONIC, MS from now. */
static struct timespec steady_in(unsigned ms)
{
    const int64_t ns = clock_steady_ns() + (int64_t)ms * 1000000;
    return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

/* Waits for a slot until UNTIL (of CLOCK_MONOTONIC; NULL: for ever). */
static bool take_slot_until(struct thread *t, const struct timespec *until)
{
    sem_t *slots = &t->search->slots;
    int failed;
    do
        failed = until ? sem_clockwait(slots, CLOCK_MONOTONIC, until) : sem_wait(slots);
    while (failed && errno == EINTR);
    return !failed;
}

static void take_slot(struct thread *t)
{
    const struct timespec soon = steady_in(REST_MS);
    if (!take_slot_until(t, &soon)) {
        index_reader_rest(t->reader);
        take_slot_until(t, NULL);
    }
    atomic_store(&t->has_slot, true);
}

static struct message *next_job(struct thread *t)
{
    if (!atomic_load(&t->has_slot))
        take_slot(t);
    struct message *job = mailbox_wait(t->search->queue, REST_MS);
    if (job != NULL)
        return job;
    index_reader_rest(t->reader);
    return mailbox_wait(t->search->queue, -1);
}

static void *work(void *arg)
{
    struct thread *t = arg;
    struct message *message;
    revive_thread();
    while ((message = next_job(t)) != NULL) {
        struct search_job *job = (struct search_job *)message;
        atomic_store(&t->since, clock_steady_ms());
        if (!atomic_load(&t->search->closing))
            job->run(job, t->reader);
        atomic_store(&t->since, 0);
        mailbox_post(t->search->done, message);
        atomic_fetch_sub(&t->search->unfinished, 1);
    }
    return NULL;
}

static bool is_open(void *search)
{
    struct search *s = search;
    return !atomic_load(&s->closing);
}

static bool nobody_lacks_any(void *search)
{
    return is_open(search) && !dictionaries_wanted(dictionaries_shared());
}

/* Behind what is asked for: nobody may ever want what it reads. */
static void *warm(void *arg)
{
    struct thread *t = arg;
    revive_thread();
    setpriority(PRIO_PROCESS, (id_t)gettid(), WARMING_NICE);
    if (index_reader_warm(t->reader, nobody_lacks_any, t->search))
        dictionaries_warming(dictionaries_shared(), false);
    index_reader_free(&t->reader);
    return NULL;
}

/* Nobody may make its own thread more important again. */
static void *hurry(void *arg)
{
    struct thread *t = arg;
    revive_thread();
    if (index_reader_warm(t->reader, is_open, t->search))
        dictionaries_warming(dictionaries_shared(), false);
    index_reader_free(&t->reader);
    return NULL;
}

/* Starts RUN in a thread with a reader of its own. */
static prospect_status add_thread(struct search *s, void *(*run)(void *arg), struct thread **out,
                                  struct error *error)
{
    struct thread *t = mem_zalloc(sizeof *t);
    t->search = s;
    prospect_status status = index_reader_new(&t->reader, s->index_dir, error);
    if (status == PROSPECT_OK)
        status = thread_start(&t->id, run, t, error);
    if (status == PROSPECT_OK) {
        *out = t;
        return status;
    }
    index_reader_free(&t->reader);
    free(t);
    return status;
}

/* True once T has ended, for which it waits until UNTIL. */
static bool join(struct thread *t, const struct timespec *until)
{
    if (t != NULL && !t->ended)
        t->ended = pthread_clockjoin_np(t->id, NULL, CLOCK_MONOTONIC, until) == 0;
    return t == NULL || t->ended;
}

static void free_thread(struct thread *t)
{
    if (t == NULL)
        return;
    if (!t->ended)
        pthread_join(t->id, NULL);
    index_reader_free(&t->reader);
    free(t);
}

static prospect_status add_worker(struct search *s, struct error *error)
{
    prospect_status status = add_thread(s, work, &s->thread[s->count], error);
    s->count += status == PROSPECT_OK;
    return status;
}

/* Nobody who searches waits for what it reads. */
static prospect_status add_warming(struct search *s, struct error *error)
{
    dictionaries_warming(dictionaries_shared(), true);
    prospect_status status = add_thread(s, warm, &s->warming, error);
    if (status != PROSPECT_OK)
        dictionaries_warming(dictionaries_shared(), false);
    return status;
}

static void set_defaults(struct search_options *o)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    const unsigned n = cores > 2 ? (unsigned)cores : 2;
    if (o->threads == 0)
        o->threads = 2 * n;
    if (o->at_once == 0)
        o->at_once = n;
    if (o->long_ms == 0)
        o->long_ms = LONG_MS;
}

prospect_status search_new(struct search **out, const char *index_dir,
                           const struct search_options *options, struct mailbox *done,
                           struct error *error)
{
    struct search *s = mem_zalloc(sizeof *s);
    prospect_status status = PROSPECT_OK;
    s->options = *options;
    set_defaults(&s->options);
    sem_init(&s->slots, 0, s->options.at_once);
    s->thread = mem_zalloc(2 * s->options.threads * sizeof *s->thread);
    s->index_dir = mem_strdup(index_dir);
    s->done = done;
    mailbox_new(&s->queue, s->options.limit);
    while (status == PROSPECT_OK && s->count < s->options.threads)
        status = add_worker(s, error);
    if (status == PROSPECT_OK)
        status = add_warming(s, error);
    if (status != PROSPECT_OK)
        search_free(&s);
    *out = s;
    return status;
}

bool search_submit(struct search *s, struct search_job *job)
{
    atomic_fetch_add(&s->unfinished, 1);
    if (mailbox_post(s->queue, &job->message))
        return true;
    atomic_fetch_sub(&s->unfinished, 1);
    return false;
}

/* The job that T begins meanwhile, if it does, has no slot: one more than may runs at once. */
static void give_slot_away(struct search *s, struct thread *t, int64_t since, int64_t now)
{
    if (since != 0 && now - since > s->options.long_ms && atomic_exchange(&t->has_slot, false))
        sem_post(&s->slots);
}

/* Notes T's job if it is late; true if it is. */
static bool is_late(struct search *s, struct thread *t, int64_t since, int64_t now)
{
    if (since == 0 || now - since <= s->options.late_ms)
        return false;
    if (t->counted != since) {
        t->counted = since;
        s->late++;
        log_line(LOG_WARNING, "a search has taken more than %u ms and goes on", s->options.late_ms);
    }
    return true;
}

static void add_spare(struct search *s)
{
    struct error error;
    if (s->count == 2 * s->options.threads)
        log_line(LOG_ERROR, "no spare search thread is left");
    else if (add_worker(s, &error) != PROSPECT_OK)
        log_line(LOG_ERROR, "no spare search thread: %s", error.line);
}

static void hurry_if_wanted(struct search *s)
{
    struct error error;
    if (s->hurrying || !dictionaries_wanted(dictionaries_shared()))
        return;
    if (add_thread(s, hurry, &s->hurrying, &error) != PROSPECT_OK) {
        log_line(LOG_ERROR, "searches wait for dictionaries: %s", error.line);
        dictionaries_warming(dictionaries_shared(), false);
    }
}

bool search_look(struct search *s)
{
    const int64_t now = clock_steady_ms();
    unsigned late = 0;
    hurry_if_wanted(s);
    for (unsigned i = 0; i < s->count; i++) {
        const int64_t since = atomic_load(&s->thread[i]->since);
        give_slot_away(s, s->thread[i], since, now);
        late += is_late(s, s->thread[i], since, now);
    }
    if (s->count - late < s->options.threads)
        add_spare(s);
    return atomic_load(&s->unfinished) > 0;
}

uint64_t search_late(const struct search *s)
{
    return s->late;
}

unsigned search_threads(const struct search *s)
{
    return s->options.threads;
}

static void close_queue(struct search *s)
{
    atomic_store(&s->closing, true);
    mailbox_close(s->queue);
    for (unsigned i = 0; i < s->count; i++)
        sem_post(&s->slots);
}

bool search_stop(struct search *s, unsigned ms)
{
    const struct timespec until = steady_in(ms);
    close_queue(s);
    bool ended = join(s->warming, &until) && join(s->hurrying, &until);
    for (unsigned i = 0; i < s->count; i++)
        ended = join(s->thread[i], &until) && ended;
    return ended;
}

void search_free(struct search **s)
{
    struct search *gone = *s;
    *s = NULL;
    if (gone == NULL)
        return;
    close_queue(gone);
    for (unsigned i = 0; i < gone->count; i++)
        free_thread(gone->thread[i]);
    free_thread(gone->warming);
    free_thread(gone->hurrying);
    mailbox_free(&gone->queue);
    sem_destroy(&gone->slots);
    free(gone->index_dir);
    free(gone->thread);
    free(gone);
}
