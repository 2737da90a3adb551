/* Does not get warm. */
#include <prospect/plugin.h>

static prospect_status warm_up(void)
{
    return PROSPECT_NOT_FOUND;
}

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    (void)job;
    (void)source;
    (void)sink;
    return PROSPECT_OK;
}

static const char *const mime[] = {"application/x-prospect-test-cold", NULL};

PROSPECT_PLUGIN(.name = "cold", .version = "1", .mime = mime, .warm_up = warm_up, .run = run);
