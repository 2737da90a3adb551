/* A plugin that does whatever the first word of a text says: each of them a sin that must cost
 * nothing but its own document. Any other text is read as it is.
 */
#include <prospect/plugin.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef HOSTILE_VERSION
#define HOSTILE_VERSION "1"
#endif

static const char words[] = "hostile plugin version " HOSTILE_VERSION " speaking\n";

static prospect_status begin(prospect_sink *sink, uint32_t number)
{
    const prospect_unit unit = {.number = number, .kind = PROSPECT_PAGE};
    return sink->unit_begin(sink, &unit);
}

static prospect_status page(prospect_sink *sink, uint32_t number, const char *text, size_t length)
{
    prospect_status status = begin(sink, number);
    if (status == PROSPECT_OK)
        status = sink->text(sink, PROSPECT_BODY, words, sizeof words - 1);
    if (status == PROSPECT_OK)
        status = sink->text(sink, PROSPECT_BODY, text, length);
    return status == PROSPECT_OK ? sink->unit_end(sink) : status;
}

static prospect_status crash(prospect_sink *sink)
{
    page(sink, 1, "before the crash", 16);
    raise(SIGSEGV);
    return PROSPECT_OK;
}

_Noreturn static prospect_status hang(prospect_sink *sink)
{
    page(sink, 1, "before the hang", 15);
    for (;;)
        sleep(1000);
}

_Noreturn static prospect_status spin(prospect_sink *sink)
{
    (void)sink;
    for (volatile unsigned long i = 0;; i++)
        ;
}

/* For ever, whatever the host answers. */
_Noreturn static prospect_status flood(prospect_sink *sink)
{
    static char block[65536];
    memset(block, 'x', sizeof block);
    for (size_t i = 7; i < sizeof block; i += 8)
        block[i] = ' ';
    begin(sink, 1);
    for (;;)
        sink->text(sink, PROSPECT_BODY, block, sizeof block);
}

_Noreturn static prospect_status eat(prospect_sink *sink)
{
    size_t size = (size_t)16 << 20;
    page(sink, 1, "before the meal", 15);
    for (char *p; (p = malloc(size)) != NULL;)
        memset(p, 1, size);
    abort();
}

static prospect_status leave(prospect_sink *sink)
{
    page(sink, 1, "before leaving", 14);
    _exit(0);
}

static prospect_status disorder(prospect_sink *sink)
{
    page(sink, 7, "the seventh page", 16);
    page(sink, 3, "the third page", 14);
    return sink->unit_end(sink);
}

static prospect_status bytes(prospect_sink *sink)
{
    static const char text[] = "good words \xff\xfe\xc0\xaf\xed\xa0\x80 between bad bytes";
    return page(sink, 1, text, sizeof text - 1);
}

/* Straight into the socket, past the sink. */
static prospect_status nonsense(prospect_sink *sink)
{
    static const char junk[] = "\xff\xff\xff\xff\xff\xff\xff\x7fthis is no frame";
    page(sink, 1, "before the nonsense", 19);
    for (int fd = 3; fd < 64; fd++)
        if (write(fd, junk, sizeof junk) < 0)
            continue;
    return PROSPECT_OK;
}

/* No sin: "nest WORDS" holds a document with the text WORDS. */
static prospect_status nest(prospect_sink *sink, const char *text)
{
    prospect_status status = page(sink, 1, "a nest", 6);
    if (status == PROSPECT_OK)
        status = sink->child_begin(sink, "in/a.txt", 8, "text/plain");
    if (status == PROSPECT_OK)
        status = sink->child_data(sink, text, strlen(text));
    return status == PROSPECT_OK ? sink->child_end(sink) : status;
}

static const struct {
    const char *word;
    prospect_status (*sin)(prospect_sink *);
} sins[] = {{"crash", crash}, {"hang", hang},         {"spin", spin},
            {"flood", flood}, {"eat", eat},           {"leave", leave},
            {"bytes", bytes}, {"disorder", disorder}, {"nonsense", nonsense}};

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    char text[4096];
    ssize_t n = pread(source->fd, text, sizeof text - 1, 0);
    (void)job;
    if (n < 0)
        return sink->fail(sink, PROSPECT_IO, "the file cannot be read");
    text[n] = '\0';
    for (size_t i = 0; i < sizeof sins / sizeof *sins; i++)
        if (strncmp(text, sins[i].word, strlen(sins[i].word)) == 0)
            return sins[i].sin(sink);
    if (strncmp(text, "nest ", 5) == 0)
        return nest(sink, text + 5);
    return page(sink, 1, text, (size_t)n);
}

static const char *const mime[] = {"text/plain", NULL};

PROSPECT_PLUGIN(.name = "hostile", .version = HOSTILE_VERSION, .licence = "GPL-3.0-or-later",
                .mime = mime, .priority = 100, .run = run);
