/* Every path is one item, found by (root, path). It stands in one place: a list of those that may
 * go now (one list for each priority, first come first served), the heap of those whose time has
 * not come, or, in hand, the table by id.
 */
#include "daemon/ingest.h"

#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>

#define uthash_fatal(msg) mem_die()
#include <uthash.h>
#include <utlist.h>

enum place {
    READY,
    LATER,
    HANDED
};

struct item {
    UT_hash_handle by_key, by_id;
    struct item *prev, *next; /* READY */
    size_t slot;              /* LATER: where in the heap */
    enum place place;
    enum ingest_priority priority;
    int64_t not_before;
    uint64_t order; /* of those with the same time, first come first */
    uint64_t id;
    unsigned deaths;
    bool failed; /* waits because it failed before */
    bool force;
    bool again_force;
    bool again; /* HANDED: changed meanwhile */
    enum ingest_priority again_priority;
    int64_t again_not_before;
    size_t key_length;
    char key[]; /* the root's number, the path, a NUL */
};

struct ingest {
    struct item *all, *handed; /* by key, by id */
    struct item *ready[2];
    struct item **heap;
    size_t later, capacity, n_ready, n_handed, n_failed;
    uint64_t ids, orders;
};

static const char *path_of(const struct item *i)
{
    return i->key + sizeof(size_t);
}

static size_t root_of(const struct item *i)
{
    size_t root;
    memcpy(&root, i->key, sizeof root);
    return root;
}

/* ---- the heap ------------------------------------------------------------------------------- */

static bool earlier(const struct item *a, const struct item *b)
{
    return a->not_before != b->not_before ? a->not_before < b->not_before : a->order < b->order;
}

static void settle_at(struct ingest *q, size_t slot, struct item *i)
{
    q->heap[slot] = i;
    i->slot = slot;
}

static void sift(struct ingest *q, size_t slot)
{
    struct item *i = q->heap[slot];
    for (; slot > 0 && earlier(i, q->heap[(slot - 1) / 2]); slot = (slot - 1) / 2)
        settle_at(q, slot, q->heap[(slot - 1) / 2]);
    for (;;) {
        size_t child = 2 * slot + 1;
        if (child + 1 < q->later && earlier(q->heap[child + 1], q->heap[child]))
            child++;
        if (child >= q->later || !earlier(q->heap[child], i))
            break;
        settle_at(q, slot, q->heap[child]);
        slot = child;
    }
    settle_at(q, slot, i);
}

static void heap_add(struct ingest *q, struct item *i)
{
    if (q->later == q->capacity) {
        q->capacity = q->capacity ? 2 * q->capacity : 64;
        q->heap = mem_resize(q->heap, q->capacity, sizeof *q->heap);
    }
    settle_at(q, q->later++, i);
    sift(q, i->slot);
}

static void heap_remove(struct ingest *q, struct item *i)
{
    size_t slot = i->slot;
    struct item *last = q->heap[--q->later];
    if (last == i)
        return;
    settle_at(q, slot, last);
    sift(q, slot);
}

/* ---- places --------------------------------------------------------------------------------- */

static void leave(struct ingest *q, struct item *i)
{
    switch (i->place) {
    case READY:
        DL_DELETE(q->ready[i->priority], i);
        q->n_ready--;
        break;
    case LATER:
        heap_remove(q, i);
        q->n_failed -= i->failed;
        break;
    case HANDED:
        HASH_DELETE(by_id, q->handed, i);
        q->n_handed--;
        break;
    }
}

static void make_ready(struct ingest *q, struct item *i)
{
    i->place = READY;
    i->failed = false;
    DL_APPEND(q->ready[i->priority], i);
    q->n_ready++;
}

static void wait_until(struct ingest *q, struct item *i, int64_t not_before)
{
    if (not_before <= 0) {
        make_ready(q, i);
        return;
    }
    i->place = LATER;
    i->not_before = not_before;
    i->order = q->orders++;
    q->n_failed += i->failed;
    heap_add(q, i);
}

static struct item *new_item(const char *key, size_t length)
{
    struct item *i = mem_zalloc(sizeof *i + length + 1);
    memcpy(i->key, key, length);
    i->key_length = length;
    return i;
}

static void drop(struct ingest *q, struct item *i)
{
    HASH_DELETE(by_key, q->all, i);
    free(i);
}

/* ---- what the header promises --------------------------------------------------------------- */

void ingest_new(struct ingest **out)
{
    *out = mem_zalloc(sizeof **out);
}

void ingest_free(struct ingest **queue)
{
    struct ingest *q = *queue;
    struct item *i, *next;
    if (!q)
        return;
    HASH_CLEAR(by_id, q->handed);
    HASH_ITER(by_key, q->all, i, next)
    {
        drop(q, i);
    }
    free(q->heap);
    free(q);
    *queue = NULL;
}

static void add_again(struct item *i, enum ingest_priority priority, int64_t not_before)
{
    if (!i->again || priority < i->again_priority)
        i->again_priority = priority;
    if (!i->again || not_before < i->again_not_before)
        i->again_not_before = not_before;
    i->again = true;
}

static void move_up(struct ingest *q, struct item *i, enum ingest_priority priority,
                    int64_t not_before)
{
    bool sooner = i->place == LATER && not_before < i->not_before;
    if (!sooner && priority >= i->priority)
        return;
    int64_t time = i->place == READY ? 0 : sooner ? not_before : i->not_before;
    leave(q, i);
    if (priority < i->priority)
        i->priority = priority;
    i->failed = i->failed && time > 0;
    wait_until(q, i, time);
}

static struct item *find_or_make(struct ingest *q, size_t root, const char *path, bool *made)
{
    size_t length = sizeof root + strlen(path);
    char *key = mem_alloc(length);
    struct item *i;
    memcpy(key, &root, sizeof root);
    memcpy(key + sizeof root, path, length - sizeof root);
    HASH_FIND(by_key, q->all, key, length, i);
    *made = i == NULL;
    if (*made) {
        i = new_item(key, length);
        HASH_ADD_KEYPTR(by_key, q->all, i->key, i->key_length, i);
    }
    free(key);
    return i;
}

static struct item *add(struct ingest *q, size_t root, const char *path,
                        enum ingest_priority priority, int64_t not_before_ms)
{
    bool made;
    struct item *i = find_or_make(q, root, path, &made);
    if (made) {
        i->priority = priority;
        i->failed = not_before_ms > 0;
        wait_until(q, i, not_before_ms);
    } else if (i->place == HANDED) {
        add_again(i, priority, not_before_ms);
    } else {
        move_up(q, i, priority, not_before_ms);
    }
    return i;
}

void ingest_add(struct ingest *q, size_t root, const char *path, enum ingest_priority priority,
                int64_t not_before_ms)
{
    add(q, root, path, priority, not_before_ms);
}

void ingest_force(struct ingest *q, size_t root, const char *path)
{
    struct item *i = add(q, root, path, INGEST_URGENT, 0);
    if (i->place == HANDED)
        i->again_force = true;
    else
        i->force = true;
}

void ingest_again_below(struct ingest *q, size_t root, const char *folder)
{
    struct item *i, *next;
    size_t n = strlen(folder);
    HASH_ITER(by_id, q->handed, i, next)
    {
        const char *path = path_of(i);
        if (root_of(i) == root &&
            (n == 0 || (strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0'))))
            add_again(i, INGEST_URGENT, 0);
    }
}

static void fill(const struct item *i, struct ingest_item *out)
{
    *out = (struct ingest_item){.root = root_of(i),
                                .path = path_of(i),
                                .id = i->id,
                                .deaths = i->deaths,
                                .urgent = i->priority == INGEST_URGENT,
                                .force = i->force};
}

bool ingest_next(struct ingest *q, int64_t now_ms, struct ingest_item *out)
{
    while (q->later > 0 && q->heap[0]->not_before <= now_ms) {
        struct item *due = q->heap[0];
        leave(q, due);
        make_ready(q, due);
    }
    struct item *i = q->ready[INGEST_URGENT] ? q->ready[INGEST_URGENT] : q->ready[INGEST_SCAN];
    if (!i)
        return false;
    leave(q, i);
    i->place = HANDED;
    i->id = ++q->ids;
    i->again = i->again_force = false;
    HASH_ADD(by_id, q->handed, id, sizeof i->id, i);
    q->n_handed++;
    fill(i, out);
    return true;
}

int64_t ingest_due(const struct ingest *q)
{
    if (q->n_ready > 0)
        return 0;
    return q->later > 0 ? q->heap[0]->not_before : -1;
}

static struct item *find(const struct ingest *q, uint64_t id)
{
    struct item *i;
    HASH_FIND(by_id, q->handed, &id, sizeof id, i);
    return i;
}

void ingest_done(struct ingest *q, uint64_t id)
{
    struct item *i = find(q, id);
    if (!i)
        return;
    leave(q, i);
    if (!i->again) {
        drop(q, i);
        return;
    }
    i->deaths = 0;
    i->force = i->again_force;
    i->priority = i->again_priority;
    i->failed = i->again_not_before > 0;
    wait_until(q, i, i->again_not_before);
}

void ingest_again(struct ingest *q, uint64_t id, int64_t not_before_ms, enum ingest_why why)
{
    struct item *i = find(q, id);
    if (!i)
        return;
    leave(q, i);
    i->deaths += why == INGEST_DEATH;
    i->force = i->force || i->again_force || why == INGEST_FORCE;
    i->failed = false;
    wait_until(q, i, i->again ? 0 : not_before_ms);
}

bool ingest_in_hand(const struct ingest *q, uint64_t id, struct ingest_item *out)
{
    struct item *i = find(q, id);
    if (i)
        fill(i, out);
    return i != NULL;
}

size_t ingest_waiting(const struct ingest *q)
{
    return q->n_ready + q->later - q->n_failed;
}

size_t ingest_handed(const struct ingest *q)
{
    return q->n_handed;
}
