#include "daemon/log.h"

#include "index/base/buf.h"
#include "index/base/clock.h"
#include "index/text/utf8.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    LINE_MAX_BYTES = 2000,
    KINDS = 128, /* more share the last place */
    A_MINUTE = 100,
    MINUTE_MS = 60000,
    EXAMPLE = 160
};

/* Lines of one format, in the minute that runs from `since`. */
struct kind {
    const char *format; /* NULL: of no kind yet */
    enum log_level level;
    int64_t since;
    unsigned lines;
    unsigned long long left_out;
    char last[EXAMPLE]; /* of those left out */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct kind kinds[KINDS];

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

static void put(enum log_level level, const char *text, size_t whole)
{
    struct buf line = {0};
    size_t length = strlen(text);
    add_head(&line, level);
    if (whole > length)
        length = utf8_cut(text, length);
    add_escaped(&line, text, length);
    if (whole > length)
        buf_addf(&line, " ... (%zu bytes cut)", whole - length);
    buf_addc(&line, '\n');
    write_line(&line);
    buf_free(&line);
}

/* ---- floods ---------------------------------------------------------------------------------- */

static void tell(struct kind *k)
{
    char text[EXAMPLE + 100];
    int length = snprintf(text, sizeof text, "%llu more like this were left out, the last: %s",
                          k->left_out, k->last);
    k->left_out = 0;
    put(k->level, text, (size_t)length);
}

static void tell_all(int64_t now, bool unfinished)
{
    for (size_t i = 0; i < KINDS && kinds[i].format; i++)
        if (kinds[i].left_out > 0 && (unfinished || now - kinds[i].since >= MINUTE_MS))
            tell(&kinds[i]);
}

static struct kind *kind_of(const char *format)
{
    size_t i = 0;
    while (i < KINDS - 1 && kinds[i].format && kinds[i].format != format)
        i++;
    kinds[i].format = format;
    return &kinds[i];
}

/* True if the line is to be written; else it is counted. */
static bool has_room(enum log_level level, const char *format, const char *text, int64_t now)
{
    struct kind *k = kind_of(format);
    if (k->lines == 0 || now - k->since >= MINUTE_MS) {
        k->since = now;
        k->lines = 0;
    }
    if (k->lines < A_MINUTE) {
        k->lines++;
        return true;
    }
    k->left_out++;
    k->level = level;
    size_t length = utf8_cut(text, strnlen(text, sizeof k->last - 1));
    memcpy(k->last, text, length);
    k->last[length] = '\0';
    return false;
}

void log_left_out(bool all)
{
    pthread_mutex_lock(&lock);
    tell_all(clock_steady_ms(), all);
    pthread_mutex_unlock(&lock);
}

void log_line(enum log_level level, const char *format, ...)
{
    char text[LINE_MAX_BYTES + 1];
    va_list args;
    if ((int)level > atomic_load(&the_level))
        return;
    va_start(args, format);
    int whole = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (whole < 0)
        return;
    if (level == LOG_DEBUG) {
        put(level, text, (size_t)whole);
        return;
    }
    pthread_mutex_lock(&lock);
    int64_t now = clock_steady_ms();
    tell_all(now, false);
    bool written = has_room(level, format, text, now);
    pthread_mutex_unlock(&lock);
    if (written)
        put(level, text, (size_t)whole);
}
