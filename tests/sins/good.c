/* What all others are not: a small plugin that tells what it was given. */
#include <prospect/plugin.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    char bytes[4096], line[128];
    const char *greeting = source->config(source, "greeting");
    ssize_t n = read(source->fd, bytes, sizeof bytes);
    prospect_unit unit = {.number = 1, .kind = PROSPECT_PAGE, .label = "i", .lang = "en-GB"};
    prospect_status status = sink->unit_begin(sink, &unit);
    if (n < 0 || (uint64_t)n != source->size)
        return sink->fail(sink, PROSPECT_IO, "the file is not as long as was said");
    if (status == PROSPECT_OK && greeting)
        status = sink->text(sink, PROSPECT_HEADING, greeting, strlen(greeting));
    if (status == PROSPECT_OK)
        status = sink->text(sink, PROSPECT_BODY, bytes, (size_t)n);
    if (status == PROSPECT_OK && job->want_boxes)
        status = sink->boxes(sink, &(prospect_box){0, 1, 0.25F, 0.5F, 1.5F, 0.75F}, 1);
    if (status == PROSPECT_OK)
        status = sink->unit_end(sink);
    snprintf(line, sizeof line, "time left: %s",
             source->remaining_ms(source) > 0 ? "some" : "none");
    source->log(source, line);
    if (status == PROSPECT_OK)
        status = sink->meta(sink, "title", source->name, "good:name", PROSPECT_GUESS);
    return status;
}

static const char *const mime[] = {"application/x-prospect-test-good", NULL};

PROSPECT_PLUGIN(.name = "good", .version = "1.0", .licence = "GPL-3.0-or-later", .mime = mime,
                .run = run);
