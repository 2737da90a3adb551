/* Tables instead of converters: the same characters, and only where there is a table. */
#include "plugins/charset_label.h"
#include "plugins/charset_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool make(const char *name, struct charset_table *table)
{
    iconv_t converter = iconv_open("UTF-8", name);
    assert_true(converter != (iconv_t)-1);
    bool made = charset_table_make(table, converter);
    iconv_close(converter);
    return made;
}

/* What iconv makes of all bytes in a row that have a character. */
static size_t by_iconv(const char *name, char *bytes, size_t n, char *out, size_t room)
{
    iconv_t converter = iconv_open("UTF-8", name);
    char *in = bytes, *to = out;
    size_t left = n, rest = room;
    assert_true(iconv(converter, &in, &left, &to, &rest) != (size_t)-1);
    assert_true(iconv(converter, NULL, NULL, &to, &rest) != (size_t)-1);
    iconv_close(converter);
    return room - rest;
}

static void every_table_says_what_its_converter_says(void **state)
{
    (void)state;
    size_t made = 0;
    for (size_t i = 0; charset_names[i]; i++) {
        struct charset_table table;
        char bytes[256], ours[4 * sizeof bytes], theirs[4 * sizeof bytes];
        unsigned long long replaced = 0;
        size_t n = 0;
        if (!make(charset_names[i], &table))
            continue;
        made++;
        for (int b = 0; b < 256; b++)
            if (!table.byte[b].undefined)
                bytes[n++] = (char)b;
        size_t length = charset_table_decode(&table, bytes, n, ours, &replaced);
        assert_int_equal(by_iconv(charset_names[i], bytes, n, theirs, sizeof theirs), length);
        assert_memory_equal(ours, theirs, length);
        assert_int_equal(replaced, 0);
    }
    assert_true(made > 35);
}

static void a_byte_without_a_character_is_counted(void **state)
{
    (void)state;
    struct charset_table table;
    char out[16];
    unsigned long long replaced = 0;
    assert_true(make("WINDOWS-1252", &table));
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
        if (make(names[i], &table))
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
