/* The queue of paths. */
#include "daemon/ingest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct ingest *q;

static int make(void **state)
{
    (void)state;
    ingest_new(&q);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    ingest_free(&q);
    return q != NULL;
}

/* The next path, or "" */
static const char *next(int64_t now, struct ingest_item *i)
{
    return ingest_next(q, now, i) ? i->path : "";
}

static void urgent_ones_go_first_then_first_come_first_served(void **state)
{
    (void)state;
    struct ingest_item i;
    ingest_add(q, 0, "s1", INGEST_SCAN, 0);
    ingest_add(q, 0, "s2", INGEST_SCAN, 0);
    ingest_add(q, 0, "u1", INGEST_URGENT, 0);
    ingest_add(q, 1, "s1", INGEST_URGENT, 0);
    assert_string_equal(next(5, &i), "u1");
    assert_string_equal(next(5, &i), "s1");
    assert_int_equal(i.root, 1);
    assert_string_equal(next(5, &i), "s1");
    assert_int_equal(i.root, 0);
    assert_string_equal(next(5, &i), "s2");
    assert_string_equal(next(5, &i), "");
    assert_int_equal(ingest_handed(q), 4);
}

static void a_waiting_path_is_there_once_and_moves_up(void **state)
{
    (void)state;
    struct ingest_item i;
    ingest_add(q, 0, "a", INGEST_SCAN, 0);
    ingest_add(q, 0, "b", INGEST_SCAN, 0);
    ingest_add(q, 0, "b", INGEST_URGENT, 0);
    ingest_add(q, 0, "b", INGEST_SCAN, 0);
    assert_int_equal(ingest_waiting(q), 2);
    assert_string_equal(next(1, &i), "b");
    assert_string_equal(next(1, &i), "a");
    assert_string_equal(next(1, &i), "");
}

static void what_changes_in_hand_comes_again_once(void **state)
{
    (void)state;
    struct ingest_item i, j;
    ingest_add(q, 0, "a", INGEST_SCAN, 0);
    assert_string_equal(next(1, &i), "a");
    ingest_add(q, 0, "a", INGEST_URGENT, 0);
    ingest_add(q, 0, "a", INGEST_SCAN, 0);
    assert_string_equal(next(1, &j), "");
    ingest_done(q, i.id);
    assert_false(ingest_in_hand(q, i.id, &j));
    assert_string_equal(next(1, &j), "a");
    assert_int_not_equal(i.id, j.id);
    ingest_done(q, j.id);
    assert_string_equal(next(1, &j), "");
    assert_int_equal(ingest_waiting(q), 0);
    assert_int_equal(ingest_handed(q), 0);
    ingest_done(q, j.id); /* twice does no harm */
}

static void what_is_in_hand_below_a_moved_folder_comes_again(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool again;
    } cases[] = {{"d/a", true}, {"d/e/b", true}, {"d", true}, {"da", false}, {"e/d/a", false}};
    enum {
        N = sizeof cases / sizeof *cases
    };
    struct ingest_item items[N], other, j;
    for (size_t i = 0; i < N; i++) {
        ingest_add(q, 0, cases[i].path, INGEST_SCAN, 0);
        assert_true(ingest_next(q, 1, &items[i]));
    }
    ingest_add(q, 1, "d/a", INGEST_SCAN, 0);
    assert_true(ingest_next(q, 1, &other));
    ingest_again_below(q, 0, "d");
    for (size_t i = 0; i < N; i++) {
        ingest_done(q, items[i].id);
        assert_int_equal(ingest_next(q, 1, &j), cases[i].again);
        if (cases[i].again) {
            assert_string_equal(j.path, cases[i].path);
            ingest_done(q, j.id);
        }
    }
    ingest_done(q, other.id);
    assert_int_equal(ingest_waiting(q), 0);
    ingest_add(q, 1, "x", INGEST_SCAN, 0);
    assert_true(ingest_next(q, 1, &other));
    ingest_again_below(q, 1, "");
    ingest_done(q, other.id);
    assert_int_equal(ingest_waiting(q), 1);
}

static void a_retry_waits_for_its_time(void **state)
{
    (void)state;
    struct ingest_item i;
    assert_true(ingest_due(q) == -1);
    ingest_add(q, 0, "late", INGEST_SCAN, 300);
    ingest_add(q, 0, "soon", INGEST_SCAN, 100);
    ingest_add(q, 0, "mid", INGEST_SCAN, 200);
    assert_true(ingest_due(q) == 100);
    assert_int_equal(ingest_waiting(q), 0);
    assert_string_equal(next(99, &i), "");
    assert_string_equal(next(250, &i), "soon");
    assert_string_equal(next(250, &i), "mid");
    assert_string_equal(next(250, &i), "");
    assert_true(ingest_due(q) == 300);
    ingest_add(q, 0, "late", INGEST_URGENT, 0); /* it changed: no need to wait */
    assert_true(ingest_due(q) == 0);
    assert_int_equal(ingest_waiting(q), 1);
    assert_string_equal(next(0, &i), "late");
}

static void many_retries_come_in_order_of_time(void **state)
{
    (void)state;
    struct ingest_item i;
    int64_t last = 0;
    char name[16];
    for (unsigned n = 0; n < 1000; n++) {
        snprintf(name, sizeof name, "%u", n);
        ingest_add(q, 0, name, INGEST_SCAN, 1 + (n * 7919) % 1000);
    }
    for (unsigned n = 0; n < 1000; n += 3) { /* from the middle of the heap */
        snprintf(name, sizeof name, "%u", n);
        ingest_add(q, 0, name, INGEST_SCAN, 0);
        assert_true(ingest_next(q, 0, &i));
        assert_string_equal(i.path, name);
        ingest_done(q, i.id);
    }
    for (unsigned n = 0; n < 666; n++) {
        int64_t due = ingest_due(q);
        assert_true(due >= last);
        assert_false(ingest_next(q, due - 1, &i));
        assert_true(ingest_next(q, due, &i));
        last = due;
    }
    assert_true(ingest_due(q) == -1);
}

static void deaths_are_counted_until_it_is_done(void **state)
{
    (void)state;
    struct ingest_item i;
    ingest_add(q, 0, "a", INGEST_SCAN, 0);
    assert_true(ingest_next(q, 1, &i));
    assert_int_equal(i.deaths, 0);
    ingest_again(q, i.id, 50, INGEST_DEATH);
    assert_int_equal(ingest_waiting(q), 1); /* it is not known as failed */
    assert_true(ingest_next(q, 50, &i));
    assert_int_equal(i.deaths, 1);
    ingest_again(q, i.id, 0, INGEST_RETRY);
    assert_true(ingest_next(q, 50, &i));
    assert_int_equal(i.deaths, 1);
    ingest_add(q, 0, "a", INGEST_URGENT, 0); /* changed: starts anew */
    ingest_done(q, i.id);
    assert_true(ingest_next(q, 50, &i));
    assert_int_equal(i.deaths, 0);
}

static void force_lasts_until_it_is_done(void **state)
{
    (void)state;
    struct ingest_item i;
    ingest_add(q, 0, "a", INGEST_SCAN, 500);
    ingest_force(q, 0, "a");
    assert_true(ingest_next(q, 1, &i));
    assert_true(i.force);
    ingest_again(q, i.id, 0, INGEST_RETRY);
    assert_true(ingest_next(q, 1, &i));
    assert_true(i.force);
    ingest_add(q, 0, "a", INGEST_SCAN, 0);
    ingest_done(q, i.id);
    assert_true(ingest_next(q, 1, &i));
    assert_false(i.force);
    ingest_force(q, 0, "a");
    ingest_done(q, i.id);
    assert_true(ingest_next(q, 1, &i));
    assert_true(i.force);
    ingest_done(q, i.id);
    ingest_add(q, 0, "b", INGEST_SCAN, 0);
    assert_true(ingest_next(q, 1, &i));
    assert_false(i.force);
    ingest_again(q, i.id, 0, INGEST_FORCE);
    assert_true(ingest_next(q, 1, &i));
    assert_true(i.force);
}

static void what_changed_in_hand_does_not_wait_for_its_retry(void **state)
{
    (void)state;
    struct ingest_item i;
    ingest_add(q, 0, "a", INGEST_SCAN, 0);
    assert_true(ingest_next(q, 1, &i));
    ingest_add(q, 0, "a", INGEST_URGENT, 0);
    ingest_again(q, i.id, 1000, INGEST_DEATH);
    assert_true(ingest_next(q, 1, &i));
    ingest_done(q, i.id);
    assert_int_equal(ingest_waiting(q), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)
    const struct CMUnitTest tests[] = {
        T(urgent_ones_go_first_then_first_come_first_served),
        T(a_waiting_path_is_there_once_and_moves_up),
        T(what_changes_in_hand_comes_again_once),
        T(what_is_in_hand_below_a_moved_folder_comes_again),
        T(a_retry_waits_for_its_time),
        T(many_retries_come_in_order_of_time),
        T(force_lasts_until_it_is_done),
        T(what_changed_in_hand_does_not_wait_for_its_retry),
        T(deaths_are_counted_until_it_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
