/* Which places code is loaded from. The folders are made below /tmp, which is sticky. */
#include "daemon/trust.h"

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

static char top[64], middle[80], folder[96], file[112];

static int make_folders(void **state)
{
    (void)state;
    umask(022);
    strcpy(top, "/tmp/prospect-trust-XXXXXX");
    if (!mkdtemp(top))
        return -1;
    snprintf(middle, sizeof middle, "%s/middle", top);
    snprintf(folder, sizeof folder, "%s/folder", middle);
    snprintf(file, sizeof file, "%s/file", folder);
    int fd = mkdir(middle, 0755) || mkdir(folder, 0755) ? -1 : open(file, O_CREAT | O_RDWR, 0644);
    return fd < 0 ? -1 : close(fd);
}

static int remove_folders(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -r '%s'", top);
    return system(command);
}

/* REASON: a part of it; NULL: it is trusted. */
static void expect(const char *path, bool is_folder, const char *reason)
{
    char *resolved, *why = trust_objection(path, is_folder, &resolved);
    if (!why != !reason || (why && !strstr(why, reason)))
        fail_msg("%s: %s", path, why ? why : "trusted");
    assert_int_equal(resolved != NULL, reason == NULL);
    free(resolved);
    free(why);
}

static void what_is_ours_is_trusted(void **state)
{
    (void)state;
    expect(folder, true, NULL);
    expect(file, false, NULL);
    expect("/usr/bin", true, NULL);
    expect("/", true, NULL);
}

static void whoever_can_write_to_it_or_above_spoils_it(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        mode_t mode, back;
    } cases[] = {{top, 0777, 0755},
                 {middle, 0757, 0755},
                 {folder, 0777, 0755},
                 {folder, 01777, 0755},
                 {file, 0646, 0644}};
    char at_fault[200];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(chmod(cases[i].path, cases[i].mode), 0);
        snprintf(at_fault, sizeof at_fault, "%s can be written to by others", cases[i].path);
        expect(file, false, cases[i].path == folder && (cases[i].mode & S_ISVTX) ? NULL : at_fault);
        if (cases[i].path != file)
            expect(folder, true, at_fault);
        assert_int_equal(chmod(cases[i].path, cases[i].back), 0);
    }
    expect(file, false, NULL);
}

static void a_sticky_folder_above_does_no_harm(void **state)
{
    (void)state;
    assert_int_equal(chmod(middle, 01777), 0);
    expect(folder, true, NULL);
    assert_int_equal(chmod(middle, 0755), 0);
}

static void what_belongs_to_others_is_not_trusted(void **state)
{
    (void)state;
    if (geteuid() != 0)
        return; /* only root can give files away */
    const char *const each[] = {middle, folder, file};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(chown(each[i], 12345, (gid_t)-1), 0);
        expect(file, false, "belongs to neither root nor the user");
        assert_int_equal(chown(each[i], 0, (gid_t)-1), 0);
    }
    assert_int_equal(chown(folder, (uid_t)-1, 12345), 0);
    assert_int_equal(chmod(folder, 0775), 0);
    expect(file, false, "can be written to by others");
    assert_int_equal(chown(folder, (uid_t)-1, 0), 0);
    assert_int_equal(chmod(folder, 0755), 0);
}

/* Where a link leads counts, and that is what is loaded. */
static void links_are_followed_before(void **state)
{
    (void)state;
    char link[200], *resolved;
    snprintf(link, sizeof link, "%s/link", top);
    assert_int_equal(symlink(folder, link), 0);
    assert_null(trust_objection(link, true, &resolved));
    assert_string_equal(resolved, folder);
    free(resolved);
    assert_int_equal(chmod(middle, 0777), 0);
    expect(link, true, "middle can be written to by others");
    assert_int_equal(chmod(middle, 0755), 0);
}

static void what_is_not_there_or_something_else_is_named(void **state)
{
    (void)state;
    expect("/nowhere/at/all", true, "/nowhere/at/all cannot be read: No such file");
    expect(file, true, "is no folder");
    expect(folder, false, "is no regular file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_ours_is_trusted),
        cmocka_unit_test(whoever_can_write_to_it_or_above_spoils_it),
        cmocka_unit_test(a_sticky_folder_above_does_no_harm),
        cmocka_unit_test(what_belongs_to_others_is_not_trusted),
        cmocka_unit_test(links_are_followed_before),
        cmocka_unit_test(what_is_not_there_or_something_else_is_named),
    };
    return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
