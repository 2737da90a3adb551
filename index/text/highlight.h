/* A snippet: the best stretch of a text, whole words in reading order, with the words that match
 * marked.
 *
 * Which words match is given as positions (see tokens.h), found in the index: nothing is stemmed
 * here, so that a page takes tens of microseconds.
 */
#ifndef PROSPECT_TEXT_HIGHLIGHT_H
#define PROSPECT_TEXT_HIGHLIGHT_H

#include "index/base/buf.h"
#include "index/text/marks.h"

#include <stddef.h>
#include <stdint.h>

/* A matching word: its position, and which word of the query it answers (0 to 63). */
struct match {
    uint32_t position;
    uint8_t word;
};

enum highlight_style {
    HIGHLIGHT_MARK, /* HTML: text escaped, matches in <mark> */
    HIGHLIGHT_NONE  /* plain text */
};

struct highlight {
    enum highlight_style style;
    size_t length;             /* bytes of text wanted, about; 240 is good */
    const double *weight;      /* what each word of the query counts, 0 to 1; NULL: all as much */
    const struct marks *marks; /* of the text; NULL: all of it is scanned */
};

/* Adds the best snippet of TEXT to OUT: the window in which the different words of the query that
 * stand there weigh most, closest together; two windows of half the length where words of weight
 * stand too far apart for one. "…" where text was left out, and for rows of dots or lines; one bar
 * for the empty cells of a drawn table; runs of blanks and line ends as one blank, line-end
 * hyphenation closed, soft hyphens, control characters, direction marks and a font's private signs
 * dropped. MATCHES rise by position. Without matches: the beginning. */
void highlight_snippet(const struct highlight *how, const char *text, size_t length,
                       const struct match *matches, size_t n, struct buf *out);

/* Where each of the N words at rising POSITIONS stands in TEXT: spans[i] for positions[i]; a
 * position that TEXT does not have gets an empty span. */
struct span {
    size_t start, end;
};
void highlight_spans(const char *text, size_t length, const uint32_t *positions, size_t n,
                     struct span *spans);

/* Adds TEXT with & < > " ' escaped for HTML, control characters as blanks. */
void highlight_escape(const char *text, size_t length, struct buf *out);

#endif
