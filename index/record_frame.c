#include "index/record_frame.h"

#include "index/record.h"
#include "index/squeeze.h"

enum {
    PLAIN,
    SQUEEZED,
    SMALL = 64
};

void record_seal(struct buf *out, struct buf *plain)
{
    const size_t from = out->len;
    buf_addc(out, SQUEEZED);
    if (plain->len < SMALL || !squeeze(out, plain->data, plain->len)) {
        out->data[from] = PLAIN;
        buf_add(out, buf_str(plain), plain->len);
    }
    pack_seal(out, from);
    buf_free(plain);
}

bool record_expand(struct buf *out, const char *sealed, size_t sealed_length)
{
    struct unpack u = unpack_sealed(sealed, sealed_length);
    const char *bytes = (const char *)u.at;
    size_t length = (size_t)(u.end - u.at);
    if (length < 1 || (bytes[0] != PLAIN && bytes[0] != SQUEEZED))
        return false;
    if (bytes[0] == SQUEEZED)
        return squeeze_undo(out, bytes + 1, length - 1, RECORD_MAX);
    buf_add(out, bytes + 1, length - 1);
    return true;
}
