/* How much lies in a folder that is no document. */
#ifndef PROSPECT_WATCH_COUNTS_H
#define PROSPECT_WATCH_COUNTS_H

#include <stdint.h>

struct watch_counts {
    uint64_t ignored; /* regular files */
    uint64_t links;   /* symbolic ones, never followed */
    uint64_t special; /* FIFOs, devices, sockets, never opened */
};

#endif
