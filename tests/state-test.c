/* The state folder: one daemon at a time, and where it lies. */
#include "daemon/state.h"
#include "index/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[64];

static int make_dir(void **state)
{
    (void)state;
    strcpy(dir, "/tmp/prospect-state-XXXXXX");
    return mkdtemp(dir) && chdir(dir) == 0 ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    struct buf command = {0};
    buf_addf(&command, "rm -rf '%s'", dir);
    int rc = system(buf_str(&command));
    buf_free(&command);
    return rc;
}

static void a_second_daemon_is_told_which_process_is_the_first(void **state)
{
    (void)state;
    struct state_lock *first, *second = NULL;
    struct error error;
    char expected[128];
    assert_int_equal(state_lock_new(&first, "deep/er/state", &error), PROSPECT_OK);
    assert_int_equal(state_lock_new(&second, "deep/er/state", &error), PROSPECT_LOCKED);
    assert_null(second);
    snprintf(expected, sizeof expected, "another prospectd (pid %ld) uses deep/er/state",
             (long)getpid());
    assert_string_equal(error.line, expected);
    state_lock_free(&first);
    assert_null(first);
    assert_int_equal(state_lock_new(&second, "deep/er/state", &error), PROSPECT_OK);
    state_lock_free(&second);
}

static void the_lock_of_a_dead_process_does_not_hold(void **state)
{
    (void)state;
    struct state_lock *lock;
    struct error error;
    pid_t child = fork();
    if (child == 0) {
        _exit(state_lock_new(&lock, "s", NULL) ? 1 : 0);
    }
    int how;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
    assert_int_equal(state_lock_new(&lock, "s", &error), PROSPECT_OK);
    state_lock_free(&lock);
}

static void folders_that_are_made_are_private(void **state)
{
    (void)state;
    struct stat st;
    struct error error;
    assert_int_equal(state_make_parents("p/q/file", &error), PROSPECT_OK);
    assert_int_equal(stat("p/q", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(access("p/q/file", F_OK), -1);
    FILE *f = fopen("p/file", "w");
    fclose(f);
    assert_int_equal(state_make_parents("p/file/x/y", &error), PROSPECT_IO);
    assert_string_equal(error.line, "cannot make the folder p/file/x: Not a directory");
}

static void paths_follow_xdg(void **state)
{
    (void)state;
    char *a, *b;
    setenv("XDG_STATE_HOME", "relative", 1); /* counts as none */
    setenv("HOME", "/home/x", 1);
    unsetenv("XDG_RUNTIME_DIR");
    a = state_default_dir("docs", "/srv/docs", false);
    b = state_default_dir("docs", "/srv/other/docs", false);
    assert_int_equal(strncmp(a, "/home/x/.local/state/prospect/docs-", 35), 0);
    assert_string_not_equal(a, b);
    free(b);
    b = state_default_socket("/st", false);
    assert_string_equal(b, "/st/prospectd.sock");
    free(a);
    free(b);
    setenv("XDG_STATE_HOME", "/xs", 1);
    a = state_default_dir("docs", "/srv/docs", true);
    assert_int_equal(strncmp(a, "/xs/prospect/docs-", 18), 0);
    free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_daemon_is_told_which_process_is_the_first),
        cmocka_unit_test(the_lock_of_a_dead_process_does_not_hold),
        cmocka_unit_test(folders_that_are_made_are_private),
        cmocka_unit_test(paths_follow_xdg),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
