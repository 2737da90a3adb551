#include "daemon/watch_stamps.h"

#include "index/base/buf.h"
#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

/* Who read files of a type: few, however many the files. */
struct reader {
    UT_hash_handle hh;
    char *plugin, *version, *mime;
    bool current;
    char key[];
};

struct known {
    UT_hash_handle hh;
    uint64_t size, inode;
    int64_t mtime_ns, ctime_ns, next_try;
    uint8_t rules[DIGEST_SIZE];
    const struct reader *reader;
    bool due; /* to be tried again, whatever the file says */
    bool met, same;
    char path[];
};

struct watch_stamps {
    struct known *known;
    struct reader *readers;
};

struct folder {
    UT_hash_handle hh;
    const char *path;
};

struct loading {
    struct watch_stamps *stamps;
    struct folder *folders;
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

static void add_part(struct buf *key, const char *part)
{
    buf_addc(key, part ? '+' : '-');
    buf_add(key, part ? part : "", part ? strlen(part) + 1 : 1);
}

static const struct reader *reader_of(struct watch_stamps *s, const struct stamp *stamp,
                                      const char *mime)
{
    struct reader *r = NULL;
    struct buf key = {0};
    add_part(&key, stamp->plugin);
    add_part(&key, stamp->plugin_version);
    add_part(&key, mime);
    HASH_FIND(hh, s->readers, key.data, key.len, r);
    if (!r) {
        r = mem_zalloc(sizeof *r + key.len);
        memcpy(r->key, key.data, key.len);
        r->plugin = mem_strdup(stamp->plugin);
        r->version = mem_strdup(stamp->plugin_version);
        r->mime = mem_strdup(mime);
        HASH_ADD_KEYPTR(hh, s->readers, r->key, key.len, r);
    }
    buf_free(&key);
    return r;
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
    k->due = next_try > 0 && next_try <= l->now;
    k->reader = reader_of(l->stamps, stamp, mime);
    memcpy(k->path, path, length + 1);
    HASH_ADD_KEYPTR(hh, l->stamps->known, k->path, length, k);
}

prospect_status watch_stamps_load(struct watch_stamps **out, struct index_reader *reader,
                                  const char *root, const struct strlist *folders, int64_t now,
                                  struct error *error)
{
    struct watch_stamps *s = mem_zalloc(sizeof *s);
    struct loading l = {.stamps = s, .now = now};
    struct folder *room = add_folders(&l, folders);
    prospect_status status = index_stamps(reader, root, take_stamp, &l, error);
    HASH_CLEAR(hh, l.folders);
    free(room);
    if (status != PROSPECT_OK)
        watch_stamps_free(&s);
    *out = s;
    return status;
}

static void free_readers(struct watch_stamps *s)
{
    struct reader *r, *next;
    HASH_ITER(hh, s->readers, r, next)
    {
        HASH_DEL(s->readers, r);
        free(r->plugin);
        free(r->version);
        free(r->mime);
        free(r);
    }
}

void watch_stamps_free(struct watch_stamps **s)
{
    if (!*s)
        return;
    free_readers(*s);
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
                                        bool all, int64_t *next_try)
{
    struct known *k = NULL;
    HASH_FIND(hh, s->known, path, strlen(path), k);
    *next_try = 0;
    if (!k)
        return STAMP_UNKNOWN;
    k->met = true;
    *next_try = k->next_try;
    k->same = !all && !k->due && k->size == (uint64_t)st->st_size && k->inode == st->st_ino &&
              k->mtime_ns == nanoseconds(&st->st_mtim) &&
              k->ctime_ns == nanoseconds(&st->st_ctim) && memcmp(k->rules, rules, DIGEST_SIZE) == 0;
    return k->same ? STAMP_SAME : STAMP_CHANGED;
}

void watch_stamps_rest(struct watch_stamps *s, watch_stamps_fn *each, void *ctx)
{
    struct known *k, *next;
    HASH_ITER(hh, s->known, k, next)
    if (!k->met)
        each(ctx, k->path);
}

void watch_stamps_outdated(struct watch_stamps *s, const struct claims *claims,
                           watch_stamps_fn *each, void *ctx)
{
    struct reader *r, *next_reader;
    struct known *k, *next;
    HASH_ITER(hh, s->readers, r, next_reader)
    r->current = claims_current(claims, r->plugin, r->version, r->mime);
    HASH_ITER(hh, s->known, k, next)
    if (k->same && !k->reader->current)
        each(ctx, k->path);
}
