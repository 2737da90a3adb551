/* What phrases are found in a text, and how they are written. */
#include "index/base/mem.h"
#include "index/text/phrases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void note(void *ctx, const char *folded, const char *written)
{
    struct buf *out = ctx;
    if (out->len)
        buf_addc(out, ';');
    if (strcmp(folded, written) == 0)
        buf_adds(out, folded);
    else
        buf_addf(out, "%s=%s", folded, written);
}

static void expect(const char *lang, const char *text, const char *phrases)
{
    struct stopwords *s;
    struct phrases *p;
    struct buf found = {0};
    stopwords_new(&s);
    phrases_new(&p, s);
    phrases_add(p, text, strlen(text), lang);
    phrases_each(p, note, &found);
    if (strcmp(buf_str(&found), phrases) != 0)
        fail_msg("<%s> has <%s>, not <%s>", text, buf_str(&found), phrases);
    buf_free(&found);
    phrases_free(&p);
    stopwords_free(&s);
}

static void what_is_written_twice_is_a_phrase(void **state)
{
    static const char *const cases[][3] = {
        {"en", "", ""},
        {"en", "pay gap", ""},
        {"en", "the pay gap, and a pay gap", "pay gap"},
        {"en", "pay gap. Pay\ngap. Pay gap", "pay gap=Pay gap"},
        {"en", "gender pay gap here, gender pay gap there", "gender pay gap"},
        {"en", "gender pay gap, gender pay gap, pay gap, pay gap, pay gap",
         "pay gap;gender pay gap"},
        {"en", "pay, gap; pay. gap", ""},
        {"en", "of the union and of the union", ""},
        {"fr", "l'écart de rémunération; un écart de rémunération",
         "ecart de remuneration=écart de rémunération"},
        {"en", "gender-based violence, gender-based violence",
         "gender based violence=gender-based violence"},
        {"el", "η ισότητα των φύλων και η ισότητα των φύλων",
         "ισοτητα των φυλων=ισότητα των φύλων"},
        {"en", "chapter 12 and chapter 12", ""},
        {"en",
         "ex\xc2\xad"
         "ample text, ex\xc2\xad"
         "ample text",
         "example text"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(cases[i][0], cases[i][1], cases[i][2]);
}

static void a_stop_word_is_one_in_its_language(void **state)
{
    (void)state;
    expect("en", "a die cast and a die cast", "die cast");
    expect("de", "die Kosten, die Kosten", "");
    expect("", "die Kosten, die Kosten", "");
}

static void a_word_before_ever_other_words_begins_no_phrase(void **state)
{
    (void)state;
    /* No list has the article of this language. */
    expect("xx",
           "lorn cat lorn cat lorn dog lorn dog lorn bird lorn fish lorn wolf lorn bear "
           "lorn hen lorn cow; lorn pig",
           "");
}

/* One row of words at a time is all that is kept of a text; and there is a bound on them. */
static void a_long_text_has_a_bounded_number(void **state)
{
    struct stopwords *s;
    struct phrases *p;
    struct buf text = {0}, found = {0};
    size_t count = 0;
    (void)state;
    for (unsigned i = 0; i < 60000; i++)
        buf_addf(&text, "word%c%c thing%c%c, ", 'a' + i % 26, 'a' + i / 26 % 7, 'a' + i % 26,
                 'a' + i / 26 % 7);
    for (char *c = text.data; *c; c++)
        *c = *c == '0' ? 'o' : *c;
    stopwords_new(&s);
    phrases_new(&p, s);
    phrases_add(p, text.data, text.len, "en");
    phrases_each(p, note, &found);
    for (const char *c = buf_str(&found); *c; c++)
        count += *c == ';';
    assert_int_equal(count + 1, PHRASES_MAX);
    phrases_free(&p);
    stopwords_free(&s);
    buf_free(&found);
    buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_twice_is_a_phrase),
        cmocka_unit_test(a_stop_word_is_one_in_its_language),
        cmocka_unit_test(a_word_before_ever_other_words_begins_no_phrase),
        cmocka_unit_test(a_long_text_has_a_bounded_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
