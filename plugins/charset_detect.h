/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which encoding bytes are in.
 */
#ifndef PROSPECT_PLUGINS_CHARSET_DETECT_H
#define PROSPECT_PLUGINS_CHARSET_DETECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHARSET_NAME_MAX 32

/* What one look at a whole file found. */
struct charset_scan {
    uint64_t multibyte, invalid;  /* UTF-8 sequences, well-formed and not */
    uint64_t form_feeds;          /* not counting those at the very end */
    char guess[CHARSET_NAME_MAX]; /* uchardet's; "" if not asked or not known */
};

/* The length of the byte order mark at S, and the encoding's NAME; 0 if there is none. */
size_t charset_bom(const unsigned char *s, size_t n, const char **name);
/* "UTF-16LE", "UTF-16BE" or NULL, by the pattern of the first N bytes. */
const char *charset_utf16(const unsigned char *s, size_t n);
/* Looks at all of FD from offset START; false if it cannot be read. */
bool charset_scan(int fd, uint64_t start, struct charset_scan *out);

#endif
