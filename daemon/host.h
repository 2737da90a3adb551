/* Plugins: found, checked, explained; and run on one document. In the worker program only. dlopen
 * is used nowhere else.
 */
#ifndef PROSPECT_HOST_H
#define PROSPECT_HOST_H

#include "daemon/wire.h"

struct host;

/* Loads every *.so in DIRECTORIES (separated by ':'), in order of file name. A plugin that cannot
 * be used stays in the list with the reason: wrong ABI ("built for ABI 1, this prospect has 0"),
 * no prospect_plugin_entry symbol, no run function, a type that another claims with the same
 * priority, a directory or file that others may write to (trust.h), a warm-up that failed. */
void host_new(struct host **out, const char *directories);
/* A host of the same plugins, of which only those with up to OBJECTS shared objects of their own
 * are loaded here. INFO and N are host_plugins() of one that has loaded all. */
void host_new_light(struct host **out, const struct wire_plugin *info, size_t n, uint32_t objects);
void host_free(struct host **h);
const struct wire_plugin *host_plugins(const struct host *h, size_t *n);

/* The plugin for a MIME type: an exact claim before a family, then the higher priority. NULL if
 * none. */
const prospect_plugin *host_find(const struct host *h, const char *mime);
/* Whether who reads MIME was left out of a light host. */
bool host_left_out(const struct host *h, const char *mime);

#endif
