/* From running text to words.
 *
 * A word is a row of letters, digits and marks. Inside it, kept together: an apostrophe between
 * letters (women's), a full stop in acronyms (E.U.), separators between digits (5,196; 5 196;
 * 5.196,20), soft hyphens, and a hyphen at a line's end followed by a small letter (exam-\nple).
 * A French or Italian elision (l'égalité) is two words at one position after the other. Words
 * joined by a hyphen (gender-based) are words of their own at following positions.
 *
 * Positions count words from 0 within the text that is given. The same text always yields the
 * same positions: the index, the highlighter and word boxes rely on it.
 */
#ifndef PROSPECT_TEXT_TOKENS_H
#define PROSPECT_TEXT_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum token_kind {
    TOKEN_WORD,
    TOKEN_NUMBER,  /* digits and separators only */
    TOKEN_ACRONYM, /* letters with full stops between */
    TOKEN_COMPOUND /* a whole hyphenated compound, sent before its parts, at the position of the
                    * first; it counts no position of its own */
};

struct token {
    size_t start, end;  /* bytes of the text; surface form */
    uint32_t position;
    enum token_kind kind;
};

struct tokens {
    const char *text;
    size_t length;
    /* the rest is the scanner's own */
    size_t at;
    uint32_t position;
    struct token pending[4];
    unsigned first, count;
    size_t compound_end;
};

/* TEXT must outlive the scanner. */
void tokens_start(struct tokens *t, const char *text, size_t length);
bool tokens_next(struct tokens *t, struct token *out);
/* Positions used so far: the position that the next word would have. */
uint32_t tokens_position(const struct tokens *t);

#endif
