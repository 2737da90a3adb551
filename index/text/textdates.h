/* Dates in running text, as Europeans write them: 18.10.2016, 18/10/2016, 2016-10-18, 18 October
 * 2016, October 18th, 2016, 18 de octubre de 2016, 2016. október 18., 2016 m. spalio 18 d., 2016.
 * gada 18. oktobrī, 18-19 October 2016. A date of either order of day and month is read the
 * European way where both would do. Pure; the scan looks back a bounded way only.
 */
#ifndef PROSPECT_TEXT_TEXTDATES_H
#define PROSPECT_TEXT_TEXTDATES_H

#include "index/text/tokens.h"

#define TEXTDATES_MAX   4 /* readings of one: two months of one name, two days of a range */
#define TEXTDATE_DIGITS 9 /* YYYYMMDD and its NUL */

struct textdate {
    char digits[TEXTDATE_DIGITS];
    size_t start, end; /* bytes of the text */
};

/* The dates whose last number is the token NUMBER (a TOKEN_NUMBER of TEXT); how many. */
size_t textdates_at(const char *text, size_t length, const struct token *number,
                    struct textdate out[TEXTDATES_MAX]);

#endif
