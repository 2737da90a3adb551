/* SHA-256 (FIPS 180-4, by nettle) and the identifiers made of it. */
#ifndef PROSPECT_BASE_DIGEST_H
#define PROSPECT_BASE_DIGEST_H

#include <prospect/status.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE    32
#define DIGEST_ID_SIZE 33 /* 32 hexadecimal digits and a NUL */

void digest_bytes(const void *bytes, size_t length, uint8_t out[DIGEST_SIZE]);
/* All SIZE bytes of FD by pread(2), its offset untouched. PROSPECT_CHANGED if it ends before
 * that, PROSPECT_IO. A sparse or huge file is read in blocks; memory use is constant. */
prospect_status digest_file(int fd, uint64_t size, uint8_t out[DIGEST_SIZE]);

/* A document's id: the first 128 bits, in hexadecimal, of the digest of "file", the root's name
 * and the path in it; of a child: of "child", its container's id and the member path. Lengths are
 * part of what is digested, so that no two pairs share an id. */
void digest_file_id(const char *root, const char *path, char out[DIGEST_ID_SIZE]);
void digest_child_id(const char *container_id, const char *member, size_t length,
                     char out[DIGEST_ID_SIZE]);
void digest_hex(const uint8_t *bytes, size_t length, char *out); /* 2 * length + 1 bytes */

#endif
