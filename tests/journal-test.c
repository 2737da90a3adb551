/* What the journal remembers, of workers and of whole daemons that died. */
#include "daemon/blame.h"
#include "daemon/journal.h"
#include "daemon/lastrun.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];
static struct journal *journal;
static struct wire_plugin plugins[] = {
    {.file = "p.so", .name = "pdf", .version = "1"},
    {.file = "t.so", .name = "text", .version = "1"},
    {.file = "r.so", .name = "pdf", .version = "3", .refused = "for a reason"}};

static void open_journal(void)
{
    struct error error;
    assert_int_equal(journal_new(&journal, path, &error), PROSPECT_OK);
}

static int start(void **state)
{
    (void)state;
    strcpy(path, "/tmp/prospect-journal-XXXXXX");
    int fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0)
        return -1;
    open_journal();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    journal_free(&journal);
    return unlink(path);
}

static const uint8_t *content(unsigned number)
{
    static uint8_t bytes[DIGEST_SIZE];
    memset(bytes, 0, sizeof bytes);
    memcpy(bytes + 7, &number, sizeof number);
    return bytes;
}

static void hand_out(unsigned number, const char *plugin)
{
    journal_begin(journal, content(number));
    if (plugin)
        journal_plugin(journal, content(number), plugin, "1");
}

static void die(unsigned number, const char *plugin)
{
    hand_out(number, plugin);
    journal_end(journal, content(number), JOURNAL_DIED);
}

static bool quarantined(unsigned number)
{
    struct error why;
    const char *plugin, *version;
    return journal_quarantined(journal, content(number), plugins, 3, &plugin, &version, &why);
}

enum fate {
    SIGNAL,
    STACK,
    KILLED,
    UNKNOWN, /* killed, and something says that nobody may have done it */
    BESIDE   /* of a signal, while another thread analyses something else */
};

/* In the daemon to be. */
static void prepare_to_die(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    if (freopen("/dev/null", "w", stderr) == NULL) /* where a sanitizer has much to say */
        _exit(1);
    signal(SIGSEGV, SIG_DFL); /* cmocka's own comes back to the tests */
    signal(SIGABRT, SIG_DFL);
    blame_start();
    open_journal();
}

static void wait_for_death(pid_t pid, enum fate fate)
{
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_not_equal(status, 0);
    if (WIFSIGNALED(status)) /* a sanitizer ends it in its own way */
        assert_int_equal(WTERMSIG(status), fate == KILLED || fate == UNKNOWN ? SIGKILL : SIGSEGV);
}

/* As if the machine had been started anew since. */
static void forget_boot(void)
{
    struct {
        char magic[8];
        uint32_t version, slot_size;
        struct lastrun run;
    } head;
    int fd = open(path, O_RDWR);
    assert_int_equal(pread(fd, &head, sizeof head, 0), sizeof head);
    assert_string_not_equal(head.run.boot, "");
    head.run.boot[0] ^= 1;
    assert_int_equal(pwrite(fd, &head, sizeof head, 0), sizeof head);
    close(fd);
}

static void open_again(enum fate fate)
{
    if (fate == UNKNOWN)
        forget_boot();
    open_journal();
}

/* The daemon ends with this in hand, with no time for anything. */
static void daemon_dies_with(unsigned number, const char *plugin, enum fate fate)
{
    journal_free(&journal);
    pid_t pid = fork();
    if (pid == 0) {
        prepare_to_die();
        hand_out(number, plugin);
        raise(fate == SIGNAL ? SIGSEGV : SIGKILL);
    }
    wait_for_death(pid, fate);
    open_again(fate);
}

static volatile int depth;

/* Until there is no stack left. */
static int descend(volatile char *above)
{
    volatile char here[4096];
    here[0] = above[0];
    return ++depth < INT_MAX ? descend(here) + here[1] : 0;
}

enum {
    OTHER = 1000 /* that something else */
};

static void *analyse_beside(void *ready)
{
    journal_analyse(journal, content(OTHER));
    sem_post(ready);
    for (;;)
        pause();
    return NULL;
}

static void start_beside(void)
{
    pthread_t thread;
    sem_t ready;
    sem_init(&ready, 0, 0);
    if (pthread_create(&thread, NULL, analyse_beside, &ready) == 0)
        sem_wait(&ready);
}

/* As the writer of a daemon that dies over the text of NUMBER. */
static void daemon_dies_analysing(unsigned number, enum fate fate)
{
    journal_free(&journal);
    pid_t pid = fork();
    if (pid == 0) {
        volatile char top = 0;
        prepare_to_die();
        if (fate == BESIDE)
            start_beside();
        journal_analyse(journal, content(number));
        if (fate == SIGNAL || fate == BESIDE)
            raise(SIGSEGV);
        if (fate == STACK)
            descend(&top);
        raise(SIGKILL);
    }
    wait_for_death(pid, fate);
    open_again(fate);
}

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

static void a_killed_daemon_makes_up_for_one_death(void **state)
{
    (void)state;
    daemon_dies_with(1, "pdf", KILLED);
    assert_false(quarantined(1));
    die(1, "pdf");
    assert_true(quarantined(1));
    die(2, "pdf");
    daemon_dies_with(2, "pdf", KILLED);
    assert_true(quarantined(2));
}

/* Those that it died of itself, or that may be put down to the machine. */
static void unexplained_ends_of_the_daemon_take_five_in_a_row(void **state)
{
    (void)state;
    static const enum fate fates[] = {SIGNAL, UNKNOWN};
    for (unsigned f = 0; f < 2; f++) {
        for (unsigned i = 0; i < 4; i++)
            daemon_dies_with(f, NULL, fates[f]);
        assert_false(quarantined(f));
        hand_out(f, NULL);
        journal_end(journal, content(f), JOURNAL_READ);
        for (unsigned i = 0; i < 5; i++) {
            assert_false(quarantined(f));
            daemon_dies_with(f, NULL, fates[f]);
        }
        assert_true(quarantined(f));
    }
}

static void whoever_kills_the_daemon_again_and_again_loses_no_file(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 9; i++) {
        daemon_dies_with(1, NULL, KILLED);
        daemon_dies_analysing(2, KILLED);
    }
    assert_false(quarantined(1));
    assert_false(quarantined(2));
}

static void two_crashes_over_a_text_are_enough_though_it_can_be_read(void **state)
{
    (void)state;
    static const enum fate fates[][2] = {{SIGNAL, SIGNAL}, {STACK, SIGNAL}};
    struct error why;
    const char *plugin, *version;
    for (unsigned i = 0; i < 2; i++) {
        for (unsigned n = 0; n < 2; n++) {
            hand_out(i, "pdf");
            journal_end(journal, content(i), JOURNAL_READ);
            assert_false(quarantined(i));
            daemon_dies_analysing(i, fates[i][n]);
        }
        assert_true(journal_quarantined(journal, content(i), plugins, 3, &plugin, &version, &why));
        assert_non_null(strstr(why.line, "the daemon ended 2 times over the text of this file"));
        journal_analysed(journal, content(i)); /* it was put with its reason, not with its text */
        assert_true(quarantined(i));
    }
    journal_forget(journal, content(0));
    assert_false(quarantined(0));
}

static void only_the_thread_that_crashed_is_to_blame(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 2; n++)
        daemon_dies_analysing(1, BESIDE);
    assert_true(quarantined(1));
    assert_false(quarantined(OTHER));
}

static void a_text_that_is_in_the_index_has_a_clean_slate(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 3; n++) {
        daemon_dies_analysing(1, SIGNAL);
        journal_analyse(journal, content(1));
        journal_analyse(journal, NULL);
        journal_analysed(journal, content(1));
    }
    assert_false(quarantined(1));
}

static void a_daemon_that_ended_over_a_text_for_no_known_reason_takes_five(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 5; n++) {
        assert_false(quarantined(1));
        daemon_dies_analysing(1, UNKNOWN);
        hand_out(1, "pdf");
        journal_end(journal, content(1), JOURNAL_READ);
    }
    assert_true(quarantined(1));
}

static void a_text_that_takes_too_long_is_told_once(void **state)
{
    (void)state;
    assert_false(journal_analysis_hangs(journal, -1));
    journal_analyse(journal, content(1));
    assert_false(journal_analysis_hangs(journal, 1000000));
    assert_true(journal_analysis_hangs(journal, -1));
    assert_false(journal_analysis_hangs(journal, -1));
    journal_analyse(journal, NULL);
    assert_false(journal_analysis_hangs(journal, -1));
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
        T(a_killed_daemon_makes_up_for_one_death),
        T(unexplained_ends_of_the_daemon_take_five_in_a_row),
        T(whoever_kills_the_daemon_again_and_again_loses_no_file),
        T(two_crashes_over_a_text_are_enough_though_it_can_be_read),
        T(only_the_thread_that_crashed_is_to_blame),
        T(a_text_that_is_in_the_index_has_a_clean_slate),
        T(a_daemon_that_ended_over_a_text_for_no_known_reason_takes_five),
        T(a_text_that_takes_too_long_is_told_once),
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
