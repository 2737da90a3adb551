/* The hand-over between threads. */
#include "daemon/mailbox.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

struct letter {
    struct message message;
    int number;
};

static struct letter *letter_new(int number)
{
    struct letter *l = calloc(1, sizeof *l);
    assert_non_null(l);
    l->number = number;
    return l;
}

static int number_of(struct message *m)
{
    assert_non_null(m);
    int number = ((struct letter *)m)->number;
    free(m);
    return number;
}

static int readable(struct mailbox *m)
{
    struct pollfd p = {.fd = mailbox_fd(m), .events = POLLIN};
    return poll(&p, 1, 0);
}

static void messages_come_out_in_order(void **state)
{
    (void)state;
    struct mailbox *m;
    mailbox_new(&m, 0);
    for (int i = 0; i < 5; i++)
        assert_true(mailbox_post(m, &letter_new(i)->message));
    assert_int_equal(mailbox_count(m), 5);
    for (int i = 0; i < 5; i++)
        assert_int_equal(number_of(mailbox_take(m)), i);
    assert_null(mailbox_take(m));
    assert_true(mailbox_post(m, &letter_new(7)->message));
    assert_int_equal(number_of(mailbox_take(m)), 7);
    mailbox_free(&m);
    assert_null(m);
    mailbox_free(&m);
}

static void a_full_box_refuses_and_leaves_the_message_to_its_owner(void **state)
{
    (void)state;
    struct mailbox *m;
    mailbox_new(&m, 2);
    struct letter *third = letter_new(3);
    assert_true(mailbox_post(m, &letter_new(1)->message));
    assert_true(mailbox_post(m, &letter_new(2)->message));
    assert_false(mailbox_post(m, &third->message));
    assert_int_equal(number_of(mailbox_take(m)), 1);
    assert_true(mailbox_post(m, &third->message));
    assert_int_equal(number_of(mailbox_take(m)), 2);
    assert_int_equal(number_of(mailbox_take(m)), 3);
    mailbox_free(&m);
}

static void the_descriptor_is_readable_while_messages_wait(void **state)
{
    (void)state;
    struct mailbox *m;
    mailbox_new(&m, 0);
    assert_int_equal(readable(m), 0);
    mailbox_post(m, &letter_new(1)->message);
    mailbox_post(m, &letter_new(2)->message);
    assert_int_equal(readable(m), 1);
    number_of(mailbox_take(m));
    assert_int_equal(readable(m), 1);
    number_of(mailbox_take(m));
    assert_int_equal(readable(m), 0);
    assert_null(mailbox_take(m));
    mailbox_free(&m);
}

static void waiting_ends_at_its_time(void **state)
{
    (void)state;
    struct mailbox *m;
    struct timespec a, b;
    mailbox_new(&m, 0);
    clock_gettime(CLOCK_MONOTONIC, &a);
    assert_null(mailbox_wait(m, 20));
    clock_gettime(CLOCK_MONOTONIC, &b);
    assert_true((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000 >= 19);
    mailbox_free(&m);
}

static void a_closed_box_gives_what_it_has_and_takes_no_more(void **state)
{
    (void)state;
    struct mailbox *m;
    struct letter *late = letter_new(2);
    mailbox_new(&m, 0);
    mailbox_post(m, &letter_new(1)->message);
    mailbox_close(m);
    assert_false(mailbox_post(m, &late->message));
    assert_int_equal(number_of(mailbox_wait(m, -1)), 1);
    assert_null(mailbox_wait(m, -1));
    free(late);
    mailbox_free(&m);
}

static void *wait_for_one(void *box)
{
    return mailbox_wait(box, -1);
}

static void closing_wakes_everybody_who_waits(void **state)
{
    (void)state;
    struct mailbox *m;
    pthread_t waiters[3];
    mailbox_new(&m, 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&waiters[i], NULL, wait_for_one, m), 0);
    mailbox_close(m);
    for (int i = 0; i < 3; i++) {
        void *got = m;
        pthread_join(waiters[i], &got);
        assert_null(got);
    }
    mailbox_free(&m);
}

enum {
    POSTERS = 3,
    EACH = 3000
};

static void *post_many(void *box)
{
    for (int i = 0; i < EACH; i++) {
        struct letter *l = letter_new(i);
        while (!mailbox_post(box, &l->message))
            sched_yield();
    }
    return NULL;
}

static void *take_many(void *sum)
{
    struct {
        struct mailbox *box;
        atomic_long *sum;
    } *job = sum;
    for (struct message *m; (m = mailbox_wait(job->box, -1));)
        atomic_fetch_add(job->sum, number_of(m));
    return NULL;
}

static void nothing_is_lost_or_doubled_between_many_threads(void **state)
{
    (void)state;
    struct mailbox *m;
    atomic_long sum = 0;
    pthread_t posters[POSTERS], takers[2];
    mailbox_new(&m, 16);
    struct {
        struct mailbox *box;
        atomic_long *sum;
    } job = {m, &sum};
    for (int i = 0; i < 2; i++)
        pthread_create(&takers[i], NULL, take_many, &job);
    for (int i = 0; i < POSTERS; i++)
        pthread_create(&posters[i], NULL, post_many, m);
    for (int i = 0; i < POSTERS; i++)
        pthread_join(posters[i], NULL);
    mailbox_close(m);
    for (int i = 0; i < 2; i++)
        pthread_join(takers[i], NULL);
    assert_int_equal(sum, (long)POSTERS * EACH * (EACH - 1) / 2);
    assert_int_equal(readable(m), 0);
    mailbox_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_out_in_order),
        cmocka_unit_test(a_full_box_refuses_and_leaves_the_message_to_its_owner),
        cmocka_unit_test(the_descriptor_is_readable_while_messages_wait),
        cmocka_unit_test(waiting_ends_at_its_time),
        cmocka_unit_test(a_closed_box_gives_what_it_has_and_takes_no_more),
        cmocka_unit_test(closing_wakes_everybody_who_waits),
        cmocka_unit_test(nothing_is_lost_or_doubled_between_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
