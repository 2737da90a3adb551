/* Tables instead of converters: the same characters, and only where there is a table. */
#include "plugins/charset_label.h"
#include "plugins/charset_table.h"

#include <errno.h>
#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What CONVERTER makes of a byte; 0 if it has no character. */
static size_t by_iconv(iconv_t converter, int b, char out[4])
{
    char byte = (char)b, *in = &byte, *to = out;
    size_t left = 1, room = 4;
    iconv(converter, NULL, NULL, NULL, NULL);
    if (iconv(converter, &in, &left, &to, &room) == (size_t)-1) {
        assert_int_equal(errno, EILSEQ);
        return 0;
    }
    return 4 - room;
}

static void compare(const struct charset_table *table, const char *name)
{
    iconv_t converter = iconv_open("UTF-8", name);
    assert_true(converter != (iconv_t)-1);
    for (int b = 0; b < 256; b++) {
        char out[4];
        const size_t n = by_iconv(converter, b, out);
        if (table->byte[b].undefined != (n == 0) ||
            (n && (table->byte[b].length != n || memcmp(table->byte[b].utf8, out, n) != 0)))
            fail_msg("%s: 0x%02x", name, (unsigned)b);
    }
    iconv_close(converter);
}

static void every_table_says_what_its_converter_says(void **state)
{
    (void)state;
    size_t made = 0;
    for (size_t i = 0; charset_names[i]; i++) {
        struct charset_table table;
        if (!charset_table_make(&table, charset_names[i]))
            continue;
        made++;
        compare(&table, charset_names[i]);
    }
    size_t all = 0;
    while (charset_uppers[all].name)
        all++;
    assert_int_equal(made, all);
}

static void a_byte_without_a_character_is_counted(void **state)
{
    (void)state;
    struct charset_table table;
    char out[16];
    unsigned long long replaced = 0;
    assert_true(charset_table_make(&table, "WINDOWS-1252"));
    size_t n = charset_table_decode(&table, "a\x81\xe9", 3, out, &replaced);
    assert_int_equal(n, 6);
    assert_memory_equal(out, "a\xef\xbf\xbd\xc3\xa9", n);
    assert_int_equal(replaced, 1);
}

static void encodings_of_several_bytes_or_with_a_state_have_none(void **state)
{
    (void)state;
    static const char *const names[] = {"UTF-16LE",    "UTF-32BE", "UTF-7",        "SHIFT_JIS",
                                        "EUC-JP",      "BIG5",     "ISO-2022-JP",  "ISO-2022-KR",
                                        "ISO-2022-CN", "GB18030",  "WINDOWS-1255", "WINDOWS-1258"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct charset_table table;
        if (charset_table_make(&table, names[i]))
            fail_msg("%s became a table", names[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_says_what_its_converter_says),
        cmocka_unit_test(a_byte_without_a_character_is_counted),
        cmocka_unit_test(encodings_of_several_bytes_or_with_a_state_have_none)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
