/* The thread takes messages in order. What is not committed yet is `undecided`: one reply each,
 * with what is known of its outcome so far; a commit decides them all and posts them.
 */
#include "daemon/writer.h"

#include "daemon/compaction.h"
#include "daemon/disk.h"
#include "daemon/log.h"
#include "daemon/pace.h"
#include "daemon/revive.h"
#include "daemon/thread.h"
#include "index/base/clock.h"
#include "index/base/mem.h"
#include "index/index.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utlist.h>

enum {
    REST_MS = 5000, /* with nothing to do, after which memory is given back */
    REBUILD_SLICE = 20,
    FAILURES = 3,     /* to write, in a row, before the index is begun anew from what it has */
    DISK_MS = 1000,   /* between looks at a disk that has no room */
    ENDING_MS = 1000, /* how long it goes on taking what waits when it is to end */
    NICE = 3          /* after the searches; more starves it on a busy machine */
};

struct undecided {
    struct undecided *prev, *next;
    struct writer_reply *reply;
};

struct writer {
    pthread_t thread;
    struct mailbox *in, *replies;
    struct index_writer *index;
    struct analysts *analysts;
    atomic_size_t backlog;
    atomic_bool disk_low;
    atomic_bool damaged; /* since it was last asked */
    atomic_uint commits;
    atomic_bool ending;           /* no more messages come */
    _Atomic int64_t ending_until; /* what is not taken by then is left */
    /* the thread's own */
    struct undecided *undecided;
    int64_t oldest_ms; /* when the first uncommitted change was made; 0: there is none */
    int64_t urgent_ms; /* the same of what is urgent */
    int64_t rest_ms;   /* when to give memory back; 0: it was */
    char *dir;
    struct writer_options options;
    struct compaction compaction;
    struct pace pace;
    struct disk disk;
    unsigned failures;
    bool completing; /* the next commit that succeeds has all */
    bool rebuilding;
    char cursor[DIGEST_ID_SIZE];
    uint64_t rebuild_tag;
};

void writer_message_free(struct writer_message **m)
{
    if (!*m)
        return;
    index_prepared_free(&(*m)->analysis.prepared);
    document_free(&(*m)->document);
    strlist_free(&(*m)->roots);
    free(*m);
    *m = NULL;
}

static size_t text_bytes(const struct writer_message *m)
{
    size_t n = sizeof *m;
    if (m->document)
        for (size_t i = 0; i < m->document->n_units; i++)
            n += m->document->units[i].length;
    return n;
}

/* ---- replies --------------------------------------------------------------------------------- */

static void decide_later(struct writer *w, enum writer_kind kind, uint64_t tag,
                         const struct error *outcome)
{
    struct undecided *u = mem_zalloc(sizeof *u);
    u->reply = mem_zalloc(sizeof *u->reply);
    u->reply->kind = kind;
    u->reply->tag = tag;
    u->reply->outcome = *outcome;
    DL_APPEND(w->undecided, u);
    if (w->oldest_ms == 0)
        w->oldest_ms = clock_steady_ms();
}

static void decide(struct writer *w, const struct error *commit)
{
    struct undecided *u, *next;
    DL_FOREACH_SAFE(w->undecided, u, next)
    {
        if (u->reply->outcome.status == PROSPECT_OK)
            u->reply->outcome = *commit;
        if (!mailbox_post(w->replies, &u->reply->message))
            free(u->reply);
        DL_DELETE(w->undecided, u);
        free(u);
    }
    w->oldest_ms = w->urgent_ms = 0;
}

static void look_at_disk(struct writer *w)
{
    if (!disk_look(&w->disk, w->dir))
        return;
    unsigned long long mb = w->disk.wanted >> 20;
    if (w->disk.low)
        log_line(LOG_WARNING,
                 "the disk of the index has less than %llu MB free: no documents are taken in", mb);
    else
        log_line(LOG_INFO, "the disk of the index has room again: documents are taken in");
    atomic_store(&w->disk_low, w->disk.low);
}

/* After a full disk the lists of what is free in Xapian's tables may be damaged, and nothing else:
 * that is over when the index is begun anew from what it has. */
static void note_corrupt(struct writer *w, const struct error *outcome)
{
    w->failures += outcome->status == PROSPECT_CORRUPT;
}

static void renew(struct writer *w)
{
    struct error outcome;
    w->failures = 0;
    if (!index_writer_renew(w->index, &outcome)) {
        log_line(LOG_WARNING,
                 "the index could not be written, and was begun anew from what it has");
        return;
    }
    log_line(LOG_ERROR, "the index could not be begun anew: %s", outcome.line);
    if (outcome.status != PROSPECT_LIMIT)
        atomic_store(&w->damaged, true);
}

/* All that the folders hold is in: what was kept until then may go. */
static void complete(struct writer *w)
{
    struct error outcome;
    w->completing = index_writer_drop_old(w->index, &outcome) != PROSPECT_OK;
    if (w->completing)
        log_line(LOG_ERROR, "the index filled anew is not switched to: %s", outcome.line);
    atomic_fetch_add(&w->commits, 1);
}

static void commit(struct writer *w)
{
    struct error outcome = {0};
    size_t documents, bytes;
    const int64_t began = clock_steady_ms();
    index_writer_pending(w->index, &documents, &bytes);
    if (index_writer_commit(w->index, &outcome))
        log_line(LOG_ERROR, "the index could not be written: %s", outcome.line);
    if (documents)
        pace_committed(&w->pace, began, clock_steady_ms());
    if (outcome.status)
        w->failures++;
    else if (documents) {
        w->failures = 0;
        atomic_fetch_add(&w->commits, 1);
    }
    look_at_disk(w);
    decide(w, &outcome);
    w->rest_ms = clock_steady_ms() + REST_MS;
    if (w->failures >= FAILURES && !w->disk.low)
        renew(w);
    if (w->completing && !outcome.status)
        complete(w);
}

/* Until what is not committed should be. */
static int64_t until_commit(const struct writer *w)
{
    bool more = mailbox_count(w->in) > 0;
    struct pace_waiting waiting = {.oldest = w->oldest_ms, .urgent = more ? 0 : w->urgent_ms};
    index_writer_pending(w->index, &waiting.documents, &waiting.bytes);
    return pace_wait(&w->pace, &waiting, clock_steady_ms());
}

static void commit_by_rule(struct writer *w)
{
    if (w->oldest_ms && until_commit(w) == 0)
        commit(w);
}

/* ---- what is asked --------------------------------------------------------------------------- */

static prospect_status put(struct writer *w, struct writer_message *m, struct error *outcome)
{
    struct index_prepared *prepared = analysts_collect(w->analysts, &m->analysis);
    prospect_status status =
        prepared ? index_writer_put_prepared(w->index, m->document, prepared, outcome)
                 : index_writer_put(w->index, m->document, outcome);
    index_prepared_free(&prepared);
    return status;
}

static prospect_status change(struct writer *w, struct writer_message *m, struct error *outcome)
{
    switch (m->kind) {
    case WRITER_PUT:
        return put(w, m, outcome);
    case WRITER_PUT_FROM:
        return index_writer_put_from(w->index, m->id, m->document, outcome);
    case WRITER_REMOVE:
        return index_writer_remove(w->index, m->id, outcome);
    case WRITER_KEEP_ROOTS:
        return index_writer_keep_roots(w->index, (const char *const *)m->roots.item, m->roots.count,
                                       outcome);
    default:
        return PROSPECT_OK;
    }
}

/* With somebody told what is in hand: text that nobody has seen before may be the end of us. */
static prospect_status change_watched(struct writer *w, struct writer_message *m,
                                      struct error *outcome)
{
    bool told = w->options.analyse && m->document;
    if (told)
        w->options.analyse(w->options.ctx, m->content);
    prospect_status status = change(w, m, outcome);
    if (told)
        w->options.analyse(w->options.ctx, NULL);
    return status;
}

static void end_rebuild(struct writer *w, const struct error *outcome)
{
    decide_later(w, WRITER_REBUILD, w->rebuild_tag, outcome);
    w->rebuilding = false;
    commit(w);
}

/* A rebuild that comes while one runs takes its place, from the start. */
static void start_rebuild(struct writer *w, uint64_t tag)
{
    struct error cancelled;
    error_set(&cancelled, PROSPECT_CANCELLED, "another rebuild was asked for");
    if (w->rebuilding)
        end_rebuild(w, &cancelled);
    w->rebuilding = true;
    w->rebuild_tag = tag;
    w->cursor[0] = '\0';
}

static void rebuild_slice(struct writer *w)
{
    struct error outcome = {0};
    if (w->oldest_ms == 0)
        w->oldest_ms = clock_steady_ms();
    if (index_writer_rebuild(w->index, w->cursor, REBUILD_SLICE, &outcome)) {
        log_line(LOG_ERROR, "the index could not be rebuilt: %s", outcome.line);
        end_rebuild(w, &outcome);
    } else if (!*w->cursor) {
        end_rebuild(w, &outcome);
    }
}

static void take(struct writer *w, struct writer_message *m)
{
    struct error outcome = {0};
    size_t bytes = text_bytes(m);
    if (m->kind == WRITER_REBUILD) {
        start_rebuild(w, m->tag);
    } else {
        if (change_watched(w, m, &outcome) && outcome.status != PROSPECT_NOT_FOUND)
            log_line(LOG_ERROR, "the index did not take a change: %s", outcome.line);
        note_corrupt(w, &outcome);
        decide_later(w, m->kind, m->tag, &outcome);
        if (m->urgent && !w->urgent_ms)
            w->urgent_ms = clock_steady_ms();
        if (m->kind != WRITER_FLUSH)
            compaction_changed(&w->compaction, clock_steady_ms());
        w->completing = w->completing || m->kind == WRITER_DROP_OLD;
        if (m->kind == WRITER_FLUSH || m->kind == WRITER_DROP_OLD)
            commit(w);
    }
    writer_message_free(&m);
    atomic_fetch_sub(&w->backlog, bytes);
}

static int64_t until_compaction(const struct writer *w)
{
    return compaction_wait(&w->compaction, index_writer_documents(w->index), clock_steady_ms());
}

static void compact(struct writer *w)
{
    struct error outcome = {0};
    int64_t began = clock_steady_ms();
    compaction_done(&w->compaction);
    if (index_writer_compact(w->index, &outcome))
        log_line(LOG_WARNING, "the index is not compacted: %s", outcome.line);
    else
        log_line(LOG_INFO, "the index was compacted in %lld ms",
                 (long long)(clock_steady_ms() - began));
    if (outcome.status == PROSPECT_CORRUPT)
        atomic_store(&w->damaged, true);
    atomic_fetch_add(&w->commits, 1);
    w->rest_ms = clock_steady_ms() + REST_MS;
}

/* What many documents have left in the heap would stay there, in pieces, until the next many. */
static void rest(struct writer *w)
{
    w->rest_ms = 0;
    index_writer_rest(w->index);
    mem_give_back();
}

/* A time in the future, or now. */
static int64_t until(int64_t due)
{
    int64_t left = due - clock_steady_ms();
    return left > 0 ? left : 0;
}

static int64_t until_care(const struct writer *w)
{
    int64_t left = until_compaction(w);
    if (w->rest_ms && (left < 0 || until(w->rest_ms) < left))
        left = until(w->rest_ms);
    return left;
}

static int patience(const struct writer *w)
{
    if (w->rebuilding)
        return 0;
    int64_t left = w->oldest_ms ? until_commit(w) : until_care(w);
    return (int)(w->disk.low && (left < 0 || left > DISK_MS) ? DISK_MS : left);
}

static bool has_ended(struct writer *w)
{
    return atomic_load(&w->ending) &&
           (mailbox_count(w->in) == 0 || clock_steady_ms() >= atomic_load(&w->ending_until));
}

static void *run(void *ctx)
{
    struct writer *w = ctx;
    revive_thread();
    setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    while (!has_ended(w)) {
        struct message *m = mailbox_wait(w->in, patience(w));
        if (m)
            take(w, (struct writer_message *)m);
        else if (w->rebuilding && !atomic_load(&w->ending))
            rebuild_slice(w);
        else if (w->oldest_ms == 0 && until_compaction(w) == 0 && !atomic_load(&w->ending))
            compact(w);
        else if (w->oldest_ms == 0 && w->rest_ms && until(w->rest_ms) == 0)
            rest(w);
        else if (w->disk.low)
            look_at_disk(w);
        commit_by_rule(w);
    }
    commit(w);
    return NULL;
}

/* ---- outside the thread ---------------------------------------------------------------------- */

prospect_status writer_new(struct writer **out, const char *dir,
                           const struct writer_options *options, struct mailbox *replies,
                           char *notice, size_t notice_size, struct error *error)
{
    struct writer *w = mem_zalloc(sizeof *w);
    prospect_status status;
    w->replies = replies;
    w->dir = mem_strdup(dir);
    w->options = *options;
    w->compaction.quiet_ms = options->compact_quiet_ms;
    w->disk.reserve = options->disk_reserve;
    mailbox_new(&w->in, 0);
    status = index_writer_new(&w->index, dir, notice, notice_size, error);
    if (!status)
        status = analysts_new(&w->analysts, w->options.analyse, w->options.ctx, error);
    if (!status) {
        w->compaction.changes = index_writer_changes(w->index);
        w->compaction.last = clock_steady_ms();
        look_at_disk(w);
        status = thread_start(&w->thread, run, w, error);
    }
    if (status) {
        analysts_free(&w->analysts);
        index_writer_free(&w->index);
        mailbox_free(&w->in);
        free(w->dir);
        free(w);
        w = NULL;
    }
    *out = w;
    return status;
}

void writer_send(struct writer *w, struct writer_message *m)
{
    size_t bytes = text_bytes(m);
    atomic_fetch_add(&w->backlog, bytes);
    m->analysis = (struct analysis){.document = m->document, .bytes = bytes, .content = m->content};
    if (m->kind == WRITER_PUT)
        analysts_add(w->analysts, &m->analysis);
    if (mailbox_post(w->in, &m->message))
        return;
    if (m->kind == WRITER_PUT)
        m->analysis.prepared = analysts_collect(w->analysts, &m->analysis);
    writer_message_free(&m);
}

size_t writer_backlog(struct writer *w)
{
    return atomic_load(&w->backlog);
}

bool writer_disk_low(struct writer *w)
{
    return atomic_load(&w->disk_low);
}

unsigned writer_commits(struct writer *w)
{
    return atomic_load(&w->commits);
}

bool writer_met_damage(struct writer *w)
{
    return atomic_exchange(&w->damaged, false);
}

void writer_free(struct writer **writer)
{
    struct writer *w = *writer;
    if (!w)
        return;
    struct message *m;
    atomic_store(&w->ending_until, clock_steady_ms() + ENDING_MS);
    atomic_store(&w->ending, true);
    mailbox_close(w->in);
    pthread_join(w->thread, NULL);
    analysts_free(&w->analysts);
    while ((m = mailbox_take(w->in))) {
        struct writer_message *left = (struct writer_message *)m;
        writer_message_free(&left);
    }
    index_writer_free(&w->index);
    mailbox_free(&w->in);
    free(w->dir);
    free(w);
    *writer = NULL;
}
