/* UTF-8, read with suspicion. */
#ifndef PROSPECT_TEXT_UTF8_H
#define PROSPECT_TEXT_UTF8_H

#include "index/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* The character at *AT (before END), and *AT moved behind it. What is no UTF-8 (overlong forms
 * and surrogates included) yields U+FFFD and moves on by at least one byte. */
uint32_t utf8_next(const char **at, const char *end);
bool utf8_valid(const char *bytes, size_t length);
/* Adds BYTES with what is no UTF-8 replaced by U+FFFD; how many were replaced. */
size_t utf8_repair(struct buf *out, const char *bytes, size_t length);
void utf8_add(struct buf *out, uint32_t character);
/* The largest n <= LENGTH at which BYTES can be cut without splitting a character. */
size_t utf8_cut(const char *bytes, size_t length);

#endif
