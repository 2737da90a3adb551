/* The search threads: each with its own reader of the index, fed by one bounded queue. Jobs go in,
 * and come back through a mailbox once they have run.
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

/* Starts THREADS threads (0: two for each core, at least four) on the index in INDEX_DIR, with
 * room for LIMIT waiting jobs. Jobs that have run are posted to DONE, which must be unbounded and
 * outlive this. */
prospect_status search_new(struct search **out, const char *index_dir, unsigned threads,
                           size_t limit, struct mailbox *done, struct error *error);
/* False if the queue is full; the job is then still the caller's. */
bool search_submit(struct search *s, struct search_job *job);
unsigned search_threads(const struct search *s);
/* Ends the threads: takes as long as the longest job that runs. Those that wait come back without
 * having run. */
void search_free(struct search **s);

#endif
