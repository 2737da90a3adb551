#include "daemon/framing.h"

#include <string.h>
#include <strings.h>

void framing_free(struct framing *f)
{
    buf_free(&f->head);
    *f = (struct framing){0};
}

bool framing_inside(const struct framing *f)
{
    return f->head.len > 0 || f->body_left > 0;
}

static bool refuse(struct framing *f, int code, const char *why)
{
    f->code = code;
    f->why = why;
    return false;
}

/* ---- the request line ------------------------------------------------------------------------ */

struct line {
    const char *text;
    size_t length;
};

static bool is_token(const char *text, size_t length)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                  "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < length; i++)
        if (!text[i] || !strchr(letters, text[i]))
            return false;
    return length > 0;
}

static bool equals(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && strncasecmp(text, word, length) == 0;
}

static bool is_one_of(struct line word, const char *const *words)
{
    for (; *words; words++)
        if (strlen(*words) == word.length && memcmp(*words, word.text, word.length) == 0)
            return true;
    return false;
}

/* The methods that evhttp reads a body of. */
static bool has_body(struct line method)
{
    static const char *const words[] = {"POST", "PUT", "PATCH", NULL};
    return is_one_of(method, words);
}

static bool check_target(struct framing *f, struct line method, struct line target)
{
    static const char *const options[] = {"OPTIONS", NULL};
    bool absolute =
        target.length > 7 && (strncasecmp(target.text, "http://", 7) == 0 ||
                              (target.length > 8 && strncasecmp(target.text, "https://", 8) == 0));
    bool star = target.length == 1 && *target.text == '*' && is_one_of(method, options);
    for (size_t i = 0; i < target.length; i++)
        if (target.text[i] <= ' ' || target.text[i] >= 127)
            return refuse(f, 400, "the target has bytes that have to be percent-encoded");
    return (target.length > 0 && *target.text == '/') || absolute || star ||
           refuse(f, 400, "the target is neither a path that begins with / nor an http address");
}

static bool check_request_line(struct framing *f, struct line line, struct line *method)
{
    static const char *const known[] = {"GET",    "HEAD",    "POST",  "PUT",     "PATCH",
                                        "DELETE", "OPTIONS", "TRACE", "CONNECT", NULL};
    const char *end = line.text + line.length, *first = memchr(line.text, ' ', line.length);
    const char *second = first ? memchr(first + 1, ' ', (size_t)(end - first - 1)) : NULL;
    if (!second || !is_token(line.text, (size_t)(first - line.text)))
        return refuse(f, 400, "the first line is not: METHOD TARGET HTTP/1.1");
    *method = (struct line){line.text, (size_t)(first - line.text)};
    struct line target = {first + 1, (size_t)(second - first - 1)};
    struct line version = {second + 1, (size_t)(end - second - 1)};
    static const char *const versions[] = {"HTTP/1.1", "HTTP/1.0", NULL};
    if (!is_one_of(version, versions))
        return refuse(f, version.length == 8 && memcmp(version.text, "HTTP/", 5) == 0 ? 505 : 400,
                      "the version is neither HTTP/1.1 nor HTTP/1.0");
    if (!is_one_of(*method, known))
        return refuse(f, 501, "no such method is known");
    return check_target(f, *method, target);
}

/* ---- headers --------------------------------------------------------------------------------- */

struct seen {
    unsigned hosts, lengths;
    uint64_t length;
};

static bool take_length(struct framing *f, struct line value, struct seen *seen)
{
    uint64_t n = 0;
    if (seen->lengths++ > 0)
        return refuse(f, 400, "Content-Length is given more than once");
    if (value.length == 0)
        return refuse(f, 400, "Content-Length is no number");
    for (size_t i = 0; i < value.length; i++) {
        if (value.text[i] < '0' || value.text[i] > '9')
            return refuse(f, 400, "Content-Length is no number");
        n = n * 10 + (uint64_t)(value.text[i] - '0');
        if (n > FRAMING_BODY_MAX)
            return refuse(f, 413, "the body has more than 64 KiB");
    }
    seen->length = n;
    return true;
}

static struct line trimmed(const char *text, size_t length)
{
    while (length > 0 && (*text == ' ' || *text == '\t'))
        text++, length--;
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    return (struct line){text, length};
}

static bool check_header(struct framing *f, struct line line, struct seen *seen)
{
    const char *colon = memchr(line.text, ':', line.length);
    size_t name = colon ? (size_t)(colon - line.text) : 0;
    if (*line.text == ' ' || *line.text == '\t')
        return refuse(f, 400, "a header goes on in the next line");
    if (!colon || !is_token(line.text, name))
        return refuse(f, 400, "a header is not: NAME: VALUE");
    struct line value = trimmed(colon + 1, line.length - name - 1);
    if (equals(line.text, name, "Transfer-Encoding"))
        return refuse(f, 400, "Transfer-Encoding is not taken: send a Content-Length");
    if (equals(line.text, name, "Content-Length"))
        return take_length(f, value, seen);
    if (equals(line.text, name, "Host") && seen->hosts++ > 0)
        return refuse(f, 400, "Host is given more than once");
    return true;
}

/* The head is complete: its lines end with CR LF, the last of them empty. */
static bool check_head(struct framing *f)
{
    struct seen seen = {0};
    struct line method = {0};
    const char *at = f->head.data;
    for (bool first = true;; first = false) {
        const char *end = strchr(at, '\r'); /* no NUL and no bare CR came this far */
        struct line line = {at, (size_t)(end - at)};
        if (!first && line.length == 0)
            break;
        if (!(first ? check_request_line(f, line, &method) : check_header(f, line, &seen)))
            return false;
        at = end + 2;
    }
    if (seen.length > 0 && !has_body(method))
        return refuse(f, 400, "this method has no body");
    f->body_left = seen.length;
    f->requests += seen.length == 0;
    buf_clear(&f->head);
    return true;
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static bool take_byte(struct framing *f, char c)
{
    char last = f->head.len > 0 ? f->head.data[f->head.len - 1] : '\0';
    if (c == '\n' ? last != '\r' : last == '\r')
        return refuse(f, 400, "a line does not end with CR LF");
    if ((unsigned char)c < ' ' && c != '\r' && c != '\n' && c != '\t')
        return refuse(f, 400, "there is a control byte in the head");
    if (f->head.len >= FRAMING_HEAD_MAX)
        return refuse(f, 431, "request line and headers have more than 8 KiB");
    buf_addc(&f->head, c);
    return true;
}

static bool head_ends(const struct framing *f)
{
    return f->head.len >= 4 && memcmp(f->head.data + f->head.len - 4, "\r\n\r\n", 4) == 0;
}

void framing_feed(struct framing *f, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length && !f->code;) {
        if (f->body_left > 0) {
            size_t n = length - i < f->body_left ? length - i : (size_t)f->body_left;
            f->body_left -= n;
            f->requests += f->body_left == 0;
            i += n;
        } else if (take_byte(f, bytes[i++]) && head_ends(f)) {
            check_head(f);
        }
    }
}
