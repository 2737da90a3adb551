#include "index/base/sum.h"

#include <string.h>

uint32_t sum_of(const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    const size_t whole = length - length % sizeof(uint32_t);
    uint64_t a = 1 + length, b = 0; /* so that NULs at the end count */
    uint32_t word = 0;
    for (size_t i = 0; i < whole; i += sizeof word) {
        memcpy(&word, at + i, sizeof word); /* of a length known here: one instruction */
        a += word;
        b += a;
    }
    if (whole < length) {
        word = 0;
        memcpy(&word, at + whole, length - whole);
        a += word;
        b += a;
    }
    const uint64_t mixed = (a * 0x9e3779b97f4a7c15u) ^ b;
    return (uint32_t)(mixed ^ mixed >> 32);
}
