#include "daemon/log.h"

#include "index/base/buf.h"
#include "index/text/utf8.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    LINE_MAX_BYTES = 2000
};

static const char *the_program = "prospect";
static atomic_int the_level = LOG_INFO;
static int to_journal;

void log_start(const char *program, enum log_level level, int journal)
{
    the_program = program;
    to_journal = journal;
    log_set_level(level);
}

void log_set_level(enum log_level level)
{
    atomic_store(&the_level, level);
}

static void add_head(struct buf *line, enum log_level level)
{
    static const struct {
        int syslog;
        const char *word;
    } levels[] = {{3, "error"}, {4, "warning"}, {6, "info"}, {7, "debug"}};
    if (to_journal) {
        buf_addf(line, "<%d>%s: ", levels[level].syslog, the_program);
        return;
    }
    time_t now = time(NULL);
    struct tm tm;
    char text[32] = "";
    if (localtime_r(&now, &tm))
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
    buf_addf(line, "%s %s %s: ", text, the_program, levels[level].word);
}

/* C1 controls (U+0080 to U+009F) move a terminal's cursor as well as the C0 ones do; the
 * separators U+2028 and U+2029 end a line for some readers, and the marks that turn the direction
 * of writing make a line read other than it is. */
static int is_unsafe(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static void add_escaped(struct buf *line, const char *s, size_t length)
{
    for (const char *at = s, *end = s + length; at < end;) {
        const char *from = at;
        uint32_t c = utf8_next(&at, end);
        if (!is_unsafe(c) && utf8_valid(from, (size_t)(at - from))) {
            buf_add(line, from, (size_t)(at - from));
            continue;
        }
        for (; from < at; from++)
            buf_addf(line, "\\x%02x", (unsigned char)*from);
    }
}

/* One write(2) for each line, so that lines of several threads and processes never mix. */
static void write_line(const struct buf *line)
{
    for (size_t at = 0; at < line->len;) {
        ssize_t n = write(STDERR_FILENO, line->data + at, line->len - at);
        if (n <= 0)
            return;
        at += (size_t)n;
    }
}

void log_line(enum log_level level, const char *format, ...)
{
    if ((int)level > atomic_load(&the_level))
        return;
    char text[LINE_MAX_BYTES + 1];
    va_list args;
    va_start(args, format);
    int whole = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (whole < 0)
        return;
    struct buf line = {0};
    add_head(&line, level);
    size_t length = strlen(text);
    if ((size_t)whole > length)
        length = utf8_cut(text, length);
    add_escaped(&line, text, length);
    if ((size_t)whole > length)
        buf_addf(&line, " ... (%zu bytes cut)", (size_t)whole - length);
    buf_addc(&line, '\n');
    write_line(&line);
    buf_free(&line);
}
