/* The plugins that the last run had, in the state folder: with them the first scan of a start can
 * tell what has not changed before the processes are ready that have the plugins. What those tell
 * counts then.
 */
#ifndef PROSPECT_KNOWN_PLUGINS_H
#define PROSPECT_KNOWN_PLUGINS_H

#include "daemon/wire.h"

/* False, and none, where none are known; the caller frees them. */
bool known_plugins_read(const char *state, struct wire_plugin **plugins, size_t *n);
/* Where that fails the next start takes a little longer. */
void known_plugins_write(const char *state, const struct wire_plugin *plugins, size_t n);

#endif
