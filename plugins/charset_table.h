/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Encodings of one byte a character as tables. A converter of iconv is a shared object; loaded,
 * sixty of them were half of what each fork of the worker had to copy.
 */
#ifndef PROSPECT_PLUGINS_CHARSET_TABLE_H
#define PROSPECT_PLUGINS_CHARSET_TABLE_H

#include <iconv.h>
#include <stdbool.h>
#include <stddef.h>

struct charset_table {
    struct {
        unsigned char length; /* 1 to 4 */
        bool undefined;       /* no character: `utf8` is U+FFFD */
        char utf8[4];
    } byte[256];
};

/* Asks CONVERTER, which leads to UTF-8, for every byte. False for an encoding that is no table: of
 * several bytes a character, or with a state. */
bool charset_table_make(struct charset_table *table, iconv_t converter);
/* Decodes N bytes to OUT, which has room for 4 * N; how many bytes that gave. Adds those without a
 * character to *REPLACED. */
size_t charset_table_decode(const struct charset_table *table, const char *in, size_t n, char *out,
                            unsigned long long *replaced);

#endif
