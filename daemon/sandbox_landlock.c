/* Landlock (landlock(7), Documentation/userspace-api/landlock.rst of the kernel). The numbers of
 * newer versions stand here, since the headers of the build may be older than the kernel that it
 * runs on; a kernel is asked for what its version has, and for nothing else.
 */
#include <config.h>

#include "daemon/sandbox_parts.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct landlock_ruleset_attr, as the sixth version has it. Older kernels take a longer struct
 * than theirs as long as what they do not know is zero. */
struct ruleset {
    uint64_t handled_access_fs;
    uint64_t handled_access_net; /* since 4 */
    uint64_t scoped;             /* since 6 */
};

#define FS_VERSION_1 ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define FS_REFER     (1ULL << 13) /* 2 */
#define FS_TRUNCATE  (1ULL << 14) /* 3 */
#define FS_IOCTL_DEV (1ULL << 15) /* 5 */
#define NET_BIND     (1ULL << 0)  /* 4 */
#define NET_CONNECT  (1ULL << 1)
#define SCOPE_SOCKET (1ULL << 0) /* 6: abstract Unix sockets of others */
#define SCOPE_SIGNAL (1ULL << 1)

/* What PROSPECT_FILES_SHARED stands for. Those that are not there are left out. */
static const char *const shared[] = {
    "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/X11/fonts", "/etc/fonts",
    "/usr/share/fontconfig", "/usr/local/share/fontconfig", "/var/cache/fontconfig",
    "/usr/share/poppler",
    /* converters of character sets, and the list of them */
    "/usr/lib/gconv", "/usr/lib64/gconv", MULTIARCH_LIBDIR "/gconv",
    /* locales */
    "/usr/lib/locale", "/usr/share/locale", "/usr/share/i18n",
    /* time zones */
    "/usr/share/zoneinfo", "/etc/localtime"};

unsigned sandbox_landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? (unsigned)version : 0;
}

static struct ruleset everything(unsigned version)
{
    struct ruleset r = {.handled_access_fs = FS_VERSION_1};
    r.handled_access_fs |= version >= 2 ? FS_REFER : 0;
    r.handled_access_fs |= version >= 3 ? FS_TRUNCATE : 0;
    r.handled_access_fs |= version >= 5 ? FS_IOCTL_DEV : 0;
    r.handled_access_net = version >= 4 ? NET_BIND | NET_CONNECT : 0;
    r.scoped = version >= 6 ? SCOPE_SOCKET | SCOPE_SIGNAL : 0;
    return r;
}

static bool allow_reading(int rules, const char *path)
{
    struct stat st;
    struct landlock_path_beneath_attr rule = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE};
    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return true;
    if (fstat(rule.parent_fd, &st) == 0 && S_ISDIR(st.st_mode))
        rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
    long added = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
    return added == 0;
}

int sandbox_landlock_rules(void)
{
    struct ruleset all = everything(sandbox_landlock_version());
    int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    bool good = rules >= 0;
    for (size_t i = 0; good && i < sizeof shared / sizeof *shared; i++)
        good = allow_reading(rules, shared[i]);
    if (good || rules < 0)
        return rules;
    close(rules);
    return -1;
}

prospect_status sandbox_landlock_enter(int rules, struct error *error)
{
    if (syscall(SYS_landlock_restrict_self, rules, 0) == 0)
        return PROSPECT_OK;
    return error_sys(error, PROSPECT_FORBIDDEN, "the worker cannot give up the file system");
}
