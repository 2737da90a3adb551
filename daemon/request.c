/* A target is split at its delimiters first and decoded then, so that an escaped '&' or '?' never
 * delimits. Decoding is that of the WHATWG URL standard's application/x-www-form-urlencoded parser.
 */
#include "daemon/request.h"

#include "index/base/buf.h"
#include "index/base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The decoded bytes, or NULL where there is a NUL among them. */
static char *decode(const char *text, size_t length, bool plus)
{
    struct buf out = {0};
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == '+' && plus) {
            c = ' ';
        } else if (c == '%' && i + 2 < length && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
            c = (char)(hex(text[i + 1]) << 4 | hex(text[i + 2]));
            i += 2;
        }
        if (c == '\0') {
            buf_free(&out);
            return NULL;
        }
        buf_addc(&out, c);
    }
    return buf_take(&out);
}

static prospect_status nul(struct error *error)
{
    return error_set(error, PROSPECT_ARGUMENT, "the address contains a NUL (%%00)");
}

static prospect_status add_parameter(struct request *r, const char *text, size_t length,
                                     struct error *error)
{
    if (length == 0)
        return PROSPECT_OK;
    if (r->count == REQUEST_PARAMETERS_MAX)
        return error_set(error, PROSPECT_LIMIT, "more than %d parameters", REQUEST_PARAMETERS_MAX);
    const char *equals = memchr(text, '=', length);
    size_t name = equals != NULL ? (size_t)(equals - text) : length;
    size_t skip = equals != NULL ? name + 1 : length;
    r->parameter = mem_resize(r->parameter, r->count + 1, sizeof *r->parameter);
    struct request_parameter *p = &r->parameter[r->count++];
    p->name = decode(text, name, true);
    p->value = decode(text + skip, length - skip, true);
    return p->name != NULL && p->value != NULL ? PROSPECT_OK : nul(error);
}

static prospect_status add_parameters(struct request *r, const char *text, size_t length,
                                      struct error *error)
{
    prospect_status status = PROSPECT_OK;
    const char *end = text + length;
    while (status == PROSPECT_OK && text < end) {
        const char *stop = memchr(text, '&', (size_t)(end - text));
        if (stop == NULL)
            stop = end;
        status = add_parameter(r, text, (size_t)(stop - text), error);
        text = stop + 1;
    }
    return status;
}

/* RFC 9112, 3.2.2: a server accepts whole URLs as well. */
static const char *skip_origin(struct request *r, const char *target)
{
    size_t scheme = strncasecmp(target, "http://", 7) == 0    ? 7
                    : strncasecmp(target, "https://", 8) == 0 ? 8
                                                              : 0;
    if (scheme == 0)
        return target;
    size_t length = strcspn(target + scheme, "/?#");
    r->authority = mem_dup(target + scheme, length);
    return target + scheme + length;
}

prospect_status request_parse(struct request *out, const char *target, struct error *error)
{
    *out = (struct request){0};
    if (strlen(target) > REQUEST_TARGET_MAX)
        return error_set(error, PROSPECT_LIMIT, "the address is longer than %d bytes",
                         REQUEST_TARGET_MAX);
    target = skip_origin(out, target);
    size_t path = strcspn(target, "?#");
    if (target[0] != '/' && !(out->authority != NULL && path == 0))
        return error_set(error, PROSPECT_ARGUMENT, "the address does not start with '/'");
    out->path = path > 0 ? decode(target, path, false) : mem_strdup("/");
    if (out->path == NULL)
        return nul(error);
    if (target[path] != '?')
        return PROSPECT_OK;
    const char *query = target + path + 1;
    return add_parameters(out, query, strcspn(query, "#"), error);
}

void request_free(struct request *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(r->parameter[i].name);
        free(r->parameter[i].value);
    }
    free(r->parameter);
    free(r->path);
    free(r->authority);
    *r = (struct request){0};
}

const char *request_get(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->parameter[i].name, name) == 0)
            return r->parameter[i].value;
    return NULL;
}

const char *request_value(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->parameter[i].name, name) == 0 && r->parameter[i].value[0] != '\0')
            return r->parameter[i].value;
    return NULL;
}

bool request_match(const char *path, const char *pattern, char *id)
{
    const char *hole = strstr(pattern, "{id}");
    if (hole == NULL)
        return strcmp(path, pattern) == 0;
    size_t before = (size_t)(hole - pattern);
    if (strncmp(path, pattern, before) != 0)
        return false;
    size_t length = strcspn(path + before, "/");
    if (length == 0 || length > 64 || strcmp(path + before + length, hole + 4) != 0)
        return false;
    memcpy(id, path + before, length);
    id[length] = '\0';
    return true;
}
