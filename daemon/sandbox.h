/* What a child of the worker may do: read the document that it was given, answer on its socket, and
 * nothing else. Prepared once, before the first job; entered by each child just before it touches a
 * document; narrowed once the plugin is known. There is no way back.
 *
 * sandbox.c           the order of things
 * sandbox_user.c      a user and group of its own, no capabilities
 * sandbox_limits.c    memory, time, descriptors, no files, no processes
 * sandbox_landlock.c  which files may be opened: by Landlock, where the kernel has it
 * sandbox_filter.c    which system calls may be made: by seccomp; libseccomp is used nowhere else
 * sandbox_note.c      which call a child died of
 *
 * In builds with sanitizers, and in builds for valgrind (--enable-valgrind) while they run under it,
 * memory, descriptors, processes and files are not limited, and there is neither filter nor Landlock
 * nor another user: these tools need what is forbidden. Nothing opens the sandbox of other builds,
 * except for SANDBOX_OFF; under valgrind they read no document.
 */
#ifndef PROSPECT_SANDBOX_H
#define PROSPECT_SANDBOX_H

#include "daemon/sandbox_note.h"
#include "daemon/wire.h"
#include "index/base/error.h"

#include <sys/types.h>

struct sandbox;

enum sandbox_wanted {
    SANDBOX_REQUIRED, /* no seccomp: no job is done */
    SANDBOX_OPTIONAL, /* no seccomp: without a filter, then */
    SANDBOX_OFF       /* neither filter nor Landlock nor another user: to compare, or to debug */
};

/* Finds out what the system has and prepares it: called last of all before the first job, since
 * memory counts from here. */
void sandbox_new(struct sandbox **out, enum sandbox_wanted wanted);
void sandbox_free(struct sandbox **s);
/* What is in force in each child. */
const struct wire_sandbox *sandbox_means(const struct sandbox *s);
/* A descriptor that sandbox_enter() needs, or -1. */
int sandbox_rules(const struct sandbox *s);

/* In a child of PARENT. KIND chooses what is allowed, LIMITS says how much: memory is all of the
 * address space, CPU time is the process's own. RULES is sandbox_rules(), wherever it is now; it is
 * closed. A forbidden call ends the process by SIGSYS, and NOTE then says which one it was. Where
 * the wall-clock limit is passed by more than GRACE seconds, SIGALRM ends the process: a backstop,
 * since whoever sent the job watches the time as well. The process dies with PARENT.
 *
 * PROSPECT_FORBIDDEN: the system lacks what is required; the document must not be touched. */
enum {
    SANDBOX_GRACE_SECONDS = 2
};
prospect_status sandbox_enter(struct sandbox *s, prospect_job_kind kind,
                              const struct wire_limits *limits, int rules, pid_t parent,
                              struct sandbox_note *note, struct error *error);
/* From then on what a plugin that wants FILES may do, and no more. */
prospect_status sandbox_narrow(struct sandbox *s, prospect_files files, struct error *error);

#endif
