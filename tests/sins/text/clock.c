/* A plugin for HTML whose text says when it ran: who sees the same text twice knows that the file
 * was not read again.
 */
#include <prospect/plugin.h>

#include <stdio.h>
#include <time.h>

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    const prospect_unit unit = {.number = 1, .kind = PROSPECT_SECTION};
    struct timespec now;
    char text[64];
    (void)job;
    (void)source;
    clock_gettime(CLOCK_REALTIME, &now);
    int n = snprintf(text, sizeof text, "tick %lld.%09ld", (long long)now.tv_sec, now.tv_nsec);
    prospect_status status = sink->unit_begin(sink, &unit);
    if (status == PROSPECT_OK)
        status = sink->text(sink, PROSPECT_BODY, text, (size_t)n);
    return status == PROSPECT_OK ? sink->unit_end(sink) : status;
}

static const char *const mime[] = {"text/html", NULL};

PROSPECT_PLUGIN(.name = "clock", .version = "1", .licence = "GPL-3.0-or-later", .mime = mime,
                .priority = 200, .run = run);
