#include "index/block_cache.h"

#include "index/base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    BLOCK = 8192, /* Xapian's own choice: what else is read is not kept */
    WAYS = 4,     /* places that a block may have */
    SETS = BLOCK_CACHE_BYTES / BLOCK / WAYS
};

struct kept {
    off_t offset;
    int fd;
    uint32_t used; /* by the cache's clock; 0: none is kept here */
};

struct block_cache {
    struct kept kept[SETS][WAYS];
    char (*blocks)[WAYS][BLOCK]; /* of each set; mapped */
    uint32_t clock;
};

static _Thread_local struct block_cache *in_use;

void block_cache_new(struct block_cache **out)
{
    *out = NULL;
    void *blocks = mmap(NULL, BLOCK_CACHE_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (blocks == MAP_FAILED)
        return;
    *out = mem_zalloc(sizeof **out);
    (*out)->blocks = blocks;
}

void block_cache_free(struct block_cache **c)
{
    struct block_cache *gone = *c;
    *c = NULL;
    if (gone == NULL)
        return;
    if (in_use == gone)
        in_use = NULL;
    munmap(gone->blocks, BLOCK_CACHE_BYTES);
    free(gone);
}

void block_cache_use(struct block_cache *c)
{
    in_use = c;
}

void block_cache_clear(struct block_cache *c)
{
    if (c != NULL) {
        memset(c->kept, 0, sizeof c->kept);
        c->clock = 0;
    }
}

void block_cache_rest(struct block_cache *c)
{
    block_cache_clear(c);
    if (c != NULL)
        madvise(c->blocks, BLOCK_CACHE_BYTES, MADV_DONTNEED);
}

/* Consecutive blocks of a file lie in consecutive sets, those of other files elsewhere. */
static size_t set_of(int fd, off_t offset)
{
    return ((uint64_t)offset / BLOCK + (uint64_t)fd * 37) % SETS;
}

/* Of a set: that of the block, or that which was used longest ago. */
static size_t way_of(const struct kept kept[WAYS], int fd, off_t offset)
{
    size_t oldest = 0;
    for (size_t w = 0; w < WAYS; w++) {
        if (kept[w].used != 0 && kept[w].offset == offset && kept[w].fd == fd)
            return w;
        if (kept[w].used < kept[oldest].used)
            oldest = w;
    }
    return oldest;
}

/* Not by the C library's pread(), whose place is taken. Where an offset takes two arguments of a
 * call, preadv() knows how. */
static ssize_t read_file(int fd, void *to, size_t size, off_t offset)
{
    const struct iovec part = {.iov_base = to, .iov_len = size};
    if (sizeof(long) >= sizeof offset)
        return syscall(SYS_pread64, fd, to, size, offset);
    return preadv(fd, &part, 1, offset);
}

static ssize_t read_through(struct block_cache *c, int fd, void *to, off_t offset)
{
    const size_t set = set_of(fd, offset), way = way_of(c->kept[set], fd, offset);
    struct kept *k = &c->kept[set][way];
    if (++c->clock == 0) /* it has gone round */
        block_cache_clear(c);
    if (k->used != 0 && k->offset == offset && k->fd == fd) {
        memcpy(to, c->blocks[set][way], BLOCK);
    } else {
        const ssize_t got = read_file(fd, to, BLOCK, offset);
        if (got != BLOCK)
            return got;
        memcpy(c->blocks[set][way], to, BLOCK);
        *k = (struct kept){.offset = offset, .fd = fd};
    }
    k->used = c->clock;
    return BLOCK;
}

__attribute__((visibility("default"))) ssize_t pread(int fd, void *to, size_t size, off_t offset)
{
    struct block_cache *c = in_use;
    return c != NULL && size == BLOCK ? read_through(c, fd, to, offset)
                                      : read_file(fd, to, size, offset);
}
