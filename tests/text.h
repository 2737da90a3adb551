/* What the tests of index/text share. */
#ifndef PROSPECT_TESTS_TEXT_H
#define PROSPECT_TESTS_TEXT_H

#include "index/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Compares and empties GOT. */
#define assert_text(got, wanted)                                                                   \
    do {                                                                                           \
        assert_string_equal(buf_str(got), (wanted));                                               \
        buf_free(got);                                                                             \
    } while (0)

#endif
