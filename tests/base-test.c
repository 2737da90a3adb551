/* Packed values, string lists, ids. */
#include "index/base/digest.h"
#include "index/base/error.h"
#include "index/base/pack.h"
#include "index/base/strlist.h"
#include "index/base/sum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void packed_values_come_back(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {0, 1, 127, 128, 300, UINT32_MAX, UINT64_MAX};
    struct buf b = {0};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        pack_u64(&b, numbers[i]);
    pack_i64(&b, INT64_MIN);
    pack_i64(&b, -1);
    pack_str(&b, NULL);
    pack_str(&b, "");
    pack_str(&b, "Égalité");
    struct unpack u = unpack_start(b.data, b.len);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_true(unpack_u64(&u) == numbers[i]);
    assert_true(unpack_i64(&u) == INT64_MIN);
    assert_true(unpack_i64(&u) == -1);
    assert_null(unpack_str(&u));
    char *empty = unpack_str(&u), *word = unpack_str(&u);
    assert_string_equal(empty, "");
    assert_string_equal(word, "Égalité");
    assert_true(unpack_done(&u));
    free(empty);
    free(word);
    buf_free(&b);
}

static void damage_is_noticed_and_never_read_past_the_end(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {"", 0},
        {"\x80", 1},                                      /* a number without its end */
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10}, /* more than 64 bits */
        {"\x05"
         "abc",
         4},                                              /* a length past the end */
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10}, /* a huge length */
        {"\x04"
         "a\0b",
         4}, /* a NUL in a string */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct unpack u = unpack_start(cases[i].bytes, cases[i].length);
        assert_null(unpack_str(&u));
        assert_true(u.bad);
        assert_true(unpack_u64(&u) == 0);
    }
}

static void a_checksum_tells_of_every_bit_and_of_order_and_length(void **state)
{
    (void)state;
    uint8_t row[64], other[64];
    for (size_t i = 0; i < sizeof row; i++)
        row[i] = (uint8_t)(i * 37 + 11);
    for (size_t length = 0; length < sizeof row; length++) {
        memcpy(other, row, sizeof row);
        for (size_t bit = 0; bit < 8 * length; bit++) {
            other[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_not_equal(sum_of(other, length), sum_of(row, length));
            other[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        assert_int_equal(sum_of(other, length), sum_of(row, length));
        other[length] = 0;
        assert_int_not_equal(sum_of(other, length + 1), sum_of(row, length));
    }
    memcpy(other, row + 4, 4);
    memcpy(other + 4, row, 4);
    assert_int_not_equal(sum_of(other, 8), sum_of(row, 8));
}

static void a_list_splits_trims_and_sorts(void **state)
{
    (void)state;
    struct strlist l = {0};
    strlist_split(&l, " be, de ,,fr\t, be", ",");
    assert_int_equal(l.count, 4);
    strlist_add_once(&l, "fr");
    assert_int_equal(l.count, 4);
    strlist_sort(&l);
    assert_string_equal(l.item[0], "be");
    assert_string_equal(l.item[3], "fr");
    strlist_free(&l);
}

static void ids_differ_where_joined_names_would_not(void **state)
{
    (void)state;
    char a[DIGEST_ID_SIZE], b[DIGEST_ID_SIZE], c[DIGEST_ID_SIZE];
    digest_file_id("ab", "c", a);
    digest_file_id("a", "bc", b);
    digest_child_id("ab", "c", 1, c);
    assert_string_not_equal(a, b);
    assert_string_not_equal(a, c);
    assert_int_equal(strlen(a), 32);
}

static void a_file_that_shrinks_is_changed(void **state)
{
    (void)state;
    FILE *f = tmpfile();
    fputs("abc", f);
    fflush(f);
    uint8_t digest[DIGEST_SIZE];
    char hex[2 * DIGEST_SIZE + 1];
    assert_int_equal(digest_file(fileno(f), 3, digest), PROSPECT_OK);
    digest_hex(digest, sizeof digest, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(digest_file(fileno(f), 4, digest), PROSPECT_CHANGED);
    fclose(f);
}

static void an_error_line_is_cut_at_a_character(void **state)
{
    (void)state;
    char word[601] = "";
    for (int i = 0; i < 300; i++)
        strcat(word, "é");
    struct error e;
    assert_int_equal(error_set(&e, PROSPECT_LIMIT, "%s", word), PROSPECT_LIMIT);
    assert_int_equal(strlen(e.line) % 2, 0);
    assert_true(strlen(e.line) >= 252);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packed_values_come_back),
        cmocka_unit_test(damage_is_noticed_and_never_read_past_the_end),
        cmocka_unit_test(a_checksum_tells_of_every_bit_and_of_order_and_length),
        cmocka_unit_test(a_list_splits_trims_and_sorts),
        cmocka_unit_test(ids_differ_where_joined_names_would_not),
        cmocka_unit_test(a_file_that_shrinks_is_changed),
        cmocka_unit_test(an_error_line_is_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
