/* Why not "nobody": whatever else runs as nobody could be signalled or looked at, and so could the
 * other children. Numbers from 1,879,048,192 to 2,147,483,647 are kept free by systemd's and
 * Debian's allocation of user numbers; process ids take up at most 22 bits of them.
 */
#include "daemon/sandbox_parts.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    FIRST = 1879048192,
    NOBODY = 65534
};

static bool has(const struct __user_cap_data_struct *data, unsigned capability)
{
    return data[capability / 32].effective & (1U << capability % 32);
}

bool sandbox_user_possible(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};
    if (geteuid() != 0 || syscall(SYS_capget, &head, data) != 0)
        return false;
    return has(data, CAP_SETUID) && has(data, CAP_SETGID);
}

static bool become(uid_t number)
{
    return setresgid(number, number, number) == 0 && setresuid(number, number, number) == 0;
}

prospect_status sandbox_user_leave(struct error *error)
{
    if (setgroups(0, NULL) == 0 && (become((uid_t)FIRST + (uid_t)getpid()) || become(NOBODY)))
        return PROSPECT_OK;
    return error_sys(error, PROSPECT_FORBIDDEN, "the worker cannot become another user");
}

prospect_status sandbox_drop_capabilities(struct error *error)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    if (syscall(SYS_capset, &head, none) == 0)
        return PROSPECT_OK;
    return error_sys(error, PROSPECT_FORBIDDEN, "the worker cannot give up its capabilities");
}
