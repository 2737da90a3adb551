/* Reads the file line by line into the struct by the table in config_keys.c, lays the options over
 * it, and lets config_finish() fill in what nobody said and check what belongs together.
 */
#include "daemon/config.h"

#include "daemon/config_finish.h"
#include "daemon/config_keys.h"
#include "daemon/inifile.h"
#include "index/base/buf.h"
#include "index/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FILE_MAX = 1024 * 1024,
    ROOTS_MAX = 1000,
    ROOT_NAME_MAX = 40
};

struct reading {
    struct config *config;
    struct config_lines lines;
    const char *file;
    char *folder;        /* where the file lies */
    struct strlist seen; /* "[section]" and "[section] key" */
    unsigned *seen_line;
    struct error *error;
    prospect_status status;
};

/* Says where, once. */
static bool refuse(struct reading *r, unsigned line, const char *what)
{
    r->status = error_set(r->error, PROSPECT_ARGUMENT, "%s:%u: %s", r->file, line, what);
    return false;
}

static bool refusef(struct reading *r, unsigned line, const char *format, const char *a,
                    const char *b)
{
    struct buf text = {0};
    while (*format) {
        if (format[0] == '%' && format[1] == 's') {
            buf_adds(&text, a);
            a = b;
            format += 2;
        } else {
            buf_addc(&text, *format++);
        }
    }
    refuse(r, line, buf_str(&text));
    buf_free(&text);
    return false;
}

static bool once(struct reading *r, const struct inifile_line *line)
{
    struct buf name = {0};
    bool first = true;
    buf_addf(&name, "[%s]", line->section);
    if (line->key)
        buf_addf(&name, " %s", line->key);
    for (size_t i = 0; i < r->seen.count && first; i++)
        if (strcmp(r->seen.item[i], buf_str(&name)) == 0) {
            struct buf text = {0};
            buf_addf(&text, "%s stands here again; it is in line %u already", buf_str(&name),
                     r->seen_line[i]);
            first = refuse(r, line->number, buf_str(&text));
            buf_free(&text);
        }
    strlist_add(&r->seen, buf_str(&name));
    r->seen_line = mem_resize(r->seen_line, r->seen.count, sizeof *r->seen_line);
    r->seen_line[r->seen.count - 1] = line->number;
    buf_free(&name);
    return first;
}

static struct config_root *add_root(struct config *c, struct config_lines *lines, const char *name,
                                    unsigned line)
{
    c->roots = mem_resize(c->roots, c->n_roots + 1, sizeof *c->roots);
    lines->root = mem_resize(lines->root, c->n_roots + 1, sizeof *lines->root);
    lines->root[c->n_roots] = line;
    struct config_root *root = &c->roots[c->n_roots++];
    *root = (struct config_root){.name = mem_strdup(name)};
    return root;
}

/* "root x" is ROOT x: the name behind the kind of section, or NULL. */
static const char *section_name(const char *section, const char *kind)
{
    size_t n = strlen(kind);
    if (strncmp(section, kind, n) != 0 || (section[n] && section[n] != ' ' && section[n] != '\t'))
        return NULL;
    return section + n + strspn(section + n, " \t");
}

static bool name_is_good(const char *name)
{
    if (!*name || strlen(name) > ROOT_NAME_MAX || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return false;
    for (; *name; name++)
        if ((unsigned char)*name <= ' ' || *name == '/' || *name == 0x7F)
            return false;
    return true;
}

static bool start_root(struct reading *r, const char *name, unsigned line)
{
    if (!name_is_good(name))
        return refusef(r, line,
                       "[root %s] needs a name of 1 to 40 bytes without blanks and slashes", name,
                       NULL);
    if (r->config->n_roots == ROOTS_MAX)
        return refuse(r, line, "more than 1000 roots");
    for (size_t i = 0; i < r->config->n_roots; i++)
        if (strcmp(r->config->roots[i].name, name) == 0)
            return refusef(r, line, "a second root is named \"%s\"", name, NULL);
    add_root(r->config, &r->lines, name, line);
    return true;
}

static bool start_plugin(struct reading *r, const char *name, unsigned line)
{
    struct config *c = r->config;
    if (!name_is_good(name))
        return refusef(r, line, "[plugin %s] needs the plugin's name", name, NULL);
    c->plugins = mem_resize(c->plugins, c->n_plugins + 1, sizeof *c->plugins);
    c->plugins[c->n_plugins++] = (struct config_plugin){.name = mem_strdup(name)};
    return true;
}

static bool start_section(struct reading *r, const struct inifile_line *line)
{
    const char *section = line->section, *name;
    if (!once(r, line))
        return false;
    if ((name = section_name(section, "root")))
        return start_root(r, name, line->number);
    if ((name = section_name(section, "plugin")))
        return start_plugin(r, name, line->number);
    if (!config_section_known(section))
        return refusef(r, line->number, "unknown section [%s]; known sections: %s", section,
                       config_sections());
    return true;
}

static bool set_plugin(struct config *c, const struct inifile_line *line)
{
    struct buf setting = {0};
    buf_addf(&setting, "%s=%s", line->key, line->value);
    strlist_add(&c->plugins[c->n_plugins - 1].settings, buf_str(&setting));
    buf_free(&setting);
    return true;
}

static bool take_line(void *ctx, const struct inifile_line *line)
{
    struct reading *r = ctx;
    struct config *c = r->config;
    struct error why;
    prospect_status status;
    if (line->bad)
        return refusef(r, line->number, "this line %s", line->bad, NULL);
    if (!line->key)
        return start_section(r, line);
    if (!*line->section)
        return refusef(r, line->number, "\"%s\" stands before any section; known sections: %s",
                       line->key, config_sections());
    if (!once(r, line))
        return false;
    if (section_name(line->section, "plugin"))
        return set_plugin(c, line);
    if (section_name(line->section, "root")) {
        status = config_key_set(&c->roots[c->n_roots - 1], "root", line->key, line->value,
                                r->folder, &why);
        if (strcmp(line->key, "path") == 0)
            r->lines.root[c->n_roots - 1] = line->number;
    } else {
        status = config_key_set(c, line->section, line->key, line->value, r->folder, &why);
    }
    return status ? refuse(r, line->number, why.line) : true;
}

static prospect_status read_all(int fd, const char *file, struct buf *text, struct error *error)
{
    for (;;) {
        ssize_t n = read(fd, buf_room(text, 4096), 4096);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_sys(error, PROSPECT_ARGUMENT, "cannot read %s", file);
        if (n == 0)
            return PROSPECT_OK;
        buf_grew(text, (size_t)n);
        if (text->len > FILE_MAX)
            return error_set(error, PROSPECT_ARGUMENT, "%s is larger than 1 MB", file);
    }
}

static char *folder_of(const char *path)
{
    char *whole = realpath(path, NULL);
    char *folder = mem_strdup(whole ? whole : "/");
    char *slash = strrchr(folder, '/');
    free(whole);
    slash[slash == folder] = '\0';
    return folder;
}

static prospect_status read_file(struct reading *r)
{
    struct buf text = {0};
    int fd = open(r->file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_sys(r->error, PROSPECT_ARGUMENT, "cannot read %s", r->file);
    r->folder = folder_of(r->file);
    r->status = read_all(fd, r->file, &text, r->error);
    if (!r->status)
        inifile_parse(buf_str(&text), text.len, true, take_line, r);
    close(fd);
    buf_free(&text);
    return r->status;
}

static void replace(char **field, const char *value, const char *folder)
{
    if (!value)
        return;
    free(*field);
    *field = folder ? config_path(value, folder) : mem_strdup(value);
}

static void clear_roots(struct config *c)
{
    for (size_t i = 0; i < c->n_roots; i++) {
        struct config_root *r = &c->roots[i];
        free(r->name);
        free(r->path);
        free(r->url_prefix);
        free(r->programme);
        free(r->lang);
        strlist_free(&r->access);
        strlist_free(&r->ignore);
    }
    free(c->roots);
    c->roots = NULL;
    c->n_roots = 0;
}

static prospect_status lay_over(struct reading *r, const struct config_options *o, const char *here)
{
    struct config *c = r->config;
    replace(&c->state, o->state, here);
    replace(&c->plugin_dir, o->plugin_dir, here);
    replace(&c->worker, o->worker, here);
    c->allow_unsandboxed = o->allow_unsandboxed;
    if (o->socket && !*o->socket)
        return error_set(r->error, PROSPECT_ARGUMENT, "--socket has no value");
    replace(&c->socket, o->socket, here);
    replace(&c->http, o->http, NULL);
    if (o->http && config_address(o->http, r->error))
        return PROSPECT_ARGUMENT;
    if (o->log_level && config_log_level(o->log_level, &c->log_level, r->error))
        return PROSPECT_ARGUMENT;
    if (o->root) {
        clear_roots(c);
        config_only_root(add_root(c, &r->lines, "", 0), o->root, here);
    }
    return PROSPECT_OK;
}

prospect_status config_load(struct config **out, const struct config_options *options,
                            struct error *error)
{
    prospect_status status = PROSPECT_OK;
    struct reading r = {.error = error, .file = options->file};
    char *here = getcwd(NULL, 0);
    r.config = mem_zalloc(sizeof *r.config);
    config_defaults(r.config);
    if (!r.file && !options->root && access(CONFIG_DEFAULT_FILE, F_OK) == 0)
        r.file = CONFIG_DEFAULT_FILE;
    if (r.file) {
        r.config->file = config_path(r.file, here ? here : "/");
        status = read_file(&r);
    }
    if (!status)
        status = lay_over(&r, options, here ? here : "/");
    if (!status)
        status = config_finish(r.config, r.file, &r.lines, error);
    if (status)
        config_free(&r.config);
    *out = r.config;
    free(here);
    free(r.folder);
    free(r.lines.root);
    free(r.seen_line);
    strlist_free(&r.seen);
    return status;
}

void config_free(struct config **config)
{
    struct config *c = *config;
    if (!c)
        return;
    free(c->file);
    free(c->state);
    free(c->plugin_dir);
    free(c->worker);
    free(c->socket);
    free(c->http);
    free(c->public_url);
    free(c->token_file);
    strlist_free(&c->allowed_hosts);
    strlist_free(&c->trusted);
    clear_roots(c);
    for (size_t i = 0; i < c->n_plugins; i++) {
        free(c->plugins[i].name);
        strlist_free(&c->plugins[i].settings);
    }
    free(c->plugins);
    free(c);
    *config = NULL;
}
