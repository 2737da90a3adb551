/* Plugins that want out of their process, in every way that we could think of: none gets there, and
 * what each tried stands in its document's reason. On the plain build only: with sanitizers, and
 * under valgrind, the sandbox is open.
 */
#include <config.h>

#include "tests/zygote.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    TARGET_MAX = 200
};

static const struct wire_limits limits = {20000, 20, 256ULL << 20, 100000, 5, 1 << 20, 0};
static char folder[64], secret[TARGET_MAX], other[TARGET_MAX], port[16], victim_pid[16];
static int listener = -1;
static pid_t victim;

static int make_targets(void **state)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    (void)state;
    strcpy(folder, "/tmp/prospect-escape-XXXXXX");
    if (!mkdtemp(folder) || chmod(folder, 0777) != 0)
        return -1;
    snprintf(secret, sizeof secret, "%s/secret", folder);
    snprintf(other, sizeof other, "%s/other", folder);
    int fd = open(secret, O_WRONLY | O_CREAT, 0600);
    if (fd < 0 || write(fd, "secret", 6) != 6 || fchmod(fd, 0666) != 0 || close(fd) != 0)
        return -1;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 5) != 0 ||
        getsockname(listener, (struct sockaddr *)&at, &size) != 0)
        return -1;
    snprintf(port, sizeof port, "%u", ntohs(at.sin_port));
    victim = fork();
    while (victim == 0)
        pause();
    snprintf(victim_pid, sizeof victim_pid, "%ld", (long)victim);
    return victim > 0 ? 0 : -1;
}

static int remove_targets(void **state)
{
    char command[128];
    (void)state;
    close(listener);
    kill(victim, SIGKILL);
    waitpid(victim, NULL, 0);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void nothing_has_happened(void)
{
    char bytes[16] = "";
    struct stat st;
    int fd = open(secret, O_RDONLY);
    assert_int_equal(read(fd, bytes, sizeof bytes), 6);
    assert_string_equal(bytes, "secret");
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0666);
    close(fd);
    assert_int_equal(lstat(other, &st), -1);
    assert_int_equal(accept(listener, NULL, NULL), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(waitpid(victim, NULL, WNOHANG | WUNTRACED), 0);
}

/* What becomes of one attempt. ALSO: a part of the reason. */
static void try(struct zygote *z, const char *plugin, const char *way, const char *target,
                prospect_status status, const char *also)
{
    char name[64];
    snprintf(name, sizeof name, "x.prospect-test-%s-%s", plugin, way);
    struct extraction *e = zygote_run(z, name, target, &limits, false);
    const struct document *d = e->document;
    if (d->status != status || !strstr(d->reason ? d->reason : "", also) || d->n_units > 0)
        fail_msg("%s by %s of %s: %s: %s%s", plugin, way, target, prospect_status_name(d->status),
                 d->reason ? d->reason : "", d->n_units ? "; it escaped" : "");
    extraction_free(&e);
}

static const char call[] = "the plugin asked the system for something forbidden: ";

/* TARGET: a file, the process, a port, or the name of one that is not there. */
static const struct {
    const char *way, *target, *call;
} ways[] = {
    {"read", secret, "openat"},
    {"read", "/etc/passwd", "openat"},
    {"read", "/proc/self/environ", "openat"},
    {"read", "/proc/self/maps", "openat"},
    {"read", "/proc/self/mem", "openat"},
    {"read", "/proc/self/fd/4", "openat"},
    {"read", "/proc/1/environ", "openat"},
    {"read", "/dev/null", "openat"},
    {"stat", secret, "newfstatat"},
    {"write", other, "openat"},
    {"write", secret, "openat"},
    {"append", secret, "openat"},
    {"openat2", secret, "openat2"},
    {"open", secret, "open"},
    {"tmpfile", secret, "openat"},
    {"rename", secret, "rename"},
    {"unlink", secret, "unlink"},
    {"symlink", other, "symlink"},
    {"link", other, "link"},
    {"mkdir", other, "mkdir"},
    {"truncate", secret, "truncate"},
    {"chmod", secret, "chmod"},
    {"document", secret, "pwrite64"},
    {"memfd", secret, "memfd_create"},
    {"exec", secret, "execve"},
    {"execveat", secret, "execveat"},
    {"fork", secret, "clone"},
    {"rawfork", secret, "fork"},
    {"vfork", secret, "vfork"},
    {"clone3", secret, "clone3"},
    {"tcp", port, "socket"},
    {"udp", port, "socket"},
    {"unix", secret, "socket"},
    {"netlink", secret, "socket"},
    {"socketpair", secret, "socketpair"},
    {"receive", secret, "recvmsg"},
    {"ptrace", victim_pid, "ptrace"},
    {"traceme", victim_pid, "ptrace"},
    {"memory", victim_pid, "process_vm_readv"},
    {"kill", victim_pid, "kill"},
    {"tgkill", victim_pid, "tgkill"},
    {"sigqueue", victim_pid, "getpid"},
    {"killall", victim_pid, "kill"},
    {"pidfd", victim_pid, "pidfd_open"},
    {"sigaction", secret, "rt_sigaction"},
    {"alarm", secret, "alarm"},
    {"rlimit", secret, "prlimit64"},
    {"uring", secret, "io_uring_setup"},
    {"uring-enter", secret, "io_uring_enter"},
    {"mmap", secret, "mmap"},
    {"mprotect", secret, "mprotect"},
    {"mount", secret, "mount"},
    {"unshare", secret, "unshare"},
    {"chroot", secret, "chroot"},
    {"keyctl", secret, "keyctl"},
    {"bpf", secret, "bpf"},
    {"perf", secret, "perf_event_open"},
    {"userfaultfd", secret, "userfaultfd"},
    {"setuid", secret, "setresuid"},
    {"dumpable", secret, "prctl"},
    {"setown", victim_pid, "fcntl"},
    {"ioctl", secret, "ioctl"},
    {"seccomp", secret, "seccomp"},
    {"listener", secret, "seccomp"},
};

#ifdef __x86_64__
/* A kernel without the 32-bit interface ends whoever calls it. */
static const char *end_of_old_calls(void)
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        long result;
        signal(SIGSEGV, SIG_DFL);
        __asm__ volatile("int $0x80" : "=a"(result) : "0"(20L) : "memory");
        _exit(0);
    }
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? "segmentation fault" : "something forbidden";
}
#endif

static void all_ways(const char *const *wrapper)
{
    struct zygote z = zygote_start("tests/escape", wrapper);
    char reason[128];
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        snprintf(reason, sizeof reason, "%s%s", call, ways[i].call);
        try(&z, "escape", ways[i].way, ways[i].target, PROSPECT_CRASHED, reason);
    }
    try(&z, "escape", "sigmask", secret, PROSPECT_CRASHED, "gave up");
#ifdef __x86_64__
    try(&z, "escape", "x32", secret, PROSPECT_CRASHED, "something forbidden");
    try(&z, "escape", "int80", secret, PROSPECT_CRASHED, end_of_old_calls());
#endif
    try(&z, "escape", "nonsense", secret, PROSPECT_PROTOCOL, "");
    try(&z, "escape", "done", secret, PROSPECT_PROTOCOL, "more after the end");
    nothing_has_happened();
    assert_int_equal(zygote_stop(&z), 0);
}

/* Its own and others' secrets behind /proc, which belong to the same user where that is no root. */
static void read_processes(struct zygote *z, const char *plugin, prospect_status status,
                           const char *reason)
{
    static const char *const files[] = {"environ", "maps", "mem", "fd/3", "cwd/secret", "root/etc"};
    const pid_t pids[] = {z->pid, victim, getpid()};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        for (size_t j = 0; j < sizeof pids / sizeof *pids; j++) {
            char path[64];
            snprintf(path, sizeof path, "/proc/%ld/%s", (long)pids[j], files[i]);
            try(z, plugin, "read", path, status, reason);
        }
}

static void no_way_leads_out(void **state)
{
    (void)state;
    all_ways(NULL);
    struct zygote z = zygote_start("tests/escape", NULL);
    read_processes(&z, "escape", PROSPECT_CRASHED, "openat");
    assert_int_equal(zygote_stop(&z), 0);
}

static const char *without(const char *program)
{
    static char path[600];
    const char *top = getenv("TOP_BUILDDIR");
    snprintf(path, sizeof path, "%s/tests/%s", top ? top : ".", program);
    return path;
}

static void nor_for_an_ordinary_user(void **state)
{
    (void)state;
    const char *const wrapper[] = {without("without"), "root", NULL};
    all_ways(wrapper);
    struct zygote z = zygote_start("tests/escape", wrapper);
    assert_false(z.sandbox.uid);
    read_processes(&z, "escape", PROSPECT_CRASHED, "openat");
    assert_int_equal(zygote_stop(&z), 0);
}

/* Nor where files may be opened: those that all share and no others, and none to write. */
static void shared_files_are_open_and_no_others(void **state)
{
    (void)state;
    static const char *const closed[] = {secret,
                                         "/etc/passwd",
                                         "/etc/shadow",
                                         "/proc/self/environ",
                                         "/proc/self/maps",
                                         "/proc/cpuinfo",
                                         "/dev/null",
                                         "/sys/kernel/mm/transparent_hugepage/enabled",
                                         "/usr/share/fonts/../../../etc/passwd",
                                         "/usr/bin/true"};
    struct zygote z = zygote_start("tests/escape", NULL);
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if (access(closed[i], F_OK) == 0)
            try(&z, "shared", "read", closed[i], PROSPECT_FORBIDDEN, "Permission denied");
    read_processes(&z, "shared", PROSPECT_FORBIDDEN, "");
    try(&z, "shared", "stat", secret, PROSPECT_FORBIDDEN, "Permission denied");
    try(&z, "shared", "stat", other, PROSPECT_FORBIDDEN,
        "Permission denied"); /* nor that it is not */
    try(&z, "shared", "write", "/usr/share/fonts/x", PROSPECT_CRASHED, "openat");
    try(&z, "shared", "append", secret, PROSPECT_CRASHED, "openat");
    try(&z, "shared", "write", other, PROSPECT_CRASHED, "openat");
    try(&z, "shared", "tcp", port, PROSPECT_CRASHED, "socket");
    try(&z, "shared", "listener", port, PROSPECT_CRASHED, "seccomp");
    nothing_has_happened();
    struct extraction *e =
        zygote_run(&z, "x.prospect-test-shared-read", "/etc/fonts/fonts.conf", &limits, false);
    if (z.sandbox.landlock > 0 && access("/etc/fonts/fonts.conf", R_OK) == 0)
        assert_int_equal(e->document->status, PROSPECT_OK);
    extraction_free(&e);
    assert_int_equal(zygote_stop(&z), 0);
}

/* The same attempts where nothing holds them: else the tests above would say nothing. */
static void without_the_sandbox_they_succeed(void **state)
{
    (void)state;
    static const char *const wrapper[] = {"/bin/sh", "-c", "exec \"$@\" --no-sandbox", "sh", NULL};
    static const struct {
        const char *way, *target;
    } some[] = {{"stat", secret},    {"read", secret},  {"read", "/proc/self/environ"},
                {"open", secret},    {"tcp", port},     {"udp", port},
                {"unix", secret},    {"fork", secret},  {"clone3", secret},
                {"mmap", secret},    {"alarm", secret}, {"mprotect", secret},
                {"dumpable", secret}};
    struct zygote z = zygote_start("tests/escape", wrapper);
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        char name[64];
        if (geteuid() != 0 && strcmp(some[i].way, "fork") == 0)
            continue; /* the limit of processes holds */
        snprintf(name, sizeof name, "x.prospect-test-escape-%s", some[i].way);
        struct extraction *e = zygote_run(&z, name, some[i].target, &limits, false);
        if (e->document->n_units != 1 && strcmp(some[i].way, "clone3") != 0)
            fail_msg("%s: %s", some[i].way, e->document->reason);
        extraction_free(&e);
    }
    assert_int_equal(accept(listener, NULL, NULL) >= 0, 1);
    assert_int_equal(zygote_stop(&z), 0);
}

static void without_seccomp_nothing_is_read(void **state)
{
    (void)state;
    const char *const wrapper[] = {without("without"), "seccomp", NULL};
    struct zygote z = zygote_start("tests/escape", wrapper);
    assert_false(z.sandbox.seccomp);
    try(&z, "escape", "read", "/etc/hostname", PROSPECT_FORBIDDEN, "no seccomp");
    assert_int_equal(zygote_stop(&z), 0);
}

static void unless_that_is_allowed_and_landlock_still_holds(void **state)
{
    (void)state;
    char script[700];
    snprintf(script, sizeof script, "exec %s seccomp \"$@\" --allow-unsandboxed",
             without("without"));
    const char *const wrapper[] = {"/bin/sh", "-c", script, "sh", NULL};
    struct zygote z = zygote_start("tests/escape", wrapper);
    assert_false(z.sandbox.seccomp);
    if (z.sandbox.landlock > 0)
        try(&z, "escape", "read", secret, PROSPECT_FORBIDDEN, "Permission denied");
    assert_int_equal(zygote_stop(&z), 0);
}

static void without_landlock_nothing_can_be_opened(void **state)
{
    (void)state;
    const char *const wrapper[] = {without("without"), "landlock", NULL};
    struct zygote z = zygote_start("tests/escape", wrapper);
    assert_true(z.sandbox.seccomp);
    assert_int_equal(z.sandbox.landlock, 0);
    try(&z, "shared", "read", "/etc/fonts/fonts.conf", PROSPECT_FORBIDDEN, "Permission denied");
    try(&z, "escape", "read", secret, PROSPECT_CRASHED, "openat");
    assert_int_equal(zygote_stop(&z), 0);
}

static void the_worker_tells_what_holds(void **state)
{
    (void)state;
    struct zygote z = zygote_start("tests/escape", NULL);
    assert_true(z.sandbox.seccomp);
    assert_true(z.sandbox.rlimits);
    assert_int_equal(z.sandbox.uid, geteuid() == 0);
    assert_int_equal(zygote_stop(&z), 0);
}

/* Somebody else can run what was built, and nothing else is in the way. */
static bool others_can_run(void)
{
    char worker[600], command[1400];
    const char *top = getenv("TOP_BUILDDIR");
    snprintf(worker, sizeof worker, "%s/prospect-worker", top ? top : ".");
    snprintf(command, sizeof command, "'%s' root '%s' --version >/dev/null 2>&1",
             without("without"), worker);
    return geteuid() == 0 && system(command) == 0;
}

static bool is_plain(void)
{
#ifdef PROSPECT_SANITIZED
    return false;
#else
    return getenv("UNDER_VALGRIND") == NULL;
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worker_tells_what_holds),
        cmocka_unit_test(no_way_leads_out),
        cmocka_unit_test(shared_files_are_open_and_no_others),
        cmocka_unit_test(without_seccomp_nothing_is_read),
        cmocka_unit_test(unless_that_is_allowed_and_landlock_still_holds),
        cmocka_unit_test(without_landlock_nothing_can_be_opened),
        cmocka_unit_test(without_the_sandbox_they_succeed),
        cmocka_unit_test(nor_for_an_ordinary_user),
    };
    const size_t n = sizeof tests / sizeof *tests;
    if (!is_plain()) {
        puts("1..0 # SKIP sanitizers and valgrind need what the sandbox forbids");
        return 0;
    }
    return _cmocka_run_group_tests("tests", tests, others_can_run() ? n : n - 1, make_targets,
                                   remove_targets);
}
