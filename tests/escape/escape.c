/* A plugin that wants out, in as many ways as it has types: application/x-prospect-test-NAME. The
 * document's text says what to aim at. What succeeds is told as text: "escaped".
 *
 * Built twice: as a plugin that may open no files, and as one that may open those that all share.
 */
#include <prospect/plugin.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef ESCAPE_NAME
#define ESCAPE_NAME  "escape"
#define ESCAPE_FILES PROSPECT_FILES_NONE
#define ESCAPE_TYPES "application/x-prospect-test-escape-*"
#endif

/* What the document's text says: a path, a port, a process id. */
static char target[4096];

/* Each returns -1 (errno) where it failed, as most of the system's calls do. */

static long read_target(void)
{
    char byte;
    int fd = open(target, O_RDONLY);
    return fd < 0 ? -1 : read(fd, &byte, 1) == 1 ? 0 : -1;
}

static long stat_target(void)
{
    struct stat st;
    return stat(target, &st);
}

static long write_target(void)
{
    return open(target, O_WRONLY | O_CREAT, 0600);
}

static long append_target(void)
{
    return open(target, O_RDWR | O_APPEND);
}

static long open_at_2(void)
{
    struct {
        uint64_t flags, mode, resolve;
    } how = {0};
    return syscall(SYS_openat2, AT_FDCWD, target, &how, sizeof how);
}

static long open_the_old_way(void)
{
    return syscall(SYS_open, target, O_RDONLY);
}

static long open_as_file_of_no_name(void)
{
    return open("/tmp", O_TMPFILE | O_RDWR, 0600);
}

static long rename_target(void)
{
    return rename(target, "/tmp/prospect-escaped");
}

static long unlink_target(void)
{
    return unlink(target);
}

static long symlink_target(void)
{
    return symlink("/etc/passwd", target);
}

static long link_target(void)
{
    return link("/etc/passwd", target);
}

static long make_folder(void)
{
    return mkdir(target, 0700);
}

static long truncate_target(void)
{
    return truncate(target, 0);
}

static long change_mode(void)
{
    return chmod(target, 0777);
}

static long write_document(void)
{
    return pwrite(3, "x", 1, 0) == 1 ? 0 : -1;
}

static long memory_and_exec(void)
{
    static char *const none[] = {NULL};
    int fd = memfd_create("x", 0);
    return fd < 0 ? -1 : fexecve(fd, none, none);
}

static long exec(void)
{
    static char *const argv[] = {"/bin/true", NULL}, *const none[] = {NULL};
    return execve(argv[0], argv, none);
}

static long exec_at(void)
{
    static char *const argv[] = {"/bin/true", NULL}, *const none[] = {NULL};
    return syscall(SYS_execveat, AT_FDCWD, argv[0], argv, none, 0);
}

static long fork_one(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid;
}

static long fork_raw(void)
{
    return syscall(SYS_fork);
}

static long vfork_one(void)
{
    return syscall(SYS_vfork);
}

static long clone_one(void)
{
    struct clone_args args = {.exit_signal = SIGCHLD};
    return syscall(SYS_clone3, &args, sizeof args);
}

static long tcp(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(target))};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return fd < 0 ? -1 : connect(fd, (struct sockaddr *)&to, sizeof to);
}

static long udp(void)
{
    return socket(AF_INET6, SOCK_DGRAM, 0);
}

static long unix_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

static long netlink(void)
{
    return socket(AF_NETLINK, SOCK_RAW, 0);
}

static long socket_pair(void)
{
    int ends[2];
    return socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}

static long receive(void)
{
    char byte;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    return recvmsg(4, &message, MSG_DONTWAIT);
}

static long trace(void)
{
    return ptrace(PTRACE_ATTACH, (pid_t)atoi(target), NULL, NULL);
}

static long trace_me(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long look_into_memory(void)
{
    char byte;
    struct iovec here = {&byte, 1}, there = {target, 1};
    return process_vm_readv((pid_t)atoi(target), &here, 1, &there, 1, 0);
}

static long kill_target(void)
{
    return kill((pid_t)atoi(target), SIGTERM);
}

static long kill_thread(void)
{
    return syscall(SYS_tgkill, atoi(target), atoi(target), SIGTERM);
}

static long queue_signal(void)
{
    return sigqueue((pid_t)atoi(target), SIGTERM, (union sigval){0});
}

static long kill_everybody(void)
{
    return kill(-1, 0);
}

static long pid_descriptor(void)
{
    return syscall(SYS_pidfd_open, atoi(target), 0);
}

static long catch_signal(void)
{
    return signal(SIGSYS, SIG_IGN) == SIG_ERR ? -1 : 0;
}

static long block_signals(void)
{
    return syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, NULL, 8);
}

static long stop_alarm(void)
{
    return (long)alarm(0);
}

static long raise_limit(void)
{
    return setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
}

static long ring(void)
{
    struct io_uring_params params = {0};
    return syscall(SYS_io_uring_setup, 1, &params);
}

static long ring_enter(void)
{
    return syscall(SYS_io_uring_enter, 4, 1, 0, 0, NULL, 0);
}

static long map_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
               ? -1
               : 0;
}

static long make_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? -1 : mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static long mount_something(void)
{
    return mount("none", "/mnt", "tmpfs", 0, NULL);
}

static long unshare_all(void)
{
    return unshare(CLONE_NEWUSER | CLONE_NEWNS);
}

static long change_root(void)
{
    return chroot("/tmp");
}

static long key(void)
{
    return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 1);
}

static long bpf(void)
{
    union bpf_attr attr;
    memset(&attr, 0, sizeof attr);
    return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr);
}

static long count_events(void)
{
    struct perf_event_attr attr = {.size = sizeof attr, .type = PERF_TYPE_SOFTWARE};
    return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static long page_faults(void)
{
    return syscall(SYS_userfaultfd, 0);
}

static long become_root(void)
{
    return setresuid(0, 0, 0);
}

static long be_dumped(void)
{
    return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static long own_signals(void)
{
    return fcntl(4, F_SETOWN, atoi(target));
}

static long type_into_terminal(void)
{
    return ioctl(4, TIOCSTI, "x");
}

static long widen_filter(void)
{
    return syscall(SYS_seccomp, 0 /* strict */, 0, NULL);
}

static long listen_to_filter(void)
{
    return syscall(SYS_seccomp, 1 /* filter */, 8 /* new listener */, NULL);
}

static long wide_calls(void)
{
    long result = -1;
#ifdef __x86_64__
    /* getpid() of the x32 interface */
    __asm__ volatile("syscall" : "=a"(result) : "0"(0x40000000L + 39) : "rcx", "r11", "memory");
#endif
    return result;
}

static long old_calls(void)
{
    long result = -1;
#ifdef __x86_64__
    /* getpid() of the 32-bit interface */
    __asm__ volatile("int $0x80" : "=a"(result) : "0"(20L) : "memory");
#endif
    return result;
}

/* Not a call that fails: it is prospectd that must not believe it. */
static long talk_nonsense(void)
{
    static const char junk[] = "\xff\xff\xff\xff\xff\xff\xff\x7f no frame at all";
    return write(4, junk, sizeof junk) > 0 ? -1 : -1;
}

static long claim_to_be_done(void)
{
    /* DONE with status 0 and no line, and then more */
    static const char frames[] = {44, 0, 0, 0, 2, 0, 0, 0, 0, 0};
    return write(4, frames, sizeof frames) > 0 && write(4, frames, sizeof frames) > 0 ? -1 : -1;
}

static const struct {
    const char *name;
    long (*try)(void);
} ways[] = {
    {"read", read_target},
    {"stat", stat_target},
    {"write", write_target},
    {"append", append_target},
    {"openat2", open_at_2},
    {"open", open_the_old_way},
    {"tmpfile", open_as_file_of_no_name},
    {"rename", rename_target},
    {"unlink", unlink_target},
    {"symlink", symlink_target},
    {"link", link_target},
    {"mkdir", make_folder},
    {"truncate", truncate_target},
    {"chmod", change_mode},
    {"document", write_document},
    {"memfd", memory_and_exec},
    {"exec", exec},
    {"execveat", exec_at},
    {"fork", fork_one},
    {"rawfork", fork_raw},
    {"vfork", vfork_one},
    {"clone3", clone_one},
    {"tcp", tcp},
    {"udp", udp},
    {"unix", unix_socket},
    {"netlink", netlink},
    {"socketpair", socket_pair},
    {"receive", receive},
    {"ptrace", trace},
    {"traceme", trace_me},
    {"memory", look_into_memory},
    {"kill", kill_target},
    {"tgkill", kill_thread},
    {"sigqueue", queue_signal},
    {"killall", kill_everybody},
    {"pidfd", pid_descriptor},
    {"sigaction", catch_signal},
    {"sigmask", block_signals},
    {"alarm", stop_alarm},
    {"rlimit", raise_limit},
    {"uring", ring},
    {"uring-enter", ring_enter},
    {"mmap", map_code},
    {"mprotect", make_code},
    {"mount", mount_something},
    {"unshare", unshare_all},
    {"chroot", change_root},
    {"keyctl", key},
    {"bpf", bpf},
    {"perf", count_events},
    {"userfaultfd", page_faults},
    {"setuid", become_root},
    {"dumpable", be_dumped},
    {"setown", own_signals},
    {"ioctl", type_into_terminal},
    {"seccomp", widen_filter},
    {"listener", listen_to_filter},
    {"x32", wide_calls},
    {"int80", old_calls},
    {"nonsense", talk_nonsense},
    {"done", claim_to_be_done},
};

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    const prospect_unit unit = {.number = 1, .kind = PROSPECT_SECTION};
    const char *name = strrchr(source->mime, '/') + sizeof "x-prospect-test-";
    (void)job;
    name = strchr(name, '-') + 1;
    if (pread(source->fd, target, sizeof target - 1, 0) < 0)
        return PROSPECT_IO;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (strcmp(ways[i].name, name) != 0)
            continue;
        if (ways[i].try() < 0)
            return sink->fail(sink, PROSPECT_FORBIDDEN, strerror(errno));
        sink->unit_begin(sink, &unit);
        sink->text(sink, PROSPECT_BODY, "escaped", 7);
        return sink->unit_end(sink);
    }
    return PROSPECT_UNSUPPORTED;
}

static const char *const mime[] = {ESCAPE_TYPES, NULL};

PROSPECT_PLUGIN(.name = ESCAPE_NAME, .version = "1", .licence = "GPL-3.0-or-later", .mime = mime,
                .run = run, .files = ESCAPE_FILES);
