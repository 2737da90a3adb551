/* Frames sent to an extraction as a worker would send them. */
#ifndef PROSPECT_TESTS_EXTRACTION_H
#define PROSPECT_TESTS_EXTRACTION_H

#include "daemon/extraction.h"
#include "index/base/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct wire_limits limits = {20000, 15, 1 << 30, 1000, 2, 100, 0};

/* A frame from a little language: s string, N a NULL string, b bytes up to the next NUL, u number.
 */
static inline prospect_status send(struct extraction *e, uint32_t type, const char *format, ...)
{
    struct buf b = {0};
    va_list args;
    va_start(args, format);
    for (; *format; format++) {
        if (*format == 's')
            pack_str(&b, va_arg(args, const char *));
        else if (*format == 'N')
            pack_str(&b, NULL);
        else if (*format == 'u')
            pack_u64(&b, va_arg(args, unsigned));
        else if (*format == 'b') {
            const char *bytes = va_arg(args, const char *);
            pack_bytes(&b, bytes, strlen(bytes));
        }
    }
    va_end(args);
    struct wire_frame f = {.type = type, .payload = b.data, .length = b.len};
    struct error error = {0};
    prospect_status status = extraction_frame(e, &f, &error);
    assert_int_equal(status == PROSPECT_OK, *error.line == '\0');
    buf_free(&b);
    return status;
}

static inline struct extraction *begun(void)
{
    struct extraction *e;
    extraction_new(&e, &limits);
    assert_int_equal(send(e, WIRE_DETECTED, "sss", "text/plain", "text", "1"), PROSPECT_OK);
    return e;
}

static inline prospect_status begin_unit(struct extraction *e, unsigned number)
{
    return send(e, WIRE_UNIT_BEGIN, "uuNNN", number, PROSPECT_SECTION);
}

static inline void done(struct extraction *e)
{
    assert_int_equal(send(e, WIRE_DONE, "uN", PROSPECT_OK), PROSPECT_OK);
    extraction_end(e, NULL);
}

#endif
