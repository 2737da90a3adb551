/* Dates as documents and people give them. */
#include "index/text/dates.h"
#include "tests/text.h"

static void only_real_dates_are_dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum date_precision precision;
        int32_t first, last;
    } cases[] = {
        {"1970-01-01", DATE_DAY, 0, 0},
        {"1970", DATE_YEAR, 0, 364},
        {"1970-02", DATE_MONTH, 31, 58},
        {"2016-10-18", DATE_DAY, 17092, 17092},
        {"2016-02-29", DATE_DAY, 16860, 16860},
        {"2000-02-29", DATE_DAY, 11016, 11016},
        {"0001-01-01", DATE_DAY, -719162, -719162},
        {"9999-12-31", DATE_DAY, 2932896, 2932896},
        {"2015-02-29", DATE_NONE, 0, 0},
        {"1900-02-29", DATE_NONE, 0, 0},
        {"2016-13", DATE_NONE, 0, 0},
        {"2016-00", DATE_NONE, 0, 0},
        {"2016-10-00", DATE_NONE, 0, 0},
        {"2016-10-32", DATE_NONE, 0, 0},
        {"0000", DATE_NONE, 0, 0},
        {"20161", DATE_NONE, 0, 0},
        {"2016-1", DATE_NONE, 0, 0},
        {"2016-", DATE_NONE, 0, 0},
        {" 2016", DATE_NONE, 0, 0},
        {"", DATE_NONE, 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct date d;
        bool good = date_parse(cases[i].text, strlen(cases[i].text), &d);
        assert_int_equal(good, cases[i].precision != DATE_NONE);
        assert_int_equal(d.precision, cases[i].precision);
        assert_int_equal(d.first, cases[i].first);
        assert_int_equal(d.last, cases[i].last);
        struct buf b = {0};
        date_print(&d, &b);
        assert_text(&b, good ? cases[i].text : "");
    }
}

static void dates_of_programs_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *date;
    } cases[] = {
        {"2016", "2016"},
        {"2016-10", "2016-10"},
        {"2016-10-18T14:30:00Z", "2016-10-18"},
        {" 2016-10-18 14:30 ", "2016-10-18"},
        {"2016-10-18T14:30:00.5+02:00", "2016-10-18"},
        {"2016/10/18", "2016-10-18"},
        {"D:20161018143000+02'00'", "2016-10-18"},
        {"D:20161018143000Z", "2016-10-18"},
        {"D:201610", "2016-10"},
        {"20161018", "2016-10-18"},
        {"18.10.2016", "2016-10-18"},
        {"1/2/2016", "2016-02-01"},
        {"10/18/2016", "2016-10-18"},
        {"18 October 2016", "2016-10-18"},
        {"October 18, 2016", "2016-10-18"},
        {"Tue, 18 Oct 2016 14:30:00 GMT", "2016-10-18"},
        {"Oct 2016", "2016-10"},
        {"", ""},
        {"yesterday", ""},
        {"D:", ""},
        {"D:99999999", ""},
        {"2016-99-99", ""},
        {"12345678901234567890", ""},
        {"32.13.2016", ""},
        {"version 3", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct date d;
        struct buf b = {0};
        assert_int_equal(date_parse_lenient(cases[i].text, &d), *cases[i].date != '\0');
        date_print(&d, &b);
        assert_text(&b, cases[i].date);
    }
}

static void ranges_may_be_open(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good, open_first, open_last;
        int first_year, last_year;
    } cases[] = {
        {"2016", true, false, false, 2016, 2016},
        {"2016..2017-06", true, false, false, 2016, 2017},
        {"..2017", true, true, false, 0, 2017},
        {"2016..", true, false, true, 2016, 0},
        {"2016-10-18", true, false, false, 2016, 2016},
        {"2017..2016", false, 0, 0, 0, 0},
        {"..", false, 0, 0, 0, 0},
        {"", false, 0, 0, 0, 0},
        {"2016..x", false, 0, 0, 0, 0},
        {"2016...2017", false, 0, 0, 0, 0},
        {"2016-02-30..", false, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct date_range r;
        bool good = date_range_parse(cases[i].text, strlen(cases[i].text), &r);
        assert_int_equal(good, cases[i].good);
        if (!good)
            continue;
        assert_int_equal(r.open_first, cases[i].open_first);
        assert_int_equal(r.open_last, cases[i].open_last);
        if (!r.open_first)
            assert_int_equal(date_year(r.first), cases[i].first_year);
        if (!r.open_last)
            assert_int_equal(date_year(r.last), cases[i].last_year);
    }
}

static void every_day_of_the_calendar_comes_back(void **state)
{
    (void)state;
    struct buf b = {0};
    for (int32_t day = -719162; day <= 2932896; day += 97) {
        struct date d = {DATE_DAY, day, day}, again;
        date_print(&d, &b);
        assert_true(date_parse(b.data, b.len, &again));
        assert_int_equal(again.first, day);
        buf_clear(&b);
    }
    buf_free(&b);
    assert_string_equal(date_precision_name(DATE_MONTH), "month");
    assert_null(date_precision_name(DATE_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_real_dates_are_dates),
        cmocka_unit_test(dates_of_programs_are_read),
        cmocka_unit_test(ranges_may_be_open),
        cmocka_unit_test(every_day_of_the_calendar_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
