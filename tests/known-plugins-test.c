/* The plugins of the last run: they come back as they were, or not at all. */
#include "daemon/known_plugins.h"
#include "index/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char state[64];

static void path_of(char path[80])
{
    snprintf(path, 80, "%s/plugins", state);
}

static int make_state(void **ctx)
{
    (void)ctx;
    const char *tmp = getenv("TMPDIR");
    snprintf(state, sizeof state, "%.40s/prospect-known-XXXXXX", tmp ? tmp : "/tmp");
    return mkdtemp(state) ? 0 : -1;
}

static int remove_state(void **ctx)
{
    (void)ctx;
    char path[80];
    path_of(path);
    unlink(path);
    return rmdir(state);
}

static struct wire_plugin pdf = {.file = "pdf.so",
                                 .name = "pdf",
                                 .version = "1.2",
                                 .licence = "GPL",
                                 .types = "application/pdf",
                                 .objects = 45};

static size_t known(void)
{
    struct wire_plugin *plugins;
    size_t n;
    bool good = known_plugins_read(state, &plugins, &n);
    size_t found = good ? n : 0;
    assert_true(good || n == 0);
    if (found) {
        assert_string_equal(plugins[0].name, "pdf");
        assert_string_equal(plugins[0].version, pdf.version);
        assert_string_equal(plugins[0].types, "application/pdf");
    }
    wire_plugins_free(&plugins, &n);
    return found;
}

static void plugins_of_the_last_run_come_back(void **ctx)
{
    (void)ctx;
    struct wire_plugin two[] = {pdf, {.file = "broken.so", .refused = "no symbol"}};
    assert_int_equal(known(), 0);
    known_plugins_write(state, two, 2);
    assert_int_equal(known(), 2);
    pdf.version = "1.3";
    known_plugins_write(state, &pdf, 1);
    assert_int_equal(known(), 1);
}

static void what_has_not_changed_is_not_written(void **ctx)
{
    (void)ctx;
    struct stat before, after;
    char path[80];
    path_of(path);
    known_plugins_write(state, &pdf, 1);
    assert_int_equal(stat(path, &before), 0);
    known_plugins_write(state, &pdf, 1);
    assert_int_equal(stat(path, &after), 0);
    assert_true(before.st_ino == after.st_ino);
}

static void a_damaged_file_counts_as_none(void **ctx)
{
    (void)ctx;
    char path[80], byte;
    path_of(path);
    known_plugins_write(state, &pdf, 1);
    FILE *f = fopen(path, "r+");
    assert_non_null(f);
    fseek(f, 12, SEEK_SET);
    byte = (char)(fgetc(f) ^ 1);
    fseek(f, 12, SEEK_SET);
    fputc(byte, f);
    fclose(f);
    assert_int_equal(known(), 0);
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(known(), 0);
    assert_int_equal(truncate(path, 1 << 21), 0);
    assert_int_equal(known(), 0);
    known_plugins_write(state, &pdf, 1);
    assert_int_equal(known(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plugins_of_the_last_run_come_back, make_state,
                                        remove_state),
        cmocka_unit_test_setup_teardown(what_has_not_changed_is_not_written, make_state,
                                        remove_state),
        cmocka_unit_test_setup_teardown(a_damaged_file_counts_as_none, make_state, remove_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
