/* A record as it lies in the index: one byte, 0 (as it is) or 1 (LZ4), the rest, and a checksum
 * (pack_seal()).
 */
#ifndef PROSPECT_INDEX_RECORD_FRAME_H
#define PROSPECT_INDEX_RECORD_FRAME_H

#include "index/base/pack.h"

/* Adds PLAIN to OUT, squeezed if that pays, and frees it. */
void record_seal(struct buf *out, struct buf *plain);
/* Adds what was sealed to OUT; false if it is damaged. */
bool record_expand(struct buf *out, const char *sealed, size_t sealed_length);

#endif
