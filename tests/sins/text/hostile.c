/* A plugin for texts: one that begins with the name of a sin is read that way, which must cost
 * nothing but its own document. Any other text is read as it is.
 */
#include "tests/sins/sins.h"

#include <string.h>
#include <unistd.h>

#ifndef HOSTILE_VERSION
#define HOSTILE_VERSION "1"
#endif

static const char words[] = "hostile plugin version " HOSTILE_VERSION " speaking\n";

static prospect_status page(prospect_sink *sink, const char *text, size_t length)
{
    const prospect_unit unit = {.number = 1, .kind = PROSPECT_PAGE};
    prospect_status status = sink->unit_begin(sink, &unit);
    if (status == PROSPECT_OK)
        status = sink->text(sink, PROSPECT_BODY, words, sizeof words - 1);
    if (status == PROSPECT_OK)
        status = sink->text(sink, PROSPECT_BODY, text, length);
    return status == PROSPECT_OK ? sink->unit_end(sink) : status;
}

/* No sin: "nest WORDS" holds a document with the text WORDS. */
static prospect_status nest(prospect_sink *sink, const char *text)
{
    prospect_status status = page(sink, "a nest", 6);
    if (status == PROSPECT_OK)
        status = sink->child_begin(sink, "in/a.txt", 8, "text/plain");
    if (status == PROSPECT_OK)
        status = sink->child_data(sink, text, strlen(text));
    return status == PROSPECT_OK ? sink->child_end(sink) : status;
}

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    char text[4096];
    prospect_status status;
    ssize_t n = pread(source->fd, text, sizeof text - 1, 0);
    (void)job;
    if (n < 0)
        return sink->fail(sink, PROSPECT_IO, "the file cannot be read");
    text[n] = '\0';
    if (sins_commit(text, strcspn(text, " \n"), sink, &status))
        return status;
    if (strncmp(text, "nest ", 5) == 0)
        return nest(sink, text + 5);
    return page(sink, text, (size_t)n);
}

static const char *const mime[] = {"text/plain", NULL};

PROSPECT_PLUGIN(.name = "hostile", .version = HOSTILE_VERSION, .licence = "GPL-3.0-or-later",
                .mime = mime, .priority = 100, .run = run);
