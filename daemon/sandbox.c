#include <config.h>

#include "daemon/sandbox.h"

#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

/* Jobs of all kinds read one descriptor and write one socket today; what a kind needs beyond that
 * (fonts to render, a recogniser's data) gets its row here. */
struct profile {
    rlim_t descriptors;
    rlim_t processes;
    rlim_t file_bytes;
};
static const struct profile profiles[] = {
    [PROSPECT_JOB_EXTRACT] = {.descriptors = 64},
    [PROSPECT_JOB_RENDER] = {.descriptors = 64},
    [PROSPECT_JOB_OCR] = {.descriptors = 64},
    [PROSPECT_JOB_MEMBER] = {.descriptors = 64},
};

uint64_t sandbox_memory_in_use(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f)
        return 0;
    if (fscanf(f, "%lu", &pages) != 1)
        pages = 0;
    fclose(f);
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Soft and hard alike, but never above what is allowed already. */
static int limit(__rlimit_resource_t what, rlim_t to, rlim_t slack)
{
    struct rlimit now;
    if (getrlimit(what, &now) != 0)
        return -1;
    rlim_t soft = to < now.rlim_max ? to : now.rlim_max;
    rlim_t hard = now.rlim_max - soft > slack ? soft + slack : now.rlim_max;
    return setrlimit(what, &(struct rlimit){.rlim_cur = soft, .rlim_max = hard});
}

#ifdef PROSPECT_SANITIZED
static int limit_space(const struct profile *p, rlim_t memory)
{
    (void)p;
    (void)memory;
    return 0;
}
#else
static int limit_space(const struct profile *p, rlim_t memory)
{
    if (limit(RLIMIT_AS, memory, 0) != 0 || limit(RLIMIT_NPROC, p->processes, 0) != 0)
        return -1;
    return limit(RLIMIT_FSIZE, p->file_bytes, 0);
}
#endif

static int start_alarm(uint32_t wall_ms)
{
    struct itimerval timer = {
        .it_value = {.tv_sec = (time_t)(wall_ms / 1000) + SANDBOX_GRACE_SECONDS,
                     .tv_usec = (suseconds_t)(wall_ms % 1000) * 1000}};
    return setitimer(ITIMER_REAL, &timer, NULL);
}

prospect_status sandbox_enter(prospect_job_kind kind, const struct wire_limits *limits,
                              uint64_t in_use, struct error *error)
{
    if ((size_t)kind >= sizeof profiles / sizeof *profiles)
        return error_set(error, PROSPECT_UNSUPPORTED, "no such kind of job");
    const struct profile *p = &profiles[kind];
    rlim_t memory =
        limits->memory > RLIM_INFINITY - in_use ? RLIM_INFINITY : limits->memory + in_use;
    /* The soft CPU limit sends SIGXCPU, which tells why; the hard one a second later kills. */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || start_alarm(limits->wall_ms) != 0 ||
        limit(RLIMIT_CORE, 0, 0) != 0 || limit(RLIMIT_CPU, limits->cpu_seconds, 1) != 0 ||
        limit(RLIMIT_NOFILE, p->descriptors, 0) != 0 || limit_space(p, memory) != 0)
        return error_sys(error, PROSPECT_INTERNAL, "the worker's limits cannot be set");
    return PROSPECT_OK;
}
