/* Bytes in less room, by LZ4: a page of text takes half a microsecond to unpack, where zstd takes
 * four, and a third more room.
 */
#ifndef PROSPECT_INDEX_SQUEEZE_H
#define PROSPECT_INDEX_SQUEEZE_H

#include "index/base/buf.h"

#include <stdbool.h>

/* Adds BYTES to OUT as a frame: their number as four bytes, the lowest first, and an LZ4 block.
 * False, with OUT as it was, if that is no shorter. */
bool squeeze(struct buf *out, const char *bytes, size_t length);
/* Adds what was squeezed to OUT; false, with OUT as it was, if FRAME is damaged, or holds more than
 * MOST bytes. */
bool squeeze_undo(struct buf *out, const char *frame, size_t length, size_t most);

#endif
