/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/charset_table.h"

#include <errno.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* The rest of a character that CONVERTER held back would come now. */
static bool held_back(iconv_t converter)
{
    char rest[16], *out = rest;
    size_t room = sizeof rest;
    return iconv(converter, NULL, NULL, &out, &room) == (size_t)-1 || room < sizeof rest;
}

bool charset_table_make(struct charset_table *table, iconv_t converter)
{
    for (int b = 0; b < 256; b++) {
        char byte = (char)b, out[16], *in = &byte, *to = out;
        size_t left = 1, room = sizeof out;
        iconv(converter, NULL, NULL, NULL, NULL);
        bool undefined = iconv(converter, &in, &left, &to, &room) == (size_t)-1;
        size_t length = undefined ? sizeof REPLACEMENT - 1 : sizeof out - room;
        if ((undefined && errno != EILSEQ) || (!undefined && held_back(converter)))
            return false;
        if (length < 1 || length > sizeof table->byte[b].utf8)
            return false;
        table->byte[b].undefined = undefined;
        table->byte[b].length = (unsigned char)length;
        memcpy(table->byte[b].utf8, undefined ? REPLACEMENT : out, length);
    }
    return true;
}

size_t charset_table_decode(const struct charset_table *table, const char *in, size_t n, char *out,
                            unsigned long long *replaced)
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char b = (unsigned char)in[i];
        memcpy(out + at, table->byte[b].utf8, sizeof table->byte[b].utf8);
        at += table->byte[b].length;
        *replaced += table->byte[b].undefined;
    }
    return at;
}
