/* Bytes in less room, by zstd. Its contexts are dearer to make than a page of text to unpack: each
 * thread keeps its own, until it ends.
 */
#ifndef PROSPECT_INDEX_SQUEEZE_H
#define PROSPECT_INDEX_SQUEEZE_H

#include "index/base/buf.h"

#include <stdbool.h>

/* Adds BYTES to OUT as a frame; false, with OUT as it was, if that is no shorter. */
bool squeeze(struct buf *out, const char *bytes, size_t length);
/* Adds what was squeezed to OUT; false if FRAME is damaged, or holds more than MOST bytes. */
bool squeeze_undo(struct buf *out, const char *frame, size_t length, size_t most);

#endif
