#include "daemon/watch_stamps.h"

#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

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
    const struct claims *claims;
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
    k->changed = (next_try > 0 && next_try <= l->now) ||
                 !claims_current(l->claims, stamp->plugin, stamp->plugin_version, mime);
    memcpy(k->path, path, length + 1);
    HASH_ADD_KEYPTR(hh, l->stamps->known, k->path, length, k);
}

prospect_status watch_stamps_load(struct watch_stamps **out, struct index_reader *reader,
                                  const char *root, const struct strlist *folders,
                                  const struct claims *claims, int64_t now, struct error *error)
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
