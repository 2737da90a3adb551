/* Answers read back by another's JSON parser. */
#ifndef PROSPECT_TESTS_REPLY_H
#define PROSPECT_TESTS_REPLY_H

#include "daemon/reply.h"
#include "index/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static inline struct links *links_with(const char *prefix, const char *public_url)
{
    struct config_root root = {.name = "programme", .url_prefix = (char *)prefix};
    struct config config = {.roots = &root, .n_roots = 1, .public_url = (char *)public_url};
    return links_new(&config);
}

static inline json_t *parsed(struct buf *out)
{
    json_error_t error;
    json_t *value = json_loadb(out->data, out->len, JSON_REJECT_DUPLICATES, &error);
    if (value == NULL)
        fail_msg("%s at %d in %s", error.text, error.position, out->data);
    buf_free(out);
    return value;
}

static inline const char *text_of(const json_t *v, const char *key)
{
    const char *text = json_string_value(json_object_get(v, key));
    if (text == NULL)
        fail_msg("%s is no string", key);
    return text;
}

static inline json_int_t number_of(const json_t *v, const char *key)
{
    if (!json_is_integer(json_object_get(v, key)))
        fail_msg("%s is no whole number", key);
    return json_integer_value(json_object_get(v, key));
}

static inline bool is_null(const json_t *v, const char *key)
{
    return json_is_null(json_object_get(v, key));
}

#endif
