#include <prospect/plugin.h>

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    (void)job;
    (void)source;
    (void)sink;
    return PROSPECT_OK;
}

static const char *const mime[] = {"application/x-prospect-test-bad-name", NULL};

PROSPECT_PLUGIN(.name = "Not/A Name", .version = "1", .mime = mime, .run = run);
