#include "daemon/blame.h"

#include "index/base/mem.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum {
    STACK = 64 * 1024
};

static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

static struct sigaction before[sizeof deadly / sizeof *deadly];
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local _Atomic uint32_t *mark;
static _Thread_local uint32_t mark_value;
static _Atomic uint32_t *_Atomic any_mark;

/* Returning repeats what has failed, for whoever caught the signal before us; what somebody has
 * sent is sent again. */
static void caught(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (mark)
        *mark = mark_value;
    if (any_mark)
        *any_mark = 1;
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        if (deadly[i] == number)
            sigaction(number, &before[i], NULL);
    if (info->si_code <= 0)
        raise(number);
}

static void catch_all(void)
{
    struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_ONSTACK | SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        sigaction(deadly[i], &action, &before[i]);
}

void blame_start(void)
{
    pthread_once(&once, catch_all);
}

/* ---- a stack for each thread ----------------------------------------------------------------- */

static pthread_key_t stacks;
static pthread_once_t stacks_once = PTHREAD_ONCE_INIT;

static void drop_stack(void *stack)
{
    const stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    free(stack);
}

static void make_key(void)
{
    if (pthread_key_create(&stacks, drop_stack) != 0)
        mem_die();
}

static void need_stack(void)
{
    stack_t has;
    pthread_once(&stacks_once, make_key);
    if (sigaltstack(NULL, &has) != 0 || !(has.ss_flags & SS_DISABLE))
        return;
    stack_t own = {.ss_sp = mem_alloc(STACK), .ss_size = STACK};
    pthread_setspecific(stacks, own.ss_sp);
    sigaltstack(&own, NULL);
}

void blame_on(_Atomic uint32_t *where, uint32_t value)
{
    need_stack();
    mark = NULL;
    mark_value = value;
    mark = where;
}

void blame_any(_Atomic uint32_t *where)
{
    need_stack();
    any_mark = where;
}
