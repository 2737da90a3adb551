/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dates as documents write them, made W3C-DTF (https://www.w3.org/TR/NOTE-datetime). The text is
 * cut into numbers and words; their shapes decide which is the year.
 */
#include "plugins/common.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct date {
    int year, month, day; /* 0: unknown */
    int hour, minute;     /* -1: unknown */
    char zone[8];         /* "Z", "+02:00" or "" */
};

static bool valid(const struct date *d)
{
    static const int days[] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (d->year < 1000 || d->year > 2999 || d->month < 0 || d->month > 12)
        return false;
    if (d->day < 0 || (d->day && !d->month) || (d->month && d->day > days[d->month]))
        return false;
    return d->hour < 24 && d->minute < 60;
}

/* Reads exactly N digits at *S, or returns -1. */
static int digits(const char **s, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (!isdigit((unsigned char)(*s)[i]))
            return -1;
        value = value * 10 + ((*s)[i] - '0');
    }
    *s += n;
    return value;
}

/* "Z", "+02:00", "+0200", "+02'00'", " GMT". */
static void read_zone(const char *s, struct date *d)
{
    while (*s == ' ')
        s++;
    if (*s == 'Z' || *s == 'z' || !strncasecmp(s, "GMT", 3) || !strncasecmp(s, "UTC", 3)) {
        strcpy(d->zone, "Z");
        return;
    }
    char sign = *s;
    if (sign != '+' && sign != '-')
        return;
    s++;
    int hour = digits(&s, 2);
    if (*s == ':' || *s == '\'')
        s++;
    int minute = digits(&s, 2);
    if (hour < 0 || hour > 14)
        return;
    if (minute < 0 || minute > 59)
        minute = 0;
    snprintf(d->zone, sizeof d->zone, "%c%02u:%02u", sign, (unsigned)hour % 24u,
             (unsigned)minute % 60u);
}

/* "09:30", "09:30:00.000+02:00", "093000+02'00'". */
static void read_time(const char *s, struct date *d)
{
    while (*s == 'T' || *s == ' ')
        s++;
    int hour = digits(&s, 2);
    if (*s == ':')
        s++;
    int minute = hour < 0 ? -1 : digits(&s, 2);
    if (minute < 0)
        return;
    d->hour = hour;
    d->minute = minute;
    if (*s == ':')
        s++;
    if (digits(&s, 2) >= 0 && *s == '.')
        s += 1 + strspn(s + 1, "0123456789");
    read_zone(s, d);
}

/* The year first: 2016, 2016-10, 2016/10/18, 20161018093000. */
static bool read_year_first(const char *s, struct date *d)
{
    if ((d->year = digits(&s, 4)) < 0)
        return false;
    char between = *s;
    bool apart = between == '-' || between == '/' || between == '.' || between == ':';
    s += apart;
    if ((d->month = digits(&s, 2)) < 0) {
        d->month = 0;
        return *s == '\0' || *s == ' ';
    }
    if (apart && *s == between)
        s++;
    else if (apart)
        return *s == '\0' || *s == ' ';
    if ((d->day = digits(&s, 2)) < 0) {
        d->day = 0;
        return *s == '\0';
    }
    read_time(s, d);
    return true;
}

static int month_of(const char *word, size_t n)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int i = 0; n >= 3 && i < 12; i++)
        if (!strncasecmp(word, names + 3 * i, 3))
            return i + 1;
    return 0;
}

/* Day and month in words or before the year: "18.10.2016", "Tue, 18 Oct 2016 09:30 GMT". */
static bool read_loose(const char *s, struct date *d)
{
    int numbers[3], n = 0;
    while (*s && !d->year) {
        if (isdigit((unsigned char)*s)) {
            char *end;
            long value = strtol(s, &end, 10);
            if (end - s == 4)
                d->year = (int)value;
            else if (end - s <= 2 && n < 2)
                numbers[n++] = (int)value;
            else
                return false;
            s = end;
            continue;
        }
        size_t letters = 0;
        while (isalpha((unsigned char)s[letters]))
            letters++;
        if (letters && !d->month)
            d->month = month_of(s, letters);
        s += letters ? letters : 1;
    }
    if (d->month && n == 1)
        d->day = numbers[0];
    else if (!d->month && n == 2) {
        d->day = numbers[0];
        d->month = numbers[1];
    } else if (n || !d->month)
        return false;
    read_time(s, d);
    return true;
}

bool date_w3c(const char *in, char out[DATE_MAX])
{
    struct date d = {.hour = -1, .minute = -1};
    while (isspace((unsigned char)*in))
        in++;
    if (!strncmp(in, "D:", 2))
        in += 2;
    if (strlen(in) > 64)
        return false;
    if (!read_year_first(in, &d)) {
        d = (struct date){.hour = -1, .minute = -1};
        if (!read_loose(in, &d))
            return false;
    }
    if (!valid(&d))
        return false;
    int n = snprintf(out, DATE_MAX, "%04d", d.year);
    if (d.month)
        n += snprintf(out + n, DATE_MAX - (size_t)n, "-%02d", d.month);
    if (d.day)
        n += snprintf(out + n, DATE_MAX - (size_t)n, "-%02d", d.day);
    /* A time without its zone is no W3C-DTF. */
    if (d.day && d.hour >= 0 && *d.zone)
        snprintf(out + n, DATE_MAX - (size_t)n, "T%02d:%02d%s", d.hour, d.minute, d.zone);
    return true;
}
