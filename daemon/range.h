/* Which part of a file a client wants, and whether it has it already (RFC 9110, 13 and 14); and
 * the name under which a browser stores it (RFC 6266). Pure.
 */
#ifndef PROSPECT_RANGE_H
#define PROSPECT_RANGE_H

#include "index/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct range_file {
    uint64_t size;
    int64_t modified; /* seconds since 1970 */
    const char *etag; /* with its quotes; a strong one */
};

/* Header values as sent; NULL where there is none. */
struct range_headers {
    const char *range, *if_range, *if_none_match, *if_modified_since;
};

struct range {
    int code; /* 200, 206, 304 or 416 */
    uint64_t first, length;
};

/* Several ranges at once get the whole file, as RFC 9110 allows. */
struct range range_choose(const struct range_file *file, const struct range_headers *headers);
/* "Tue, 18 Oct 2016 09:30:00 GMT" */
void range_date(struct buf *out, int64_t seconds);
/* The value of Content-Disposition for a file of this name (bytes). */
void range_disposition(struct buf *out, bool inline_, const char *name);

#endif
