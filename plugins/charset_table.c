/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/charset_table.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

static const char *upper_of(const char *name)
{
    for (const struct charset_upper *u = charset_uppers; u->name; u++)
        if (strcmp(u->name, name) == 0)
            return u->characters;
    return NULL;
}

/* Bytes of the character that begins with LEAD, in well-formed UTF-8. */
static size_t length_of(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

bool charset_table_make(struct charset_table *table, const char *name)
{
    const char *upper = upper_of(name);
    if (!upper)
        return false;
    for (int b = 0; b < 256; b++) {
        const char ascii = (char)b, *from = b < 0x80 ? &ascii : upper;
        const size_t length = length_of((unsigned char)*from);
        table->byte[b].length = (unsigned char)length;
        memcpy(table->byte[b].utf8, from, length);
        table->byte[b].undefined = strncmp(from, REPLACEMENT, length) == 0 && length == 3;
        upper += b < 0x80 ? 0 : length;
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
