/* The search threads: as many searches as there are slots run at once, in the order in which they
 * came; what is long or late must not keep the others waiting. */
#include "daemon/search.h"
#include "index/base/clock.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    THREADS = 2,
    PATIENCE_MS = 20000
};

struct job {
    struct search_job job;
    sem_t *until; /* NULL: it is done at once */
};

static void run(struct search_job *job, struct index_reader *r)
{
    struct job *j = (struct job *)job;
    assert_non_null(r);
    if (j->until != NULL)
        sem_wait(j->until);
}

static struct search *start_with(struct mailbox **done, const struct search_options *options)
{
    struct search *s;
    struct error error;
    mailbox_new(done, 0);
    if (search_new(&s, "/nowhere/at/all", options, *done, &error) != PROSPECT_OK)
        fail_msg("%s", error.line);
    return s;
}

static struct search *start(struct mailbox **done, unsigned late_ms, size_t limit)
{
    const struct search_options options = {.threads = THREADS, .limit = limit, .late_ms = late_ms};
    return start_with(done, &options);
}

static void submit(struct search *s, struct job *j, sem_t *until)
{
    *j = (struct job){.job = {.run = run}, .until = until};
    assert_true(search_submit(s, &j->job));
}

/* Looks for what is late until a job is done, and returns that. */
static struct job *look_until_done(struct search *s, struct mailbox *done)
{
    struct message *m = NULL;
    for (int64_t end = clock_steady_ms() + PATIENCE_MS; m == NULL && clock_steady_ms() < end;) {
        assert_true(search_look(s) || mailbox_count(done) > 0);
        m = mailbox_wait(done, 10);
    }
    assert_non_null(m);
    return (struct job *)m;
}

static void look_until_late(struct search *s, unsigned jobs)
{
    for (int64_t end = clock_steady_ms() + PATIENCE_MS;
         search_late(s) < jobs && clock_steady_ms() < end;) {
        search_look(s);
        usleep(1000);
    }
    assert_int_equal(search_late(s), jobs);
}

static void as_many_jobs_as_slots_run_at_once(void **state)
{
    (void)state;
    struct mailbox *done;
    const struct search_options options = {
        .threads = 2, .at_once = 1, .long_ms = PATIENCE_MS, .late_ms = 2 * PATIENCE_MS};
    struct search *s = start_with(&done, &options);
    struct job first, second;
    sem_t until;
    sem_init(&until, 0, 0);
    submit(s, &first, &until);
    submit(s, &second, NULL);
    search_look(s);
    assert_null(mailbox_wait(done, 50));
    sem_post(&until);
    assert_ptr_equal(mailbox_wait(done, PATIENCE_MS), &first);
    assert_ptr_equal(mailbox_wait(done, PATIENCE_MS), &second);
    search_free(&s);
    mailbox_free(&done);
    sem_destroy(&until);
}

static void a_job_that_is_long_gives_its_slot_to_others(void **state)
{
    (void)state;
    struct mailbox *done;
    const struct search_options options = {
        .threads = 3, .at_once = 1, .long_ms = 5, .late_ms = PATIENCE_MS};
    struct search *s = start_with(&done, &options);
    struct job stuck[2], quick[3];
    sem_t until;
    sem_init(&until, 0, 0);
    submit(s, &stuck[0], &until);
    submit(s, &stuck[1], &until);
    for (int i = 0; i < 3; i++)
        submit(s, &quick[i], NULL);
    for (int i = 0; i < 3; i++)
        assert_ptr_equal(look_until_done(s, done), &quick[i]);
    for (int i = 0; i < 2; i++)
        sem_post(&until);
    for (int i = 0; i < 2; i++)
        look_until_done(s, done);
    assert_int_equal(search_late(s), 0);
    submit(s, &quick[0], NULL); /* the slot is free again */
    assert_ptr_equal(mailbox_wait(done, PATIENCE_MS), &quick[0]);
    search_free(&s);
    mailbox_free(&done);
    sem_destroy(&until);
}

static void jobs_that_are_late_do_not_keep_others_waiting(void **state)
{
    (void)state;
    struct mailbox *done;
    struct search *s = start(&done, 20, 0);
    struct job stuck[2 * THREADS - 1], quick;
    sem_t until;
    sem_init(&until, 0, 0);
    for (int i = 0; i < 2 * THREADS - 1; i++)
        submit(s, &stuck[i], &until);
    submit(s, &quick, NULL);
    assert_ptr_equal(look_until_done(s, done), &quick);
    look_until_late(s, 2 * THREADS - 1);
    assert_int_equal(search_threads(s), THREADS);
    for (int i = 0; i < 2 * THREADS - 1; i++)
        sem_post(&until);
    for (int i = 0; i < 2 * THREADS - 1; i++)
        look_until_done(s, done);
    assert_int_equal(search_late(s), 2 * THREADS - 1); /* each once */
    search_free(&s);
    mailbox_free(&done);
    sem_destroy(&until);
}

static void spare_threads_are_no_more_than_threads(void **state)
{
    (void)state;
    struct mailbox *done;
    struct search *s = start(&done, 1, 2);
    struct job stuck[2 * THREADS], waits[3];
    sem_t until;
    sem_init(&until, 0, 0);
    for (unsigned i = 0; i < 2 * THREADS; i++) {
        submit(s, &stuck[i], &until);
        look_until_late(s, i + 1);
    }
    submit(s, &waits[0], NULL);
    submit(s, &waits[1], NULL);
    assert_true(search_look(s));
    waits[2] = (struct job){.job = {.run = run}};
    assert_false(search_submit(s, &waits[2].job)); /* who comes now is told so */
    for (int i = 0; i < 2 * THREADS; i++)
        sem_post(&until);
    for (int i = 0; i < 2 * THREADS + 2; i++)
        look_until_done(s, done);
    search_free(&s);
    mailbox_free(&done);
    sem_destroy(&until);
}

static void stopping_waits_no_longer_than_it_may(void **state)
{
    (void)state;
    struct mailbox *done;
    struct search *s = start(&done, 1, 0);
    struct job stuck, late;
    sem_t until;
    sem_init(&until, 0, 0);
    submit(s, &stuck, &until);
    look_until_late(s, 1);
    assert_false(search_stop(s, 20));
    late = (struct job){.job = {.run = run}};
    assert_false(search_submit(s, &late.job));
    sem_post(&until);
    assert_true(search_stop(s, PATIENCE_MS));
    assert_ptr_equal(mailbox_take(done), &stuck);
    search_free(&s);
    mailbox_free(&done);
    sem_destroy(&until);
}

static void nothing_is_late_where_nothing_runs(void **state)
{
    (void)state;
    struct mailbox *done;
    struct search *s = start(&done, 0, 0);
    assert_false(search_look(s));
    assert_int_equal(search_late(s), 0);
    search_free(&s);
    mailbox_free(&done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_jobs_as_slots_run_at_once),
        cmocka_unit_test(a_job_that_is_long_gives_its_slot_to_others),
        cmocka_unit_test(jobs_that_are_late_do_not_keep_others_waiting),
        cmocka_unit_test(spare_threads_are_no_more_than_threads),
        cmocka_unit_test(stopping_waits_no_longer_than_it_may),
        cmocka_unit_test(nothing_is_late_where_nothing_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
