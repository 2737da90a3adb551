/* Built for another prospect: nothing of it but the number may be read. */
#include <stdint.h>

struct foreign {
    uint32_t abi;
    const char *nonsense[12];
};

extern __attribute__((visibility("default"))) const struct foreign prospect_plugin_entry;
const struct foreign prospect_plugin_entry = {
    99, {(const char *)8, (const char *)16, (const char *)24, (const char *)32}};
