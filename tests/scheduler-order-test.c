/* Which of several documents is extracted next. */
#include "daemon/scheduler_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <utlist.h>

#include <cmocka.h>

enum {
    MOST = 4
};

/* Sizes, in the order in which they came; 0 ends them. */
static struct scheduler_task *tasks_of(const uint64_t *size, struct scheduler_task *room)
{
    struct scheduler_task *list = NULL;
    for (size_t i = 0; i < MOST && size[i]; i++) {
        room[i] = (struct scheduler_task){.size = size[i], .ready_ms = 1000};
        DL_APPEND(list, &room[i]);
    }
    return list;
}

static void one_works_on_the_largest_and_the_rest_on_the_smallest(void **state)
{
    (void)state;
    static const struct {
        uint64_t ready[MOST], running[MOST];
        int64_t waited;
        uint64_t next;
    } cases[] = {
        {{5}, {0}, 0, 5},
        {{5}, {9}, 0, 5},
        {{5, 30, 20}, {0}, 0, 30},
        {{5, 30, 2, 20}, {10}, 0, 30}, /* what runs is done sooner */
        {{5, 30, 2, 20}, {10, 40}, 0, 2},
        {{5, 30, 2, 20}, {30}, 0, 2},
        {{5, 5, 5}, {5}, 0, 5},
        {{7, 30, 2, 20}, {40}, SCHEDULER_PATIENCE_MS - 1, 2},
        {{7, 30, 2, 20}, {40}, SCHEDULER_PATIENCE_MS, 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scheduler_task ready[MOST], running[MOST];
        struct scheduler s = {.ready = tasks_of(cases[i].ready, ready),
                              .running = tasks_of(cases[i].running, running)};
        uint64_t next = scheduler_task_next(&s, 1000 + cases[i].waited)->size;
        if (next != cases[i].next)
            fail_msg("case %zu: %llu", i, (unsigned long long)next);
    }
}

static void of_equals_the_first_that_came_is_next(void **state)
{
    (void)state;
    static const uint64_t size[MOST] = {5, 5, 5};
    struct scheduler_task room[MOST];
    struct scheduler s = {.ready = tasks_of(size, room)};
    assert_ptr_equal(scheduler_task_next(&s, 1000), &room[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_works_on_the_largest_and_the_rest_on_the_smallest),
        cmocka_unit_test(of_equals_the_first_that_came_is_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
