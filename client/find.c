#include "client/find.h"

#include "client/client.h"
#include "index/base/buf.h"
#include "index/base/mem.h"
#include "index/base/strlist.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool answers(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return false;
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool yes = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return yes;
}

/* Absolute folders only, as the XDG specification has it. */
static const char *folder_from(const char *variable)
{
    const char *value = getenv(variable);
    return value && value[0] == '/' ? value : NULL;
}

static void escape_glob(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("*?[\\", *text))
            buf_addc(out, '\\');
        buf_addc(out, *text);
    }
}

/* Sockets in state folders that somebody answers on. */
static void look_in_state(struct strlist *out)
{
    const char *state = folder_from("XDG_STATE_HOME"), *home = folder_from("HOME");
    struct buf pattern = {0};
    glob_t found = {0};
    if (!state && !home)
        return;
    escape_glob(&pattern, state ? state : home);
    buf_adds(&pattern, state ? "" : "/.local/state");
    buf_adds(&pattern, "/prospect/*/prospectd.sock");
    if (glob(buf_str(&pattern), 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            if (answers(found.gl_pathv[i]))
                strlist_add(out, found.gl_pathv[i]);
    globfree(&found);
    buf_free(&pattern);
}

static prospect_status one_of(const struct strlist *sockets, char **out, struct error *error)
{
    if (sockets->count == 0)
        return error_set(error, PROSPECT_NOT_FOUND,
                         "no daemon answers; is prospectd running? (--socket PATH or --http "
                         "ADDRESS say where)");
    if (sockets->count > 1)
        return error_set(error, PROSPECT_NOT_FOUND,
                         "%zu daemons are running; choose one, e.g. --socket %s", sockets->count,
                         sockets->item[0]);
    *out = mem_strdup(sockets->item[0]);
    return PROSPECT_OK;
}

prospect_status find_socket(char **out, struct error *error)
{
    const char *chosen = getenv("PROSPECT_SOCKET"), *runtime = folder_from("XDG_RUNTIME_DIR");
    struct strlist sockets = {0};
    if (chosen && *chosen) {
        *out = mem_strdup(chosen);
        return PROSPECT_OK;
    }
    struct buf path = {0};
    if (runtime)
        buf_addf(&path, "%s/prospect/prospectd.sock", runtime);
    if (runtime && answers(path.data))
        strlist_add(&sockets, path.data);
    else if (answers("/run/prospect/prospectd.sock"))
        strlist_add(&sockets, "/run/prospect/prospectd.sock");
    else
        look_in_state(&sockets);
    prospect_status status = one_of(&sockets, out, error);
    buf_free(&path);
    strlist_free(&sockets);
    return status;
}

/* The folder of a build tree that this program lies in, with a slash; false where it is
 * installed. */
static bool build_folder(struct buf *out)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0 || (size_t)n >= sizeof self - 1)
        return false;
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    slash[1] = '\0';
    buf_adds(out, self);
    buf_adds(out, "config.status");
    bool built = access(out->data, F_OK) == 0;
    buf_clear(out);
    if (built)
        buf_adds(out, self);
    return built;
}

char *find_built_plugins(void)
{
    struct buf folder = {0};
    if (!build_folder(&folder)) {
        buf_free(&folder);
        return NULL;
    }
    buf_adds(&folder, "plugins/.libs");
    return buf_take(&folder);
}

int find_exec(const char *program, const char *override, const char *installed, char **argv)
{
    struct buf path = {0};
    if (override)
        buf_adds(&path, override);
    else if (build_folder(&path))
        buf_adds(&path, program);
    else
        buf_adds(&path, installed);
    argv[0] = path.data;
    execv(path.data, argv);
    fprintf(stderr, "prospect: ");
    perror(path.data);
    buf_free(&path);
    return STATUS_NOTHING;
}
