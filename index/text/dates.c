#include "index/text/dates.h"

#include <ctype.h>
#include <string.h>

enum {
    YEAR_MAX = 9999,
    TEXT_MAX = 64 /* of a lenient date */
};

/* Days from 1970-01-01 and back: the civil calendar in eras of 400 years that begin in March
 * (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
static int32_t day_number(int year, int month, int day)
{
    year -= month <= 2;
    int era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void civil(int32_t number, int *year, int *month, int *day)
{
    number += 719468;
    int era = (number >= 0 ? number : number - 146096) / 146097, of_era = number - era * 146097;
    int y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *day = of_year - (153 * m + 2) / 5 + 1;
    *month = m + (m < 10 ? 3 : -9);
    *year = y + era * 400 + (*month <= 2);
}

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return lengths[month - 1] + (leap && month == 2);
}

/* Month and day may be 0: not known. False for what no calendar has. */
static bool make(int year, int month, int day, struct date *out)
{
    if (year < 1 || year > YEAR_MAX || month < 0 || month > 12 || day < 0 || (day && !month) ||
        (month && day > month_length(year, month)))
        return false;
    out->precision = day ? DATE_DAY : month ? DATE_MONTH : DATE_YEAR;
    int last = month ? month : 12;
    out->first = day_number(year, month ? month : 1, day ? day : 1);
    out->last = day_number(year, last, day ? day : month_length(year, last));
    return true;
}

/* COUNT digits at *AT; -1 if there are not so many. */
static int digits(const char **at, const char *end, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (*at + i >= end || !isdigit((unsigned char)(*at)[i]))
            return -1;
        value = value * 10 + ((*at)[i] - '0');
    }
    *at += count;
    return value;
}

/* Year, month and day with SEPARATOR between ('\0': nothing), as far as they go; *AT behind. */
static bool year_first(const char **at, const char *end, char separator, struct date *out)
{
    int part[3] = {digits(at, end, 4), 0, 0};
    for (int i = 1; i < 3 && part[0] >= 0; i++) {
        const char *p = *at;
        if (separator && (p >= end || *p++ != separator))
            break;
        int value = digits(&p, end, 2);
        if (value < 0)
            break;
        if (value == 0)
            return false; /* there is no month 00 */
        part[i] = value;
        *at = p;
    }
    return part[0] >= 0 && make(part[0], part[1], part[2], out);
}

bool date_parse(const char *text, size_t length, struct date *out)
{
    *out = (struct date){.precision = DATE_NONE};
    struct date d;
    const char *at = text, *end = text + length;
    if (!year_first(&at, end, '-', &d) || at != end)
        return false;
    *out = d;
    return true;
}

/* ---- as authors' programs write them -------------------------------------------------------- */

/* True if what stands behind a date does not make it something else: a time or nothing. */
static bool time_follows(const char *at, const char *end)
{
    return at == end || *at == 'T' || *at == 't' || isspace((unsigned char)*at) || *at == 'Z' ||
           *at == '+' || *at == ',';
}

static bool compact(const char *at, const char *end, struct date *out)
{
    const char *start = at;
    if (!year_first(&at, end, '\0', out))
        return false;
    if (out->precision == DATE_YEAR)
        return at == end;
    /* A time of day may follow at once in PDF: D:20161018143000+02'00'. */
    while (at < end && at - start < 14 && isdigit((unsigned char)*at))
        at++;
    return at - start == 14 || at - start == 12 || time_follows(at, end);
}

/* The month NAME begins with, in English; 0 if none. */
static int month_named(const char *name, size_t length)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int i = 0; length >= 3 && i < 12; i++)
        if (strncasecmp(name, months + 3 * i, 3) == 0)
            return i + 1;
    return 0;
}

/* Numbers and names in any order: 18 October 2016, Oct 18, 2016, Tue, 18 Oct 2016 14:30. */
static bool in_words(const char *at, const char *end, struct date *out)
{
    int year = 0, month = 0, day = 0;
    while (at < end && !(year && month && day)) {
        const char *from = at;
        if (isdigit((unsigned char)*at)) {
            while (at < end && isdigit((unsigned char)*at))
                at++;
            ptrdiff_t n = at - from;
            if (n == 4 && !year)
                year = digits(&from, end, 4);
            else if (n <= 2 && !day)
                day = digits(&from, end, (int)n);
            else
                return false;
        } else if (isalpha((unsigned char)*at)) {
            while (at < end && isalpha((unsigned char)*at))
                at++;
            month = month ? month : month_named(from, (size_t)(at - from));
        } else if (*at == ' ' || *at == ',' || *at == '.') {
            at++;
        } else {
            return false;
        }
    }
    return month && year && make(year, month, day, out);
}

/* 18.10.2016, 18/10/2016: day first, as Europe writes, unless that cannot be. */
static bool day_first(const char *at, const char *end, struct date *out)
{
    int part[2];
    for (int i = 0; i < 2; i++) {
        bool two = end - at > 1 && isdigit((unsigned char)at[1]);
        part[i] = digits(&at, end, two ? 2 : 1);
        if (part[i] < 1 || at >= end || !strchr("./-", *at) || !*at)
            return false;
        at++;
    }
    int year = digits(&at, end, 4);
    if (year < 0 || !time_follows(at, end))
        return false;
    return make(year, part[1], part[0], out) || make(year, part[0], part[1], out);
}

bool date_parse_lenient(const char *text, struct date *out)
{
    *out = (struct date){.precision = DATE_NONE};
    while (isspace((unsigned char)*text))
        text++;
    if (strncmp(text, "D:", 2) == 0)
        text += 2;
    const char *end = text + strnlen(text, TEXT_MAX), *at;
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    struct date d;
    for (const char *separator = "-/."; *separator; separator++) {
        at = text;
        bool good = year_first(&at, end, *separator, &d) && time_follows(at, end);
        if (good && (d.precision != DATE_YEAR || at == end)) {
            *out = d;
            return true;
        }
    }
    if (!compact(text, end, &d) && !day_first(text, end, &d) && !in_words(text, end, &d))
        return false;
    *out = d;
    return true;
}

/* ---- and back ------------------------------------------------------------------------------ */

void date_print(const struct date *d, struct buf *out)
{
    int year, month, day;
    civil(d->first, &year, &month, &day);
    if (d->precision == DATE_YEAR)
        buf_addf(out, "%04d", year);
    if (d->precision == DATE_MONTH)
        buf_addf(out, "%04d-%02d", year, month);
    if (d->precision == DATE_DAY)
        buf_addf(out, "%04d-%02d-%02d", year, month, day);
}

const char *date_precision_name(enum date_precision p)
{
    static const char *const names[] = {NULL, "year", "month", "day"};
    return (unsigned)p <= DATE_DAY ? names[p] : NULL;
}

int date_year(int32_t day)
{
    int year, month, of_month;
    civil(day, &year, &month, &of_month);
    return year;
}

bool date_range_parse(const char *text, size_t length, struct date_range *out)
{
    *out = (struct date_range){.open_first = true, .open_last = true};
    const char *dots = memmem(text, length, "..", 2);
    size_t first = dots ? (size_t)(dots - text) : length;
    size_t last = dots ? length - first - 2 : length;
    const char *behind = dots ? dots + 2 : text;
    struct date from = {0}, to = {0};
    if ((first && !date_parse(text, first, &from)) || (last && !date_parse(behind, last, &to)) ||
        (first == 0 && last == 0))
        return false;
    *out = (struct date_range){first == 0, last == 0, from.first, to.last};
    return out->open_first || out->open_last || out->first <= out->last;
}
