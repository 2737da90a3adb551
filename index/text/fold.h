/* What two spellings of one word have in common (Unicode Standard Annex #15, by utf8proc).
 *
 * FOLD_CASE makes case, compatibility forms (ligatures, full-width letters), soft hyphens,
 * zero-width characters and kinds of apostrophe and hyphen alike, and keeps accents: "Égalité"
 * is "égalité", a final sigma a plain one. FOLD_ALL drops accents too, and spells letters that
 * have no decomposition in basic ones: ß ss, ø o, ł l, đ d, æ ae, œ oe, þ th, ı i.
 */
#ifndef PROSPECT_TEXT_FOLD_H
#define PROSPECT_TEXT_FOLD_H

#include "index/base/buf.h"

enum fold {
    FOLD_CASE,
    FOLD_ALL
};

/* Adds the folded WORD (LENGTH bytes, any UTF-8) to OUT. ASCII takes a short way. */
void fold_word(const char *word, size_t length, enum fold how, struct buf *out);

#endif
