/* Values in a row of bytes, for records in the index and frames between processes: unsigned
 * numbers as LEB128 (seven bits a byte, low first, high bit set but for the last), strings and
 * bytes as their length and themselves. Reading never goes past the end: an unpack that met
 * damage is `bad`, and from then on yields zeros and empty strings, so that a caller checks once.
 */
#ifndef PROSPECT_BASE_PACK_H
#define PROSPECT_BASE_PACK_H

#include "index/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

void pack_u64(struct buf *b, uint64_t value);
void pack_i64(struct buf *b, int64_t value); /* zigzag: small negatives stay small */
void pack_bytes(struct buf *b, const void *bytes, size_t length);
void pack_str(struct buf *b, const char *s);   /* NULL and "" are told apart */
void pack_short(struct buf *b, const char *s); /* not NULL */

struct unpack {
    const uint8_t *at;
    const uint8_t *end;
    bool bad;
};

struct unpack unpack_start(const void *bytes, size_t length);
uint64_t unpack_u64(struct unpack *u);
int64_t unpack_i64(struct unpack *u);
uint32_t unpack_u32(struct unpack *u); /* bad if it is larger */
/* Bytes inside the row being read, which must outlive them. */
const char *unpack_bytes(struct unpack *u, size_t *length);
/* A new string for the caller to free(); NULL where NULL was packed, or on damage. A string with
 * a NUL inside is damage. */
char *unpack_str(struct unpack *u);
/* How many entries of at least one byte each follow: a count that claims more than can is damage,
 * and 0, so that nothing is allocated for it. */
size_t unpack_count(struct unpack *u);
/* SIZE bytes as they are; zeros on damage. */
void unpack_array(struct unpack *u, char *to, size_t size);
/* What pack_short() packed, of less than SIZE bytes; "" on damage. */
void unpack_short(struct unpack *u, char *to, size_t size);
bool unpack_done(const struct unpack *u); /* all read, nothing bad */

/* Appends a checksum (see sum.h) of what B holds from FROM on: for rows that lie on a disk for
 * years. */
void pack_seal(struct buf *b, size_t from);
/* A row that was sealed, its checksum taken off; bad from the start where that does not fit. */
struct unpack unpack_sealed(const void *bytes, size_t length);

#endif
