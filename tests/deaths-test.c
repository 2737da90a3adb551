/* How often the daemon died lately, and what that means for the next life. */
#include "daemon/deaths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <unistd.h>

static int make_folder(void **state)
{
    static char folder[] = "/tmp/prospect-deaths-XXXXXX";
    *state = mkdtemp(folder);
    return *state ? 0 : -1;
}

static int remove_folder(void **state)
{
    char path[64];
    snprintf(path, sizeof path, "%s/deaths", (char *)*state);
    unlink(path);
    return rmdir(*state);
}

static void deaths_are_counted_until_an_hour_was_without(void **state)
{
    const char *folder = *state;
    assert_int_equal(deaths_count(folder, 1000), 0);
    deaths_add(folder, 1000);
    deaths_add(folder, 1000 + DEATHS_MEMORY_S);
    assert_int_equal(deaths_count(folder, 1000 + DEATHS_MEMORY_S), 2);
    assert_int_equal(deaths_count(folder, 1000 + 2 * DEATHS_MEMORY_S), 2);
    assert_int_equal(deaths_count(folder, 1001 + 2 * DEATHS_MEMORY_S), 0);
    deaths_add(folder, 1001 + 2 * DEATHS_MEMORY_S);
    assert_int_equal(deaths_count(folder, 1001 + 2 * DEATHS_MEMORY_S), 1);
}

static void a_file_that_says_nonsense_counts_for_nothing(void **state)
{
    char path[64];
    snprintf(path, sizeof path, "%s/deaths", (char *)*state);
    FILE *file = fopen(path, "w");
    fputs("many deaths", file);
    fclose(file);
    assert_int_equal(deaths_count(*state, 1000), 0);
    deaths_add(*state, 1000);
    assert_int_equal(deaths_count(*state, 1000), 1);
}

static void few_deaths_do_not_wait_and_many_wait_a_minute_at_most(void **state)
{
    (void)state;
    for (unsigned n = 0; n < DEATHS_WAIT; n++)
        assert_int_equal(deaths_wait(n), 0);
    for (unsigned n = DEATHS_WAIT; n < 100; n++) {
        assert_true(deaths_wait(n) >= 1);
        assert_true(deaths_wait(n) >= deaths_wait(n - 1));
        assert_true(deaths_wait(n) <= 60);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deaths_are_counted_until_an_hour_was_without),
        cmocka_unit_test(a_file_that_says_nonsense_counts_for_nothing),
        cmocka_unit_test(few_deaths_do_not_wait_and_many_wait_a_minute_at_most),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
