/* How the files of the sandbox (sandbox*.c) share its parts. For nobody else. */
#ifndef PROSPECT_SANDBOX_PARTS_H
#define PROSPECT_SANDBOX_PARTS_H

#include "daemon/wire.h"
#include "index/base/error.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <sys/types.h>

/* ---- sandbox_user.c -------------------------------------------------------------------------- */

/* True if this process can become another user. */
bool sandbox_user_possible(void);
/* A user and group that no account and no other process has, with no groups beside it; where the
 * system does not know such numbers, "nobody". */
prospect_status sandbox_user_leave(struct error *error);
/* None of the capabilities that may be left. */
prospect_status sandbox_drop_capabilities(struct error *error);

/* ---- sandbox_limits.c ------------------------------------------------------------------------ */

struct sandbox_limits {
    unsigned long descriptors, processes, file_bytes;
};
/* Bytes of address space in use now; 0 if unknown. */
uint64_t sandbox_memory_in_use(void);
/* If memory runs out, this process and its children shall go before others. Best effort. */
void sandbox_go_first(void);
/* RELAXED: neither memory, descriptors, processes nor files. Memory is never less than IN_USE and
 * some. */
prospect_status sandbox_limits_set(const struct sandbox_limits *mine,
                                   const struct wire_limits *limits, uint64_t in_use, bool relaxed,
                                   struct error *error);

/* ---- sandbox_landlock.c ---------------------------------------------------------------------- */

/* The version of the kernel's interface; 0: none. */
unsigned sandbox_landlock_version(void);
/* A descriptor of rules that let the files be read that PROSPECT_FILES_SHARED stands for, and deny
 * whatever else this kernel can deny; -1 if it cannot be had. */
int sandbox_landlock_rules(void);
prospect_status sandbox_landlock_enter(int rules, struct error *error);

/* ---- sandbox_filter.c ------------------------------------------------------------------------ */

struct sandbox_filter {
    struct sock_fprog program; /* zeros: none */
};
bool sandbox_filter_possible(void);
/* What a child may do until its plugin is known. OPENS: files may be opened for reading; else each
 * such call fails. False if it cannot be made. */
bool sandbox_filter_first(struct sandbox_filter *f, bool opens);
/* What is taken away then. */
bool sandbox_filter_narrow(struct sandbox_filter *f, prospect_files files);
prospect_status sandbox_filter_enter(const struct sandbox_filter *f, struct error *error);
void sandbox_filter_free(struct sandbox_filter *f);
/* The name of a system call, to be freed: "ptrace", or "call 999". */
char *sandbox_filter_name(int call);

#endif
