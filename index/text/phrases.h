/* The phrases that a document uses again and again: two or three words in a row, written so twice
 * or more. They are what is suggested to whoever types one of their words.
 *
 * No phrase begins or ends with a function word: a stop word of the text's language (stopwords.h)
 * or, in languages without a list, a short word that comes often in the document and before, or
 * behind, ever other words.
 */
#ifndef PROSPECT_TEXT_PHRASES_H
#define PROSPECT_TEXT_PHRASES_H

#include "index/base/buf.h"
#include "index/text/stopwords.h"

#include <stddef.h>

#define PHRASE_BYTES_MAX 80 /* of a phrase as written */
#define PHRASES_MAX      40 /* of one document */

struct phrases;

/* STOPWORDS stay until phrases_free(). */
void phrases_new(struct phrases **out, const struct stopwords *stopwords);
void phrases_free(struct phrases **p);

/* Adds a TEXT of the document, which must stay until phrases_each(), in the language LANG; of an
 * unknown one, "", a stop word of any language is one. Of a very long document the first 100,000
 * words are looked at. */
void phrases_add(struct phrases *p, const char *text, size_t length, const char *lang);

/* FOLDED: its words, without case and accents, with a blank between (see phrases_fold()). WRITTEN:
 * as it stands in the text most often, blanks and line ends as one blank. Both NUL-terminated and
 * valid during the call. */
typedef void phrase_fn(void *ctx, const char *folded, const char *written);
/* Calls EACH for the most used phrases, most used first; the longer the document, the more, up to
 * PHRASES_MAX. One that is part of a longer one, and never stands alone, is left out. */
void phrases_each(struct phrases *p, phrase_fn *each, void *ctx);

/* Adds the folded words of TEXT to OUT, with a blank between. */
void phrases_fold(const char *text, size_t length, struct buf *out);

#endif
