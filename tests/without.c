/* Runs a program as on a system that lacks something:
 *
 *   without seccomp|landlock|root PROGRAM [ARGUMENT]...
 *
 * "root": as an ordinary user, one whom nobody has heard of.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
    SOMEBODY = 1234567
};

static int lack(const int *calls, size_t n)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int bad = filter == NULL;
    for (size_t i = 0; !bad && i < n; i++)
        bad = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), calls[i], 0);
    bad = bad || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || seccomp_load(filter);
    seccomp_release(filter);
    return bad;
}

static int lack_by_name(const char *what)
{
    static const int seccomp_calls[] = {SCMP_SYS(seccomp)};
    static const int landlock_calls[] = {SCMP_SYS(landlock_create_ruleset),
                                         SCMP_SYS(landlock_add_rule),
                                         SCMP_SYS(landlock_restrict_self)};
    if (strcmp(what, "seccomp") == 0)
        return lack(seccomp_calls, 1);
    if (strcmp(what, "landlock") == 0)
        return lack(landlock_calls, 3);
    if (strcmp(what, "root") != 0)
        return -1;
    return setresgid(SOMEBODY, SOMEBODY, SOMEBODY) || setresuid(SOMEBODY, SOMEBODY, SOMEBODY);
}

int main(int argc, char **argv)
{
    if (argc < 3 || lack_by_name(argv[1]) != 0) {
        fprintf(stderr, "Usage: without seccomp|landlock|root PROGRAM [ARGUMENT]...\n");
        return 2;
    }
    execv(argv[2], argv + 2);
    perror(argv[2]);
    return 127;
}
