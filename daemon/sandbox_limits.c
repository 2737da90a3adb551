#include "daemon/log.h"
#include "daemon/sandbox.h"
#include "daemon/sandbox_parts.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    LEAST_MEMORY = 32 << 20 /* beyond what is in use already: or nothing at all could be read */
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

void sandbox_go_first(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0 && write(fd, "500", 3) != 3)
        log_line(LOG_DEBUG, "the worker is as likely to be killed as others");
    if (fd >= 0)
        close(fd);
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

static int limit_space(const struct sandbox_limits *mine, uint64_t memory, uint64_t in_use)
{
    uint64_t least = in_use + LEAST_MEMORY;
    if (limit(RLIMIT_NOFILE, mine->descriptors, 0) != 0 ||
        limit(RLIMIT_AS, memory > least ? memory : least, 0) != 0 ||
        limit(RLIMIT_NPROC, mine->processes, 0) != 0)
        return -1;
    return limit(RLIMIT_FSIZE, mine->file_bytes, 0);
}

static int start_alarm(uint32_t wall_ms)
{
    struct itimerval timer = {
        .it_value = {.tv_sec = (time_t)(wall_ms / 1000) + SANDBOX_GRACE_SECONDS,
                     .tv_usec = (suseconds_t)(wall_ms % 1000) * 1000}};
    return setitimer(ITIMER_REAL, &timer, NULL);
}

/* The soft CPU limit sends SIGXCPU, which tells why; the hard one a second later kills. */
prospect_status sandbox_limits_set(const struct sandbox_limits *mine,
                                   const struct wire_limits *limits, uint64_t in_use, bool relaxed,
                                   struct error *error)
{
    if (start_alarm(limits->wall_ms) == 0 && limit(RLIMIT_CORE, 0, 0) == 0 &&
        limit(RLIMIT_CPU, limits->cpu_seconds, 1) == 0 && limit(RLIMIT_MEMLOCK, 0, 0) == 0 &&
        limit(RLIMIT_MSGQUEUE, 0, 0) == 0 &&
        (relaxed || limit_space(mine, limits->memory, in_use) == 0))
        return PROSPECT_OK;
    return error_sys(error, PROSPECT_INTERNAL, "the worker's limits cannot be set");
}
