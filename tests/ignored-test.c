/* What a watched folder holds beside documents, in a real tree. */
#include "daemon/ignored.h"

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

static char top[] = "/tmp/prospect-ignored-XXXXXX";

static void put(const char *path, const char *text)
{
    char full[200];
    snprintf(full, sizeof full, "%s/%s", top, path);
    FILE *f = fopen(full, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int make_tree(void **state)
{
    char path[200];
    (void)state;
    if (!mkdtemp(top))
        return -1;
    static const char *const folders[] = {"drafts", ".git", "talks"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", top, folders[i]);
        mkdir(path, 0700);
    }
    put("paper.txt", "a document");
    put("paper.txt.meta", "title = A paper\n");
    put("lonely.meta", "a document of that name");
    put("~$paper.docx", "x");
    put(".git/config", "x");
    put("talks/.prospect", "ignore = *.bak\n");
    put("talks/one.bak", "x");
    put("talks/one.txt", "a document");
    snprintf(path, sizeof path, "%s/talks/link.txt", top);
    if (symlink("/etc/passwd", path))
        return -1;
    snprintf(path, sizeof path, "%s/talks/pipe.pdf", top);
    return mkfifo(path, 0600);
}

static int remove_tree(void **state)
{
    char command[200];
    (void)state;
    snprintf(command, sizeof command, "rm -r '%s'", top);
    return system(command);
}

static const char *reason_of(const struct ignored_list *l, const char *path)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->item[i].path, path) == 0)
            return l->item[i].reason;
    return "a document";
}

static void walk(struct ignored_list *list)
{
    struct rules rules;
    struct strlist none = {0};
    struct error error;
    rules_of_root(&rules, false, &none, &none, NULL, NULL);
    assert_int_equal(ignored_walk(list, "papers", top, &rules, &error), PROSPECT_OK);
    rules_free(&rules);
}

static void everything_that_is_no_document_is_listed_with_its_reason(void **state)
{
    static const struct {
        const char *path, *reason;
    } rows[] = {
        {"paper.txt", "a document"},   {"paper.txt.meta", "side-car"},
        {"lonely.meta", "a document"}, {"~$paper.docx", "temporary"},
        {".git/config", "folder"},     {"talks/.prospect", "temporary"},
        {"talks/one.bak", "pattern"},  {"talks/one.txt", "a document"},
        {"talks/link.txt", "link"},    {"talks/pipe.pdf", "special"},
    };
    struct ignored_list list = {.size = 100, .end_ms = INT64_MAX};
    (void)state;
    walk(&list);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(reason_of(&list, rows[i].path), rows[i].reason) != 0)
            fail_msg("%s: %s, not %s", rows[i].path, reason_of(&list, rows[i].path),
                     rows[i].reason);
    assert_int_equal(list.total, 7);
    assert_false(list.partial);
    ignored_clear(&list);
}

static void a_part_of_the_list_is_given_and_all_counted(void **state)
{
    struct ignored_list list = {.from = 5, .size = 1, .end_ms = INT64_MAX};
    (void)state;
    walk(&list);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.total, 7);
    ignored_clear(&list);
}

static void a_walk_ends_with_its_time_and_says_so(void **state)
{
    struct ignored_list list = {.size = 100};
    (void)state;
    walk(&list);
    assert_int_equal(list.total, 0);
    assert_true(list.partial);
    ignored_clear(&list);
}

static void a_folder_that_is_gone_is_an_error(void **state)
{
    struct ignored_list list = {.size = 1};
    struct rules rules = {0};
    struct error error;
    (void)state;
    assert_int_equal(ignored_walk(&list, "x", "/nonexistent", &rules, &error), PROSPECT_IO);
    assert_non_null(strstr(error.line, "/nonexistent"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_that_is_no_document_is_listed_with_its_reason),
        cmocka_unit_test(a_part_of_the_list_is_given_and_all_counted),
        cmocka_unit_test(a_walk_ends_with_its_time_and_says_so),
        cmocka_unit_test(a_folder_that_is_gone_is_an_error),
    };
    return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
