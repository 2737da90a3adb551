/* A checksum that tells of accidents, not of malice, at memory's speed: two running sums of 32-bit
 * words, as Fletcher (1982) has them, here of 64 bits as in ZFS. Words are of the machine's byte
 * order: it is for what stays on one machine.
 */
#ifndef PROSPECT_BASE_SUM_H
#define PROSPECT_BASE_SUM_H

#include <stddef.h>
#include <stdint.h>

uint32_t sum_of(const void *bytes, size_t length);

#endif
