/* Entries stand in a hash by root and path, and in a binary heap by the time at which they are due;
 * each knows its place in the heap. */
#include "daemon/watch_settle.h"

#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct entry {
    UT_hash_handle hh;
    int64_t due;
    int64_t closed; /* when it was first seen to be closed; -1: not yet */
    size_t place;
    char key[]; /* the root's number (size_t), then the path */
};

struct settle {
    unsigned complete_ms, quiet_ms;
    struct entry *entries;
    struct entry **heap;
    size_t count, room;
    size_t *per_root;
    size_t n_roots;
    struct entry *out; /* what settle_next() gave last */
    char *key;
    size_t key_room;
};

void settle_new(struct settle **out, unsigned complete_ms, unsigned quiet_ms)
{
    struct settle *s = mem_zalloc(sizeof *s);
    s->complete_ms = complete_ms;
    s->quiet_ms = quiet_ms;
    *out = s;
}

void settle_free(struct settle **s)
{
    if (!*s)
        return;
    HASH_CLEAR(hh, (*s)->entries);
    for (size_t i = 0; i < (*s)->count; i++)
        free((*s)->heap[i]);
    free((*s)->out);
    free((*s)->heap);
    free((*s)->per_root);
    free((*s)->key);
    free(*s);
    *s = NULL;
}

static void put(struct settle *s, size_t place, struct entry *e)
{
    s->heap[place] = e;
    e->place = place;
}

static void rise(struct settle *s, struct entry *e)
{
    size_t i = e->place;
    while (i > 0 && s->heap[(i - 1) / 2]->due > e->due) {
        put(s, i, s->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    put(s, i, e);
}

static void sink(struct settle *s, struct entry *e)
{
    size_t i = e->place;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child + 1 < s->count && s->heap[child + 1]->due < s->heap[child]->due)
            child++;
        if (child >= s->count || s->heap[child]->due >= e->due)
            break;
        put(s, i, s->heap[child]);
        i = child;
    }
    put(s, i, e);
}

static void set_due(struct settle *s, struct entry *e, int64_t due)
{
    e->due = due;
    rise(s, e);
    sink(s, e);
}

/* The key of ROOT and PATH in the scratch buffer. */
static size_t make_key(struct settle *s, size_t root, const char *path)
{
    size_t length = strlen(path), size = sizeof root + length + 1;
    if (size > s->key_room) {
        s->key_room = 2 * size;
        s->key = mem_resize(s->key, s->key_room, 1);
    }
    memcpy(s->key, &root, sizeof root);
    memcpy(s->key + sizeof root, path, length + 1);
    return size;
}

static size_t root_of(const struct entry *e)
{
    size_t root;
    memcpy(&root, e->key, sizeof root);
    return root;
}

static void count_root(struct settle *s, size_t root)
{
    if (root >= s->n_roots) {
        s->per_root = mem_resize(s->per_root, root + 1, sizeof *s->per_root);
        memset(s->per_root + s->n_roots, 0, (root + 1 - s->n_roots) * sizeof *s->per_root);
        s->n_roots = root + 1;
    }
    s->per_root[root]++;
}

static struct entry *add(struct settle *s, size_t root, size_t key_size, int64_t due)
{
    struct entry *e = mem_zalloc(sizeof *e + key_size);
    memcpy(e->key, s->key, key_size);
    e->due = due;
    e->closed = -1;
    HASH_ADD_KEYPTR(hh, s->entries, e->key, key_size, e);
    if (s->count == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->heap = mem_resize(s->heap, s->room, sizeof *s->heap);
    }
    e->place = s->count++;
    rise(s, e);
    count_root(s, root);
    return e;
}

static struct entry *find(struct settle *s, size_t key_size)
{
    struct entry *e = NULL;
    HASH_FIND(hh, s->entries, s->key, key_size, e);
    return e;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void settle_touch(struct settle *s, size_t root, const char *path, enum settle_kind kind,
                  int64_t now_ms)
{
    size_t size = make_key(s, root, path);
    struct entry *e = find(s, size);
    int64_t wait = kind == SETTLE_WRITING ? s->quiet_ms : s->complete_ms, due = now_ms + wait;
    if (!e)
        e = add(s, root, size, due);
    else if (kind == SETTLE_TOUCHED)
        due = later(due, e->due);
    if (kind == SETTLE_COMPLETE) {
        if (e->closed < 0)
            e->closed = now_ms;
        if (due > e->closed + (int64_t)s->quiet_ms)
            due = later(now_ms, e->closed + (int64_t)s->quiet_ms);
    }
    set_due(s, e, due);
}

void settle_until(struct settle *s, size_t root, const char *path, int64_t due_ms)
{
    size_t size = make_key(s, root, path);
    if (!find(s, size))
        add(s, root, size, due_ms);
}

bool settle_next(struct settle *s, int64_t now_ms, size_t *root, const char **path)
{
    free(s->out);
    s->out = NULL;
    if (s->count == 0 || s->heap[0]->due > now_ms)
        return false;
    struct entry *e = s->heap[0];
    HASH_DELETE(hh, s->entries, e);
    if (--s->count > 0) {
        put(s, 0, s->heap[s->count]);
        sink(s, s->heap[0]);
    }
    s->out = e;
    *root = root_of(e);
    *path = e->key + sizeof *root;
    s->per_root[*root]--;
    return true;
}

int64_t settle_due(const struct settle *s)
{
    return s->count ? s->heap[0]->due : -1;
}

size_t settle_count(const struct settle *s, size_t root)
{
    return root < s->n_roots ? s->per_root[root] : 0;
}
