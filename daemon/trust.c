#include "daemon/trust.h"

#include "index/base/buf.h"
#include "index/base/mem.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A group of the user's own, as Debian makes one for each user. */
static bool is_mine_alone(gid_t gid)
{
    const struct passwd *me = getpwuid(geteuid());
    const struct group *g = gid == getegid() ? getgrgid(gid) : NULL;
    if (!me || !g || strcmp(g->gr_name, me->pw_name) != 0)
        return false;
    for (char **member = g->gr_mem; *member; member++)
        if (strcmp(*member, me->pw_name) != 0)
            return false;
    return true;
}

/* ABOVE: only what is in PATH is to be loaded, not PATH itself. */
static char *objection_to(const char *path, bool above)
{
    struct stat st;
    struct buf why = {0};
    if (lstat(path, &st) != 0)
        buf_addf(&why, "%s cannot be read: %s", path, strerror(errno));
    else if (st.st_uid != 0 && st.st_uid != geteuid())
        buf_addf(&why, "%s belongs to neither root nor the user that prospect runs as", path);
    else if (above && (st.st_mode & S_ISVTX))
        return NULL;
    else if ((st.st_mode & S_IWOTH) || ((st.st_mode & S_IWGRP) && !is_mine_alone(st.st_gid)))
        buf_addf(&why, "%s can be written to by others", path);
    return why.len ? buf_take(&why) : NULL;
}

/* From the root of the file system downwards: the first that is at fault counts. */
static char *objection_to_any(const char *path)
{
    char *why = objection_to("/", true);
    char *copy = mem_strdup(path);
    for (char *slash = strchr(copy + 1, '/'); slash && !why; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        why = objection_to(copy, true);
        *slash = '/';
    }
    if (!why)
        why = objection_to(copy, false);
    free(copy);
    return why;
}

char *trust_objection(const char *path, bool folder, char **resolved)
{
    struct stat st;
    struct buf why = {0};
    char *real = realpath(path, NULL);
    *resolved = NULL;
    if (!real || stat(real, &st) != 0)
        buf_addf(&why, "%s cannot be read: %s", path, strerror(errno));
    else if (folder ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode))
        buf_addf(&why, "%s is no %s", path, folder ? "folder" : "regular file");
    char *objection = why.len ? buf_take(&why) : objection_to_any(real);
    if (!objection)
        *resolved = real;
    else
        free(real);
    return objection;
}
