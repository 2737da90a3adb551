#include "daemon/pace.h"

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t pace_wait(const struct pace *p, const struct pace_waiting *waiting, int64_t now)
{
    if (waiting->documents >= PACE_DOCUMENTS_MOST || waiting->bytes >= PACE_BYTES_MOST)
        return 0;
    int64_t due = waiting->oldest + PACE_MS;
    if (waiting->documents >= PACE_DOCUMENTS)
        due = now;
    const int64_t pause = PACE_TIMES * p->took;
    due = later(due, p->ended + (pause < PACE_LONGEST_MS ? pause : PACE_LONGEST_MS));
    if (waiting->urgent)
        due = sooner(due, waiting->urgent + PACE_GATHER_MS);
    return later(due - now, 0);
}

void pace_committed(struct pace *p, int64_t began, int64_t ended)
{
    p->took = ended - began;
    p->ended = ended;
}
