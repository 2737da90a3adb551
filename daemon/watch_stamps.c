#include "daemon/watch_stamps.h"

#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

/* ---- plugins --------------------------------------------------------------------------------- */

void watch_claims_set(struct watch_claims *c, const struct wire_plugin *plugins, size_t n)
{
    watch_claims_free(c);
    c->item = mem_zalloc((n + 1) * sizeof *c->item);
    for (size_t i = 0; i < n; i++) {
        const struct wire_plugin *p = &plugins[i];
        if (p->refused || !p->name || !p->version || !p->types)
            continue;
        struct wire_plugin *copy = &c->item[c->count++];
        copy->name = mem_strdup(p->name);
        copy->version = mem_strdup(p->version);
        copy->types = mem_strdup(p->types);
    }
}

bool watch_claims_same(const struct watch_claims *c, const struct wire_plugin *plugins, size_t n)
{
    struct watch_claims other = {0};
    watch_claims_set(&other, plugins, n);
    bool same = c->count == other.count;
    for (size_t i = 0; same && i < c->count; i++)
        same = strcmp(c->item[i].name, other.item[i].name) == 0 &&
               strcmp(c->item[i].version, other.item[i].version) == 0 &&
               strcmp(c->item[i].types, other.item[i].types) == 0;
    watch_claims_free(&other);
    return same;
}

void watch_claims_free(struct watch_claims *c)
{
    for (size_t i = 0; i < c->count; i++)
        wire_plugin_free(&c->item[i]);
    free(c->item);
    *c = (struct watch_claims){0};
}

/* TYPES: "text/html text/" and '*', separated by blanks. */
static bool claims(const char *types, const char *mime)
{
    for (const char *at = types; *at;) {
        at += strspn(at, " ");
        size_t length = strcspn(at, " ");
        bool family = length > 0 && at[length - 1] == '*';
        size_t compared = family ? length - 1 : length;
        if (length > 0 && strncmp(mime, at, compared) == 0 && (family || mime[compared] == '\0'))
            return true;
        at += length;
    }
    return false;
}

bool watch_claims_changed(const struct watch_claims *c, const struct stamp *stamp, const char *mime)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct wire_plugin *p = &c->item[i];
        if (!stamp->plugin && mime && claims(p->types, mime))
            return true;
        if (stamp->plugin && strcmp(stamp->plugin, p->name) == 0)
            return !stamp->plugin_version || strcmp(stamp->plugin_version, p->version) != 0;
    }
    return false;
}

/* ---- stamps ---------------------------------------------------------------------------------- */

struct known {
    UT_hash_handle hh;
    uint64_t size, inode;
    int64_t mtime_ns, ctime_ns, next_try;
    uint8_t rules[DIGEST_SIZE];
    bool changed; /* whatever the file says */
    bool met;
    char path[];
};

struct watch_stamps {
    struct known *known;
};

struct folder {
    UT_hash_handle hh;
    const char *path;
};

struct loading {
    struct watch_stamps *stamps;
    struct folder *folders;
    const struct watch_claims *claims;
    int64_t now;
};

static bool has_folder(const struct loading *l, const char *path, size_t length)
{
    struct folder *f = NULL;
    HASH_FIND(hh, l->folders, path, length, f);
    return f != NULL;
}

/* Whether it is one of the folders itself, or any folder above it is one. */
static bool lies_below(const struct loading *l, const char *path)
{
    if (has_folder(l, "", 0) || has_folder(l, path, strlen(path)))
        return true;
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/'))
        if (has_folder(l, path, (size_t)(slash - path)))
            return true;
    return false;
}

/* Returns the memory of the entries. */
static struct folder *add_folders(struct loading *l, const struct strlist *folders)
{
    struct folder *room = mem_zalloc((folders->count + 1) * sizeof *room);
    for (size_t i = 0; i < folders->count; i++) {
        struct folder *f = &room[i];
        f->path = folders->item[i];
        if (!has_folder(l, f->path, strlen(f->path)))
            HASH_ADD_KEYPTR(hh, l->folders, f->path, strlen(f->path), f);
    }
    return room;
}

static void take_stamp(void *ctx, const char *path, const struct stamp *stamp, const char *mime,
                       prospect_status status, int64_t next_try)
{
    struct loading *l = ctx;
    (void)status;
    if (!lies_below(l, path))
        return;
    size_t length = strlen(path);
    struct known *k = NULL;
    HASH_FIND(hh, l->stamps->known, path, length, k);
    if (k)
        return;
    k = mem_zalloc(sizeof *k + length + 1);
    k->size = stamp->size;
    k->inode = stamp->inode;
    k->mtime_ns = stamp->mtime_ns;
    k->ctime_ns = stamp->ctime_ns;
    k->next_try = next_try;
    memcpy(k->rules, stamp->rules, DIGEST_SIZE);
    k->changed =
        (next_try > 0 && next_try <= l->now) || watch_claims_changed(l->claims, stamp, mime);
    memcpy(k->path, path, length + 1);
    HASH_ADD_KEYPTR(hh, l->stamps->known, k->path, length, k);
}

prospect_status watch_stamps_load(struct watch_stamps **out, struct index_reader *reader,
                                  const char *root, const struct strlist *folders,
                                  const struct watch_claims *claims, int64_t now,
                                  struct error *error)
{
    struct watch_stamps *s = mem_zalloc(sizeof *s);
    struct loading l = {.stamps = s, .claims = claims, .now = now};
    struct folder *room = add_folders(&l, folders);
    prospect_status status = index_stamps(reader, root, take_stamp, &l, error);
    HASH_CLEAR(hh, l.folders);
    free(room);
    if (status != PROSPECT_OK)
        watch_stamps_free(&s);
    *out = s;
    return status;
}

void watch_stamps_free(struct watch_stamps **s)
{
    if (!*s)
        return;
    struct known *k, *next;
    HASH_ITER(hh, (*s)->known, k, next)
    {
        HASH_DEL((*s)->known, k);
        free(k);
    }
    free(*s);
    *s = NULL;
}

static int64_t nanoseconds(const struct timespec *t)
{
    return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

enum watch_verdict watch_stamps_compare(struct watch_stamps *s, const char *path,
                                        const struct stat *st, const uint8_t rules[DIGEST_SIZE],
                                        int64_t *next_try)
{
    struct known *k = NULL;
    HASH_FIND(hh, s->known, path, strlen(path), k);
    *next_try = 0;
    if (!k)
        return STAMP_UNKNOWN;
    k->met = true;
    *next_try = k->next_try;
    bool same = !k->changed && k->size == (uint64_t)st->st_size && k->inode == st->st_ino &&
                k->mtime_ns == nanoseconds(&st->st_mtim) &&
                k->ctime_ns == nanoseconds(&st->st_ctim) &&
                memcmp(k->rules, rules, DIGEST_SIZE) == 0;
    return same ? STAMP_SAME : STAMP_CHANGED;
}

void watch_stamps_rest(struct watch_stamps *s, void (*each)(void *ctx, const char *path), void *ctx)
{
    struct known *k, *next;
    HASH_ITER(hh, s->known, k, next)
    if (!k->met)
        each(ctx, k->path);
}
