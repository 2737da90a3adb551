/* Which plugin reads a type, and what is to be read again when plugins come and go. */
#include "daemon/claims.h"
#include "daemon/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct wire_plugin installed[] = {
    {.name = "text", .version = "2", .types = "text/plain text/*"},
    {.name = "html", .version = "1", .types = "text/html application/xhtml+xml"},
    {.name = "quick", .version = "1", .types = "text/html", .priority = -5},
    {.name = "tables", .version = "4", .types = "text/tab* text/csv", .priority = 3},
    {.name = "old", .version = "1", .types = "text/html", .priority = 9, .refused = "ABI"},
    {.file = "x.so", .refused = "no plugin"},
};

static struct claims all(void)
{
    struct claims c = {0};
    claims_set(&c, installed, sizeof installed / sizeof *installed);
    return c;
}

static void the_closest_fit_reads_and_of_equals_the_highest_priority(void **state)
{
    (void)state;
    static const struct {
        const char *mime, *reader;
    } cases[] = {{"text/plain", "text"},
                 {"text/html", "html"},
                 {"text/x-c", "text"},
                 {"text/csv", "tables"},
                 {"text/tab-separated", "tables"},
                 {"application/xhtml+xml", "html"},
                 {"application/pdf", NULL},
                 {"text/htmlx", "text"},
                 {"text", NULL},
                 {"", NULL}};
    struct claims c = all();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct claim *r = claims_reader(&c, cases[i].mime);
        const char *name = r ? r->name : "nobody", *wanted = cases[i].reader;
        if (strcmp(name, wanted ? wanted : "nobody") != 0)
            fail_msg("%s is read by %s", cases[i].mime, name);
    }
    claims_free(&c);
}

static void what_would_be_read_otherwise_now_is_not_current(void **state)
{
    (void)state;
    static const struct {
        const char *plugin, *version, *mime;
        bool current;
    } cases[] = {
        {"text", "2", "text/plain", true},
        {"text", "1", "text/plain", false}, /* another version */
        {"text", "2", "text/html", false},  /* another plugin is nearer */
        {"quick", "1", "text/html", false}, /* or comes first */
        {"html", "1", "text/html", true},
        {"html", "1", NULL, true},
        {"html", NULL, "text/html", false},
        {NULL, NULL, "text/html", false}, /* nobody read it, and now somebody does */
        {NULL, NULL, "application/pdf", true},
        {NULL, NULL, NULL, true},
        {"pdf", "1", "application/pdf", true},   /* its plugin is gone, and nobody took over */
        {"gone", "1", "text/plain", false},      /* somebody did */
        {"text", "1", "application/pdf", false}, /* it may claim something else now */
    };
    struct claims c = all();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (claims_current(&c, cases[i].plugin, cases[i].version, cases[i].mime) !=
            cases[i].current)
            fail_msg("case %zu", i);
    claims_free(&c);
}

static void a_change_of_any_claim_is_seen(void **state)
{
    (void)state;
    struct claims a = all(), b = {0};
    claims_copy(&b, &a);
    assert_true(claims_same(&a, &b));
    b.item[1].priority++;
    assert_false(claims_same(&a, &b));
    claims_copy(&b, &a);
    b.item[2].types[0] = 'T';
    assert_false(claims_same(&a, &b));
    claims_set(&b, installed, 2);
    assert_false(claims_same(&a, &b));
    claims_free(&a);
    claims_free(&b);
    assert_true(claims_same(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_closest_fit_reads_and_of_equals_the_highest_priority),
        cmocka_unit_test(what_would_be_read_otherwise_now_is_not_current),
        cmocka_unit_test(a_change_of_any_claim_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
