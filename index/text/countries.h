/* Countries by the names that people give them. Codes are ISO 3166-1 alpha-2, and XK for Kosovo,
 * which many use and ISO 3166 leaves to its users. Pure.
 */
#ifndef PROSPECT_TEXT_COUNTRIES_H
#define PROSPECT_TEXT_COUNTRIES_H

#include <stdbool.h>

#define COUNTRY_SIZE 3 /* a code and its NUL */

/* The code of the country that VALUE (UTF-8) names: by its code in any case ("be"), by what the
 * European Union writes where ISO does not ("UK", "EL"), or by its name in English, and for
 * European countries also in languages that its neighbours speak ("Belgique"). Case, accents,
 * blanks, punctuation and a leading "the" do not matter. False, and OUT as it was, for what is
 * none. */
bool country_code(const char *value, char out[COUNTRY_SIZE]);

#endif
