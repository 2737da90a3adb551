/* Parameters of /search: what is right, what is wrong, and what is said of it. And who may what. */
#include "daemon/hosts.h"
#include "daemon/identity.h"
#include "daemon/params.h"

#include <netinet/in.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>

static prospect_status read_target(const char *target, struct request *r, struct params *p,
                                   struct error *error)
{
    assert_int_equal(request_parse(r, target, NULL), PROSPECT_OK);
    return params_read(p, r, error);
}

static void nothing_said_gives_the_defaults(void **state)
{
    (void)state;
    struct request r;
    struct params p;
    assert_int_equal(read_target("/search", &r, &p, NULL), PROSPECT_OK);
    assert_null(p.search.q);
    assert_int_equal(p.search.from, 0);
    assert_int_equal(p.search.size, 10);
    assert_int_equal(p.search.sort, SORT_RELEVANCE);
    assert_int_equal(p.search.timeout_ms, 500);
    assert_int_equal(p.search.facets, 0);
    assert_int_equal(p.search.n_filters, 0);
    assert_true(p.search.expand && p.search.snippets && !p.search.explain && !p.csv);
    assert_false(p.search.has_dates);
    assert_int_equal(p.search.style, HIGHLIGHT_MARK);
    params_free(&p);
    request_free(&r);
}

static void everything_said_is_taken(void **state)
{
    (void)state;
    struct request r;
    struct params p;
    assert_int_equal(
        read_target("/search?q=pay+gap&from=20&size=100&sort=-date&facet=type,year&facet=country&"
                    "type=report&type=event&country=BE&type=report&after=2016&before=2017-02&"
                    "expand=0&highlight=none&snippets=0&timeout_ms=2000&explain=1&unknown=x&lang=",
                    &r, &p, NULL),
        PROSPECT_OK);
    assert_string_equal(p.search.q, "pay gap");
    assert_int_equal(p.search.from, 20);
    assert_int_equal(p.search.size, 100);
    assert_int_equal(p.search.sort, SORT_DATE_DOWN);
    assert_int_equal(p.search.facets, 1 << FIELD_TYPE | 1 << FIELD_YEAR | 1 << FIELD_COUNTRY);
    assert_int_equal(p.search.n_filters, 2);
    assert_int_equal(p.search.filters[0].field, FIELD_TYPE);
    assert_int_equal(p.search.filters[0].values.count, 2);
    assert_string_equal(p.search.filters[0].values.item[1], "event");
    assert_int_equal(p.search.filters[1].field, FIELD_COUNTRY);
    assert_true(p.search.has_dates);
    assert_int_equal(p.search.dates.first, 16801); /* 2016-01-01 */
    assert_int_equal(p.search.dates.last, 17225);  /* 2017-02-28 */
    assert_false(p.search.expand || p.search.snippets);
    assert_int_equal(p.search.style, HIGHLIGHT_NONE);
    assert_int_equal(p.search.timeout_ms, 2000);
    assert_true(p.search.explain);
    params_free(&p);
    request_free(&r);
}

static void one_bound_leaves_the_other_side_open(void **state)
{
    (void)state;
    struct request r;
    struct params p;
    assert_int_equal(read_target("/search?after=2016-10", &r, &p, NULL), PROSPECT_OK);
    assert_true(p.search.has_dates && p.search.dates.open_last && !p.search.dates.open_first);
    params_free(&p);
    request_free(&r);
}

static void csv_has_no_markup_unless_it_is_asked_for(void **state)
{
    (void)state;
    struct request r;
    struct params p;
    assert_int_equal(read_target("/search?format=csv", &r, &p, NULL), PROSPECT_OK);
    assert_true(p.csv);
    assert_int_equal(p.search.style, HIGHLIGHT_NONE);
    params_free(&p);
    request_free(&r);
}

static void every_bad_value_is_refused_with_what_would_be_right(void **state)
{
    (void)state;
    static const struct {
        const char *query, *said;
    } cases[] = {
        {"size=0", "size is no whole number from 1 to 100: “0”"},
        {"size=101", "1 to 100"},
        {"size=ten", "“ten”"},
        {"size=-1", "“-1”"},
        {"size=1e1", "“1e1”"},
        {"size=99999999999999999999999", "1 to 100"},
        {"from=-1", "from is no whole number"},
        {"from=1000", "0 to 999"},
        {"from=991&size=10", "more than 1000"},
        {"size=1&size=2", "size is given 2 times"},
        {"q=a&q=b", "q is given 2 times"},
        {"q=%ff", "q is no UTF-8"},
        {"type=%c0%af", "type is no UTF-8"},
        {"sort=rank", "relevance, date, -date, title"},
        {"facet=colour", "“colour”"},
        {"facet=title", "“title”"},
        {"facet=type,nothing", "“nothing”"},
        {"expand=2", "expand is none of 0, 1"},
        {"snippets=yes", "0, 1"},
        {"highlight=b", "mark, none"},
        {"format=xml", "json, csv"},
        {"timeout_ms=0", "1 to 2000"},
        {"timeout_ms=2001", "1 to 2000"},
        {"year=16", "YYYY"},
        {"after=yesterday", "YYYY-MM-DD"},
        {"after=2016-13", "after is no date"},
        {"before=2016-02-30", "before is no date"},
        {"after=2017&before=2016", "after is later than before"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct request r;
        struct params p;
        struct error error = {0};
        char target[200];
        snprintf(target, sizeof target, "/search?%s", cases[i].query);
        if (read_target(target, &r, &p, &error) != PROSPECT_ARGUMENT)
            fail_msg("%s was accepted", cases[i].query);
        if (strstr(error.line, cases[i].said) == NULL)
            fail_msg("%s: said “%s”", cases[i].query, error.line);
        params_free(&p);
        request_free(&r);
    }
}

static void too_many_filter_values_are_refused(void **state)
{
    (void)state;
    struct request r;
    struct params p;
    struct buf target = {0};
    buf_adds(&target, "/search?");
    for (int i = 0; i <= PARAMS_VALUES_MAX; i++)
        buf_addf(&target, "event=%d&", i);
    assert_int_equal(read_target(target.data, &r, &p, NULL), PROSPECT_ARGUMENT);
    params_free(&p);
    request_free(&r);
    buf_free(&target);
}

/* ---- who may what -----------------------------------------------------------------------------
 */

static const char token[] = "0123456789abcdef0123456789abcdef";

static void load(struct identity *i, const char *trusted)
{
    char path[] = "/tmp/prospect-token-XXXXXX";
    int fd = mkstemp(path);
    struct config config = {.token_file = path};
    assert_true(fd >= 0);
    assert_int_equal(write(fd, token, sizeof token - 1), sizeof token - 1);
    assert_int_equal(write(fd, "\n", 1), 1);
    close(fd);
    if (trusted != NULL)
        strlist_add(&config.trusted, trusted);
    identity_load(i, &config);
    unlink(path);
    strlist_free(&config.trusted);
}

static void rights_follow_from_user_and_token(void **state)
{
    (void)state;
    static const char good[] = "Bearer 0123456789abcdef0123456789abcdef";
    const uid_t own = geteuid(), other = 54321;
    const struct {
        struct identity_claim claim;
        bool sees_all, may_administer, ignored;
    } cases[] = {
        {{.is_unix = true, .uid = own}, true, true, false},
        {{.is_unix = true, .uid = 0}, true, true, false},
        {{.is_unix = true, .uid = other}, false, false, false},
        {{.is_unix = true, .uid = other, .groups = "staff"}, false, false, true},
        {{.is_unix = true, .uid = own, .groups = "staff"}, true, true, true},
        {{.is_unix = false}, false, false, false},
        {{.is_unix = false, .groups = "staff"}, false, false, true},
        {{.is_unix = false, .authorization = good}, true, true, false},
        {{.is_unix = false, .authorization = "bearer  0123456789abcdef0123456789abcdef"},
         true,
         true,
         false},
        {{.is_unix = false, .authorization = "Bearer 0123456789abcdef0123456789abcdeF"},
         false,
         false,
         false},
        {{.is_unix = false, .authorization = "Bearer 0123456789abcdef0123456789abcdef0"},
         false,
         false,
         false},
        {{.is_unix = false, .authorization = "Bearer 0123456789abcdef"}, false, false, false},
        {{.is_unix = false, .authorization = "Bearer "}, false, false, false},
        {{.is_unix = false, .authorization = "Basic 0123456789abcdef0123456789abcdef"},
         false,
         false,
         false},
    };
    struct identity i;
    load(&i, NULL);
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct identity_verdict v;
        identity_judge(&i, &cases[n].claim, &v);
        if (v.who.admin != cases[n].sees_all || v.may_administer != cases[n].may_administer ||
            v.groups_ignored != cases[n].ignored || v.who.groups.count != 0)
            fail_msg("case %zu", n);
    }
    identity_free(&i);
}

static void a_trusted_user_speaks_for_groups_and_sees_nothing_else(void **state)
{
    (void)state;
    struct identity i;
    struct identity_verdict v;
    struct passwd *root = getpwuid(0);
    assert_non_null(root);
    load(&i, root->pw_name);
    struct identity_claim claim = {.is_unix = true, .uid = 0, .groups = "staff, board"};
    identity_judge(&i, &claim, &v);
    assert_false(v.who.admin);
    assert_false(v.may_administer);
    assert_false(v.groups_ignored);
    assert_int_equal(v.who.groups.count, 2);
    assert_true(strlist_has(&v.who.groups, "board"));
    strlist_free(&v.who.groups);
    claim.groups = NULL;
    identity_judge(&i, &claim, &v);
    assert_false(v.who.admin);
    assert_true(v.may_administer);
    assert_int_equal(v.who.groups.count, 0);
    claim = (struct identity_claim){.is_unix = false, .groups = "staff"};
    identity_judge(&i, &claim, &v);
    assert_true(v.groups_ignored);
    assert_int_equal(v.who.groups.count, 0);
    identity_free(&i);
}

static void a_missing_token_file_lets_nobody_in(void **state)
{
    (void)state;
    struct identity i;
    struct identity_verdict v;
    struct config config = {.token_file = "/nonexistent/token"};
    struct identity_claim claim = {.authorization = "Bearer "};
    identity_load(&i, &config);
    identity_judge(&i, &claim, &v);
    assert_false(v.may_administer);
    identity_free(&i);
}

static void hosts_are_the_address_localhost_or_listed(void **state)
{
    (void)state;
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    struct strlist allowed = {0};
    inet_pton(AF_INET, "192.0.2.7", &v4.sin_addr);
    strlist_add(&allowed, "search.example.org");
    strlist_add(&allowed, "other.example.org:8080");
    static const struct {
        const char *host;
        bool on_v4, on_v6;
    } cases[] = {
        {"192.0.2.7", true, false},
        {"192.0.2.7:7700", true, false},
        {"localhost", true, true},
        {"LocalHost:7700", true, true},
        {"[::1]", false, true},
        {"[0:0::1]:7700", false, true},
        {"::1", false, false},
        {"127.0.0.1", false, false},
        {"search.example.org", true, true},
        {"Search.Example.ORG:99", true, true},
        {"other.example.org", false, false},
        {"other.example.org:8080", true, true},
        {"other.example.org:8081", false, false},
        {"evil.example", false, false},
        {"localhost.evil.example", false, false},
        {"localhost@evil.example", false, false},
        {"localhost:77x", false, false},
        {"localhost:777777", false, false},
        {"", false, false},
        {":7700", false, false},
        {"[", false, false},
        {"[]", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (hosts_accept(cases[i].host, (struct sockaddr *)&v4, &allowed) != cases[i].on_v4 ||
            hosts_accept(cases[i].host, (struct sockaddr *)&v6, &allowed) != cases[i].on_v6)
            fail_msg("“%s”", cases[i].host);
    }
    strlist_free(&allowed);
}

static void the_host_of_a_url_is_found(void **state)
{
    (void)state;
    char *host = hosts_of_url("https://search.example.org:8443/docs/");
    assert_string_equal(host, "search.example.org:8443");
    free(host);
    assert_null(hosts_of_url("search.example.org"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_said_gives_the_defaults),
        cmocka_unit_test(everything_said_is_taken),
        cmocka_unit_test(one_bound_leaves_the_other_side_open),
        cmocka_unit_test(csv_has_no_markup_unless_it_is_asked_for),
        cmocka_unit_test(every_bad_value_is_refused_with_what_would_be_right),
        cmocka_unit_test(too_many_filter_values_are_refused),
        cmocka_unit_test(rights_follow_from_user_and_token),
        cmocka_unit_test(a_trusted_user_speaks_for_groups_and_sees_nothing_else),
        cmocka_unit_test(a_missing_token_file_lets_nobody_in),
        cmocka_unit_test(hosts_are_the_address_localhost_or_listed),
        cmocka_unit_test(the_host_of_a_url_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
