/* What is shown of a document, from all that is said of it; and its records, whole and damaged. */
#include "tests/index.h"

#include "index/fields.h"
#include "index/record.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void countries_are_codes_whatever_the_document_says(void **state)
{
    (void)state;
    struct document *d = doc("a.txt", "Title", "text");
    with_meta(with_meta(with_meta(d, "country", "Belgium"), "country", "EL"), "country", "be");
    with_meta(with_meta(d, "country", "Ruritania"), "country", "United Kingdom");
    struct index_fields f = {0};
    fields_resolve(d, &f);
    assert_int_equal(f.countries.count, 3);
    assert_string_equal(f.countries.item[0], "BE");
    assert_string_equal(f.countries.item[1], "GR");
    assert_string_equal(f.countries.item[2], "GB");
    index_fields_free(&f);
    document_free(&d);
}

static void values_are_cleaned_and_cut_at_a_character(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        size_t max;
        const char *clean;
    } cases[] = {{"  a \t\n b  ", 50, "a b"},
                 {"\x01\x02", 50, ""},
                 {"", 50, ""},
                 {"h\xc3\xa9\xc3\xa9", 4, "h\xc3\xa9"},
                 {"ab cd", 3, "ab"},
                 {"a\xff"
                  "b",
                  50,
                  "a\xef\xbf\xbd"
                  "b"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf b = {0};
        buf_adds(&b, "x:");
        fields_clean(&b, cases[i].given, cases[i].max);
        assert_string_equal(buf_str(&b) + 2, cases[i].clean);
        buf_free(&b);
    }
}

static void expect_fields(struct document *d, const char *title, const char *type)
{
    struct index_fields f = {0};
    fields_resolve(d, &f);
    assert_string_equal(f.title, title);
    assert_string_equal(f.type, type);
    index_fields_free(&f);
    document_free(&d);
}

static void a_title_is_found_for_every_document(void **state)
{
    (void)state;
    struct document *d = doc("a/b.txt", " ", "The heading\nand text");
    d->units[0].spans[0].kind = PROSPECT_HEADING;
    d->units[0].spans[0].length = 11;
    expect_fields(d, "The heading", "other");
    d = doc("a/b.txt", NULL, "text");
    d->units[0].spans[0].kind = PROSPECT_HEADING;
    d->units[0].spans[0].length = 1000; /* more than there is */
    expect_fields(d, "b.txt", "other");
    d = doc("a/b.html", "Given", "text");
    free(d->mime);
    d->mime = mem_strdup("text/html");
    expect_fields(d, "Given", "page");
    d = doc("a/\n", NULL, NULL);
    expect_fields(d, "?", "other");
    d = doc("s", NULL, "x");
    d->unit_kind = PROSPECT_SLIDE;
    expect_fields(d, "s", "presentation");
    d = with_meta(doc("s", NULL, "x"), "type", "STRATEGY");
    expect_fields(d, "s", "strategy");
    d = with_meta(doc("s", NULL, "x"), "type", "Sound");
    expect_fields(d, "s", "other");
}

static void the_surest_readable_date_counts(void **state)
{
    (void)state;
    struct document *d = doc("a", NULL, NULL);
    struct index_fields f = {0};
    meta_add(&d->meta, "created", "2001-02-03", "pdf:info", PROSPECT_LIKELY);
    meta_add(&d->meta, "date", "2002", "guess", PROSPECT_GUESS);
    meta_add(&d->meta, "date", "no date", "folder", META_EXPLICIT);
    fields_resolve(d, &f);
    assert_int_equal(f.date.precision, DATE_DAY);
    assert_int_equal(date_year(f.date.first), 2001);
    index_fields_free(&f);
    meta_add(&d->meta, "date", "2003-04", "folder", META_EXPLICIT);
    fields_resolve(d, &f);
    assert_int_equal(f.date.precision, DATE_MONTH);
    index_fields_free(&f);
    document_free(&d);
}

static void several_authors_come_from_one_source(void **state)
{
    (void)state;
    struct document *d = doc("a", NULL, NULL);
    struct index_fields f = {0};
    meta_add(&d->meta, "creator", "Office user", "pdf:info", PROSPECT_LIKELY);
    meta_add(&d->meta, "creator", "A. One", "html:meta", PROSPECT_DECLARED);
    meta_add(&d->meta, "creator", "B. Two", "html:meta", PROSPECT_DECLARED);
    meta_add(&d->meta, "creator", "A. One", "html:meta", PROSPECT_DECLARED);
    fields_resolve(d, &f);
    assert_int_equal(f.authors.count, 2);
    assert_string_equal(f.authors.item[1], "B. Two");
    index_fields_free(&f);
    document_free(&d);
}

static bool document_opens(const char *bytes, size_t length)
{
    struct document *d;
    bool good = record_unpack_document(bytes, length, &d);
    document_free(&d);
    return good;
}

static bool unit_opens(const char *bytes, size_t length)
{
    struct unit u;
    bool good = record_unpack_unit(bytes, length, &u);
    unit_clear(&u);
    return good;
}

static bool data_opens(const char *bytes, size_t length)
{
    struct index_fields f = {0};
    struct unit_places p = {0};
    bool good = record_unpack_data(bytes, length, &f, &p);
    index_fields_free(&f);
    unit_places_free(&p);
    return good;
}

static bool infos_open(const char *bytes, size_t length)
{
    struct index_unit_info *info;
    size_t count;
    bool good = record_unpack_infos(bytes, length, &info, &count);
    unit_infos_free(info, count);
    return good;
}

static bool stamp_opens(const char *bytes, size_t length)
{
    struct file_stamp s = {0};
    bool good = record_unpack_stamp(bytes, length, &s);
    file_stamp_free(&s);
    return good;
}

/* Cut anywhere it is refused, and with any bit changed. */
static void try_damage(bool (*opens)(const char *, size_t), const struct buf *record)
{
    char *copy = mem_alloc(record->len);
    assert_true(opens(record->data, record->len));
    for (size_t n = 0; n < record->len; n++)
        assert_false(opens(record->data, n));
    for (size_t i = 0; i < record->len; i++)
        for (int bit = 0; bit < 8; bit++) {
            memcpy(copy, record->data, record->len);
            copy[i] ^= (char)(1 << bit);
            assert_false(opens(copy, record->len));
        }
    free(copy);
}

static void damaged_records_are_refused(void **state)
{
    (void)state;
    char langs[2][LANGUAGE_SIZE] = {"en", "fr"};
    struct document *d = doc("a/b.txt", "Title",
                             "a page with some words on it\fanother one, long enough to be packed, "
                             "long enough to be packed, long enough to be packed");
    with_meta(with_meta(d, "country", "BE"), "creator", "A. One");
    strlist_add(&d->cuts, "cut");
    d->units[0].label = mem_strdup("i");
    struct index_fields f = {0};
    struct unit_place place[2] = {{1, 100}, {2, 207}};
    struct unit_places places = {place, 2};
    fields_resolve(d, &f);
    struct buf data = {0}, document = {0}, unit = {0}, infos = {0}, stamp = {0};
    record_pack_data(&data, &f, &places);
    record_pack_document(&document, d);
    record_pack_unit(&unit, &d->units[1]);
    record_pack_infos(&infos, d, langs);
    record_pack_stamp(&stamp, d);
    try_damage(data_opens, &data);
    try_damage(document_opens, &document);
    try_damage(unit_opens, &unit);
    try_damage(infos_open, &infos);
    try_damage(stamp_opens, &stamp);
    struct buf *const all[] = {&data, &document, &unit, &infos, &stamp};
    for (size_t i = 0; i < COUNT(all); i++)
        buf_free(all[i]);
    index_fields_free(&f);
    document_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(countries_are_codes_whatever_the_document_says),
        cmocka_unit_test(values_are_cleaned_and_cut_at_a_character),
        cmocka_unit_test(a_title_is_found_for_every_document),
        cmocka_unit_test(the_surest_readable_date_counts),
        cmocka_unit_test(several_authors_come_from_one_source),
        cmocka_unit_test(damaged_records_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
