#include "daemon/rate.h"

static struct rate at(const struct rate *r, int64_t ms)
{
    const int64_t span = ms / RATE_MS;
    if (span == r->span)
        return *r;
    return (struct rate){.span = span, .before = span == r->span + 1 ? r->now : 0};
}

void rate_count(struct rate *r, int64_t ms)
{
    *r = at(r, ms);
    r->now++;
}

unsigned rate_lately(const struct rate *r, int64_t ms)
{
    const struct rate now = at(r, ms);
    return now.now + now.before;
}
