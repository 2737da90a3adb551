/* A copy of what the daemon told of itself, to be carried to another thread.
 */
#ifndef PROSPECT_SNAPSHOT_H
#define PROSPECT_SNAPSHOT_H

#include "daemon/server.h"

struct snapshot {
    struct daemon_state state; /* owns everything that it points to */
};

void snapshot_new(struct snapshot **out, const struct daemon_state *state);
void snapshot_free(struct snapshot **s);

#endif
