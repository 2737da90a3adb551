#include "index/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A cut inside a UTF-8 sequence would make the line invalid. */
static void cut_at_character(char *line, size_t size)
{
    size_t n = strnlen(line, size);
    if (n + 1 < size)
        return;
    while (n > 0 && ((unsigned char)line[n - 1] & 0xC0) == 0x80)
        n--;
    if (n > 0 && (unsigned char)line[n - 1] >= 0xC0)
        n--;
    line[n] = '\0';
}

static void fill(struct error *error, prospect_status status, const char *format, va_list args)
{
    error->status = status;
    vsnprintf(error->line, sizeof error->line, format, args);
    cut_at_character(error->line, sizeof error->line);
}

prospect_status error_set(struct error *error, prospect_status status, const char *format, ...)
{
    if (error) {
        va_list args;
        va_start(args, format);
        fill(error, status, format, args);
        va_end(args);
    }
    return status;
}

prospect_status error_sys(struct error *error, prospect_status status, const char *format, ...)
{
    int saved = errno;
    if (error) {
        char meaning[96];
        va_list args;
        va_start(args, format);
        fill(error, status, format, args);
        va_end(args);
        size_t n = strlen(error->line);
        snprintf(error->line + n, sizeof error->line - n, ": %s",
                 strerror_r(saved, meaning, sizeof meaning));
        cut_at_character(error->line, sizeof error->line);
    }
    return status;
}
