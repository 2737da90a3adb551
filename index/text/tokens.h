/* From running text to words.
 *
 * A word is a row of letters, digits and marks. Inside it, kept together: an apostrophe between
 * letters (women's), a full stop in acronyms (E.U.), separators between digits (5,196; 5 196;
 * 5.196,20), soft hyphens, and a hyphen at a line's end followed by a small letter (exam-\nple).
 * A French or Italian elision (l'égalité) is two words at one position after the other. Words
 * joined by a hyphen (gender-based) are words of their own at following positions. Han and kana,
 * written without blanks, are a word each.
 *
 * Positions count words from 0 within the text that is given. The same text always yields the
 * same positions: the index, the highlighter and word boxes rely on it.
 */
#ifndef PROSPECT_TEXT_TOKENS_H
#define PROSPECT_TEXT_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOKEN_COMPOUND_MAX 128

enum token_kind {
    TOKEN_WORD,
    TOKEN_NUMBER,  /* digits and separators only */
    TOKEN_ACRONYM, /* letters with full stops between */
    TOKEN_ELISION, /* the short word before an apostrophe (l'): a word, at its own position */
    TOKEN_COMPOUND /* a whole hyphenated compound of at most TOKEN_COMPOUND_MAX bytes, sent before
                    * its parts, at the position of the first; it counts no position of its own */
};

struct token {
    size_t start, end; /* bytes of the text; surface form */
    uint32_t position;
    enum token_kind kind;
};

struct tokens {
    const char *text;
    size_t length;
    size_t at; /* up to here words were found */
    /* the rest is the scanner's own */
    uint32_t position;
    size_t compound_end; /* up to here compounds were looked for */
    size_t column_end;   /* up to here blanks stand between numbers, not inside them */
};

/* TEXT must outlive the scanner. */
void tokens_start(struct tokens *t, const char *text, size_t length);
bool tokens_next(struct tokens *t, struct token *out);
/* Positions used so far: the position that the next word would have. */
uint32_t tokens_position(const struct tokens *t);
/* True where all that the scanner has to know is `at` and `position`: another that is told these by
 * tokens_resume(), of the same text, goes on alike. */
bool tokens_is_free(const struct tokens *t);
void tokens_resume(struct tokens *t, size_t at, uint32_t position);
/* Where a word that was broken at a line's end goes on: HYPHEN is where its (hard or soft) hyphen
 * stands; 0 if the word ends there. Blanks, one line end and blanks may stand between, and a small
 * letter must follow. */
size_t tokens_line_join(const char *text, size_t length, size_t hyphen);

#endif
