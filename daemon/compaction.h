/* When the index is worth compacting: after many changes, once nobody has written for a while. A
 * bulk load leaves half of its room on disk unused. Pure: it knows no clock, and times are of any,
 * in milliseconds.
 */
#ifndef PROSPECT_COMPACTION_H
#define PROSPECT_COMPACTION_H

#include <stdint.h>

#define COMPACTION_CHANGES 1000 /* fewer are not worth it; in large indexes, a tenth of all */

struct compaction {
    unsigned quiet_ms; /* 0: never */
    uint64_t changes;  /* since the last time */
    int64_t last;      /* when the last of them was made, or this was begun */
};

void compaction_changed(struct compaction *c, int64_t now);
/* Until it is time, in an index of DOCUMENTS, if nothing else changes; 0: now, -1: not in sight. */
int64_t compaction_wait(const struct compaction *c, uint64_t documents, int64_t now);
/* It was done; or it failed, and is not tried again before as much has changed anew. */
void compaction_done(struct compaction *c);

#endif
