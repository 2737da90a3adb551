/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Encodings of one byte a character, whose lower half is ASCII, as tables. A converter of iconv is
 * a shared object: a worker would load some forty of them before it is ready, and every fork would
 * copy what stays loaded.
 */
#ifndef PROSPECT_PLUGINS_CHARSET_TABLE_H
#define PROSPECT_PLUGINS_CHARSET_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* The characters of 0x80 to 0xff in UTF-8, one behind the other. */
struct charset_upper {
    const char *name; /* one of charset_names */
    const char *characters;
};

extern const struct charset_upper charset_uppers[]; /* the last has no name */

struct charset_table {
    struct {
        unsigned char length; /* 1 to 4 */
        bool undefined;       /* no character: `utf8` is U+FFFD */
        char utf8[4];
    } byte[256];
};

/* False where NAME, one of charset_names, is no such encoding: of several bytes a character, with a
 * state, or with letters in the lower half. */
bool charset_table_make(struct charset_table *table, const char *name);
/* Decodes N bytes to OUT, which has room for 4 * N; how many bytes that gave. Adds those without a
 * character to *REPLACED. */
size_t charset_table_decode(const struct charset_table *table, const char *in, size_t n, char *out,
                            unsigned long long *replaced);

#endif
