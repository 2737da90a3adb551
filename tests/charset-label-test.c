/* Labels of encodings, as documents write them, lead to names that converters have. */
#include "plugins/charset_label.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void labels_lead_to_names(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"iso-8859-1", "WINDOWS-1252"},
                                           {"ISO_8859-1:1987", "WINDOWS-1252"},
                                           {"latin1", "WINDOWS-1252"},
                                           {"us-ascii", "WINDOWS-1252"},
                                           {"x-cp1250", "WINDOWS-1250"},
                                           {"cp1251", "WINDOWS-1251"},
                                           {"windows-1251", "WINDOWS-1251"},
                                           {"Windows1253", "WINDOWS-1253"},
                                           {"iso8859-2", "ISO-8859-2"},
                                           {"csISOLatin2", "ISO-8859-2"},
                                           {"csisolatin5", "WINDOWS-1254"},
                                           {"ISO_8859-7:1987", "ISO-8859-7"},
                                           {"latin-9", "ISO-8859-15"},
                                           {"koi8-r", "KOI8-R"},
                                           {"csKOI8R", "KOI8-R"},
                                           {"MS_Kanji", "SHIFT_JIS"},
                                           {"csShiftJIS", "SHIFT_JIS"},
                                           {"x-sjis", "SHIFT_JIS"},
                                           {"gb2312", "GB18030"},
                                           {"x-gbk", "GB18030"},
                                           {"big5-hkscs", "BIG5-HKSCS"},
                                           {"euc_kr", "UHC"},
                                           {"utf8", "UTF-8"},
                                           {"UTF-16", "UTF-16LE"},
                                           {"utf-16be", "UTF-16BE"},
                                           {"macintosh", "MACINTOSH"},
                                           {"klingon", "klingon"},
                                           {"", ""},
                                           {"x-", "x-"},
                                           {"cs", "cs"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (strcmp(charset_real_name(cases[i][0]), cases[i][1]) != 0)
            fail_msg("%s: %s", cases[i][0], charset_real_name(cases[i][0]));
}

/* The C library may lack some; those that matter it has. */
static void most_names_have_a_converter(void **state)
{
    (void)state;
    size_t all = 0, there = 0;
    for (; charset_names[all]; all++) {
        iconv_t converter = iconv_open("UTF-8", charset_names[all]);
        if (converter == (iconv_t)-1)
            continue;
        there++;
        iconv_close(converter);
    }
    assert_true(all < 100);
    assert_true(there * 10 >= all * 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_lead_to_names),
        cmocka_unit_test(most_names_have_a_converter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
