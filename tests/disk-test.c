/* When a disk counts as full. */
#include "daemon/disk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define MB (1ull << 20)

static void below_the_reserve_or_a_twentieth_it_is_low_until_a_tenth_more_is_free(void **state)
{
    (void)state;
    static const struct {
        uint64_t reserve, total, available;
        bool was, low;
    } cases[] = {
        {256 * MB, 1000 * MB, 300 * MB, false, false},
        {256 * MB, 1000 * MB, 255 * MB, false, true},
        {256 * MB, 1000 * MB, 257 * MB, true, true}, /* not to and fro at every commit */
        {256 * MB, 1000 * MB, 290 * MB, true, false},
        {256 * MB, 100000 * MB, 4999 * MB, false, true},
        {256 * MB, 100000 * MB, 5001 * MB, false, false},
        {256 * MB, 64 * MB, 64 * MB, false, true}, /* smaller than what is to stay free */
        {0, 1000 * MB, 0, false, false},
        {0, 1000 * MB, 0, true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct disk d = {.reserve = cases[i].reserve, .low = cases[i].was};
        bool changed = disk_judge(&d, cases[i].available, cases[i].total);
        if (d.low != cases[i].low || changed != (d.low != cases[i].was))
            fail_msg("case %zu", i);
    }
}

static void a_folder_that_cannot_be_asked_changes_nothing(void **state)
{
    (void)state;
    struct disk d = {.reserve = 1};
    assert_false(disk_look(&d, "/nowhere/at/all"));
    assert_false(d.low);
    assert_true(disk_look(&d, "/proc")); /* which has no bytes at all */
    assert_true(d.low);
    assert_false(disk_look(&d, "/nowhere/at/all"));
    assert_true(d.low);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(below_the_reserve_or_a_twentieth_it_is_low_until_a_tenth_more_is_free),
        cmocka_unit_test(a_folder_that_cannot_be_asked_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
