/* Where a client's requests begin and end (RFC 9112), watched on the bytes as they come, before
 * evhttp sees them. What two readers could take for different requests, or for none, is refused:
 * NUL and control bytes, bare CR or LF, folded lines, a blank before a colon, Transfer-Encoding,
 * more than one Content-Length or one that is no number, a body where the method has none. So
 * evhttp and whatever stands before us agree on every request that is let through. Pure.
 */
#ifndef PROSPECT_FRAMING_H
#define PROSPECT_FRAMING_H

#include "index/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAMING_HEAD_MAX 8192        /* bytes of request line and headers */
#define FRAMING_BODY_MAX (64 * 1024) /* bytes */

/* A zeroed struct is at the beginning. */
struct framing {
    uint64_t requests;  /* complete ones, before the error if there is one */
    uint64_t body_left; /* of the request whose head is complete */
    int code;           /* 0, or the HTTP status of what is wrong; nothing is looked at after it */
    const char *why;    /* static, for people */
    struct buf head;    /* of the request that is coming */
};

void framing_free(struct framing *f);
/* The next LENGTH bytes; they may be any part of a request, or several. */
void framing_feed(struct framing *f, const char *bytes, size_t length);
/* Some of a request is there, and not all of it. */
bool framing_inside(const struct framing *f);

#endif
