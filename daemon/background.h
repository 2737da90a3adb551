/* Going into the background the way that a shell expects: the command returns when the daemon
 * serves, or with its error and exit status if it cannot.
 */
#ifndef PROSPECT_BACKGROUND_H
#define PROSPECT_BACKGROUND_H

/* Forks; must be called before any thread or descriptor of consequence exists. The child returns
 * with a descriptor for background_ready(), in a session of its own; the parent waits for it and
 * exits with what it says. -1 where forking is impossible. */
int background_start(void);

/* Tells the waiting parent (FD of background_start()) that the daemon serves, and lets go of the
 * terminal: what went to it is appended to the file LOG from now on. A daemon that exits without
 * it passes its exit status to the parent. FD -1: nothing. */
void background_ready(int fd, const char *log);

#endif
