/* What the command line shows of hostile answers, and how it asks. */
#include "client/find.h"
#include "client/http.h"
#include "client/options.h"
#include "client/show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static char *written;
static size_t written_size;

static FILE *page(void)
{
    return open_memstream(&written, &written_size);
}

static void assert_written(FILE *to, const char *expected)
{
    fclose(to);
    assert_string_equal(written, expected);
    free(written);
}

static void nothing_shown_can_move_the_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"plain", "plain"},
        {"Égalité Ισότητα", "Égalité Ισότητα"},
        {"\033[2J", "\\x1b[2J"},
        {"a\nb\tc\rd", "a b c\\x0dd"},
        {"\xc2\x9b"
         "31m",
         "\\x9b31m"}, /* a one-character CSI */
        {"\x7f", "\\x7f"},
        {"a\xff\xfe", "a\\xff\\xfe"},        /* no UTF-8 */
        {"\xc0\xaf", "\\xc0\\xaf"},          /* overlong */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"}, /* a surrogate */
        {"\xe2\x82", "\\xe2\\x82"},          /* cut */
        {"gpj.\xe2\x80\xae"
         "exe",
         "gpj.\\u202eexe"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *to = page();
        show_text(to, cases[i].text);
        assert_written(to, cases[i].shown);
    }
}

static void marks_become_styles_and_entities_characters(void **state)
{
    (void)state;
    FILE *to = page();
    show_marked(to, "a &lt;b&gt; &amp;amp; <mark>Pay</mark> &#39;gap&quot; \033[2J &x <i>", "[",
                "]");
    assert_written(to, "a <b> &amp; [Pay] 'gap\" \\x1b[2J &x <i>");
}

static void a_path_is_shown_by_its_exact_bytes(void **state)
{
    (void)state;
    json_t *hit =
        json_pack("{ssss}", "path", "caf\xef\xbf\xbd", "path_bytes", "caf%E9%0A%41%zz%00");
    FILE *to = page();
    show_path(to, hit);
    assert_written(to, "caf\\xe9 A%zz%00");
    json_decref(hit);
}

static void sizes_are_readable(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *shown;
    } cases[] = {
        {0, "0 bytes"}, {999, "999 bytes"}, {1234567, "1.2 MB"}, {UINT64_MAX, "18446744.1 TB"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *to = page();
        show_bytes(to, cases[i].bytes);
        assert_written(to, cases[i].shown);
    }
}

static void values_of_any_bytes_go_into_a_url(void **state)
{
    (void)state;
    struct buf url = {0};
    buf_adds(&url, "/search");
    http_add(&url, "q", "pay gap & \"x\"");
    http_add(&url, "folder", "a/\xff\n-._~");
    assert_string_equal(url.data, "/search?q=pay%20gap%20%26%20%22x%22&folder=a%2F%FF%0A-._~");
    buf_free(&url);
}

static void options_may_stand_before_and_after_words(void **state)
{
    (void)state;
    struct client c = {0};
    char w[][16] = {"rescan", "word", "--json", "--socket", "/s", "other"};
    char *argv[] = {w[0], w[1], w[2], w[3], w[4], w[5], NULL};
    int first;
    assert_int_equal(options_read(&c, NULL, 6, argv, &first), OPTIONS_GO_ON);
    assert_true(c.json);
    assert_string_equal(c.socket, "/s");
    assert_int_equal(first, 4);
    assert_string_equal(argv[first], "word");
    assert_string_equal(argv[first + 1], "other");
}

static int listen_on(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_return_code(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_return_code(listen(fd, 1), 0);
    return fd;
}

static void a_single_daemon_is_found_and_two_are_not_guessed_between(void **state)
{
    (void)state;
    char top[] = "/tmp/prospect-client-XXXXXX", one[96], two[96], *found = NULL;
    struct error error = {0};
    assert_non_null(mkdtemp(top));
    for (size_t i = 0; i < 3; i++) {
        static const char *const folders[] = {"", "/a", "/b"};
        snprintf(one, sizeof one, "%s/prospect%s", top, folders[i]);
        assert_return_code(mkdir(one, 0700), 0);
    }
    snprintf(one, sizeof one, "%s/prospect/a/prospectd.sock", top);
    snprintf(two, sizeof two, "%s/prospect/b/prospectd.sock", top);
    unsetenv("PROSPECT_SOCKET");
    unsetenv("XDG_RUNTIME_DIR");
    setenv("XDG_STATE_HOME", top, 1);
    int a = listen_on(one);
    if (access("/run/prospect/prospectd.sock", F_OK) != 0) {
        assert_int_equal(find_socket(&found, &error), PROSPECT_OK);
        assert_string_equal(found, one);
        free(found);
        int b = listen_on(two);
        assert_int_equal(find_socket(&found, &error), PROSPECT_NOT_FOUND);
        assert_non_null(strstr(error.line, "2 daemons"));
        close(b);
    }
    close(a); /* the file stays, but nobody answers */
    setenv("PROSPECT_SOCKET", "/chosen", 1);
    assert_int_equal(find_socket(&found, &error), PROSPECT_OK);
    assert_string_equal(found, "/chosen");
    free(found);
    unlink(one);
    unlink(two);
    snprintf(one, sizeof one, "rm -r %s", top);
    assert_int_equal(system(one), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_shown_can_move_the_terminal),
        cmocka_unit_test(marks_become_styles_and_entities_characters),
        cmocka_unit_test(a_path_is_shown_by_its_exact_bytes),
        cmocka_unit_test(sizes_are_readable),
        cmocka_unit_test(values_of_any_bytes_go_into_a_url),
        cmocka_unit_test(options_may_stand_before_and_after_words),
        cmocka_unit_test(a_single_daemon_is_found_and_two_are_not_guessed_between),
    };
    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
