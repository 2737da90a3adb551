/* How often something happens, of late. */
#include "daemon/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void what_happened_lately_is_counted(void **state)
{
    struct rate r = {0};
    (void)state;
    assert_int_equal(rate_lately(&r, 1000000), 0);
    for (int i = 0; i < 10; i++)
        rate_count(&r, 1000000);
    assert_int_equal(rate_lately(&r, 1000000), 10);
    assert_int_equal(rate_lately(&r, 1000000 + RATE_MS), 10);
    rate_count(&r, 1000000 + RATE_MS);
    assert_int_equal(rate_lately(&r, 1000000 + RATE_MS), 11);
}

static void what_is_long_ago_is_forgotten(void **state)
{
    struct rate r = {0};
    (void)state;
    for (int i = 0; i < 10; i++)
        rate_count(&r, 1000000);
    assert_int_equal(rate_lately(&r, 1000000 + 2 * RATE_MS), 0);
    rate_count(&r, 1000000 + 2 * RATE_MS);
    assert_int_equal(rate_lately(&r, 1000000 + 2 * RATE_MS), 1);
    assert_int_equal(rate_lately(&r, 2000000), 0);
}

static void a_steady_pace_is_told_within_a_factor_of_two(void **state)
{
    struct rate r = {0};
    (void)state;
    for (int64_t ms = 0; ms < 100 * RATE_MS; ms += 10) {
        rate_count(&r, ms);
        if (ms >= RATE_MS) {
            assert_in_range(rate_lately(&r, ms), RATE_MS / 10, 2 * RATE_MS / 10);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_happened_lately_is_counted),
        cmocka_unit_test(what_is_long_ago_is_forgotten),
        cmocka_unit_test(a_steady_pace_is_told_within_a_factor_of_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
