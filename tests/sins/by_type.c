#include "tests/sins/sins.h"

#include <string.h>

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    const char *name = source->mime + strlen("application/x-prospect-test-");
    prospect_status status;
    (void)job;
    return sins_commit(name, strlen(name), sink, &status) ? status : PROSPECT_UNSUPPORTED;
}

static const char *const mime[] = {"application/x-prospect-test-*", NULL};

PROSPECT_PLUGIN(.name = "sins", .version = "1", .licence = "GPL-3.0-or-later", .mime = mime,
                .run = run);
