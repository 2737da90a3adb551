/* Writes JSON (RFC 8259) as it goes: no tree is built. Commas and brackets are seen to; strings
 * are escaped, and bytes that are no UTF-8 become U+FFFD, so that the result is always valid.
 *
 * KEY is the member's name in an object and NULL in an array and at the top. Pure.
 */
#ifndef PROSPECT_EMIT_H
#define PROSPECT_EMIT_H

#include "index/base/buf.h"
#include "index/base/strlist.h"

#include <stdbool.h>
#include <stdint.h>

#define EMIT_DEPTH_MAX 32

struct emit {
    struct buf *out;
    unsigned depth;
    bool more[EMIT_DEPTH_MAX]; /* something stands at this depth already */
    char close[EMIT_DEPTH_MAX];
};

void emit_start(struct emit *j, struct buf *out);
void emit_object(struct emit *j, const char *key);
void emit_array(struct emit *j, const char *key);
void emit_end(struct emit *j); /* of the innermost object or array */

void emit_string(struct emit *j, const char *key, const char *value); /* NULL gives null */
void emit_text(struct emit *j, const char *key, const char *value, size_t length);
void emit_uint(struct emit *j, const char *key, uint64_t value);
void emit_int(struct emit *j, const char *key, int64_t value);
/* Rounded to DIGITS (0 to 6) places; what is no number or too large for 15 digits gives null. The
 * locale has no say. */
void emit_decimal(struct emit *j, const char *key, double value, unsigned digits);
void emit_bool(struct emit *j, const char *key, bool value);
void emit_null(struct emit *j, const char *key);
void emit_strings(struct emit *j, const char *key, const struct strlist *values);
/* "2026-01-05T10:11:12Z" (RFC 3339); null for 0, which means never. */
void emit_time(struct emit *j, const char *key, int64_t seconds);

#endif
