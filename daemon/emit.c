/* A row of flags, one per depth, tells whether a comma is due; nothing else is kept. */
#include "daemon/emit.h"

#include "index/text/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void quote(struct buf *out, const char *text, size_t length)
{
    const char *end = text + length;
    buf_addc(out, '"');
    while (text < end) {
        const char *plain = text;
        while (text < end && (unsigned char)*text >= 0x20 && (unsigned char)*text < 0x7f &&
               *text != '"' && *text != '\\')
            text++;
        buf_add(out, plain, (size_t)(text - plain));
        if (text == end)
            break;
        uint32_t c = utf8_next(&text, end);
        if (c == '"' || c == '\\') {
            buf_addc(out, '\\');
            buf_addc(out, (char)c);
        } else if (c < 0x20 || c == 0x7f || c == 0x2028 || c == 0x2029) {
            buf_addf(out, "\\u%04x", (unsigned)c);
        } else {
            utf8_add(out, c);
        }
    }
    buf_addc(out, '"');
}

static void begin(struct emit *j, const char *key)
{
    if (j->more[j->depth])
        buf_addc(j->out, ',');
    j->more[j->depth] = true;
    if (key != NULL) {
        quote(j->out, key, strlen(key));
        buf_addc(j->out, ':');
    }
}

void emit_start(struct emit *j, struct buf *out)
{
    *j = (struct emit){.out = out};
}

static void nest(struct emit *j, const char *key, char open, char close)
{
    begin(j, key);
    if (j->depth + 1 == EMIT_DEPTH_MAX)
        abort();
    buf_addc(j->out, open);
    j->depth++;
    j->more[j->depth] = false;
    j->close[j->depth] = close;
}

void emit_object(struct emit *j, const char *key)
{
    nest(j, key, '{', '}');
}

void emit_array(struct emit *j, const char *key)
{
    nest(j, key, '[', ']');
}

void emit_end(struct emit *j)
{
    buf_addc(j->out, j->close[j->depth]);
    j->depth--;
}

void emit_text(struct emit *j, const char *key, const char *value, size_t length)
{
    begin(j, key);
    quote(j->out, value, length);
}

void emit_string(struct emit *j, const char *key, const char *value)
{
    if (value == NULL)
        emit_null(j, key);
    else
        emit_text(j, key, value, strlen(value));
}

void emit_uint(struct emit *j, const char *key, uint64_t value)
{
    begin(j, key);
    buf_addf(j->out, "%llu", (unsigned long long)value);
}

void emit_int(struct emit *j, const char *key, int64_t value)
{
    begin(j, key);
    buf_addf(j->out, "%lld", (long long)value);
}

void emit_decimal(struct emit *j, const char *key, double value, unsigned digits)
{
    static const unsigned scales[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    unsigned scale = scales[digits <= 6 ? digits : 6];
    double scaled = fabs(value) * scale + 0.5;
    if (!isfinite(value) || scaled >= 1e15) {
        emit_null(j, key);
        return;
    }
    uint64_t n = (uint64_t)scaled;
    begin(j, key);
    if (value < 0 && n > 0)
        buf_addc(j->out, '-');
    buf_addf(j->out, "%llu", (unsigned long long)(n / scale));
    if (digits > 0)
        buf_addf(j->out, ".%0*llu", (int)(digits <= 6 ? digits : 6),
                 (unsigned long long)(n % scale));
}

void emit_bool(struct emit *j, const char *key, bool value)
{
    begin(j, key);
    buf_adds(j->out, value ? "true" : "false");
}

void emit_null(struct emit *j, const char *key)
{
    begin(j, key);
    buf_adds(j->out, "null");
}

void emit_strings(struct emit *j, const char *key, const struct strlist *values)
{
    emit_array(j, key);
    for (size_t i = 0; i < values->count; i++)
        emit_string(j, NULL, values->item[i]);
    emit_end(j);
}

void emit_time(struct emit *j, const char *key, int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm;
    char text[40];
    if (seconds == 0 || gmtime_r(&t, &tm) == NULL || tm.tm_year > 9999 - 1900 ||
        tm.tm_year < 1 - 1900) {
        emit_null(j, key);
        return;
    }
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
             tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    emit_string(j, key, text);
}
