/* Reads a type that the sins claim as a family, and one that it claims as a family itself. */
#include <prospect/plugin.h>

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    (void)job;
    (void)source;
    return sink->fail(sink, PROSPECT_LIMIT, "the preferred was asked");
}

static const char *const mime[] = {"application/x-prospect-test-exact",
                                   "application/x-prospect-test-*", NULL};

PROSPECT_PLUGIN(.name = "preferred", .version = "1", .mime = mime, .priority = -5, .run = run);
