/* Any bytes as a document of one of the built-in plugins: what comes keeps to the contract. Built
 * once for each plugin, with its sources; FUZZ_PLUGIN names the file that says of which types its
 * inputs are said to be (FUZZ_TYPES), and its seeds (FUZZ_SEEDS). */
#include "tests/fuzz/fuzz.h"
#include "tests/plugin_host.h"
#include FUZZ_PLUGIN

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const prospect_plugin prospect_plugin_entry;

const char *const fuzz_seeds[] = {FUZZ_SEEDS, NULL};

static const char *const types[] = {FUZZ_TYPES};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool warm;
    if (!warm && prospect_plugin_entry.warm_up)
        FUZZ_CHECK(prospect_plugin_entry.warm_up() == PROSPECT_OK);
    warm = true;
    if (size == 0)
        return 0;
    struct plugin_record record = {0};
    struct plugin_input input = {.mime = types[size % (sizeof types / sizeof *types)],
                                 .name = "fuzz",
                                 .bytes = (const char *)data,
                                 .length = size,
                                 .job = {.kind = PROSPECT_JOB_EXTRACT,
                                         .first_unit = 1,
                                         .last_unit = UINT32_MAX,
                                         .want_boxes = size & 1}};
    plugin_run(&prospect_plugin_entry, &input, &record);
    if (*record.nonsense)
        fprintf(stderr, "%s\n", record.nonsense);
    FUZZ_CHECK(!*record.nonsense);
    plugin_record_free(&record);
    return 0;
}
