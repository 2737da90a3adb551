/* Which system calls a child may make (seccomp(2)). The programs are made by libseccomp before the
 * first job; a child only loads them.
 *
 * A call that is not in the list is not made: the kernel sends SIGSYS, whose handler notes the
 * call's number (sandbox.c) and dies of a second one. Calls of other architectures, x32 among them,
 * kill at once. Names that an architecture does not have are left out.
 */
#include "daemon/sandbox_parts.h"

#include "index/base/buf.h"
#include "index/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    PROGRAM_MAX = 1 << 20
};

#define LOW_32 0xFFFFFFFFULL /* of a register: what an int argument is read from */

/* A call, and one condition on an argument of it: (argument & mask) == value. A call that stands
 * here more than once is allowed where any of them is met. */
struct allowed {
    const char *name;
    unsigned argument;
    uint64_t mask, value; /* mask 0: no condition */
};

#define READ_ONLY                                                                                  \
    (O_CLOEXEC | O_DIRECTORY | O_LARGEFILE | O_NOATIME | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK)
#define NO_EXEC(name)                                                                              \
    {                                                                                              \
        name, 2, PROT_EXEC, 0                                                                      \
    }
#define FUTEX(op)                                                                                  \
    {                                                                                              \
        "futex", 1, LOW_32 & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME), op                      \
    }
#define FCNTL(op)                                                                                  \
    {                                                                                              \
        "fcntl", 1, LOW_32, op                                                                     \
    }

static const struct allowed list[] = {
    /* the document, the socket */
    {"read", 0, 0, 0},
    {"pread64", 0, 0, 0},
    {"lseek", 0, 0, 0},
    {"fstat", 0, 0, 0},
    {"newfstatat", 3, AT_EMPTY_PATH, AT_EMPTY_PATH},
    {"write", 0, 0, 0},
    {"writev", 0, 0, 0},
    {"close", 0, 0, 0},
    {"dup", 0, 0, 0},
    FCNTL(F_GETFD),
    FCNTL(F_SETFD),
    FCNTL(F_GETFL),
    FCNTL(F_DUPFD),
    FCNTL(F_DUPFD_CLOEXEC),
    {"getdents64", 0, 0, 0},
    /* memory, never of code */
    {"brk", 0, 0, 0},
    NO_EXEC("mmap"),
    NO_EXEC("mprotect"),
    {"mremap", 0, 0, 0},
    {"munmap", 0, 0, 0},
    {"madvise", 0, 0, 0},
    /* the C library's own */
    FUTEX(FUTEX_WAIT),
    FUTEX(FUTEX_WAKE),
    FUTEX(FUTEX_WAIT_BITSET),
    FUTEX(FUTEX_WAKE_BITSET),
    {"clock_gettime", 0, 0, 0},
    {"clock_nanosleep", 0, 0, 0},
    {"getrandom", 0, 0, 0},
    {"sysinfo", 0, 0, 0},
    {"exit_group", 0, 0, 0},
};
/* And two more in sandbox_filter_first(): "openat" to read, and "seccomp" to narrow what is left.
 * That makes 25 calls. */

static bool add(scmp_filter_ctx filter, uint32_t action, const struct allowed *a)
{
    int call = seccomp_syscall_resolve_name(a->name);
    struct scmp_arg_cmp condition = {
        .arg = a->argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = a->mask, .datum_b = a->value};
    if (call == __NR_SCMP_ERROR || call < 0)
        return true;
    return seccomp_rule_add_array(filter, action, call, a->mask ? 1 : 0, &condition) == 0;
}

/* Two conditions at once: only to load a filter, with no flags. */
static bool allow_narrowing(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp conditions[] = {
        {.arg = 0, .op = SCMP_CMP_EQ, .datum_a = SECCOMP_SET_MODE_FILTER},
        {.arg = 1, .op = SCMP_CMP_EQ, .datum_a = 0}};
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(seccomp), 2, conditions) == 0;
}

/* The program as the kernel wants it. libseccomp 2.5 writes to descriptors only. */
static bool export(scmp_filter_ctx filter, struct sandbox_filter *out)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    off_t size = -1;
    bool good = fd >= 0 && seccomp_export_bpf(filter, fd) == 0;
    if (good)
        size = lseek(fd, 0, SEEK_END);
    good = good && size > 0 && size <= PROGRAM_MAX;
    if (good) {
        out->program.filter = mem_alloc((size_t)size);
        out->program.len = (unsigned short)((size_t)size / sizeof(struct sock_filter));
        good = pread(fd, out->program.filter, (size_t)size, 0) == size;
    }
    if (fd >= 0)
        close(fd);
    if (!good)
        sandbox_filter_free(out);
    return good;
}

bool sandbox_filter_possible(void)
{
    uint32_t action = SECCOMP_RET_TRAP;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

bool sandbox_filter_first(struct sandbox_filter *f, bool opens)
{
    static const struct allowed open_to_read = {"openat", 2, LOW_32 & ~(uint64_t)READ_ONLY,
                                                O_RDONLY};
    /* stdio asks whether what it prints to is a terminal; it is not */
    static const struct allowed is_terminal = {"ioctl", 1, LOW_32, TCGETS};
    /* which files exist, and how large they are, is nothing for a document to know */
    static const struct allowed stat_of_path = {"newfstatat", 3, AT_EMPTY_PATH, 0};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
    bool good =
        filter && seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0;
    for (size_t i = 0; good && i < sizeof list / sizeof *list; i++)
        good = add(filter, SCMP_ACT_ALLOW, &list[i]);
    good = good && add(filter, opens ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EACCES), &open_to_read) &&
           add(filter, SCMP_ACT_ERRNO(ENOTTY), &is_terminal) &&
           add(filter, SCMP_ACT_ERRNO(EACCES), &stat_of_path) && allow_narrowing(filter) &&
           export(filter, f);
    seccomp_release(filter);
    return good;
}

bool sandbox_filter_narrow(struct sandbox_filter *f, prospect_files files)
{
    static const struct allowed no_more = {"seccomp", 0, 0, 0};
    static const struct allowed no_files[] = {
        {"openat", 0, 0, 0}, {"getdents64", 0, 0, 0}, {"newfstatat", 3, AT_EMPTY_PATH, 0}};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    bool good = filter && add(filter, SCMP_ACT_TRAP, &no_more);
    if (files == PROSPECT_FILES_NONE)
        for (size_t i = 0; good && i < sizeof no_files / sizeof *no_files; i++)
            good = add(filter, SCMP_ACT_TRAP, &no_files[i]);
    good = good && export(filter, f);
    seccomp_release(filter);
    return good;
}

prospect_status sandbox_filter_enter(const struct sandbox_filter *f, struct error *error)
{
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &f->program) == 0)
        return PROSPECT_OK;
    return error_sys(error, PROSPECT_FORBIDDEN, "the worker cannot give up system calls");
}

void sandbox_filter_free(struct sandbox_filter *f)
{
    free(f->program.filter);
    *f = (struct sandbox_filter){0};
}

char *sandbox_filter_name(int call)
{
    char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, call);
    struct buf b = {0};
    if (name)
        return name;
    buf_addf(&b, "call %d", call);
    return buf_take(&b);
}
