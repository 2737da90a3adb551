/* What the journal remembers of whole daemons that died. */
#include "daemon/blame.h"
#include "daemon/lastrun.h"
#include "tests/journal.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

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

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        T(a_killed_daemon_makes_up_for_one_death),
        T(unexplained_ends_of_the_daemon_take_five_in_a_row),
        T(whoever_kills_the_daemon_again_and_again_loses_no_file),
        T(two_crashes_over_a_text_are_enough_though_it_can_be_read),
        T(only_the_thread_that_crashed_is_to_blame),
        T(a_text_that_is_in_the_index_has_a_clean_slate),
        T(a_daemon_that_ended_over_a_text_for_no_known_reason_takes_five),
        T(a_text_that_takes_too_long_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
