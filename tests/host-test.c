/* Plugins found, refused and chosen. */
#include "daemon/host.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[512];

static const char *test_plugins(void)
{
    const char *top = getenv("TOP_BUILDDIR");
    snprintf(folder, sizeof folder, "%s/tests/sins/.libs", top ? top : ".");
    return folder;
}

static const struct wire_plugin *find(const struct host *h, const char *file)
{
    size_t n;
    const struct wire_plugin *p = host_plugins(h, &n);
    for (size_t i = 0; i < n; i++) {
        const char *slash = strrchr(p[i].file, '/');
        if (slash && strcmp(slash + 1, file) == 0)
            return &p[i];
    }
    fail_msg("%s is not in the list", file);
    return NULL;
}

static void every_plugin_that_cannot_be_used_is_explained(void **state)
{
    (void)state;
    static const struct {
        const char *file, *why; /* NULL: in use */
    } cases[] = {
        {"good.so", NULL},
        {"sins.so", NULL},
        {"preferred.so", NULL},
        {"old_abi.so", "built for ABI 99, this prospect has 0"},
        {"no_symbol.so", "no symbol prospect_plugin_entry"},
        {"no_run.so", "no run function"},
        {"bad_name.so", "name"},
        {"bad_type.so", "types"},
        {"cold.so", "did not get ready: not-found"},
        {"twin.so", "\"twin\" claims application/x-prospect-test-good, which \"good\" ("},
    };
    struct host *h;
    host_new(&h, test_plugins());
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct wire_plugin *p = find(h, cases[i].file);
        if (!cases[i].why && p->refused)
            fail_msg("%s: %s", cases[i].file, p->refused);
        if (cases[i].why && (!p->refused || !strstr(p->refused, cases[i].why)))
            fail_msg("%s: %s", cases[i].file, p->refused ? p->refused : "in use");
    }
    assert_int_equal(find(h, "old_abi.so")->abi, 99);
    assert_null(find(h, "old_abi.so")->name);
    assert_string_equal(find(h, "good.so")->version, "1.0");
    assert_string_equal(find(h, "twin.so")->name, "twin");
    host_free(&h);
    assert_null(h);
}

static void an_exact_claim_goes_before_a_family_and_then_priority_counts(void **state)
{
    (void)state;
    static const struct {
        const char *mime, *plugin;
    } cases[] = {
        {"application/x-prospect-test-good", "good"},
        {"application/x-prospect-test-exact",
         "preferred"}, /* though the family has more priority */
        {"application/x-prospect-test-crash", "sins"},
        {"application/x-prospect-tes", NULL},
        {"text/plain", NULL},
        {"", NULL},
    };
    struct host *h;
    host_new(&h, test_plugins());
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const prospect_plugin *p = host_find(h, cases[i].mime);
        if (cases[i].plugin)
            assert_string_equal(p ? p->name : "none", cases[i].plugin);
        else
            assert_null(p);
    }
    host_free(&h);
}

/* A folder of its own with a copy of the good plugin, and a file that is none. */
static void make_folder(char *to, mode_t folder_mode, mode_t file_mode)
{
    char from[600], path[600], command[1400];
    strcpy(to, "/tmp/prospect-host-XXXXXX");
    assert_non_null(mkdtemp(to));
    snprintf(from, sizeof from, "%s/good.so", test_plugins());
    snprintf(path, sizeof path, "%s/good.so", to);
    snprintf(command, sizeof command, "cp '%s' '%s' && echo text >'%s/text.so' && touch '%s/x.txt'",
             from, path, to, to);
    assert_int_equal(system(command), 0);
    assert_int_equal(chmod(path, file_mode), 0);
    assert_int_equal(chmod(to, folder_mode), 0);
}

static void remove_folder(const char *path)
{
    char command[600];
    snprintf(command, sizeof command, "rm -r '%s'", path);
    assert_int_equal(system(command), 0);
}

static void what_others_may_write_to_is_not_loaded(void **state)
{
    (void)state;
    static const struct {
        mode_t folder, file;
        const char *why;
    } cases[] = {
        {0755, 0644, NULL},
        {0755, 0666, "can be written to by others"},
        {0777, 0644, "can be written to by others"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct host *h;
        char path[64];
        size_t n;
        make_folder(path, cases[i].folder, cases[i].file);
        host_new(&h, path);
        const struct wire_plugin *p = host_plugins(h, &n);
        assert_int_equal(n, cases[i].folder == 0777 ? 1 : 2);
        if (cases[i].why)
            assert_non_null(strstr(p[0].refused, cases[i].why));
        else
            assert_null(p[0].refused);
        assert_true(cases[i].why ? !host_find(h, "application/x-prospect-test-good")
                                 : !!host_find(h, "application/x-prospect-test-good"));
        host_free(&h);
        remove_folder(path);
    }
}

static void a_file_that_is_no_shared_object_is_explained(void **state)
{
    (void)state;
    struct host *h;
    char path[64];
    make_folder(path, 0755, 0644);
    host_new(&h, path);
    assert_non_null(strstr(find(h, "text.so")->refused, "cannot be loaded"));
    host_free(&h);
    remove_folder(path);
}

static void a_light_host_knows_who_reads_what_it_has_left_out(void **state)
{
    (void)state;
    struct host *all, *light, *none;
    size_t n;
    host_new(&all, test_plugins());
    const struct wire_plugin *plugins = host_plugins(all, &n);
    host_new_light(&light, plugins, n, 1000);
    host_new_light(&none, plugins, n, 0);
    assert_true(find(all, "good.so")->objects >= 1);
    assert_non_null(host_find(light, "application/x-prospect-test-good"));
    assert_false(host_left_out(light, "application/x-prospect-test-good"));
    assert_null(host_find(none, "application/x-prospect-test-good"));
    assert_true(host_left_out(none, "application/x-prospect-test-good"));
    assert_false(host_left_out(none, "application/x-nobody-reads-this"));
    assert_string_equal(find(none, "no_run.so")->refused, find(all, "no_run.so")->refused);
    host_free(&none);
    host_free(&light);
    host_free(&all);
}

static void the_same_plugin_twice_is_refused_once(void **state)
{
    (void)state;
    struct host *h;
    char path[64], both[700];
    size_t n, refused = 0;
    make_folder(path, 0755, 0644);
    snprintf(both, sizeof both, "%s:%s:/nowhere/at/all", path, test_plugins());
    host_new(&h, both);
    const struct wire_plugin *p = host_plugins(h, &n);
    for (size_t i = 0; i < n; i++)
        refused += p[i].name && strcmp(p[i].name, "good") == 0 && p[i].refused;
    assert_int_equal(refused, 1);
    assert_null(p[0].refused);
    assert_non_null(strstr(p[n - 1].refused, "No such file"));
    host_free(&h);
    remove_folder(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* First, since what is loaded stays so, and brings nothing the next time. */
        cmocka_unit_test(a_light_host_knows_who_reads_what_it_has_left_out),
        cmocka_unit_test(every_plugin_that_cannot_be_used_is_explained),
        cmocka_unit_test(an_exact_claim_goes_before_a_family_and_then_priority_counts),
        cmocka_unit_test(what_others_may_write_to_is_not_loaded),
        cmocka_unit_test(a_file_that_is_no_shared_object_is_explained),
        cmocka_unit_test(the_same_plugin_twice_is_refused_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
