/* Other spellings of a whole word by the rules of a language, beside what fold.h makes alike. Pure.
 *
 * Each adds to OUT and returns true if the word can be spelled so and differs; else OUT is as it
 * was.
 */
#ifndef PROSPECT_TEXT_SPELLINGS_H
#define PROSPECT_TEXT_SPELLINGS_H

#include "index/base/buf.h"

#include <stdbool.h>

/* FOLDED (FOLD_CASE) with umlauts and the like written out as where they cannot be typed: Muenchen,
 * Aarhus, Moeller. */
bool spelling_written_out(const char *folded, size_t length, struct buf *out);
/* True if FOLDED may be the outcome of that. */
bool spelling_maybe_written_out(const char *folded, size_t length);
/* FOLDED in the Latin letters of Serbian (ljubav), if all of it is in Serbian Cyrillic. */
bool spelling_latin(const char *folded, size_t length, struct buf *out);
/* SURFACE with each I as Turkish reads it, a dotless ı. */
bool spelling_dotless(const char *surface, size_t length, struct buf *out);

#endif
