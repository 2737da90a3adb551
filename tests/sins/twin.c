/* Claims what another plugin claims, with the same priority. */
#include <prospect/plugin.h>

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    (void)job;
    (void)source;
    return sink->fail(sink, PROSPECT_INTERNAL, "the twin was asked");
}

static const char *const mime[] = {"application/x-prospect-test-good", NULL};

PROSPECT_PLUGIN(.name = "twin", .version = "1", .mime = mime, .run = run);
