/* What the journal remembers of workers that died, and its file. */
#include "tests/journal.h"

#include <fcntl.h>
#include <sys/stat.h>

static void two_deaths_are_enough(void **state)
{
    (void)state;
    struct error why;
    const char *plugin, *version;
    die(1, "pdf");
    assert_false(quarantined(1));
    die(1, "pdf");
    assert_true(journal_quarantined(journal, content(1), plugins, 3, &plugin, &version, &why));
    assert_string_equal(plugin, "pdf");
    assert_string_equal(version, "1");
    assert_int_equal(why.status, PROSPECT_CRASHED);
    assert_non_null(strstr(why.line, "ended the worker 2 times and the daemon 0 times, by plugin "
                                     "pdf 1"));
    assert_false(quarantined(2));
}

static void they_count_across_restarts(void **state)
{
    (void)state;
    die(1, "pdf");
    journal_free(&journal);
    open_journal();
    assert_false(quarantined(1));
    die(1, "pdf");
    journal_free(&journal);
    open_journal();
    assert_true(quarantined(1));
}

static void what_was_read_has_a_clean_slate(void **state)
{
    (void)state;
    die(1, "pdf");
    hand_out(1, "pdf");
    journal_end(journal, content(1), JOURNAL_READ);
    die(1, "pdf");
    assert_false(quarantined(1));
}

static void an_end_that_says_nothing_counts_for_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        hand_out(1, "pdf");
        journal_end(journal, content(1), JOURNAL_UNKNOWN);
    }
    assert_false(quarantined(1));
}

static void a_clean_end_leaves_nothing_in_hand(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 9; i++) {
        hand_out(1, "pdf");
        journal_free(&journal);
        open_journal();
    }
    die(1, "pdf");
    assert_false(quarantined(1));
}

static void another_version_of_the_plugin_frees_it(void **state)
{
    (void)state;
    static const struct {
        const char *version;
        bool refused, quarantined;
    } cases[] = {{"1", false, true}, {"2", false, false}, {"1", true, false}};
    for (unsigned i = 0; i < 3; i++) {
        struct wire_plugin now = {.name = "pdf",
                                  .version = (char *)cases[i].version,
                                  .refused = cases[i].refused ? (char *)"why" : NULL};
        struct error why;
        const char *plugin, *version;
        die(i, "pdf");
        die(i, "pdf");
        assert_int_equal(journal_quarantined(journal, content(i), &now, 1, &plugin, &version, &why),
                         cases[i].quarantined);
        assert_int_equal(quarantined(i), cases[i].quarantined); /* freed for good */
    }
}

static void who_asks_gets_another_try(void **state)
{
    (void)state;
    die(1, "pdf");
    die(1, "pdf");
    journal_forget(journal, content(1));
    assert_false(quarantined(1));
    die(1, "pdf");
    assert_false(quarantined(1));
    journal_forget(journal, content(77));
}

static void it_never_grows_and_those_in_hand_stay(void **state)
{
    (void)state;
    struct stat before, after;
    stat(path, &before);
    hand_out(0, "pdf");
    for (unsigned i = 1; i < 5000; i++) {
        die(i, "pdf");
        die(i, "pdf");
    }
    assert_true(quarantined(4999));
    assert_true(quarantined(4500));
    journal_end(journal, content(0), JOURNAL_DIED);
    hand_out(0, "pdf");
    journal_end(journal, content(0), JOURNAL_DIED);
    assert_true(quarantined(0));
    stat(path, &after);
    assert_true(before.st_size == after.st_size);
    assert_true(after.st_size < 256 << 10);
}

static void a_damaged_file_counts_as_none(void **state)
{
    (void)state;
    static const char noise[] = "this is no journal, but it is longer than the head of one";
    die(1, "pdf");
    die(1, "pdf");
    journal_free(&journal);
    int fd = open(path, O_WRONLY);
    assert_int_equal(write(fd, noise, sizeof noise), sizeof noise);
    close(fd);
    open_journal();
    assert_false(quarantined(1));
    die(1, "pdf");
    die(1, "pdf");
    journal_free(&journal);
    assert_int_equal(truncate(path, 1000), 0);
    open_journal();
    die(2, "pdf");
    die(2, "pdf");
    assert_true(quarantined(2));
}

static void noise_in_the_slots_does_no_harm(void **state)
{
    (void)state;
    static uint8_t noise[64 << 10];
    memset(noise, 0xFF, sizeof noise);
    journal_free(&journal);
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, noise, sizeof noise, 16), sizeof noise);
    close(fd);
    open_journal();
    die(1, "pdf");
    die(1, "pdf");
    assert_true(quarantined(1));
}

static void without_a_file_it_lives_in_memory(void **state)
{
    (void)state;
    struct error error;
    journal_free(&journal);
    assert_int_equal(journal_new(&journal, NULL, &error), PROSPECT_OK);
    die(1, "pdf");
    die(1, "pdf");
    assert_true(quarantined(1));
}

static void a_place_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct journal *none;
    struct error error;
    assert_int_equal(journal_new(&none, "/nowhere/journal", &error), PROSPECT_IO);
    assert_null(none);
    assert_non_null(strstr(error.line, "/nowhere/journal"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        T(two_deaths_are_enough),
        T(they_count_across_restarts),
        T(what_was_read_has_a_clean_slate),
        T(an_end_that_says_nothing_counts_for_nothing),
        T(a_clean_end_leaves_nothing_in_hand),
        T(another_version_of_the_plugin_frees_it),
        T(who_asks_gets_another_try),
        T(it_never_grows_and_those_in_hand_stay),
        T(a_damaged_file_counts_as_none),
        T(noise_in_the_slots_does_no_harm),
        T(without_a_file_it_lives_in_memory),
        T(a_place_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
