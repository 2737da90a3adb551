/* A plugin that claims what `hostile` claims, with the same priority. */
#include <prospect/plugin.h>

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    (void)job;
    (void)source;
    return sink->fail(sink, PROSPECT_INTERNAL, "the twin was chosen");
}

static const char *const mime[] = {"text/plain", NULL};

PROSPECT_PLUGIN(.name = "twin", .version = "1", .licence = "GPL-3.0-or-later", .mime = mime,
                .priority = 100, .run = run);
