#include "daemon/config_keys.h"

#include "index/base/buf.h"
#include "index/base/mem.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum type {
    TYPE_PATH,
    TYPE_TEXT,
    TYPE_LIST,
    TYPE_GROUPS, /* a list that, once given, restricts */
    TYPE_NUMBER, /* unsigned */
    TYPE_SIZE,   /* uint64_t, with k, M or G */
    TYPE_LEVEL,
    TYPE_WATCH,
    TYPE_ADDRESS,
    TYPE_URL
};

struct key {
    const char *section, *name;
    enum type type;
    size_t offset;
    uint64_t min, max;
};

#define IN_CONFIG(field) offsetof(struct config, field)
#define IN_ROOT(field)   offsetof(struct config_root, field)
#define GIB              (1024ull * 1024 * 1024)

static const struct key keys[] = {
    {"daemon", "state", TYPE_PATH, IN_CONFIG(state), 0, 0},
    {"daemon", "plugin_dir", TYPE_PATH, IN_CONFIG(plugin_dir), 0, 0},
    {"daemon", "worker", TYPE_PATH, IN_CONFIG(worker), 0, 0},
    {"daemon", "log_level", TYPE_LEVEL, IN_CONFIG(log_level), 0, 0},
    {"daemon", "workers", TYPE_NUMBER, IN_CONFIG(workers), 0, 256},
    {"listen", "socket", TYPE_PATH, IN_CONFIG(socket), 0, 0},
    {"listen", "http", TYPE_ADDRESS, IN_CONFIG(http), 0, 0},
    {"listen", "allowed_hosts", TYPE_LIST, IN_CONFIG(allowed_hosts), 0, 0},
    {"listen", "public_url", TYPE_URL, IN_CONFIG(public_url), 0, 0},
    {"listen", "max_connections", TYPE_NUMBER, IN_CONFIG(max_connections), 1, 65536},
    {"access", "trusted", TYPE_LIST, IN_CONFIG(trusted), 0, 0},
    {"access", "token_file", TYPE_PATH, IN_CONFIG(token_file), 0, 0},
    {"limits", "max_file_size", TYPE_SIZE, IN_CONFIG(max_file_size), 1, 1024 * GIB},
    {"limits", "extract_seconds", TYPE_NUMBER, IN_CONFIG(extract_seconds), 1, 86400},
    {"limits", "cpu_seconds", TYPE_NUMBER, IN_CONFIG(cpu_seconds), 1, 86400},
    {"limits", "memory", TYPE_SIZE, IN_CONFIG(memory), GIB / 16, 1024 * GIB},
    {"limits", "text", TYPE_SIZE, IN_CONFIG(text), 1024, GIB},
    {"limits", "children", TYPE_NUMBER, IN_CONFIG(children), 0, 1000000},
    {"limits", "child_bytes", TYPE_SIZE, IN_CONFIG(child_bytes), 0, 1024 * GIB},
    {"limits", "nesting", TYPE_NUMBER, IN_CONFIG(nesting), 0, 8},
    {"limits", "ratio", TYPE_NUMBER, IN_CONFIG(ratio), 0, 1000000},
    {"limits", "ratio_after", TYPE_SIZE, IN_CONFIG(ratio_after), 1024, 1024 * GIB},
    {"limits", "settle_ms", TYPE_NUMBER, IN_CONFIG(settle_ms), 0, 60000},
    {"limits", "quiet_ms", TYPE_NUMBER, IN_CONFIG(quiet_ms), 0, 600000},
    {"limits", "disk_reserve", TYPE_SIZE, IN_CONFIG(disk_reserve), 0, 1024 * GIB},
    {"limits", "compact_seconds", TYPE_NUMBER, IN_CONFIG(compact_seconds), 0, 86400},
    {"limits", "max_watches", TYPE_NUMBER, IN_CONFIG(max_watches), 0, 100000000},
    {"root", "path", TYPE_PATH, IN_ROOT(path), 0, 0},
    {"root", "url_prefix", TYPE_URL, IN_ROOT(url_prefix), 0, 0},
    {"root", "access", TYPE_GROUPS, IN_ROOT(access), 0, 0},
    {"root", "ignore", TYPE_LIST, IN_ROOT(ignore), 0, 0},
    {"root", "programme", TYPE_TEXT, IN_ROOT(programme), 0, 0},
    {"root", "lang", TYPE_TEXT, IN_ROOT(lang), 0, 0},
    {"root", "watch", TYPE_WATCH, IN_ROOT(watch), 0, 0},
    {"root", "poll_seconds", TYPE_NUMBER, IN_ROOT(poll_seconds), 1, 86400},
};
enum {
    N_KEYS = sizeof keys / sizeof *keys
};

bool config_section_known(const char *section)
{
    for (size_t i = 0; i < N_KEYS; i++)
        if (strcmp(keys[i].section, section) == 0)
            return true;
    return false;
}

const char *config_sections(void)
{
    return "[daemon], [listen], [access], [limits], [root NAME], [plugin NAME]";
}

static const struct key *find(const char *section, const char *name)
{
    for (size_t i = 0; i < N_KEYS; i++)
        if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

static prospect_status unknown_key(const char *section, const char *name, struct error *error)
{
    struct buf known = {0};
    for (size_t i = 0; i < N_KEYS; i++)
        if (strcmp(keys[i].section, section) == 0)
            buf_addf(&known, "%s%s", known.len ? ", " : "", keys[i].name);
    error_set(error, PROSPECT_ARGUMENT, "unknown key \"%s\" in [%s]; known keys: %s", name, section,
              buf_str(&known));
    buf_free(&known);
    return PROSPECT_ARGUMENT;
}

/* Digits, and a unit where UNITS allows one. */
static bool parse_number(const char *text, bool units, uint64_t *out)
{
    char *end;
    unsigned shift = 0;
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *out = strtoull(text, &end, 10);
    if (errno)
        return false;
    if (units && *end)
        shift = *end == 'k' || *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    if (shift > 0)
        end++;
    if (*end || *out > UINT64_MAX >> shift)
        return false;
    *out <<= shift;
    return true;
}

static void print_size(struct buf *b, uint64_t n)
{
    static const char units[] = "\0kMG";
    unsigned u = 0;
    while (u < 3 && n > 0 && n % 1024 == 0)
        n /= 1024, u++;
    buf_addf(b, "%llu", (unsigned long long)n);
    if (units[u])
        buf_addc(b, units[u]);
}

static prospect_status set_number(const struct key *k, void *field, const char *value,
                                  struct error *error)
{
    bool size = k->type == TYPE_SIZE;
    uint64_t n;
    struct buf range = {0};
    if (parse_number(value, size, &n) && n >= k->min && n <= k->max) {
        if (size)
            *(uint64_t *)field = n;
        else
            *(unsigned *)field = (unsigned)n;
        return PROSPECT_OK;
    }
    print_size(&range, size ? k->min : k->min);
    buf_adds(&range, " to ");
    if (size)
        print_size(&range, k->max);
    else
        buf_addf(&range, "%llu", (unsigned long long)k->max);
    error_set(error, PROSPECT_ARGUMENT, "%s = \"%s\" is no %s from %s", k->name, value,
              size ? "size (bytes, or a number with k, M or G)" : "whole number", buf_str(&range));
    buf_free(&range);
    return PROSPECT_ARGUMENT;
}

prospect_status config_log_level(const char *value, enum log_level *out, struct error *error)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    for (unsigned i = 0; i < 4; i++)
        if (strcmp(value, names[i]) == 0) {
            *out = (enum log_level)i;
            return PROSPECT_OK;
        }
    return error_set(error, PROSPECT_ARGUMENT,
                     "log_level = \"%s\" is none of error, warning, info, debug", value);
}

static prospect_status set_watch(enum config_watch *out, const char *value, struct error *error)
{
    static const char *const names[] = {"auto", "inotify", "polling"};
    for (unsigned i = 0; i < 3; i++)
        if (strcmp(value, names[i]) == 0) {
            *out = (enum config_watch)i;
            return PROSPECT_OK;
        }
    return error_set(error, PROSPECT_ARGUMENT, "watch = \"%s\" is none of auto, inotify, polling",
                     value);
}

prospect_status config_address(const char *value, struct error *error)
{
    const char *colon = strrchr(value, ':');
    uint64_t port;
    bool plain = *value != '[' && colon && !memchr(value, ':', (size_t)(colon - value));
    bool bracketed = *value == '[' && colon && colon > value && colon[-1] == ']';
    if (!*value)
        return PROSPECT_OK;
    if ((plain || bracketed) && colon > value && parse_number(colon + 1, false, &port) &&
        port <= 65535)
        return PROSPECT_OK;
    return error_set(error, PROSPECT_ARGUMENT,
                     "http = \"%s\" is no address like 127.0.0.1:7700 or [::1]:7700 (empty: none)",
                     value);
}

static prospect_status set_url(const struct key *k, char **out, const char *value,
                               struct error *error)
{
    if (strncmp(value, "http://", 7) != 0 && strncmp(value, "https://", 8) != 0 &&
        !(*value == '/' && k->offset == IN_ROOT(url_prefix)))
        return error_set(error, PROSPECT_ARGUMENT,
                         "%s = \"%s\" does not start with http:// or https://", k->name, value);
    for (const char *c = value; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == '"' || *c == '<' || *c == '>' || *c == 0x7F)
            return error_set(error, PROSPECT_ARGUMENT, "%s = \"%s\" is no URL", k->name, value);
    *out = mem_strdup(value);
    return PROSPECT_OK;
}

char *config_path(const char *path, const char *folder)
{
    struct buf b = {0};
    if (*path != '/' && folder)
        buf_addf(&b, "%s/", strcmp(folder, "/") == 0 ? "" : folder);
    while (path[0] == '.' && path[1] == '/')
        for (path += 2; *path == '/';)
            path++;
    if (strcmp(path, ".") != 0 || !folder)
        buf_adds(&b, path);
    while (b.len > 1 && b.data[b.len - 1] == '/')
        b.data[--b.len] = '\0';
    return buf_take(&b);
}

static prospect_status set_list(const struct key *k, void *target, const char *value,
                                struct error *error)
{
    struct strlist *list = (struct strlist *)((char *)target + k->offset);
    strlist_split(list, value, ",");
    if (k->type != TYPE_GROUPS)
        return PROSPECT_OK;
    if (list->count == 0)
        return error_set(error, PROSPECT_ARGUMENT,
                         "access names no group (leave it out where everyone may read)");
    strlist_sort(list);
    ((struct config_root *)target)->restricted = true;
    return PROSPECT_OK;
}

prospect_status config_key_set(void *target, const char *section, const char *key,
                               const char *value, const char *folder, struct error *error)
{
    const struct key *k = find(section, key);
    if (!k)
        return unknown_key(section, key, error);
    void *field = (char *)target + k->offset;
    if (!*value && (k->type == TYPE_PATH || k->type == TYPE_URL))
        return error_set(error, PROSPECT_ARGUMENT, "%s has no value", key);
    switch (k->type) {
    case TYPE_PATH:
        *(char **)field = config_path(value, folder);
        return PROSPECT_OK;
    case TYPE_TEXT:
        *(char **)field = mem_strdup(*value ? value : NULL);
        return PROSPECT_OK;
    case TYPE_LIST:
    case TYPE_GROUPS:
        return set_list(k, target, value, error);
    case TYPE_NUMBER:
    case TYPE_SIZE:
        return set_number(k, field, value, error);
    case TYPE_LEVEL:
        return config_log_level(value, field, error);
    case TYPE_WATCH:
        return set_watch(field, value, error);
    case TYPE_URL:
        return set_url(k, field, value, error);
    case TYPE_ADDRESS:
        break;
    }
    *(char **)field = mem_strdup(value);
    return config_address(value, error);
}
