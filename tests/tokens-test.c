/* Characters and words: utf8, fold, tokens. */
#include "index/text/fold.h"
#include "index/text/marks.h"
#include "index/text/tokens.h"
#include "index/text/utf8.h"
#include "tests/text.h"

static void only_utf8_passes_for_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *repaired;
        size_t replaced;
    } cases[] = {
        {"", 0, "", 0},
        {"plain", 5, "plain", 0},
        {"Égalité ισότητα 𝔊", 29, "Égalité ισότητα 𝔊", 0},
        {"a\xff"
         "b",
         3,
         "a\xef\xbf\xbd"
         "b",
         1},
        {"\xc0\x80", 2, "\xef\xbf\xbd\xef\xbf\xbd", 2},                 /* overlong NUL */
        {"\xe0\x80\xaf", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3}, /* overlong slash */
        {"\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3}, /* a surrogate */
        {"\xf4\x90\x80\x80", 4, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
         4},                                    /* past U+10FFFF */
        {"ab\xe2\x82", 4, "ab\xef\xbf\xbd", 1}, /* cut short */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf b = {0};
        assert_int_equal(utf8_repair(&b, cases[i].bytes, cases[i].length), cases[i].replaced);
        assert_int_equal(utf8_valid(cases[i].bytes, cases[i].length), !cases[i].replaced);
        assert_true(utf8_valid(buf_str(&b), b.len));
        assert_text(&b, cases[i].repaired);
    }
}

static void characters_come_back_as_they_were_written(void **state)
{
    (void)state;
    static const uint32_t characters[] = {0,     'a',    0x7f,    0x80,    0x7ff,
                                          0x800, 0xffff, 0x10000, 0x10ffff};
    for (size_t i = 0; i < COUNT(characters); i++) {
        struct buf b = {0};
        utf8_add(&b, characters[i]);
        const char *at = b.data;
        assert_true(utf8_next(&at, b.data + b.len) == characters[i]);
        assert_ptr_equal(at, b.data + b.len);
        buf_free(&b);
    }
    struct buf b = {0};
    utf8_add(&b, 0xd800);
    utf8_add(&b, 0x110000);
    assert_text(&b, "\xef\xbf\xbd\xef\xbf\xbd");
}

static void a_cut_never_splits_a_character(void **state)
{
    (void)state;
    const char *text = "aé€𝔊";
    static const size_t wanted[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_int_equal(utf8_cut(text, i), wanted[i]);
    assert_int_equal(utf8_cut("\x80\x80\x80\x80\x80\x80", 6), 6); /* nothing to split */
}

static void spellings_of_one_word_fold_alike(void **state)
{
    (void)state;
    static const struct {
        const char *word, *cased, *all;
    } cases[] = {
        {"Agenda", "agenda", "agenda"},
        {"Égalité", "égalité", "egalite"},
        {"E\xcc\x81galite\xcc\x81", "égalité", "egalite"}, /* decomposed */
        {"ÉGALITÉ", "égalité", "egalite"},
        {"eﬃcient", "efficient", "efficient"},
        {"ＡＢＣ１", "abc1", "abc1"},
        {"exam\xc2\xadple", "example", "example"},
        {"ex\xe2\x80\x8b"
         "am\xe2\x80\x8dple",
         "example", "example"},
        {"women’s", "women's", "women's"},
        {"women‘s", "women's", "women's"},
        {"womenʼs", "women's", "women's"},
        {"women`s", "women's", "women's"},
        {"women´s", "women's", "women's"},
        {"gender‐based", "gender-based", "gender-based"},
        {"gender‑based", "gender-based", "gender-based"},
        {"Straße", "strasse", "strasse"},
        {"STRASSE", "strasse", "strasse"},
        {"STRAẞE", "strasse", "strasse"},
        {"Ισότητα", "ισότητα", "ισοτητα"},
        {"ΙΣΟΤΗΤΑ", "ισοτητα", "ισοτητα"},
        {"ίσος", "ίσοσ", "ισοσ"},
        {"ΐ", "ΐ", "ι"},
        {"İstanbul", "istanbul", "istanbul"},
        {"ISPARTA", "isparta", "isparta"},
        {"ısparta", "ısparta", "isparta"},
        {"Łódź", "łódź", "lodz"},
        {"Ærø", "ærø", "aero"},
        {"Œuvre", "œuvre", "oeuvre"},
        {"Þór Đuro Ħal", "þór đuro ħal", "thor duro hal"},
        {"й", "й", "й"},
        {"и\xcc\x86", "й", "й"},
        {"Ёлка", "ёлка", "елка"},
        {"їжак", "їжак", "їжак"},
        {"Ђурђевдан", "ђурђевдан", "ђурђевдан"},
        {"ракѝ", "ракѝ", "раки"},
        {"हिन्दी", "हिन्दी", "हिन्दी"}, /* vowel signs are no accents */
        {"が", "が", "が"},
        {"한국어", "한국어", "한국어"},
        {"שָׁלוֹם", NULL, "שלום"},
        {"CO₂", "co2", "co2"},
        {"col·laboració", "col·laboració", "col·laboracio"},
        {"ệ", "ệ", "e"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf cased = {0}, all = {0};
        fold_word(cases[i].word, strlen(cases[i].word), FOLD_CASE, &cased);
        fold_word(cases[i].word, strlen(cases[i].word), FOLD_ALL, &all);
        if (cases[i].cased)
            assert_string_equal(buf_str(&cased), cases[i].cased);
        buf_free(&cased);
        assert_text(&all, cases[i].all);
    }
}

static void folding_is_patient_with_hostile_words(void **state)
{
    (void)state;
    struct buf word = {0}, out = {0};
    buf_adds(&word, "e");
    for (int i = 0; i < 100000; i++)
        buf_adds(&word, i % 2 ? "\xcc\x81" : "\xcc\xa3");
    fold_word(word.data, word.len, FOLD_CASE, &out);
    assert_true(out.len > 0 && utf8_valid(out.data, out.len));
    buf_clear(&out);
    fold_word(word.data, word.len, FOLD_ALL, &out);
    assert_text(&out, "e");
    buf_free(&word);
    fold_word("a\0\xff\xc3", 4, FOLD_ALL, &out);
    assert_true(utf8_valid(out.data, out.len));
    buf_clear(&out);
    for (int i = 0; i < 2000; i++)
        buf_adds(&word, "\xef\xb7\xba"); /* U+FDFA decomposes to 18 characters */
    fold_word(word.data, word.len, FOLD_ALL, &out);
    assert_true(out.len > 2000 * 18 && utf8_valid(out.data, out.len));
    buf_free(&out);
    buf_free(&word);
}

/* "0:Pay 1:gap 1~gender-based": position and surface; a kind other than WORD instead of ':'. */
static void scan(const char *text, size_t length, struct buf *out)
{
    static const char kinds[] = ":#.'~";
    struct tokens t;
    struct token token;
    tokens_start(&t, text, length);
    while (tokens_next(&t, &token)) {
        assert_true(token.start < token.end && token.end <= length);
        buf_addf(out, "%s%u%c%.*s", out->len ? " " : "", token.position, kinds[token.kind],
                 (int)(token.end - token.start), text + token.start);
    }
}

static void text_falls_into_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", ""},
        {" \n\t.,;:!?—–…()[]«»", ""},
        {"Pay gap, law.", "0:Pay 1:gap 2:law"},
        {"Égalité «ισότητα»", "0:Égalité 1:ισότητα"},
        {"women's women’s workers' 'quoted'", "0:women's 1:women’s 2:workers 3:quoted"},
        {"l'égalité L’Oréal d'accord", "0'l 1:égalité 2'L 3:Oréal 4'd 5:accord"},
        {"qu'elle aujourd'hui dell'arte", "0'qu 1:elle 2:aujourd'hui 3'dell 4:arte"},
        {"don't O'Brien rock'n'roll", "0:don't 1:O'Brien 2:rock'n'roll"},
        {"E.U. and U.S.A, e.g. this", "0.E.U. 1:and 2.U.S.A 3.e.g. 4:this"},
        {"Η.Π.Α. J.R.R.Tolkien", "0.Η.Π.Α. 1.J.R.R. 2:Tolkien"},
        {"end. A. Smith, vitamin A.", "0:end 1:A 2:Smith 3:vitamin 4:A"},
        {"www.example.com file.pdf", "0:www 1:example 2:com 3:file 4:pdf"},
        {"gender-based", "0~gender-based 0:gender 1:based"},
        {"a state‑of‑the‑art x", "0:a 1~state‑of‑the‑art 1:state 2:of 3:the 4:art 5:x"},
        {"long- and short-term", "0:long 1:and 2~short-term 2:short 3:term"},
        {"l'avant-garde", "0'l 1~avant-garde 1:avant 2:garde"},
        {"exam-\nple exam-  \r\n  ple", "0:exam-\nple 1:exam-  \r\n  ple"},
        {"exam\xc2\xadple exam\xc2\xad\nple", "0:exam\xc2\xadple 1:exam\xc2\xad\nple"},
        {"soft\xc2\xad end", "0:soft 1:end"},
        {"Anglo-\nSaxon new-\n\npage", "0:Anglo 1:Saxon 2:new 3:page"},
        {"5,196 5.196 5196 5'196 5\xc2\xa0"
         "196",
         "0#5,196 1#5.196 2#5196 3#5'196 4#5\xc2\xa0"
         "196"},
        {"5 196 people", "0#5 196 1:people"},
        {"12 345 678,90", "0#12 345 678,90"},
        {"5.196,20 1,000,000.5", "0#5.196,20 1#1,000,000.5"},
        {"in 2016 500 were", "0:in 1#2016 2#500 3:were"},
        {"18.10.2016 1,2,3", "0#18 1#10 2#2016 3#1 4#2 5#3"},
        {"3.14 0.500 10:30", "0#3.14 1#0.500 2#10 3#30"},
        {"1 100 200 300 400 500 600 700 800",
         "0#1 1#100 2#200 3#300 4#400 5#500 6#600 7#700 8#800"},
        {"15th CO2 COVID-19 1990s", "0:15th 1:CO2 2~COVID-19 2:COVID 3#19 4:1990s"},
        {"5 196th 7 100m", "0#5 1:196th 2#7 3:100m"},
        {"Agenda2 Agenda²", "0:Agenda2 1:Agenda²"},
        {"2016-10-18", "0~2016-10-18 0#2016 1#10 2#18"},
        {"col·laboració a·b", "0:col·laboració 1:a 2:b"},
        {"平等法", "0:平 1:等 2:法"},
        {"snake_case a@b R&D", "0:snake 1:case 2:a 3:b 4:R 5:D"},
        {"ﬁnance \xef\xbf\xbd x", "0:ﬁnance 1:x"},
        {"bad\xff"
         "bytes \xc3",
         "0:bad 1:bytes"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = {0};
        scan(cases[i].text, strlen(cases[i].text), &out);
        assert_text(&out, cases[i].words);
    }
}

static uint32_t count(const struct buf *text)
{
    struct tokens t;
    struct token token;
    tokens_start(&t, buf_str(text), text->len);
    while (tokens_next(&t, &token))
        assert_true(token.end <= text->len && token.end > token.start);
    return tokens_position(&t);
}

static void repeat(struct buf *out, const char *what, size_t times)
{
    buf_clear(out);
    for (size_t i = 0; i < times; i++)
        buf_adds(out, what);
}

static void a_hostile_page_costs_its_length(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint32_t words; /* of 200,000 of them */
    } cases[] = {
        {"a", 1},         {"\xcc\x81", 0}, {"a-", 200000},   {"\xc2\xad", 0},
        {"a'", 1},        {"1 ", 200000},  {" 111", 200000}, {"a\xc2\xad ", 200000},
        {"-\n", 0},       {"a.", 1},       {"1,", 200000},   {"a-\n", 1},
        {"l'a ", 400000}, {"\xff", 0},     {"a\xc2\xad", 1}, {"a-\n\n", 200000},
        {"1.1", 200001},  {"9", 1},
    };
    struct buf text = {0};
    for (size_t i = 0; i < COUNT(cases); i++) {
        repeat(&text, cases[i].what, 200000);
        uint32_t words = count(&text);
        if (words != cases[i].words)
            fail_msg("%s: %u", cases[i].what, words);
    }
    buf_clear(&text);
    buf_add(&text, "nul\0inside", 10);
    assert_int_equal(count(&text), 2);
    buf_free(&text);
}

/* As they come out of the record they were packed in. */
static void marks_of(const struct buf *text, struct marks *out)
{
    struct marks found;
    struct buf packed = {0};
    marks_find(text->data, text->len, &found);
    marks_pack(&packed, &found);
    struct unpack u = unpack_start(packed.data, packed.len);
    marks_unpack(&u, text->len, out);
    assert_true(unpack_done(&u));
    assert_int_equal(out->count, found.count);
    marks_free(&found);
    buf_free(&packed);
}

static void expect_same_words(const struct buf *text, const struct marks *marks)
{
    struct tokens whole, marked;
    struct token wanted, token;
    tokens_start(&whole, text->data, text->len);
    while (tokens_next(&whole, &wanted)) {
        unsigned scanned = 0;
        tokens_start(&marked, text->data, text->len);
        marks_skip(marks, &marked, wanted.position);
        do
            assert_true(tokens_next(&marked, &token) && ++scanned < 100);
        while (token.position < wanted.position ||
               (token.kind == TOKEN_COMPOUND && wanted.kind != TOKEN_COMPOUND));
        assert_int_equal(token.position, wanted.position);
        assert_int_equal(token.kind, wanted.kind);
        assert_int_equal(token.start, wanted.start);
        assert_int_equal(token.end, wanted.end);
    }
}

static void a_scan_that_goes_on_from_a_mark_finds_the_same_words(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Women's pay is 5 196 euros. ",
        "gender-based l'égalité E.U. 18.10.2016 1,2,3 exam-\nple 平成 15th a-b-c-d-e-f-g-h-i-j x ",
        "123 456 7 89 012 plain words and 1 234 567 more of them ",
        "end-of-line-\nword d'une mi-journée \xc2\xad",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct buf text = {0};
        struct marks marks;
        for (int k = 0; k < 40; k++)
            buf_adds(&text, texts[i]);
        marks_of(&text, &marks);
        assert_true(marks.count > 2);
        expect_same_words(&text, &marks);
        marks_free(&marks);
        buf_free(&text);
    }
}

static void marks_that_no_text_can_have_are_damage(void **state)
{
    (void)state;
    static const struct {
        uint64_t values[5];
        bool good;
    } cases[] = {
        {{2, 100, 32, 100, 32}, true},   {{2, 100, 32, 101, 32}, false},
        {{2, 100, 32, 50, 0}, false},    {{2, 20, 32, 50, 32}, false},
        {{2, 100, 32, 0, 0}, false},     {{3, 100, 32, 50, 32}, false},
        {{1u << 30, 1, 1, 1, 1}, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf packed = {0};
        struct marks marks;
        for (size_t k = 0; k < 5; k++)
            pack_u64(&packed, cases[i].values[k]);
        struct unpack u = unpack_start(packed.data, packed.len);
        marks_unpack(&u, 200, &marks);
        assert_int_equal(unpack_done(&u), cases[i].good);
        assert_int_equal(marks.count, cases[i].good ? 2 : 0);
        marks_free(&marks);
        buf_free(&packed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_utf8_passes_for_utf8),
        cmocka_unit_test(characters_come_back_as_they_were_written),
        cmocka_unit_test(a_cut_never_splits_a_character),
        cmocka_unit_test(spellings_of_one_word_fold_alike),
        cmocka_unit_test(folding_is_patient_with_hostile_words),
        cmocka_unit_test(text_falls_into_words),
        cmocka_unit_test(a_hostile_page_costs_its_length),
        cmocka_unit_test(a_scan_that_goes_on_from_a_mark_finds_the_same_words),
        cmocka_unit_test(marks_that_no_text_can_have_are_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
