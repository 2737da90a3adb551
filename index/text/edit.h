/* Typing errors: which words of a sorted list are a few edits away from a word.
 *
 * An edit puts in, leaves out or replaces one character, or swaps two neighbours (optimal string
 * alignment: Damerau, "A technique for computer detection and correction of spelling errors",
 * 1964). Characters are code points; both sides are compared as they are, so fold them before.
 *
 * The list is walked like a trie: the rows of the distance table are kept for each character of
 * the last term looked at, and the smallest string behind it that can still be near enough says
 * where to go on (after Nick Johnson, "Damn Cool Algorithms: Levenshtein Automata", 2010). So
 * hundreds of a million terms are looked at, not all.
 */
#ifndef PROSPECT_TEXT_EDIT_H
#define PROSPECT_TEXT_EDIT_H

#include "index/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    EDIT_WORD_MAX = 64, /* characters of the word; of a longer one nothing is near */
    EDIT_MAX = 3        /* edits */
};

struct edit_walk;

/* For the terms at most EDITS away from WORD (UTF-8, copied); KEEP_FIRST: of those only the ones
 * that begin with the same character. */
void edit_walk_new(struct edit_walk **out, const char *word, size_t length, unsigned edits,
                   bool keep_first);
/* To be said before the first look: of the terms only the folded ones (no capitals of ASCII) in
 * Latin and the scripts that WORD is written in, with digits only if it has one. Nobody types a
 * letter of another script by mistake, and a walk would look at each of thousands that some term
 * begins with. */
void edit_walk_keep_scripts(struct edit_walk *w);
/* Likewise: only terms with at most one of the edits in their first half (of WORD's length). Two
 * that near the beginning are the costly case: nearly every beginning of a term is two edits away.
 */
void edit_walk_late(struct edit_walk *w);
/* From the start on, a term is near as soon as a beginning of it is: for a word half typed. */
void edit_walk_beginnings(struct edit_walk *w);
void edit_walk_free(struct edit_walk **w);

/* Looks at TERM, which comes behind all looked at before in byte order. True if it is near enough;
 * *EDITS is then how near. */
bool edit_walk_look(struct edit_walk *w, const char *term, size_t length, unsigned *edits);

enum edit_go {
    EDIT_GO_NEXT, /* to the term behind this one */
    EDIT_GO_SEEK, /* to the first term that is not before SEEK */
    EDIT_GO_END   /* nothing behind can be near */
};
/* Where to go on from the last term looked at, or, before the first, where to start. SEEK is
 * replaced. */
enum edit_go edit_walk_on(struct edit_walk *w, struct buf *seek);

/* Edits from A to B; LIMIT + 1 if more than LIMIT (at most EDIT_MAX). */
unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length,
                       unsigned limit);

/* How many characters UTF8 has. */
size_t edit_characters(const char *utf8, size_t length);

#endif
