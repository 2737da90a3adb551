/* The configuration: what is read, what is refused, and where the message points. */
#include "daemon/config.h"
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

static char dir[64];

static int make_dir(void **state)
{
    (void)state;
    strcpy(dir, "/tmp/prospect-config-XXXXXX");
    if (!mkdtemp(dir) || chdir(dir) < 0)
        return -1;
    mkdir("a", 0755);
    mkdir("a/in", 0755);
    mkdir("ab", 0755);
    setenv("XDG_STATE_HOME", "/xdg-state", 1);
    setenv("XDG_RUNTIME_DIR", "/xdg-run", 1);
    return 0;
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

static void write_file(const char *text)
{
    FILE *f = fopen("prospect.conf", "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static prospect_status load(const char *text, struct config **c, struct error *error)
{
    struct config_options options = {.file = "prospect.conf"};
    write_file(text);
    return config_load(c, &options, error);
}

#define ROOT "[root one]\npath = a\n"

static void what_is_wrong_is_said_with_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line;
    } cases[] = {
        {ROOT "[listen]\nfoo = 1\n",
         "prospect.conf:4: unknown key \"foo\" in [listen]; known keys: socket, http, "
         "allowed_hosts, public_url, max_connections"},
        {ROOT "\n[lisen]\n",
         "prospect.conf:4: unknown section [lisen]; known sections: [daemon], [listen], [access], "
         "[limits], [root NAME], [plugin NAME]"},
        {"x = 1\n" ROOT,
         "prospect.conf:1: \"x\" stands before any section; known sections: [daemon], [listen], "
         "[access], [limits], [root NAME], [plugin NAME]"},
        {ROOT "nonsense\n",
         "prospect.conf:3: this line is neither \"[section]\" nor \"key = value\""},
        {ROOT "[limits\n", "prospect.conf:3: this line starts a section and has no \"]\""},
        {ROOT "= 3\n", "prospect.conf:3: this line has no key before the \"=\""},
        {ROOT "[limits]\nmemory = lots\n",
         "prospect.conf:4: memory = \"lots\" is no size (bytes, or a number with k, M or G) from "
         "64M to 1024G"},
        {ROOT "[limits]\nmemory = -1\n",
         "prospect.conf:4: memory = \"-1\" is no size (bytes, or a number with k, M or G) from "
         "64M to 1024G"},
        {ROOT "[limits]\nmax_file_size = 99999999999999999999G\n",
         "prospect.conf:4: max_file_size = \"99999999999999999999G\" is no size (bytes, or a "
         "number with k, M or G) from 1 to 1024G"},
        {ROOT "[limits]\nmax_file_size = 17179869184G\n",
         "prospect.conf:4: max_file_size = \"17179869184G\" is no size (bytes, or a number with k, "
         "M or G) from 1 to 1024G"},
        {ROOT "[limits]\nextract_seconds = 0\n",
         "prospect.conf:4: extract_seconds = \"0\" is no whole number from 1 to 86400"},
        {ROOT "[limits]\nextract_seconds = 20k\n",
         "prospect.conf:4: extract_seconds = \"20k\" is no whole number from 1 to 86400"},
        {ROOT "[daemon]\nlog_level = loud\n",
         "prospect.conf:4: log_level = \"loud\" is none of error, warning, info, debug"},
        {ROOT "watch = maybe\n",
         "prospect.conf:3: watch = \"maybe\" is none of auto, inotify, polling"},
        {ROOT "access =\n", "prospect.conf:3: access names no group (leave it out where everyone "
                            "may read)"},
        {ROOT "[listen]\nhttp = 7700\n",
         "prospect.conf:4: http = \"7700\" is no address like 127.0.0.1:7700 or [::1]:7700 (empty: "
         "none)"},
        {ROOT "[listen]\nhttp = ::1:7700\n",
         "prospect.conf:4: http = \"::1:7700\" is no address like 127.0.0.1:7700 or [::1]:7700 "
         "(empty: none)"},
        {ROOT "[listen]\nhttp = localhost:70000\n",
         "prospect.conf:4: http = \"localhost:70000\" is no address like 127.0.0.1:7700 or "
         "[::1]:7700 (empty: none)"},
        {ROOT "[listen]\npublic_url = javascript:x\n",
         "prospect.conf:4: public_url = \"javascript:x\" does not start with http:// or https://"},
        {ROOT "[daemon]\nstate =\n", "prospect.conf:4: state has no value"},
        {ROOT "path = ab\n",
         "prospect.conf:3: [root one] path stands here again; it is in line 2 already"},
        {ROOT "[root one]\npath = ab\n",
         "prospect.conf:3: [root one] stands here again; it is in line 1 already"},
        {ROOT "[root  one]\npath = ab\n", "prospect.conf:3: a second root is named \"one\""},
        {"[root]\npath = a\n", "prospect.conf:1: [root ] needs a name of 1 to 40 bytes without "
                               "blanks and slashes"},
        {"[root x/y]\npath = a\n", "prospect.conf:1: [root x/y] needs a name of 1 to 40 bytes "
                                   "without blanks and slashes"},
        {"[root one]\n", "prospect.conf:1: [root one] has no path"},
        {"[root one]\npath = missing\n", NULL}, /* names the temporary folder: looked at below */
        {"[limits]\n", "prospect.conf: no [root NAME] section: there is no folder to serve"},
        {ROOT "[root two]\npath = a/in\n",
         "prospect.conf:4: the roots one and two lie in one another: a file would be found twice"},
        {"[root two]\npath = a/in\n" ROOT,
         "prospect.conf:4: the roots two and one lie in one another: a file would be found twice"},
        {ROOT "[root two]\npath = a/../a\n",
         "prospect.conf:4: the roots one and two are the same folder"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config *c;
        struct error error = {0};
        assert_int_equal(load(cases[i].text, &c, &error), PROSPECT_ARGUMENT);
        assert_null(c);
        if (cases[i].line)
            assert_string_equal(error.line, cases[i].line);
        else
            assert_non_null(strstr(error.line, "prospect.conf:2: there is no folder /"));
    }
}

static void a_full_file_is_read(void **state)
{
    (void)state;
    struct config *c;
    struct error error;
    assert_int_equal(load("\xEF\xBB\xBF; a comment\n"
                          "[root one]\n"
                          "path = ./a ; where they are\n"
                          "  access = staff, board\n"
                          "ignore = *.bak, old/*\r\n"
                          "watch = polling\npoll_seconds = 5\nurl_prefix = https://x.test/d/\n"
                          "[root two]\npath: ab\nprogramme = Mutual Learning\nlang = fr\n"
                          "[daemon]\nstate = st\nworkers = 3\nlog_level = debug\n"
                          "[listen]\nsocket = s.sock\nhttp =\nallowed_hosts = a.test, b.test\n"
                          "[access]\ntrusted = www-data\ntoken_file = /t\n"
                          "[limits]\nmax_file_size = 2G\nmemory = 512M\ntext=5k\nchildren = 7\n"
                          "nesting = 1\nratio = 0\nratio_after = 3M\n"
                          "[plugin pdf]\nboxes = 1\nx = y=z\n",
                          &c, &error),
                     PROSPECT_OK);
    assert_int_equal(c->n_roots, 2);
    assert_string_equal(c->roots[0].name, "one");
    assert_int_equal(strncmp(c->roots[0].path, dir, strlen(dir)), 0);
    assert_string_equal(c->roots[0].path + strlen(dir), "/a");
    assert_true(c->roots[0].restricted);
    assert_string_equal(c->roots[0].access.item[0], "board");
    assert_string_equal(c->roots[0].ignore.item[1], "old/*");
    assert_int_equal(c->roots[0].watch, WATCH_POLLING);
    assert_int_equal(c->roots[0].poll_seconds, 5);
    assert_string_equal(c->roots[0].url_prefix, "https://x.test/d/");
    assert_false(c->roots[1].restricted);
    assert_int_equal(c->roots[1].poll_seconds, 60);
    assert_string_equal(c->roots[1].programme, "Mutual Learning");
    assert_string_equal(c->state + strlen(dir), "/st");
    assert_string_equal(c->socket + strlen(dir), "/s.sock");
    assert_string_equal(c->http, "");
    assert_int_equal(c->workers, 3);
    assert_int_equal(c->log_level, LOG_DEBUG);
    assert_string_equal(c->allowed_hosts.item[1], "b.test");
    assert_true(c->max_file_size == 2ull << 30 && c->memory == 512u << 20 && c->text == 5120);
    assert_true(c->nesting == 1 && c->ratio == 0 && c->ratio_after == 3u << 20);
    assert_int_equal(c->n_plugins, 1);
    assert_string_equal(c->plugins[0].settings.item[1], "x=y=z");
    config_free(&c);
    assert_null(c);
}

static void a_root_alone_is_enough(void **state)
{
    (void)state;
    struct config *c;
    struct error error;
    struct config_options options = {.root = "a/in/"};
    assert_int_equal(config_load(&c, &options, &error), PROSPECT_OK);
    assert_string_equal(c->roots[0].name, "in");
    assert_string_equal(c->http, "127.0.0.1:7700");
    assert_string_equal(c->socket, "/xdg-run/prospect/prospectd.sock");
    assert_int_equal(strncmp(c->state, "/xdg-state/prospect/in-", 23), 0);
    assert_true(c->max_file_size == 512ull << 20 && c->memory == 1ull << 30);
    assert_true(c->nesting == 2 && c->ratio == 100 && c->ratio_after == 10u << 20);
    assert_int_equal(c->extract_seconds, 20);
    assert_int_equal(c->children, 10000);
    char *state_dir = strdup(c->state);
    config_free(&c);
    options.root = "a/../a/in";
    assert_int_equal(config_load(&c, &options, &error), PROSPECT_OK);
    assert_string_equal(c->state, state_dir);
    config_free(&c);
    options.root = "ab";
    assert_int_equal(config_load(&c, &options, &error), PROSPECT_OK);
    assert_string_not_equal(c->state, state_dir);
    config_free(&c);
    free(state_dir);
}

static void options_win_over_the_file(void **state)
{
    (void)state;
    struct config *c;
    struct error error;
    struct config_options options = {.file = "prospect.conf",
                                     .root = "ab",
                                     .state = "s2",
                                     .http = "",
                                     .socket = "/run/x",
                                     .log_level = "error"};
    write_file(ROOT "[daemon]\nstate = st\n[listen]\nhttp = 0.0.0.0:80\n");
    assert_int_equal(config_load(&c, &options, &error), PROSPECT_OK);
    assert_int_equal(c->n_roots, 1);
    assert_string_equal(c->roots[0].name, "ab");
    assert_string_equal(c->state + strlen(dir), "/s2");
    assert_string_equal(c->http, "");
    assert_string_equal(c->socket, "/run/x");
    assert_int_equal(c->log_level, LOG_ERROR);
    config_free(&c);
}

static void wrong_options_are_explained(void **state)
{
    (void)state;
    struct config *c;
    struct error error;
    char longest[200];
    memset(longest, 'x', sizeof longest);
    longest[0] = '/';
    longest[108] = '\0';
    struct config_options options = {.root = "a", .socket = longest};
    assert_int_equal(config_load(&c, &options, &error), PROSPECT_ARGUMENT);
    assert_non_null(strstr(error.line, "the socket's path has 108 bytes, the system allows 107"));
    longest[107] = '\0';
    assert_int_equal(config_load(&c, &options, &error), PROSPECT_OK);
    config_free(&c);
    options = (struct config_options){.root = "nowhere"};
    assert_int_equal(config_load(&c, &options, &error), PROSPECT_ARGUMENT);
    assert_non_null(strstr(error.line, "--root: there is no folder /"));
    options = (struct config_options){.root = "prospect.conf"};
    assert_int_equal(config_load(&c, &options, &error), PROSPECT_ARGUMENT);
    assert_non_null(strstr(error.line, "is no folder"));
    options = (struct config_options){.root = "a", .state = "a/in/state"};
    assert_int_equal(config_load(&c, &options, &error), PROSPECT_ARGUMENT);
    assert_non_null(strstr(error.line, "lies in the root a"));
    options = (struct config_options){.file = "absent.conf"};
    assert_int_equal(config_load(&c, &options, &error), PROSPECT_ARGUMENT);
    assert_string_equal(error.line, "cannot read absent.conf: No such file or directory");
    assert_null(c);
}

static void long_values_are_kept_whole(void **state)
{
    (void)state;
    struct buf text = {0}, hosts = {0};
    struct config *c;
    struct error error;
    for (unsigned i = 0; i < 300; i++)
        buf_addf(&hosts, "%shost-%u.example.test", i ? ", " : "", i);
    buf_addf(&text, ROOT "[listen]\nallowed_hosts = %s\nmax_connections = 9\n", buf_str(&hosts));
    assert_int_equal(load(buf_str(&text), &c, &error), PROSPECT_OK);
    assert_int_equal(c->allowed_hosts.count, 300);
    for (unsigned i = 0; i < 300; i++) {
        char name[32];
        snprintf(name, sizeof name, "host-%u.example.test", i);
        assert_string_equal(c->allowed_hosts.item[i], name);
    }
    assert_int_equal(c->max_connections, 9);
    config_free(&c);
    buf_addf(&text, "public_url = http://%08000d/\n", 0);
    assert_int_equal(load(buf_str(&text), &c, &error), PROSPECT_ARGUMENT);
    assert_string_equal(error.line, "prospect.conf:6: this line has more than 8000 bytes");
    buf_free(&text);
    buf_free(&hosts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_said_with_file_and_line),
        cmocka_unit_test(a_full_file_is_read),
        cmocka_unit_test(a_root_alone_is_enough),
        cmocka_unit_test(options_win_over_the_file),
        cmocka_unit_test(wrong_options_are_explained),
        cmocka_unit_test(long_values_are_kept_whole),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
