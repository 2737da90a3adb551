#include "index/text/formcache.h"

#include "index/base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLOTS = 1 << 17, /* at most half of them are used */
    WORDS_MAX = SLOTS / 2,
    BYTES_MAX = 8 << 20
};

struct slot {
    uint32_t hash;  /* 0: empty */
    uint32_t entry; /* offset of the entry in `bytes` */
};

/* An entry: tag, length of the key, the key, the forms. */
struct entry {
    uint16_t tag, length;
    char key[];
};

struct formcache {
    struct slot *slot;
    char *bytes;
    size_t used, words;
};

void formcache_new(struct formcache **out)
{
    struct formcache *c = mem_zalloc(sizeof *c);
    c->slot = mem_zalloc(SLOTS * sizeof *c->slot);
    *out = c;
}

void formcache_free(struct formcache **c)
{
    if (!*c)
        return;
    free((*c)->slot);
    free((*c)->bytes);
    free(*c);
    *c = NULL;
}

/* Multiply and fold, eight bytes at a time. The words are hostile, but the table is small, half
 * empty and forgets: the worst they can reach is the speed of having no cache. */
static uint32_t hash(const char *key, size_t length, unsigned tag)
{
    uint64_t h = (uint64_t)length << 32 ^ tag, block;
    while (length >= 8) {
        memcpy(&block, key, 8);
        h = (h ^ block) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
        key += 8;
        length -= 8;
    }
    block = 0;
    if (length)
        memcpy(&block, key, length);
    h = (h ^ block) * 0x9e3779b97f4a7c15u;
    h ^= h >> 32;
    return (uint32_t)h | 1;
}

enum {
    PROBES = 16
};

static struct slot *find(struct formcache *c, uint32_t h, const char *key, size_t length,
                         unsigned tag)
{
    for (unsigned i = 0; i < PROBES; i++) {
        struct slot *s = &c->slot[((h >> 1) + i) & (SLOTS - 1)];
        if (s->hash == 0)
            return s;
        const struct entry *e = (const struct entry *)(c->bytes + s->entry);
        if (s->hash == h && e->tag == tag && e->length == length &&
            memcmp(e->key, key, length) == 0)
            return s;
    }
    return NULL;
}

const struct cached_form *formcache_get(struct formcache *c, const char *key, size_t length,
                                        unsigned tag)
{
    struct slot *s = find(c, hash(key, length, tag), key, length, tag);
    if (!s || s->hash == 0)
        return NULL;
    const struct entry *e = (const struct entry *)(c->bytes + s->entry);
    return (const struct cached_form *)(e->key + e->length);
}

static void forget(struct formcache *c)
{
    memset(c->slot, 0, SLOTS * sizeof *c->slot);
    c->used = c->words = 0;
}

static size_t size_of(size_t length, const struct forms *forms)
{
    size_t size = sizeof(struct entry) + length + 2;
    for (size_t i = 0; i < forms->count; i++)
        size += forms->form[i].length + 3u;
    return (size + 1) & ~(size_t)1; /* entries begin at even places */
}

static void write_forms(char *at, const struct forms *forms)
{
    for (size_t i = 0; i < forms->count; i++) {
        const struct form *f = &forms->form[i];
        *at++ = (char)f->kind;
        *at++ = (char)f->length;
        memcpy(at, f->bytes, f->length + 1u);
        at += f->length + 1;
    }
    at[0] = at[1] = 0;
}

const struct cached_form *formcache_put(struct formcache *c, const char *key, size_t length,
                                        unsigned tag, const struct forms *forms)
{
    size_t size = size_of(length, forms);
    uint32_t h = hash(key, length, tag);
    struct slot *s = find(c, h, key, length, tag);
    if (!s || c->words >= WORDS_MAX || c->used + size > BYTES_MAX) {
        forget(c);
        s = find(c, h, key, length, tag);
    }
    if (!c->bytes)
        c->bytes = mem_alloc(BYTES_MAX);
    struct entry *e = (struct entry *)(c->bytes + c->used);
    *e = (struct entry){.tag = (uint16_t)tag, .length = (uint16_t)length};
    memcpy(e->key, key, length);
    write_forms(e->key + length, forms);
    *s = (struct slot){.hash = h, .entry = (uint32_t)c->used};
    c->used += size;
    c->words++;
    return (const struct cached_form *)(e->key + length);
}
