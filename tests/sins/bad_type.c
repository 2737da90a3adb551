#include <prospect/plugin.h>

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    (void)job;
    (void)source;
    (void)sink;
    return PROSPECT_OK;
}

static const char *const mime[] = {"text/plain; charset=utf-8", NULL};

PROSPECT_PLUGIN(.name = "bad-type", .version = "1", .mime = mime, .run = run);
