#include "index/squeeze.h"

#include <limits.h>
#include <lz4.h>
#include <stdint.h>

enum {
    HEAD = 4,       /* bytes of the number */
    RATIO_MAX = 255 /* a block holds no more bytes for each of its own */
};

bool squeeze(struct buf *out, const char *bytes, size_t length)
{
    if (length > LZ4_MAX_INPUT_SIZE)
        return false;
    const int bound = LZ4_compressBound((int)length);
    char *room = buf_room(out, HEAD + (size_t)bound);
    const int n = LZ4_compress_default(bytes, room + HEAD, (int)length, bound);
    if (n <= 0 || HEAD + (size_t)n >= length)
        return false;
    for (unsigned i = 0; i < HEAD; i++)
        room[i] = (char)(length >> (8 * i));
    buf_grew(out, HEAD + (size_t)n);
    return true;
}

bool squeeze_undo(struct buf *out, const char *frame, size_t length, size_t most)
{
    size_t size = 0;
    if (length < HEAD || length > INT_MAX)
        return false;
    for (unsigned i = 0; i < HEAD; i++)
        size |= (size_t)(uint8_t)frame[i] << (8 * i);
    if (size > most || size > LZ4_MAX_INPUT_SIZE || size / RATIO_MAX > length)
        return false;
    const int n =
        LZ4_decompress_safe(frame + HEAD, buf_room(out, size), (int)(length - HEAD), (int)size);
    if (n < 0 || (size_t)n != size)
        return false;
    buf_grew(out, size);
    return true;
}
