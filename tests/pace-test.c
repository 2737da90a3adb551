/* When the writer commits. */
#include "daemon/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void what_waits_is_committed_soon_but_commits_take_a_fifth_of_the_time(void **state)
{
    (void)state;
    static const struct {
        int64_t took, ended;
        size_t documents, bytes;
        int64_t oldest, now, wait;
    } cases[] = {
        {0, 0, 1, 100, 50000, 50000, 1000},
        {0, 0, 1, 100, 50000, 50900, 100},
        {0, 0, 1, 100, 50000, 51500, 0},
        {0, 0, PACE_DOCUMENTS, 100, 50000, 50001, 0},
        {0, 0, 1, PACE_BYTES_MOST, 50000, 50001, 0},
        /* the last took half a second, and ended a tenth ago */
        {500, 49900, 1, 100, 49900, 50000, 1900},
        {500, 49900, PACE_DOCUMENTS, PACE_BYTES_MOST - 1, 49900, 50000, 1900},
        {500, 49900, PACE_DOCUMENTS_MOST, 100, 49900, 50000, 0},
        {500, 49900, 1, PACE_BYTES_MOST, 49900, 50000, 0},
        /* it is long ago */
        {5000, 10000, 1, 100, 50000, 50000, 1000},
        /* it took longer than anybody waits */
        {60000, 50000, 1, 100, 50000, 50000, PACE_LONGEST_MS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pace p = {0};
        pace_committed(&p, cases[i].ended - cases[i].took, cases[i].ended);
        const struct pace_waiting waiting = {
            .documents = cases[i].documents, .bytes = cases[i].bytes, .oldest = cases[i].oldest};
        int64_t wait = pace_wait(&p, &waiting, cases[i].now);
        if (wait != cases[i].wait)
            fail_msg("case %zu: %lld", i, (long long)wait);
    }
}

/* Whatever the last commit took. */
static void what_is_urgent_waits_for_what_follows_at_once_only(void **state)
{
    (void)state;
    static const struct {
        int64_t oldest, urgent, now, wait;
    } cases[] = {
        {50000, 50000, 50000, PACE_GATHER_MS},
        {50000, 50000, 50000 + PACE_GATHER_MS, 0},
        {50000, 50100, 50110, PACE_GATHER_MS - 10},
        {50000, 50100, 50900, 0},
        {50000, 0, 50000, 2000}, /* more follows */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pace p = {0};
        pace_committed(&p, 49500, 50000);
        const struct pace_waiting waiting = {
            .documents = 1, .oldest = cases[i].oldest, .urgent = cases[i].urgent};
        int64_t wait = pace_wait(&p, &waiting, cases[i].now);
        if (wait != cases[i].wait)
            fail_msg("case %zu: %lld", i, (long long)wait);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waits_is_committed_soon_but_commits_take_a_fifth_of_the_time),
        cmocka_unit_test(what_is_urgent_waits_for_what_follows_at_once_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
