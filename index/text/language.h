/* Which language a text is in (CLD2, behind its C++ shim cld2.cc), and language codes.
 *
 * Codes are ISO 639-1, lower case, NUL-terminated, in arrays of LANGUAGE_SIZE; "" is unknown.
 */
#ifndef PROSPECT_TEXT_LANGUAGE_H
#define PROSPECT_TEXT_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#define LANGUAGE_SIZE 8

/* The language of TEXT (UTF-8). HINT is what the document declares ("" or NULL: nothing); it wins
 * where the text is too short to tell. Unknown and no hint: "". */
void language_detect(const char *text, size_t length, const char *hint, char out[LANGUAGE_SIZE]);
/* "de-AT", "ger", "deu", "German" and "DE" are "de"; what is no language we know, "". */
void language_code(const char *declared, char out[LANGUAGE_SIZE]);

#endif
