/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/charset_label.h"

#include <ctype.h>
#include <stdbool.h>

const char *const charset_names[] = {"WINDOWS-1250",
                                     "WINDOWS-1251",
                                     "WINDOWS-1252",
                                     "WINDOWS-1253",
                                     "WINDOWS-1254",
                                     "WINDOWS-1255",
                                     "WINDOWS-1256",
                                     "WINDOWS-1257",
                                     "WINDOWS-1258",
                                     "ISO-8859-2",
                                     "ISO-8859-3",
                                     "ISO-8859-4",
                                     "ISO-8859-5",
                                     "ISO-8859-6",
                                     "ISO-8859-7",
                                     "ISO-8859-8",
                                     "ISO-8859-10",
                                     "ISO-8859-13",
                                     "ISO-8859-14",
                                     "ISO-8859-15",
                                     "ISO-8859-16",
                                     "KOI8-R",
                                     "KOI8-U",
                                     "KOI8-T",
                                     "IBM437",
                                     "IBM850",
                                     "IBM852",
                                     "IBM855",
                                     "IBM857",
                                     "IBM862",
                                     "IBM866",
                                     "CP737",
                                     "CP775",
                                     "MACINTOSH",
                                     "MAC-CENTRALEUROPE",
                                     "MAC-CYRILLIC",
                                     "UTF-16LE",
                                     "UTF-16BE",
                                     "UTF-32LE",
                                     "UTF-32BE",
                                     "UTF-7",
                                     "SHIFT_JIS",
                                     "EUC-JP",
                                     "ISO-2022-JP",
                                     "ISO-2022-KR",
                                     "ISO-2022-CN",
                                     "UHC",
                                     "JOHAB",
                                     "BIG5",
                                     "BIG5-HKSCS",
                                     "EUC-TW",
                                     "GB18030",
                                     "TIS-620",
                                     "CP874",
                                     "VISCII",
                                     "TCVN5712-1",
                                     "ARMSCII-8",
                                     "GEORGIAN-ACADEMY",
                                     "GEORGIAN-PS",
                                     NULL};

/* Labels that are no names but for case and punctuation. */
static const char *const labels[][2] = {{"iso-8859-1", "WINDOWS-1252"},
                                        {"latin1", "WINDOWS-1252"},
                                        {"l1", "WINDOWS-1252"},
                                        {"us-ascii", "WINDOWS-1252"},
                                        {"ascii", "WINDOWS-1252"},
                                        {"ansi_x3.4-1968", "WINDOWS-1252"},
                                        {"cp1250", "WINDOWS-1250"},
                                        {"cp1251", "WINDOWS-1251"},
                                        {"cp1252", "WINDOWS-1252"},
                                        {"cp1253", "WINDOWS-1253"},
                                        {"cp1254", "WINDOWS-1254"},
                                        {"cp1255", "WINDOWS-1255"},
                                        {"cp1256", "WINDOWS-1256"},
                                        {"cp1257", "WINDOWS-1257"},
                                        {"cp1258", "WINDOWS-1258"},
                                        {"latin2", "ISO-8859-2"},
                                        {"l2", "ISO-8859-2"},
                                        {"latin3", "ISO-8859-3"},
                                        {"latin4", "ISO-8859-4"},
                                        {"cyrillic", "ISO-8859-5"},
                                        {"arabic", "ISO-8859-6"},
                                        {"greek", "ISO-8859-7"},
                                        {"hebrew", "ISO-8859-8"},
                                        {"iso-8859-8-i", "ISO-8859-8"},
                                        {"visual", "ISO-8859-8"},
                                        {"logical", "ISO-8859-8"},
                                        {"iso-8859-9", "WINDOWS-1254"},
                                        {"latin5", "WINDOWS-1254"},
                                        {"l5", "WINDOWS-1254"},
                                        {"latin6", "ISO-8859-10"},
                                        {"latin7", "ISO-8859-13"},
                                        {"latin8", "ISO-8859-14"},
                                        {"latin9", "ISO-8859-15"},
                                        {"latin-9", "ISO-8859-15"},
                                        {"latin10", "ISO-8859-16"},
                                        {"iso-8859-11", "TIS-620"},
                                        {"windows-874", "CP874"},
                                        {"dos-874", "CP874"},
                                        {"koi", "KOI8-R"},
                                        {"koi8", "KOI8-R"},
                                        {"cp437", "IBM437"},
                                        {"cp850", "IBM850"},
                                        {"cp852", "IBM852"},
                                        {"cp855", "IBM855"},
                                        {"cp857", "IBM857"},
                                        {"cp862", "IBM862"},
                                        {"cp866", "IBM866"},
                                        {"ibm737", "CP737"},
                                        {"ibm775", "CP775"},
                                        {"mac", "MACINTOSH"},
                                        {"macroman", "MACINTOSH"},
                                        {"x-mac-roman", "MACINTOSH"},
                                        {"x-mac-cyrillic", "MAC-CYRILLIC"},
                                        {"x-mac-ukrainian", "MAC-CYRILLIC"},
                                        {"x-mac-ce", "MAC-CENTRALEUROPE"},
                                        {"sjis", "SHIFT_JIS"},
                                        {"ms_kanji", "SHIFT_JIS"},
                                        {"windows-31j", "SHIFT_JIS"},
                                        {"cp932", "SHIFT_JIS"},
                                        {"ujis", "EUC-JP"},
                                        {"euc-kr", "UHC"},
                                        {"ks_c_5601-1987", "UHC"},
                                        {"ksc5601", "UHC"},
                                        {"korean", "UHC"},
                                        {"windows-949", "UHC"},
                                        {"cp949", "UHC"},
                                        {"gb2312", "GB18030"},
                                        {"gb_2312-80", "GB18030"},
                                        {"gbk", "GB18030"},
                                        {"cp936", "GB18030"},
                                        {"euc-cn", "GB18030"},
                                        {"chinese", "GB18030"},
                                        {"big5-eten", "BIG5"},
                                        {"cp950", "BIG5"},
                                        {"utf-8", "UTF-8"},
                                        {"unicode-1-1-utf-8", "UTF-8"},
                                        {"utf-16", "UTF-16LE"},
                                        {"unicode", "UTF-16LE"},
                                        {"ucs-2", "UTF-16LE"},
                                        {"utf-32", "UTF-32LE"},
                                        {"ucs-4", "UTF-32LE"},
                                        {"isolatin1", "WINDOWS-1252"},
                                        {"isolatin2", "ISO-8859-2"},
                                        {"isolatin3", "ISO-8859-3"},
                                        {"isolatin4", "ISO-8859-4"},
                                        {"isolatincyrillic", "ISO-8859-5"},
                                        {"isolatingreek", "ISO-8859-7"},
                                        {"isolatin5", "WINDOWS-1254"},
                                        {"tcvn", "TCVN5712-1"}};

static char next_letter(const char **at)
{
    while (**at && !isalnum((unsigned char)**at))
        (*at)++;
    return (char)(**at ? tolower((unsigned char)*(*at)++) : '\0');
}

/* "ISO_8859-2:1987" is "iso88592" and a year. */
static bool same(const char *a, const char *b)
{
    char x, y;
    do {
        if (*a == ':')
            a = "";
        x = next_letter(&a);
        y = next_letter(&b);
    } while (x == y && x);
    return x == y;
}

static const char *look_up(const char *label)
{
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (same(label, labels[i][0]))
            return labels[i][1];
    for (size_t i = 0; charset_names[i]; i++)
        if (same(label, charset_names[i]))
            return charset_names[i];
    return NULL;
}

const char *charset_real_name(const char *label)
{
    const char *name = look_up(label);
    bool prefixed = (label[0] == 'x' || label[0] == 'X') && label[1] == '-';
    if (!name && prefixed)
        name = look_up(label + 2);
    if (!name && (label[0] == 'c' || label[0] == 'C') && (label[1] == 's' || label[1] == 'S'))
        name = look_up(label + 2); /* IANA's aliases without punctuation: csShiftJIS */
    return name ? name : label;
}
