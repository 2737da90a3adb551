/* What a child of the worker may use: memory, time, descriptors, no files of its own. One call
 * locks the calling process down for good, just before it touches a document.
 */
#ifndef PROSPECT_SANDBOX_H
#define PROSPECT_SANDBOX_H

#include "daemon/wire.h"
#include "index/base/error.h"

/* Bytes of address space in use now; 0 if unknown. The worker asks once, before its first job. */
uint64_t sandbox_memory_in_use(void);

/* Never more privileges than now; no core file, no writing of files, no processes or threads, few
 * descriptors; CPU time and memory as LIMITS say, memory beyond IN_USE. KIND chooses what is
 * allowed. Where the wall-clock limit is passed by more than GRACE seconds, SIGALRM ends the
 * process: a backstop, since whoever sent the job watches the time as well.
 *
 * In builds with sanitizers memory, processes and files are not limited. */
enum {
    SANDBOX_GRACE_SECONDS = 2
};
prospect_status sandbox_enter(prospect_job_kind kind, const struct wire_limits *limits,
                              uint64_t in_use, struct error *error);

#endif
