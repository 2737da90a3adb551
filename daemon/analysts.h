/* Threads that analyse documents before the writer comes to them: half of what it takes to put one.
 *
 * The writer takes documents in their order. Analysts run ahead of it, by a few megabytes of text;
 * what none of them has begun when its turn comes, the writer analyses itself. So the order stays,
 * and a single document waits for nobody.
 */
#ifndef PROSPECT_ANALYSTS_H
#define PROSPECT_ANALYSTS_H

#include "index/document.h"
#include "index/index.h"

struct analysts;

/* Told on an analyst's thread: the file of digest CONTENT, or a document in it, is about to be
 * analysed; NULL: that is over. */
typedef void analyse_fn(void *ctx, const uint8_t *content);

/* A document on its way to the writer; zeroed but for the first three before it is added. The rest
 * is the analysts' until it was collected. */
struct analysis {
    const struct document *document; /* not to be touched meanwhile */
    size_t bytes;                    /* of its text */
    const uint8_t *content;          /* its file's digest, as long as the document */
    enum {
        ANALYSIS_IDLE, /* nobody is at it: before it is added, and once it was collected */
        ANALYSIS_WAITS,
        ANALYSIS_RUNS,
        ANALYSIS_DONE
    } state;
    struct index_prepared *prepared; /* NULL until it is done, or if that failed */
    struct analysis *prev, *next;    /* in the line */
};

/* One thread less than there are processors, at most three. ANALYSE may be NULL. */
prospect_status analysts_new(struct analysts **out, analyse_fn *analyse, void *ctx,
                             struct error *error);
/* Ends the threads. What is still in line may be freed after, not before. */
void analysts_free(struct analysts **a);
/* Puts X at the end of the line. */
void analysts_add(struct analysts *a, struct analysis *x);
/* Its turn has come: takes X out of the line, or waits for who is at it. The result is the
 * caller's; NULL: nobody has, or it failed, and the caller is to do it. */
struct index_prepared *analysts_collect(struct analysts *a, struct analysis *x);

#endif
