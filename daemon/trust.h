/* Whether code may be loaded from a place: only if nobody but root and the user that this process
 * runs as could have put it there, or put something else in its place.
 */
#ifndef PROSPECT_TRUST_H
#define PROSPECT_TRUST_H

#include <stdbool.h>

/* NULL, and *RESOLVED (to be freed) the path without symbolic links, if PATH, a folder or a regular
 * file as FOLDER says, can be trusted; else the reason, for people, to be freed.
 *
 * It and every folder above it must belong to root or to this user, and nobody else may be able to
 * write to them. A group that is this user's own, with no other member, is nobody else. A folder
 * above it may be writable by all if it is sticky, as /tmp is: there, others can neither replace
 * nor remove what is ours. */
char *trust_objection(const char *path, bool folder, char **resolved);

#endif
