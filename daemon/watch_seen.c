#include "daemon/watch_seen.h"

#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct seen_file {
    UT_hash_handle hh;
    uint64_t looks;
    uint64_t pass; /* that met it last */
    char path[];
};

struct watch_seen {
    struct seen_file *files;
    uint64_t pass;
};

void watch_seen_new(struct watch_seen **out)
{
    *out = mem_zalloc(sizeof **out);
}

static void forget(struct watch_seen *s, struct seen_file *f)
{
    HASH_DEL(s->files, f);
    free(f);
}

void watch_seen_free(struct watch_seen **s)
{
    if (!*s)
        return;
    struct seen_file *f, *next;
    HASH_ITER(hh, (*s)->files, f, next)
    forget(*s, f);
    free(*s);
    *s = NULL;
}

bool watch_seen_put(struct watch_seen *s, const char *path, uint64_t looks)
{
    size_t length = strlen(path);
    struct seen_file *f = NULL;
    HASH_FIND(hh, s->files, path, length, f);
    bool same = f && f->looks == looks;
    if (!f) {
        f = mem_zalloc(sizeof *f + length + 1);
        memcpy(f->path, path, length + 1);
        HASH_ADD_KEYPTR(hh, s->files, f->path, length, f);
    }
    f->looks = looks;
    f->pass = s->pass;
    return !same;
}

void watch_seen_pass(struct watch_seen *s)
{
    s->pass++;
}

void watch_seen_sweep(struct watch_seen *s, void (*gone)(void *ctx, const char *path), void *ctx)
{
    struct seen_file *f, *next;
    HASH_ITER(hh, s->files, f, next)
    {
        if (f->pass == s->pass)
            continue;
        gone(ctx, f->path);
        forget(s, f);
    }
}
