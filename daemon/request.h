/* What a client asks for: the target of an HTTP request, taken apart. Pure.
 */
#ifndef PROSPECT_REQUEST_H
#define PROSPECT_REQUEST_H

#include "index/base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define REQUEST_TARGET_MAX     8192 /* bytes, as sent */
#define REQUEST_PARAMETERS_MAX 128

struct request_parameter {
    char *name;
    char *value; /* bytes without NUL; not necessarily UTF-8 */
};

struct request {
    char *path;      /* starts with '/'; escapes undone */
    char *authority; /* "host:port" where the target was a whole URL; else NULL */
    struct request_parameter *parameter;
    size_t count;
};

/* Takes TARGET apart: "/path?name=value&..." or the same behind "http://host". Percent escapes are
 * undone, and '+' is a blank in parameters; what is no escape ("100%") stays as it is. A fragment
 * is left out. PROSPECT_ARGUMENT for an escaped NUL and for what is no such target;
 * PROSPECT_LIMIT for one that is too large. OUT is to be freed with request_free() in any case. */
prospect_status request_parse(struct request *out, const char *target, struct error *error);
void request_free(struct request *r);

/* The first value of NAME; NULL if there is none. */
const char *request_get(const struct request *r, const char *name);
/* The same, but an empty value counts as none, as HTML forms send empty fields. */
const char *request_value(const struct request *r, const char *name);

/* Matches PATH with PATTERN, in which "{id}" stands for one segment of 1 to 64 bytes, which is
 * copied to ID (65 bytes). */
bool request_match(const char *path, const char *pattern, char *id);

#endif
