/* How the program ended last time: by its own fault, by the machine's, or because somebody ended
 * it. A note in mapped memory says it to the next start.
 */
#ifndef PROSPECT_LASTRUN_H
#define PROSPECT_LASTRUN_H

#include <stdbool.h>
#include <stdint.h>

enum {
    LASTRUN_BOOT = 40
};

/* As it stands in a file: fixed size, no pointers. Zeroed: no run has been noted. */
struct lastrun {
    _Atomic uint32_t crashed; /* of a signal of its own making (blame.h) */
    uint32_t unused;
    uint64_t memory_kills;   /* by the kernel since the machine started; UINT64_MAX: not known */
    char boot[LASTRUN_BOOT]; /* which start of the machine; "": not known */
};

/* What a run that starts now is to note. (/proc/vmstat, /proc/sys/kernel/random/boot_id) */
void lastrun_note(struct lastrun *now);
/* True if LAST ended because somebody killed it: it did not crash, the machine was not started
 * anew, and the kernel has killed nobody for want of memory since. False also where that is not
 * known. */
bool lastrun_was_killed(const struct lastrun *last, const struct lastrun *now);

#endif
