#include "daemon/config_finish.h"

#include "daemon/config_keys.h"
#include "daemon/state.h"
#include "index/base/buf.h"
#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef PROSPECT_WORKER
#define PROSPECT_WORKER "/usr/libexec/prospect-worker"
#endif
#ifndef PROSPECT_PLUGIN_DIR
#define PROSPECT_PLUGIN_DIR "/usr/lib/prospect/plugins"
#endif

enum {
    ROOT_NAME_MAX = 40
};

void config_defaults(struct config *c)
{
    c->log_level = LOG_INFO;
    c->max_connections = 8192;
    c->max_file_size = 512ull << 20;
    c->extract_seconds = 20;
    c->cpu_seconds = 20;
    c->memory = 1ull << 30;
    c->text = 64ull << 20;
    c->children = 10000;
    c->nesting = 2;
    c->ratio = 100;
    c->ratio_after = 10 << 20;
    c->child_bytes = 256ull << 20;
    c->settle_ms = 200;
    c->quiet_ms = 2000;
    c->compact_seconds = 30;
    c->disk_reserve = 256 << 20;
}

static void default_string(char **field, const char *value)
{
    if (!*field)
        *field = mem_strdup(value);
}

/* A name that can stand in a URL and a log line, whatever the folder is called. */
static char *readable_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    struct buf b = {0};
    for (; *base && b.len < ROOT_NAME_MAX; base++) {
        unsigned char c = (unsigned char)*base;
        buf_addc(&b, c <= ' ' || c >= 0x7F ? '_' : *base);
    }
    if (b.len == 0 || strcmp(b.data, ".") == 0 || strcmp(b.data, "..") == 0) {
        buf_clear(&b);
        buf_adds(&b, "root");
    }
    return buf_take(&b);
}

void config_only_root(struct config_root *root, const char *folder, const char *here)
{
    char *real = realpath(folder, NULL);
    root->path = config_path(folder, here);
    free(root->name);
    root->name = readable_name(real ? real : root->path);
    free(real);
}

struct finishing {
    struct config *config;
    const char *file;
    const struct config_lines *lines;
    char **real; /* each root's path, resolved */
    struct error *error;
};

/* "prospect.conf:12: " or "--root: ". */
static prospect_status refuse_root(struct finishing *f, size_t i, const char *what)
{
    if (f->lines->root[i])
        return error_set(f->error, PROSPECT_ARGUMENT, "%s:%u: %s", f->file, f->lines->root[i],
                         what);
    return error_set(f->error, PROSPECT_ARGUMENT, "--root: %s", what);
}

static prospect_status refuse_rootf(struct finishing *f, size_t i, struct buf *what)
{
    prospect_status status = refuse_root(f, i, buf_str(what));
    buf_free(what);
    return status;
}

static prospect_status check_folder(struct finishing *f, size_t i)
{
    const struct config_root *r = &f->config->roots[i];
    struct stat st;
    struct buf what = {0};
    if (!r->path) {
        buf_addf(&what, "[root %s] has no path", r->name);
        return refuse_rootf(f, i, &what);
    }
    f->real[i] = realpath(r->path, NULL);
    if (f->real[i] && stat(f->real[i], &st) == 0 && S_ISDIR(st.st_mode)) {
        if (access(f->real[i], R_OK | X_OK) == 0)
            return PROSPECT_OK;
        buf_addf(&what, "the folder %s may not be read by this user", r->path);
    } else {
        buf_addf(&what, f->real[i] ? "%s is no folder" : "there is no folder %s", r->path);
    }
    return refuse_rootf(f, i, &what);
}

/* True if INNER is OUTER or lies in it; both resolved. */
static bool lies_in(const char *inner, const char *outer)
{
    size_t n = strlen(outer);
    if (strcmp(outer, "/") == 0)
        return true;
    return strncmp(inner, outer, n) == 0 && (inner[n] == '\0' || inner[n] == '/');
}

static prospect_status check_nesting(struct finishing *f, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        struct buf what = {0};
        if (!lies_in(f->real[i], f->real[j]) && !lies_in(f->real[j], f->real[i]))
            continue;
        if (strcmp(f->real[i], f->real[j]) == 0)
            buf_addf(&what, "the roots %s and %s are the same folder", f->config->roots[j].name,
                     f->config->roots[i].name);
        else
            buf_addf(&what, "the roots %s and %s lie in one another: a file would be found twice",
                     f->config->roots[j].name, f->config->roots[i].name);
        return refuse_rootf(f, i, &what);
    }
    return PROSPECT_OK;
}

static prospect_status finish_roots(struct finishing *f)
{
    prospect_status status = PROSPECT_OK;
    struct config *c = f->config;
    if (c->n_roots == 0 && !f->file)
        return error_set(f->error, PROSPECT_ARGUMENT,
                         "no folder to serve: give --root DIR, or a configuration with -c FILE");
    if (c->n_roots == 0)
        return error_set(f->error, PROSPECT_ARGUMENT,
                         "%s: no [root NAME] section: there is no folder to serve", f->file);
    for (size_t i = 0; i < c->n_roots && !status; i++) {
        if (c->roots[i].poll_seconds == 0)
            c->roots[i].poll_seconds = 60;
        status = check_folder(f, i);
        if (!status)
            status = check_nesting(f, i);
    }
    return status;
}

static prospect_status finish_state(struct finishing *f)
{
    struct config *c = f->config;
    char *key = f->file ? realpath(f->file, NULL) : NULL;
    char *name = readable_name(f->file ? c->file : f->real[0]);
    char *dot = f->file ? strrchr(name, '.') : NULL;
    if (dot && dot > name)
        *dot = '\0';
    if (!c->state)
        c->state = state_default_dir(name, key ? key : f->real[0], f->file != NULL);
    free(key);
    free(name);
    if (!c->state)
        return error_set(f->error, PROSPECT_ARGUMENT,
                         "no folder for the index: give --state DIR (there is no HOME)");
    for (size_t i = 0; i < c->n_roots; i++)
        if (lies_in(c->state, f->real[i]))
            return error_set(f->error, PROSPECT_ARGUMENT,
                             "the state folder %s lies in the root %s, which would index itself",
                             c->state, c->roots[i].name);
    return PROSPECT_OK;
}

static prospect_status finish_socket(struct finishing *f)
{
    struct config *c = f->config;
    size_t max = sizeof((struct sockaddr_un *)0)->sun_path - 1;
    if (!c->socket)
        c->socket = state_default_socket(c->state, f->file != NULL);
    if (strlen(c->socket) <= max)
        return PROSPECT_OK;
    return error_set(f->error, PROSPECT_ARGUMENT,
                     "the socket's path has %zu bytes, the system allows %zu: name a shorter one "
                     "(--socket PATH, or socket in [listen]): %s",
                     strlen(c->socket), max, c->socket);
}

prospect_status config_finish(struct config *c, const char *file, const struct config_lines *lines,
                              struct error *error)
{
    struct finishing f = {.config = c, .file = file, .lines = lines, .error = error};
    prospect_status status;
    f.real = mem_zalloc(c->n_roots * sizeof *f.real + 1);
    default_string(&c->plugin_dir, PROSPECT_PLUGIN_DIR);
    default_string(&c->worker, PROSPECT_WORKER);
    default_string(&c->http, "127.0.0.1:7700");
    status = finish_roots(&f);
    if (!status)
        status = finish_state(&f);
    if (!status)
        status = finish_socket(&f);
    for (size_t i = 0; i < c->n_roots; i++)
        free(f.real[i]);
    free(f.real);
    return status;
}
