#include "index/squeeze.h"

#include "index/base/mem.h"

#include <pthread.h>
#include <stdlib.h>
#include <zstd.h>

enum {
    LEVEL = 3
};

struct contexts {
    ZSTD_CCtx *in;
    ZSTD_DCtx *out;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void free_contexts(void *p)
{
    struct contexts *c = p;
    ZSTD_freeCCtx(c->in);
    ZSTD_freeDCtx(c->out);
    free(c);
}

static void make_key(void)
{
    if (pthread_key_create(&key, free_contexts) != 0)
        abort();
}

static struct contexts *own(void)
{
    pthread_once(&once, make_key);
    struct contexts *c = pthread_getspecific(key);
    if (c == NULL) {
        c = mem_zalloc(sizeof *c);
        pthread_setspecific(key, c);
    }
    return c;
}

bool squeeze(struct buf *out, const char *bytes, size_t length)
{
    struct contexts *c = own();
    const size_t bound = ZSTD_compressBound(length);
    if (c->in == NULL && (c->in = ZSTD_createCCtx()) == NULL)
        return false;
    const size_t n = ZSTD_compressCCtx(c->in, buf_room(out, bound), bound, bytes, length, LEVEL);
    if (ZSTD_isError(n) || n >= length)
        return false;
    buf_grew(out, n);
    return true;
}

bool squeeze_undo(struct buf *out, const char *frame, size_t length, size_t most)
{
    struct contexts *c = own();
    const unsigned long long size = ZSTD_getFrameContentSize(frame, length);
    if (size > most) /* also the two values that mean an error */
        return false;
    if (c->out == NULL && (c->out = ZSTD_createDCtx()) == NULL)
        return false;
    const size_t n =
        ZSTD_decompressDCtx(c->out, buf_room(out, (size_t)size), (size_t)size, frame, length);
    if (ZSTD_isError(n) || n != size)
        return false;
    buf_grew(out, n);
    return true;
}
