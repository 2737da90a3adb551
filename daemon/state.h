/* Where things lie when nobody says, and the one daemon per state folder.
 *
 * The state folder holds the index, the lock and whatever else outlives a run.
 */
#ifndef PROSPECT_STATE_H
#define PROSPECT_STATE_H

#include "index/base/error.h"

#include <stdbool.h>

/* The state folder for KEY, the path of what is served (a root's folder or a configuration file),
 * and NAME, a readable word of it: $XDG_STATE_HOME/prospect/NAME-HASH, or below ~/.local/state;
 * /var/lib/prospect for root with SYSTEM set and no XDG_STATE_HOME. The caller frees it. NULL if
 * there is not even a home. */
char *state_default_dir(const char *name, const char *key, bool system);
/* The socket: $XDG_RUNTIME_DIR/prospect/prospectd.sock; else /run/prospect/prospectd.sock for root
 * with SYSTEM set; else in the state folder. The caller frees it. */
char *state_default_socket(const char *state, bool system);

struct state_lock;

/* Makes the folder (and those above it, mode 0700) if need be, and takes the lock in it:
 * PROSPECT_LOCKED with "another prospectd (pid N) uses DIR". The lock holds until it is freed or
 * the process ends. */
prospect_status state_lock_new(struct state_lock **out, const char *dir, struct error *error);
void state_lock_free(struct state_lock **l);
/* Makes the folders above the file PATH. */
prospect_status state_make_parents(const char *path, struct error *error);

#endif
