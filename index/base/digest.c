#include "index/base/digest.h"

#include "index/base/mem.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BLOCK = 128 * 1024
};

void digest_bytes(const void *bytes, size_t length, uint8_t out[DIGEST_SIZE])
{
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    sha256_update(&ctx, length, bytes);
    sha256_digest(&ctx, DIGEST_SIZE, out);
}

prospect_status digest_file(int fd, uint64_t size, uint8_t out[DIGEST_SIZE])
{
    prospect_status status = PROSPECT_OK;
    uint8_t *block = mem_alloc(BLOCK);
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    for (uint64_t at = 0; at < size;) {
        size_t want = size - at < BLOCK ? (size_t)(size - at) : BLOCK;
        ssize_t got = pread(fd, block, want, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            status = got < 0 ? PROSPECT_IO : PROSPECT_CHANGED;
            goto out;
        }
        sha256_update(&ctx, (size_t)got, block);
        at += (uint64_t)got;
    }
    sha256_digest(&ctx, DIGEST_SIZE, out);
out:
    free(block);
    return status;
}

void digest_hex(const uint8_t *bytes, size_t length, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * length] = '\0';
}

static void add_counted(struct sha256_ctx *ctx, const void *bytes, size_t length)
{
    uint8_t count[8];
    for (unsigned i = 0; i < 8; i++)
        count[i] = (uint8_t)((uint64_t)length >> (8 * i));
    sha256_update(ctx, sizeof count, count);
    sha256_update(ctx, length, bytes);
}

static void make_id(const char *kind, const char *outer, const void *inner, size_t length,
                    char out[DIGEST_ID_SIZE])
{
    uint8_t digest[DIGEST_SIZE];
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    add_counted(&ctx, kind, strlen(kind));
    add_counted(&ctx, outer, strlen(outer));
    add_counted(&ctx, inner, length);
    sha256_digest(&ctx, sizeof digest, digest);
    digest_hex(digest, (DIGEST_ID_SIZE - 1) / 2, out);
}

void digest_file_id(const char *root, const char *path, char out[DIGEST_ID_SIZE])
{
    make_id("file", root, path, strlen(path), out);
}

void digest_child_id(const char *container_id, const char *member, size_t length,
                     char out[DIGEST_ID_SIZE])
{
    make_id("child", container_id, member, length, out);
}
