/* Font programs lose their outlines in place, and nothing else of a file changes. */
#include "config.h"
#include "index/base/buf.h"
#include "plugins/pdf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#define CLEAR "%!PS-AdobeFont-1.0: CMR10\n/FontName /CMR10 def\ncurrentfile eexec\n"
#define DICT  "<</Length1 70/Length2 4000/Length 4100/Filter/FlateDecode>>"

enum {
    OUTLINES = 4000
};

/* DICT, and BEGINS with outlines behind it in a stream that END ends; FLIP spoils each byte. */
static struct buf write_file(const char *dict, const char *begins, const char *end, char flip)
{
    struct buf program = {0}, file = {0};
    unsigned char packed[2 * OUTLINES];
    uLongf n = sizeof packed;
    buf_adds(&program, begins);
    for (uint32_t i = 0, x = 1; i < OUTLINES; i++, x = x * 1664525 + 1013904223)
        buf_add(&program, (const char[]){(char)(x >> 24)}, 1);
    assert_int_equal(compress(packed, &n, (const Bytef *)program.data, program.len), Z_OK);
    for (uLongf i = 0; i < n; i++)
        packed[i] ^= (unsigned char)flip;
    buf_addf(&file, "%%PDF-1.5\n7 0 obj\n%sstream\n", dict);
    buf_add(&file, packed, n);
    buf_addf(&file, "%s8 0 obj\n(next)\nendobj\n", end);
    buf_free(&program);
    return file;
}

static void assert_text_at(const struct buf *file, size_t at, const char *text)
{
    assert_true(at + strlen(text) <= file->len);
    assert_memory_equal(file->data + at, text, strlen(text));
}

static void a_font_program_is_cut_behind_its_clear_text(void **state)
{
    (void)state;
    struct buf before = write_file(DICT, CLEAR, "\nendstream\nendobj\n", 0);
    struct buf after = {0};
    char length[32];
    buf_add(&after, before.data, before.len);
    assert_int_equal(pdf_fonts_cut(after.data, after.len), 1);
    size_t data = strlen("%PDF-1.5\n7 0 obj\n" DICT "stream\n");
    snprintf(length, sizeof length, "<</Length %zu ", strlen(CLEAR));
    assert_text_at(&after, strlen("%PDF-1.5\n7 0 obj\n"), length);
    assert_text_at(&after, data - strlen(">>stream\n"), ">>stream\n" CLEAR "\nendstream\nendobj\n");
    assert_null(memmem(after.data, after.len, "FlateDecode", 11));
    size_t end = before.len - strlen("endstream\nendobj\n8 0 obj\n(next)\nendobj\n");
    assert_memory_equal(after.data + end, before.data + end, before.len - end);
    assert_int_equal(pdf_fonts_cut(after.data, after.len), 0);
    buf_free(&before);
    buf_free(&after);
}

static void dictionaries_may_be_written_in_many_ways(void **state)
{
    (void)state;
    static const char *const dicts[] = {
        "<<\n/Length1 70\n/Length2 4000\n/Length3 0\n/Length 4100      \n/Filter "
        "/FlateDecode\n>>\n",
        "<</Filter[/FlateDecode]/Length1 70/Length 12 0 R>>",
        "<< /Length 4100 /Length1 11 0 R /Filter [ /FlateDecode ] >> ",
        "<</Filter/FlateDecode/Length1 70/Length 4100>>\r\n",
    };
    for (size_t i = 0; i < sizeof dicts / sizeof *dicts; i++) {
        struct buf file = write_file(dicts[i], CLEAR, "\nendstream\nendobj\n", 0);
        if (pdf_fonts_cut(file.data, file.len) != 1)
            fail_msg("not cut: %s", dicts[i]);
        buf_free(&file);
    }
}

static void all_else_is_left_as_it_is(void **state)
{
    (void)state;
    static const char end[] = "\nendstream\nendobj\n";
    static const struct {
        const char *what, *dict, *begins, *end;
        char flip;
    } rows[] = {
        {"another filter", "<</Length1 70/Length 4100/Filter/LZWDecode>>", CLEAR, end, 0},
        {"two filters", "<</Length1 70/Length 4100/Filter[/ASCII85Decode/FlateDecode]>>", CLEAR,
         end, 0},
        {"a filter with parameters",
         "<</Length1 70/Length 4100/Filter/FlateDecode/DecodeParms<</Predictor 12>>>>", CLEAR, end,
         0},
        {"another kind", "<</Subtype/OpenType/Length1 70/Length 4100/Filter/FlateDecode>>", CLEAR,
         end, 0},
        {"no filter", "<</Length1 70/Length 4100>>", CLEAR, end, 0},
        {"a number that is none", "<</Length1 x/Length 4100/Filter/FlateDecode>>", CLEAR, end, 0},
        {"no dictionary", "/Length1 70/Length 4100/Filter/FlateDecode>>", CLEAR, end, 0},
        {"TrueType", DICT, "\x01\x02 currentfile eexec\n", end, 0},
        {"no outlines", DICT, "%!PS-AdobeFont-1.0: CMR10\n/FontName /CMR10 def\n", end, 0},
        {"encrypted", DICT, CLEAR, end, 0x55},
        {"a stream without end", DICT, CLEAR, "\n", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf file = write_file(rows[i].dict, rows[i].begins, rows[i].end, rows[i].flip);
        struct buf copy = {0};
        buf_add(&copy, file.data, file.len);
        if (pdf_fonts_cut(file.data, file.len) || memcmp(file.data, copy.data, file.len))
            fail_msg("changed: %s", rows[i].what);
        buf_free(&file);
        buf_free(&copy);
    }
}

static void a_file_may_end_anywhere(void **state)
{
    (void)state;
    struct buf file = write_file(DICT, CLEAR, "\nendstream\nendobj\n", 0);
    for (size_t n = 0; n < file.len; n++) {
        char *part = malloc(n + 1);
        memcpy(part, file.data, n);
        pdf_fonts_cut(part, n);
        free(part);
    }
    buf_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_font_program_is_cut_behind_its_clear_text),
        cmocka_unit_test(dictionaries_may_be_written_in_many_ways),
        cmocka_unit_test(all_else_is_left_as_it_is),
        cmocka_unit_test(a_file_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
