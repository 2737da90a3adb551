/* What a document yielded, and the list of plugins, printed: for people, or as JSON. */
#ifndef PROSPECT_WORKER_PRINT_H
#define PROSPECT_WORKER_PRINT_H

#include "daemon/extraction.h"

#include <stdbool.h>

struct worker_cost {
    uint64_t wall_ms, cpu_ms, peak_kib;
};

void worker_print_extraction(const char *file, const struct extraction *e,
                             const struct worker_cost *cost);
void worker_print_extraction_json(const char *file, const struct extraction *e,
                                  const struct worker_cost *cost);
void worker_print_plugins(const struct wire_plugin *plugins, size_t n);
void worker_print_plugins_json(const struct wire_plugin *plugins, size_t n);

#endif
