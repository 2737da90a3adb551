#include <config.h>

#include "daemon/sandbox.h"

#include "daemon/log.h"
#include "daemon/sandbox_parts.h"
#include "index/base/mem.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef PROSPECT_VALGRIND
#include <valgrind/valgrind.h>
#endif

/* Jobs of all kinds read one descriptor and write one socket today; what a kind needs beyond that
 * (a recogniser's own program) gets its row here. */
static const struct sandbox_limits profiles[] = {
    [PROSPECT_JOB_EXTRACT] = {.descriptors = 64},
    [PROSPECT_JOB_RENDER] = {.descriptors = 64},
    [PROSPECT_JOB_OCR] = {.descriptors = 64},
    [PROSPECT_JOB_MEMBER] = {.descriptors = 64},
};

struct sandbox {
    enum sandbox_wanted wanted;
    bool relaxed; /* a sanitizer or valgrind */
    struct wire_sandbox means;
    uint64_t memory_in_use;
    int rules;
    struct sandbox_filter first, none, shared; /* and what is taken away for each prospect_files */
};

static bool is_relaxed(void)
{
#if defined PROSPECT_SANITIZED
    return true;
#elif defined PROSPECT_VALGRIND
    return RUNNING_ON_VALGRIND;
#else
    return false;
#endif
}

static void make_filters(struct sandbox *s)
{
    s->means.seccomp = sandbox_filter_possible() &&
                       sandbox_filter_first(&s->first, s->means.landlock > 0) &&
                       sandbox_filter_narrow(&s->none, PROSPECT_FILES_NONE) &&
                       sandbox_filter_narrow(&s->shared, PROSPECT_FILES_SHARED);
}

static void tell_what_is_missing(const struct sandbox *s)
{
    if (!s->means.seccomp)
        log_line(LOG_ERROR, s->wanted == SANDBOX_OPTIONAL
                                ? "this system has no seccomp: documents are read without a filter"
                                : "this system has no seccomp: no document is read (see "
                                  "--allow-unsandboxed in prospectd(8))");
    if (!s->means.landlock)
        log_line(LOG_WARNING, "this system has no Landlock: plugins cannot even open fonts");
}

void sandbox_new(struct sandbox **out, enum sandbox_wanted wanted)
{
    struct sandbox *s = mem_zalloc(sizeof *s);
    s->wanted = wanted;
    s->relaxed = is_relaxed();
    s->rules = -1;
    s->means.rlimits = !s->relaxed;
    if (!s->relaxed && wanted != SANDBOX_OFF) {
        s->means.uid = sandbox_user_possible();
        s->rules = sandbox_landlock_rules();
        s->means.landlock = s->rules >= 0 ? sandbox_landlock_version() : 0;
        make_filters(s);
        tell_what_is_missing(s);
    }
    sandbox_go_first();
    s->memory_in_use = sandbox_memory_in_use();
    *out = s;
}

void sandbox_free(struct sandbox **sandbox)
{
    struct sandbox *s = *sandbox;
    if (!s)
        return;
    if (s->rules >= 0)
        close(s->rules);
    sandbox_filter_free(&s->first);
    sandbox_filter_free(&s->none);
    sandbox_filter_free(&s->shared);
    free(s);
    *sandbox = NULL;
}

const struct wire_sandbox *sandbox_means(const struct sandbox *s)
{
    return &s->means;
}

int sandbox_rules(const struct sandbox *s)
{
    return s->rules;
}

/* ---- in the child ---------------------------------------------------------------------------- */

static struct sandbox_note *note_of_mine;

/* While it runs SIGSYS is blocked, so that a second forbidden call kills, whoever catches what. */
static void call_is_forbidden(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    sandbox_note_write(note_of_mine, info->si_syscall);
    syscall(SYS_getppid);
    _exit(1);
}

static prospect_status filter(const struct sandbox *s, struct sandbox_note *note,
                              struct error *error)
{
    struct sigaction action = {.sa_sigaction = call_is_forbidden, .sa_flags = SA_SIGINFO};
    note_of_mine = note;
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGSYS, &action, NULL) != 0)
        return error_sys(error, PROSPECT_INTERNAL, "no signal handler");
    return sandbox_filter_enter(&s->first, error);
}

/* Becoming another user makes the kernel forget with whom the process is to die. */
static prospect_status bind_to(pid_t parent, struct error *error)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == parent)
        return PROSPECT_OK;
    return error_set(error, PROSPECT_CANCELLED, "the worker's parent is gone");
}

static prospect_status give_up_privileges(const struct sandbox *s, struct error *error)
{
    prospect_status status = PROSPECT_OK;
    if (s->means.uid)
        status = sandbox_user_leave(error);
    bool closed = !s->relaxed && s->wanted != SANDBOX_OFF;
    if (status == PROSPECT_OK && closed)
        status = sandbox_drop_capabilities(error);
    /* Others of the same user may not look into it, or stop it. */
    if (status == PROSPECT_OK && closed && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        status = error_sys(error, PROSPECT_INTERNAL, "the worker stays open to others");
    if (status == PROSPECT_OK && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        status = error_sys(error, PROSPECT_FORBIDDEN, "the worker keeps its privileges");
    return status;
}

prospect_status sandbox_enter(struct sandbox *s, prospect_job_kind kind,
                              const struct wire_limits *limits, int rules, pid_t parent,
                              struct sandbox_note *note, struct error *error)
{
    prospect_status status;
    if ((size_t)kind >= sizeof profiles / sizeof *profiles)
        return error_set(error, PROSPECT_UNSUPPORTED, "no such kind of job");
    if (!s->means.seccomp && !s->relaxed && s->wanted == SANDBOX_REQUIRED)
        return error_set(error, PROSPECT_FORBIDDEN,
                         "not read: this system has no seccomp to confine its reader");
    status = give_up_privileges(s, error);
    if (status == PROSPECT_OK)
        status = bind_to(parent, error);
    if (status == PROSPECT_OK)
        status = sandbox_limits_set(&profiles[kind], limits, s->memory_in_use, s->relaxed, error);
    if (status == PROSPECT_OK && s->means.landlock)
        status = sandbox_landlock_enter(rules, error);
    if (rules >= 0)
        close(rules);
    if (status == PROSPECT_OK && s->means.seccomp)
        status = filter(s, note, error);
    return status;
}

prospect_status sandbox_narrow(struct sandbox *s, prospect_files files, struct error *error)
{
    if (!s->means.seccomp)
        return PROSPECT_OK;
    return sandbox_filter_enter(files == PROSPECT_FILES_SHARED ? &s->shared : &s->none, error);
}
