/* Places in a text from which the scanner of words (tokens.h) can go on without what stands before:
 * whoever looks for a few words of a page need not scan all of it.
 */
#ifndef PROSPECT_TEXT_MARKS_H
#define PROSPECT_TEXT_MARKS_H

#include "index/base/pack.h"
#include "index/text/tokens.h"

struct mark {
    size_t at; /* bytes of the text */
    uint32_t position;
};
struct marks {
    struct mark *item; /* rising in both */
    size_t count;
};

/* One for every 32 words or so. OUT is new, and to be freed. */
void marks_find(const char *text, size_t length, struct marks *out);
void marks_free(struct marks *m);

/* Lets T, which is at or before the word at POSITION, go on behind the last mark that is not
 * behind that word. M is of the same text. */
void marks_skip(const struct marks *m, struct tokens *t, uint32_t position);

void marks_pack(struct buf *b, const struct marks *m);
/* Of a text of LENGTH bytes. OUT is new, and to be freed; empty and U bad on damage. */
void marks_unpack(struct unpack *u, size_t length, struct marks *out);

#endif
