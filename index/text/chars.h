/* What a character is to words: one look-up, for the scanner and the highlighter. */
#ifndef PROSPECT_TEXT_CHARS_H
#define PROSPECT_TEXT_CHARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum char_class {
    CHAR_OTHER, /* punctuation, symbols, U+FFFD */
    CHAR_SPACE, /* blanks, line ends, control characters */
    CHAR_LETTER,
    CHAR_DIGIT,      /* digits of any script, raised and lowered ones included */
    CHAR_MARK,       /* combining marks */
    CHAR_IGNORED,    /* soft hyphen, zero-width characters, direction marks */
    CHAR_APOSTROPHE, /* ' and what is typed or printed for it */
    CHAR_HYPHEN,
    CHAR_DOT,
    CHAR_IDEOGRAPH, /* Han and kana: each a word of its own */
    CHAR_WIDE       /* of a byte alone: part of a character of several */
};

#define CHAR_SOFT_HYPHEN 0xad
#define CHAR_MIDDLE_DOT  0xb7 /* Catalan l·l */

extern const uint8_t chars_of_byte[256]; /* enum char_class */

static inline enum char_class chars_byte(char byte)
{
    return (enum char_class)chars_of_byte[(unsigned char)byte];
}

enum char_class chars_class(uint32_t c);
bool chars_small(uint32_t c); /* a small (lower case) letter */
uint32_t chars_capital(uint32_t c);

enum char_class chars_at_wide(const char *text, size_t length, size_t at, size_t *next,
                              uint32_t *c);

/* The class of the character at TEXT[AT], *NEXT behind it and *C the character. At LENGTH:
 * CHAR_OTHER, and *NEXT is LENGTH. */
static inline enum char_class chars_at(const char *text, size_t length, size_t at, size_t *next,
                                       uint32_t *c)
{
    if (at >= length || (unsigned char)text[at] >= 128)
        return chars_at_wide(text, length, at, next, c);
    *next = at + 1;
    *c = (unsigned char)text[at];
    return chars_byte(text[at]);
}

static inline bool chars_in_word(enum char_class class)
{
    return class == CHAR_LETTER || class == CHAR_DIGIT;
}

#endif
