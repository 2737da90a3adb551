#include "daemon/lastrun.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t memory_kills(void)
{
    FILE *f = fopen("/proc/vmstat", "re");
    char line[128];
    uint64_t n = UINT64_MAX;
    while (f && n == UINT64_MAX && fgets(line, sizeof line, f))
        if (sscanf(line, "oom_kill %" SCNu64, &n) != 1)
            n = UINT64_MAX;
    if (f)
        fclose(f);
    return n;
}

static void read_boot(char boot[LASTRUN_BOOT])
{
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
    memset(boot, 0, LASTRUN_BOOT);
    if (f && fgets(boot, LASTRUN_BOOT, f))
        boot[strcspn(boot, "\n")] = '\0';
    if (f)
        fclose(f);
}

void lastrun_note(struct lastrun *now)
{
    now->crashed = 0;
    now->unused = 0;
    now->memory_kills = memory_kills();
    read_boot(now->boot);
}

bool lastrun_was_killed(const struct lastrun *last, const struct lastrun *now)
{
    return !last->crashed && *last->boot && memcmp(last->boot, now->boot, LASTRUN_BOOT) == 0 &&
           last->memory_kills != UINT64_MAX && last->memory_kills == now->memory_kills;
}
