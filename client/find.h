/* Where the daemon listens, and where the other programs are. */
#ifndef PROSPECT_CLIENT_FIND_H
#define PROSPECT_CLIENT_FIND_H

#include "index/base/error.h"

/* The first of these Unix sockets on which somebody answers: $PROSPECT_SOCKET (then no other),
 * $XDG_RUNTIME_DIR/prospect/prospectd.sock, /run/prospect/prospectd.sock, and the one in a state
 * folder of this user's, if it is only one. The caller frees *OUT. */
prospect_status find_socket(char **out, struct error *error);

/* Runs PROGRAM ("prospect-worker", "prospectd") in this process's place with ARGV, whose first
 * word it fills in; returns only if that fails, having printed why, with an exit status. OVERRIDE
 * (NULL: none) is the program to run; else it is the one beside this program in a build tree, or
 * INSTALLED. */
int find_exec(const char *program, const char *override, const char *installed, char **argv);
/* The plugins of the build tree that this program runs in, for --plugin-dir; NULL where it is
 * installed. The caller frees it. */
char *find_built_plugins(void);

#endif
