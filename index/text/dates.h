/* Dates as documents and people give them: known to the year, the month, the day or the time.
 * A date is an interval of its precision; overlapping counts as matching.
 *
 * Days are proleptic Gregorian, counted so that 1970-01-01 is 0. Years 1 to 9999.
 */
#ifndef PROSPECT_TEXT_DATES_H
#define PROSPECT_TEXT_DATES_H

#include "index/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum date_precision {
    DATE_NONE,
    DATE_YEAR,
    DATE_MONTH,
    DATE_DAY
};

struct date {
    enum date_precision precision; /* DATE_NONE: no date; first and last are 0 */
    int32_t first, last;           /* days, inclusive */
};

struct date_range {
    bool open_first, open_last; /* no bound on that side */
    int32_t first, last;
};

/* YYYY, YYYY-MM or YYYY-MM-DD, whole text, real dates only. */
bool date_parse(const char *text, size_t length, struct date *out);
/* As authors' programs write them: the above with a time behind (W3C-DTF, RFC 3339), "D:2016..."
 * of PDF, 20161018. Falls back to no date. */
bool date_parse_lenient(const char *text, struct date *out);
/* "2016-10-18" by its precision; nothing for DATE_NONE. */
void date_print(const struct date *d, struct buf *out);
const char *date_precision_name(enum date_precision p); /* "year" "month" "day", NULL for none */
int date_year(int32_t day);
/* "2016", "2016..2017-06", "..2017", "2016..": bounds of whole dates. */
bool date_range_parse(const char *text, size_t length, struct date_range *out);

#endif
