#include "daemon/state.h"

#include "index/base/buf.h"
#include "index/base/digest.h"
#include "index/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct state_lock {
    int fd;
};

/* The XDG specification: a path that is not absolute counts as none. */
static const char *environment_path(const char *name)
{
    const char *path = getenv(name);
    return path && *path == '/' ? path : NULL;
}

static const char *home(void)
{
    const char *path = environment_path("HOME");
    struct passwd *user = path ? NULL : getpwuid(getuid());
    if (path)
        return path;
    return user && user->pw_dir && *user->pw_dir == '/' ? user->pw_dir : NULL;
}

static void add_key(struct buf *b, const char *name, const char *key)
{
    uint8_t digest[DIGEST_SIZE];
    char hex[2 * DIGEST_SIZE + 1];
    digest_bytes(key, strlen(key), digest);
    digest_hex(digest, 6, hex);
    buf_addf(b, "/prospect/%s-%s", name, hex);
}

char *state_default_dir(const char *name, const char *key, bool system)
{
    struct buf b = {0};
    const char *base = environment_path("XDG_STATE_HOME");
    if (!base && system && geteuid() == 0)
        return mem_strdup("/var/lib/prospect");
    if (base)
        buf_adds(&b, base);
    else if (home())
        buf_addf(&b, "%s/.local/state", home());
    else
        return NULL;
    add_key(&b, name, key);
    return buf_take(&b);
}

char *state_default_socket(const char *state, bool system)
{
    struct buf b = {0};
    const char *base = environment_path("XDG_RUNTIME_DIR");
    if (base)
        buf_addf(&b, "%s/prospect/prospectd.sock", base);
    else if (system && geteuid() == 0)
        buf_adds(&b, "/run/prospect/prospectd.sock");
    else
        buf_addf(&b, "%s/prospectd.sock", state);
    return buf_take(&b);
}

prospect_status state_make_parents(const char *path, struct error *error)
{
    prospect_status status = PROSPECT_OK;
    char *copy = mem_strdup(path);
    for (char *slash = strchr(copy + 1, '/'); slash && !status; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, 0700) < 0 && errno != EEXIST)
            status = error_sys(error, PROSPECT_IO, "cannot make the folder %s", copy);
        *slash = '/';
    }
    free(copy);
    return status;
}

static prospect_status already_locked(int fd, const char *dir, struct error *error)
{
    char text[32] = "";
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    long pid = n > 0 ? strtol(text, NULL, 10) : 0;
    if (pid > 0)
        return error_set(error, PROSPECT_LOCKED, "another prospectd (pid %ld) uses %s", pid, dir);
    return error_set(error, PROSPECT_LOCKED, "another prospectd uses %s", dir);
}

static prospect_status lock_file(int fd, const char *dir, struct error *error)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? already_locked(fd, dir, error)
                                    : error_sys(error, PROSPECT_IO, "cannot lock %s/lock", dir);
    if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)n, 0) != n)
        return error_sys(error, PROSPECT_IO, "cannot write %s/lock", dir);
    return PROSPECT_OK;
}

prospect_status state_lock_new(struct state_lock **out, const char *dir, struct error *error)
{
    struct buf path = {0};
    prospect_status status;
    int fd = -1;
    buf_addf(&path, "%s/lock", dir);
    status = state_make_parents(buf_str(&path), error);
    if (status)
        goto out;
    fd = open(buf_str(&path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        status = error_sys(error, PROSPECT_IO, "cannot open %s", buf_str(&path));
        goto out;
    }
    status = lock_file(fd, dir, error);
    if (status)
        goto out;
    *out = mem_alloc(sizeof **out);
    (*out)->fd = fd;
out:
    if (status && fd >= 0)
        close(fd);
    buf_free(&path);
    return status;
}

void state_lock_free(struct state_lock **l)
{
    if (!*l)
        return;
    close((*l)->fd);
    free(*l);
    *l = NULL;
}
