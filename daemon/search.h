/* The search threads: each with its own reader of the index, fed by one bounded queue. Jobs go in,
 * and come back through a mailbox once they have run.
 *
 * Only as many as there are processors run at once, in the order in which they came: more would
 * each be slower, and some wait for much longer than others. A job that is long gives its slot to
 * the next, and shares the processors with those that follow.
 *
 * A job should be done in time by itself: it has limits and a deadline. One that is late all the
 * same keeps its thread from the others; a spare thread then takes that one's place, as long as
 * there are no more spare ones than threads.
 */
#ifndef PROSPECT_SEARCH_H
#define PROSPECT_SEARCH_H

#include "daemon/mailbox.h"
#include "index/index.h"

/* First member of what is to be done. It belongs to the threads from search_submit() on until it
 * comes back through the mailbox. */
struct search_job {
    struct message message;
    void (*run)(struct search_job *job, struct index_reader *r); /* on a search thread */
};

struct search;

enum {
    SEARCH_LOOK_MS = 5
};

struct search_options {
    unsigned threads; /* 0: two for each core, at least four */
    unsigned at_once; /* slots; 0: one for each core, at least two */
    unsigned long_ms; /* a job that runs for longer needs no slot; 0: 10 */
    size_t limit;     /* of jobs that wait */
    unsigned late_ms; /* a job that runs for longer is late */
};

/* Starts the threads on the index in INDEX_DIR. Jobs that have run are posted to DONE, which must
 * be unbounded and outlive this. */
prospect_status search_new(struct search **out, const char *index_dir,
                           const struct search_options *options, struct mailbox *done,
                           struct error *error);
/* False if the queue is full; the job is then still the caller's. */
bool search_submit(struct search *s, struct search_job *job);
/* Looks for jobs that are long, whose slots others then have, and for late ones, and starts spare
 * threads. To be called every SEARCH_LOOK_MS, by who made it, while jobs run: false if there are
 * none. */
bool search_look(struct search *s);
/* How many jobs were late: each should be taken for an error of ours. */
uint64_t search_late(const struct search *s);
/* Without spare ones. */
unsigned search_threads(const struct search *s);
/* Tells the threads to end; jobs that wait come back without having run. False if one still runs
 * after MS: all that it may use must then stay, and nothing but the end of the process is left. */
bool search_stop(struct search *s, unsigned ms);
/* Ends the threads: takes as long as the longest job that runs. */
void search_free(struct search **s);

#endif
