/* A plugin built for an ABI that never was. */
#include <prospect/plugin.h>

extern __attribute__((visibility("default"))) const prospect_plugin prospect_plugin_entry;
const prospect_plugin prospect_plugin_entry = {.abi = 4711, .name = "oldabi", .version = "1"};
