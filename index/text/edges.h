/* Where a piece of text may be cut: between words, and where a sentence begins if one is near.
 * Never inside a word that is broken at a line's end, nor inside a number with blanks. */
#ifndef PROSPECT_TEXT_EDGES_H
#define PROSPECT_TEXT_EDGES_H

#include <stddef.h>

struct window {
    size_t start, end; /* bytes of the text */
};

/* About WANTED bytes of TEXT around what stands from FROM to TO, all of which is in it. */
struct window edges_around(const char *text, size_t length, size_t wanted, size_t from, size_t to);
/* About the first WANTED bytes: whole words, or where the first is longer whole characters. */
struct window edges_beginning(const char *text, size_t length, size_t wanted);
/* Takes blanks away on both sides. */
void edges_trim(const char *text, struct window *w);

#endif
