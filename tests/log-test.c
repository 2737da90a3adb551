/* What log lines look like, whatever is put into them. */
#include "daemon/log.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int real_stderr;
static FILE *caught;

static void catch_start(void)
{
    fflush(stderr);
    real_stderr = dup(STDERR_FILENO);
    caught = tmpfile();
    assert_non_null(caught);
    dup2(fileno(caught), STDERR_FILENO);
}

/* What was logged since; the caller's to free(). */
static char *catch_end(void)
{
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    long size = lseek(fileno(caught), 0, SEEK_END);
    char *text = calloc(1, (size_t)size + 1);
    assert_int_equal(pread(fileno(caught), text, (size_t)size, 0), size);
    fclose(caught);
    return text;
}

static char *logged(enum log_level level, const char *what)
{
    catch_start();
    log_line(level, "%s", what);
    return catch_end();
}

static void no_name_can_forge_a_line_or_move_the_cursor(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"plain", "plain"},
        {"Égalité Ω", "Égalité Ω"},
        {"a\nforged", "a\\x0aforged"},
        {"\x1b[2J", "\\x1b[2J"},
        {"tab\there", "tab\\x09here"},
        {"del\x7f", "del\\x7f"},
        {"caf\xe9.pdf", "caf\\xe9.pdf"},
        {"c1 \xc2\x9b[2J", "c1 \\xc2\\x9b[2J"},
        {"rtl \xe2\x80\xae", "rtl \\xe2\\x80\\xae"},
        {"line \xe2\x80\xa8", "line \\xe2\\x80\\xa8"},
        {"\xef\xbf\xbd", "\xef\xbf\xbd"}, /* a real U+FFFD is not an error */
        {"cut \xe2\x82", "cut \\xe2\\x82"},
    };
    log_start("test", LOG_INFO, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char want[128];
        char *got = logged(LOG_WARNING, cases[i].in);
        snprintf(want, sizeof want, "<4>test: %s\n", cases[i].out);
        assert_string_equal(got, want);
        free(got);
    }
}

static void lines_above_the_level_are_dropped(void **state)
{
    (void)state;
    log_start("test", LOG_WARNING, 1);
    char *quiet = logged(LOG_INFO, "x"), *loud = logged(LOG_ERROR, "x");
    assert_string_equal(quiet, "");
    assert_string_equal(loud, "<3>test: x\n");
    free(quiet);
    free(loud);
    log_set_level(LOG_DEBUG);
    loud = logged(LOG_DEBUG, "x");
    assert_string_equal(loud, "<7>test: x\n");
    free(loud);
}

static void a_long_line_is_cut_and_says_so(void **state)
{
    (void)state;
    char *word = calloc(1, 6001);
    for (int i = 0; i < 3000; i++)
        memcpy(word + 2 * i, "é", 2);
    log_start("test", LOG_INFO, 1);
    char *got = logged(LOG_INFO, word);
    assert_true(strlen(got) < 2100);
    assert_non_null(strstr(got, "é ... (4000 bytes cut)\n"));
    assert_null(strstr(got, "\\x"));
    free(got);
    free(word);
}

static void on_a_terminal_a_line_has_time_and_level(void **state)
{
    (void)state;
    log_start("test", LOG_INFO, 0);
    char *got = logged(LOG_ERROR, "it broke");
    assert_true(strlen(got) > 20 && got[4] == '-' && got[10] == ' ' && got[13] == ':');
    assert_string_equal(got + 19, " test error: it broke\n");
    free(got);
}

static void *log_many(void *word)
{
    for (int i = 0; i < 500; i++)
        log_line(LOG_DEBUG, "%s%s%s", (char *)word, (char *)word, (char *)word);
    return NULL;
}

static void lines_of_many_threads_never_mix(void **state)
{
    (void)state;
    static char *words[] = {"aaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccc"};
    pthread_t threads[3];
    log_start("t", LOG_DEBUG, 1);
    catch_start();
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, log_many, words[i]);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    char *text = catch_end(), *rest = text;
    int lines = 0;
    for (char *line; (line = strsep(&rest, "\n")) && *line; lines++) {
        assert_int_equal(strncmp(line, "<7>t: ", 6), 0);
        assert_int_equal(strspn(line + 6, (char[]){line[6], '\0'}), strlen(line + 6));
    }
    assert_int_equal(lines, 1500);
    free(text);
}

static unsigned count(const char *text, const char *what)
{
    unsigned n = 0;
    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

static void a_flood_of_one_kind_is_cut_and_counted_and_others_are_not(void **state)
{
    (void)state;
    log_start("test", LOG_INFO, 1);
    catch_start();
    for (int i = 1; i <= 1234; i++)
        log_line(LOG_WARNING, "file %d is no good", i);
    log_line(LOG_WARNING, "something else");
    log_left_out(false); /* the minute is not over */
    char *text = catch_end();
    assert_int_equal(count(text, "is no good\n"), 100);
    assert_int_equal(count(text, "file 100 is"), 1);
    assert_int_equal(count(text, "something else\n"), 1);
    assert_int_equal(count(text, "left out"), 0);
    free(text);
    catch_start();
    log_left_out(true);
    log_left_out(true);
    text = catch_end();
    assert_string_equal(text, "<4>test: 1134 more like this were left out, the last: "
                              "file 1234 is no good\n");
    free(text);
}

static void who_debugs_is_told_everything(void **state)
{
    (void)state;
    log_start("test", LOG_DEBUG, 1);
    catch_start();
    for (int i = 0; i < 1000; i++)
        log_line(LOG_DEBUG, "step %d", i);
    char *text = catch_end();
    assert_int_equal(count(text, "step"), 1000);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_name_can_forge_a_line_or_move_the_cursor),
        cmocka_unit_test(lines_above_the_level_are_dropped),
        cmocka_unit_test(a_long_line_is_cut_and_says_so),
        cmocka_unit_test(on_a_terminal_a_line_has_time_and_level),
        cmocka_unit_test(lines_of_many_threads_never_mix),
        cmocka_unit_test(a_flood_of_one_kind_is_cut_and_counted_and_others_are_not),
        cmocka_unit_test(who_debugs_is_told_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
