/* Who is to be suspected after the program ended. */
#include "daemon/lastrun.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void what_this_run_notes_is_known(void **state)
{
    (void)state;
    struct lastrun now = {.crashed = 1};
    lastrun_note(&now);
    assert_int_equal(now.crashed, 0);
    assert_int_equal(strlen(now.boot), 36);
    assert_true(now.memory_kills != UINT64_MAX);
}

static void it_was_killed_if_nothing_else_explains_its_end(void **state)
{
    (void)state;
    static const struct lastrun now = {.boot = "this", .memory_kills = 3};
    static const struct {
        struct lastrun last;
        bool killed;
    } cases[] = {
        {{.boot = "this", .memory_kills = 3}, true},
        {{.boot = "this", .memory_kills = 3, .crashed = 1}, false},
        {{.boot = "this", .memory_kills = 2}, false}, /* it may have been the daemon */
        {{.boot = "that", .memory_kills = 3}, false}, /* the machine stopped */
        {{.boot = "", .memory_kills = 3}, false},
        {{.boot = "this", .memory_kills = UINT64_MAX}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(lastrun_was_killed(&cases[i].last, &now), cases[i].killed);
}

static void what_is_not_known_explains_nothing(void **state)
{
    (void)state;
    static const struct lastrun unknown[] = {
        {.memory_kills = 3},
        {.boot = "this", .memory_kills = UINT64_MAX},
    };
    for (size_t i = 0; i < 2; i++)
        assert_false(lastrun_was_killed(&unknown[i], &unknown[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_this_run_notes_is_known),
        cmocka_unit_test(it_was_killed_if_nothing_else_explains_its_end),
        cmocka_unit_test(what_is_not_known_explains_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
