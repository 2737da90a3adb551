/* From text to the terms that stand in the index, and from a typed word to the terms that find
 * it: the one place that says which forms a word is known by. Documents and queries share it.
 *
 * Forms of a word, each once:
 *   WORD  folded, accents dropped ("egalite"); also the number without separators, the acronym
 *         without stops, the word without a glued footnote number, the compound without hyphens;
 *   STEM  the stem of the case-folded word, accents dropped after; and the stem of the
 *         accentless word where that differs. A stem equal to the WORD form is left out of a
 *         document's terms (the WORD stands for it); a query asks for both.
 * A date (see textdates.h) is also the WORD YYYYMMDD, at its last number. Other spellings of a word
 * (see spellings.h) have their own WORD and STEMs.
 */
#ifndef PROSPECT_TEXT_ANALYSE_H
#define PROSPECT_TEXT_ANALYSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum term_kind {
    TERM_WORD,
    TERM_STEM
};

#define TERM_MAX 64 /* bytes; a longer word is indexed by its first 64 (cut at a character) */

struct term {
    const char *bytes; /* NUL-terminated; valid during the call */
    size_t length;
    enum term_kind kind;
    uint32_t position;
    size_t start, end; /* the surface form in the text */
};

typedef void term_fn(void *ctx, const struct term *term);

/* Stemmers, buffers and a cache of forms. One per thread. SOURCE gives stems that Snowball does
 * not (see stem.h) and must outlive the analyser; NULL: nobody does. */
struct analyser;
struct stem_source;
void analyser_new(struct analyser **out, const struct stem_source *source);
void analyser_free(struct analyser **a);

/* Whether words of LANG get stems. */
bool analyser_stems(const struct analyser *a, const char *lang);
/* False while words of LANG have to wait for a dictionary that is being read. Who cannot wait
 * leaves LANG out. */
bool analyser_ready(const struct analyser *a, const char *lang);

/* Calls EACH for every term of TEXT, in rising position. LANG as in language.h. Returns how many
 * positions were used. */
uint32_t analyse_text(struct analyser *a, const char *text, size_t length, const char *lang,
                      term_fn *each, void *ctx);

/* Calls EACH for every term by which the one WORD (surface form, as typed) can be found, in any
 * of the LANGS ("" among them or none: unstemmed). Each term once; position, start, end are 0. */
void analyse_word(struct analyser *a, const char *word, size_t length, const char *const *langs,
                  size_t n_langs, term_fn *each, void *ctx);

#endif
