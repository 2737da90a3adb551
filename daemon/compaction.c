#include "daemon/compaction.h"

void compaction_changed(struct compaction *c, int64_t now)
{
    c->changes++;
    c->last = now;
}

int64_t compaction_wait(const struct compaction *c, uint64_t documents, int64_t now)
{
    uint64_t wanted = documents / 10 > COMPACTION_CHANGES ? documents / 10 : COMPACTION_CHANGES;
    if (c->quiet_ms == 0 || c->changes < wanted)
        return -1;
    int64_t due = c->last + c->quiet_ms;
    return due > now ? due - now : 0;
}

void compaction_done(struct compaction *c)
{
    c->changes = 0;
}
