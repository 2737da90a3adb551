#include "daemon/host.h"

#include "daemon/claims.h"
#include "daemon/trust.h"
#include "index/base/buf.h"
#include "index/base/mem.h"
#include "index/base/strlist.h"

#include <ctype.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

enum {
    PLUGINS_MAX = 100,
    NAME_MAX_BYTES = 32,
    VERSION_MAX_BYTES = 100,
    TYPE_MAX_BYTES = 127,
    TYPES_MAX = 100
};

/* Plugin i of the one list is plugin i of the other; entry NULL where it was refused. */
struct host {
    struct wire_plugin *info;
    const prospect_plugin **entry;
    size_t count;
    struct claims claims; /* of those in use */
};

static bool is_name(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_");
    return n > 0 && n <= NAME_MAX_BYTES && s[n] == '\0';
}

static bool is_word(const char *s)
{
    size_t n = 0;
    while (s[n] && isgraph((unsigned char)s[n]))
        n++;
    return n > 0 && n <= VERSION_MAX_BYTES && s[n] == '\0';
}

/* "text/html", "text/" followed by a star, or a star alone. */
static bool is_type(const char *s)
{
    size_t n = 0;
    while (isalnum((unsigned char)s[n]) || (s[n] && strchr("/.+-_", s[n])))
        n++;
    if (n > TYPE_MAX_BYTES)
        return false;
    return s[n] == '\0' ? n > 0 && strchr(s, '/') : strcmp(s + n, "*") == 0;
}

static bool types_are_good(const char *const *mime)
{
    size_t n = 0;
    while (mime && n <= TYPES_MAX && mime[n])
        if (!is_type(mime[n++]))
            return false;
    return n > 0 && n <= TYPES_MAX;
}

static bool lists(const prospect_plugin *p, const char *type)
{
    for (const char *const *m = p->mime; *m; m++)
        if (strcmp(*m, type) == 0)
            return true;
    return false;
}

/* What the plugins that are loaded already have against P. */
static char *rivalry(const struct host *h, const prospect_plugin *p)
{
    struct buf why = {0};
    for (size_t i = 0; i < h->count && !why.len; i++) {
        const prospect_plugin *other = h->entry[i];
        if (!other)
            continue;
        if (strcmp(other->name, p->name) == 0)
            buf_addf(&why, "%s is called \"%s\" too", h->info[i].file, p->name);
        for (const char *const *m = p->mime; *m && !why.len; m++)
            if (other->priority == p->priority && lists(other, *m))
                buf_addf(&why,
                         "\"%s\" claims %s, which \"%s\" (%s) claims with the same priority %d",
                         p->name, *m, other->name, h->info[i].file, p->priority);
    }
    return why.len ? buf_take(&why) : NULL;
}

static char *fault(const struct host *h, const prospect_plugin *p)
{
    struct buf why = {0};
    if (p->abi != PROSPECT_PLUGIN_ABI)
        buf_addf(&why, "built for ABI %u, this prospect has %d", p->abi, PROSPECT_PLUGIN_ABI);
    else if (!p->name || !is_name(p->name))
        buf_addf(&why, "its name is not 1 to %d of a-z 0-9 - _", NAME_MAX_BYTES);
    else if (!p->version || !is_word(p->version))
        buf_adds(&why, "it has no version, or one that is no short word");
    else if (!types_are_good(p->mime))
        buf_addf(&why, "it claims no types, a bad one, or more than %d", TYPES_MAX);
    else if (!p->run)
        buf_adds(&why, "it has no run function");
    else
        return rivalry(h, p);
    return buf_take(&why);
}

static void describe(struct wire_plugin *info, const prospect_plugin *p)
{
    struct buf types = {0};
    for (const char *const *m = p->mime; *m; m++)
        buf_addf(&types, "%s%s", types.len ? " " : "", *m);
    info->name = mem_strdup(p->name);
    info->version = mem_strdup(p->version);
    info->licence = p->licence && is_word(p->licence) ? mem_strdup(p->licence) : NULL;
    info->types = buf_take(&types);
    info->priority = p->priority;
}

static char *warm_up(const prospect_plugin *p)
{
    prospect_status status = p->warm_up ? p->warm_up() : PROSPECT_OK;
    struct buf why = {0};
    if (status == PROSPECT_OK)
        return NULL;
    buf_addf(&why, "it did not get ready: %s", prospect_status_name(status));
    return buf_take(&why);
}

static int count_object(struct dl_phdr_info *object, size_t size, void *count)
{
    (void)object;
    (void)size;
    ++*(uint32_t *)count;
    return 0;
}

static uint32_t objects_loaded(void)
{
    uint32_t n = 0;
    dl_iterate_phdr(count_object, &n);
    return n;
}

/* It stays loaded, even if refused: libraries that it brought in may have left exit handlers. */
static const prospect_plugin *open_entry(const char *path, char **refused)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *why = dlerror();
        struct buf line = {0};
        buf_addf(&line, "it cannot be loaded: %.1000s", why ? why : "for no reason given");
        *refused = buf_take(&line);
        return NULL;
    }
    const prospect_plugin *p = dlsym(handle, PROSPECT_PLUGIN_SYMBOL);
    if (!p)
        *refused = mem_strdup("it is no plugin: it has no symbol " PROSPECT_PLUGIN_SYMBOL);
    return p;
}

/* The ABI number is all that is read of a plugin that was built for another one. */
static const prospect_plugin *load(const struct host *h, struct wire_plugin *info)
{
    char *path;
    info->refused = trust_objection(info->file, false, &path);
    if (info->refused)
        return NULL;
    uint32_t before = objects_loaded();
    const prospect_plugin *p = open_entry(path, &info->refused);
    info->objects = objects_loaded() - before;
    free(path);
    if (!p)
        return NULL;
    info->abi = p->abi;
    info->refused = fault(h, p);
    if (p->abi == PROSPECT_PLUGIN_ABI && p->name && is_name(p->name) && p->version &&
        is_word(p->version) && types_are_good(p->mime))
        describe(info, p);
    if (!info->refused)
        info->refused = warm_up(p);
    return info->refused ? NULL : p;
}

static struct wire_plugin *add(struct host *h, const char *file)
{
    size_t n = h->count + 1;
    h->info = mem_resize(h->info, n, sizeof *h->info);
    h->entry = mem_resize(h->entry, n, sizeof *h->entry);
    h->info[h->count] = (struct wire_plugin){.file = mem_strdup(file)};
    h->entry[h->count] = NULL;
    return &h->info[h->count];
}

static bool is_shared_object(const char *name)
{
    size_t n = strlen(name);
    return n > 3 && strcmp(name + n - 3, ".so") == 0;
}

static bool list_folder(struct strlist *files, const char *folder)
{
    DIR *d = opendir(folder);
    if (!d)
        return false;
    for (struct dirent *entry; (entry = readdir(d));) {
        struct buf path = {0};
        buf_addf(&path, "%s/%s", folder, entry->d_name);
        if (is_shared_object(entry->d_name))
            strlist_add(files, buf_str(&path));
        buf_free(&path);
    }
    closedir(d);
    strlist_sort(files);
    return true;
}

static void load_folder(struct host *h, const char *folder)
{
    struct strlist files = {0};
    char *path, *why = trust_objection(folder, true, &path);
    if (!why && !list_folder(&files, path))
        why = mem_strdup(strerror(errno));
    if (why && h->count < PLUGINS_MAX) {
        add(h, folder)->refused = why;
        h->count++;
        why = NULL;
    }
    for (size_t i = 0; i < files.count && h->count < PLUGINS_MAX; i++) {
        struct wire_plugin *info = add(h, files.item[i]);
        h->entry[h->count] = load(h, info);
        h->count++;
    }
    free(path);
    free(why);
    strlist_free(&files);
}

void host_new(struct host **out, const char *directories)
{
    struct host *h = mem_zalloc(sizeof *h);
    struct strlist folders = {0};
    strlist_split(&folders, directories, ":");
    for (size_t i = 0; i < folders.count; i++)
        load_folder(h, folders.item[i]);
    strlist_free(&folders);
    claims_set(&h->claims, h->info, h->count);
    *out = h;
}

/* What cannot be loaded here, though it could be there, is left out. */
static void load_light(struct host *h, const struct wire_plugin *info, uint32_t objects)
{
    struct wire_plugin *mine = add(h, info->file);
    if (info->objects <= objects && !info->refused)
        h->entry[h->count] = load(h, mine);
    if (!h->entry[h->count]) {
        wire_plugin_free(mine);
        wire_plugin_copy(mine, info);
    }
    h->count++;
}

void host_new_light(struct host **out, const struct wire_plugin *info, size_t n, uint32_t objects)
{
    struct host *h = mem_zalloc(sizeof *h);
    for (size_t i = 0; i < n; i++)
        load_light(h, &info[i], objects);
    claims_set(&h->claims, h->info, h->count);
    *out = h;
}

void host_free(struct host **h)
{
    struct host *x = *h;
    if (!x)
        return;
    for (size_t i = 0; i < x->count; i++)
        wire_plugin_free(&x->info[i]);
    free(x->info);
    free(x->entry);
    claims_free(&x->claims);
    free(x);
    *h = NULL;
}

const struct wire_plugin *host_plugins(const struct host *h, size_t *n)
{
    *n = h->count;
    return h->info;
}

const prospect_plugin *host_find(const struct host *h, const char *mime)
{
    const struct claim *reader = claims_reader(&h->claims, mime);
    for (size_t i = 0; reader && i < h->count; i++)
        if (h->entry[i] && strcmp(h->entry[i]->name, reader->name) == 0)
            return h->entry[i];
    return NULL;
}

bool host_left_out(const struct host *h, const char *mime)
{
    return claims_reader(&h->claims, mime) && !host_find(h, mime);
}
