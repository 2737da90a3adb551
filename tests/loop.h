/* An event loop that runs until something is so, for tests of what lives on one. */
#ifndef PROSPECT_TESTS_LOOP_H
#define PROSPECT_TESTS_LOOP_H

#include <event2/event.h>
#include <event2/thread.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

static inline int64_t loop_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline void loop_tick(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd;
    (void)what;
    (void)ctx;
}

/* False if it was not so within 30 seconds. */
static inline bool loop_until(struct event_base *base, bool (*is_so)(void))
{
    struct timeval often = {.tv_usec = 5000};
    struct event *tick = event_new(base, -1, EV_PERSIST, loop_tick, NULL);
    int64_t end = loop_now_ms() + 30000;
    event_add(tick, &often);
    while (!is_so() && loop_now_ms() < end)
        event_base_loop(base, EVLOOP_ONCE);
    event_free(tick);
    return is_so();
}

/* DIR/plugins, with the plugin NAME of those that were built. */
static inline int loop_take_plugin(const char *dir, const char *from, const char *name)
{
    char command[1024];
    snprintf(command, sizeof command,
             "mkdir -p '%s/plugins' && cp '%s/%s/.libs/%s.so' '%s/plugins/' && "
             "chmod 755 '%s/plugins' '%s'/plugins/*",
             dir, getenv("TOP_BUILDDIR"), from, name, dir, dir, dir);
    return system(command);
}

#endif
