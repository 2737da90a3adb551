/* When the index is compacted. */
#include "daemon/compaction.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct compaction after(uint64_t changes, unsigned quiet_ms)
{
    struct compaction c = {.quiet_ms = quiet_ms};
    for (uint64_t i = 0; i < changes; i++)
        compaction_changed(&c, 5000);
    return c;
}

static void it_takes_many_changes_and_then_quiet(void **state)
{
    (void)state;
    static const struct {
        uint64_t changes, documents;
        unsigned quiet_ms;
        int64_t now, wait;
    } cases[] = {
        {0, 0, 100, 9000, -1},
        {COMPACTION_CHANGES - 1, 10, 100, 9000, -1},
        {COMPACTION_CHANGES, 10, 100, 5000, 100},
        {COMPACTION_CHANGES, 10, 100, 5040, 60},
        {COMPACTION_CHANGES, 10, 100, 5100, 0},
        {COMPACTION_CHANGES, 10, 100, 9000, 0},
        {COMPACTION_CHANGES, 10, 0, 9000, -1}, /* switched off */
        {COMPACTION_CHANGES, 50000, 100, 9000, -1},
        {5000, 50000, 100, 9000, 0}, /* a tenth of a large index */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct compaction c = after(cases[i].changes, cases[i].quiet_ms);
        int64_t wait = compaction_wait(&c, cases[i].documents, cases[i].now);
        if (wait != cases[i].wait)
            fail_msg("case %zu: %lld", i, (long long)wait);
    }
}

static void once_done_it_takes_as_many_again(void **state)
{
    (void)state;
    struct compaction c = after(COMPACTION_CHANGES, 100);
    compaction_done(&c);
    assert_int_equal(compaction_wait(&c, 10, 9000), -1);
    for (int i = 0; i < COMPACTION_CHANGES; i++)
        compaction_changed(&c, 20000);
    assert_int_equal(compaction_wait(&c, 10, 20000), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_takes_many_changes_and_then_quiet),
        cmocka_unit_test(once_done_it_takes_as_many_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
