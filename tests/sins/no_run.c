#include <prospect/plugin.h>

static const char *const mime[] = {"application/x-prospect-test-no-run", NULL};

PROSPECT_PLUGIN(.name = "no-run", .version = "1", .mime = mime);
