/* How often something happens, of late. Pure: times are of any clock, in milliseconds, and never
 * go back.
 */
#ifndef PROSPECT_RATE_H
#define PROSPECT_RATE_H

#include <stdint.h>

#define RATE_MS 250 /* a span: what is counted is of the present one and the one before */

struct rate {     /* all zero: it has never happened */
    int64_t span; /* number of the one that `now` is of */
    unsigned now, before;
};

void rate_count(struct rate *r, int64_t ms);
/* How many times it happened in the last RATE_MS to 2 * RATE_MS. */
unsigned rate_lately(const struct rate *r, int64_t ms);

#endif
