/* A growing row of bytes. `data` is NULL or has a NUL behind `len` bytes, so that it can be read
 * as a string. A zeroed struct is an empty one. The owner frees it.
 */
#ifndef PROSPECT_BASE_BUF_H
#define PROSPECT_BASE_BUF_H

#include <stddef.h>

struct buf {
    char *data;
    size_t len;
    size_t cap;
};

void buf_add(struct buf *b, const void *bytes, size_t length);
void buf_adds(struct buf *b, const char *s); /* NULL adds nothing */
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Makes room for LENGTH more bytes and returns where; buf_grew() then says how many came. */
char *buf_room(struct buf *b, size_t length);
void buf_grew(struct buf *b, size_t length);
void buf_clear(struct buf *b); /* empty, memory kept */
void buf_free(struct buf *b);
/* The string, now the caller's to free(); "" if empty. The buf is empty after. */
char *buf_take(struct buf *b);
const char *buf_str(const struct buf *b); /* never NULL; valid until the next change */

#endif
