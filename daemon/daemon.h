/* prospectd's parts put together: lock, workers, scheduler, watch, server; started, reloaded,
 * drained and stopped in an order in which none meets another that is gone.
 */
#ifndef PROSPECT_DAEMON_H
#define PROSPECT_DAEMON_H

#include "daemon/config.h"

struct daemon;

/* Starts everything on an event loop of its own. Takes *CONFIG over (it is NULL after, on failure
 * too). OPTIONS is what SIGHUP reads the configuration again with; its strings must outlive the
 * daemon. */
prospect_status daemon_new(struct daemon **out, struct config **config,
                           const struct config_options *options, struct error *error);
/* Serves until SIGTERM or SIGINT; a second one does not wait for what is in hand. False
 * where it could not go on. */
bool daemon_run(struct daemon *d);
/* Commits what was read, and ends everything. If a search does not end, it ends the process. */
void daemon_free(struct daemon **d);

#endif
