/* After a fatal signal the program is started anew in the same process, with the same arguments:
 * who waits for it, a service manager or a shell, need not notice. The new life knows of it.
 */
#ifndef PROSPECT_REVIVE_H
#define PROSPECT_REVIVE_H

#include <stdbool.h>

/* From now on. ARGV must stay. Not where systemd has opened the sockets, which it alone can do
 * again; nor in builds with sanitizers, which have more to say of such an end. */
void revive_install(char **argv);
/* Each thread that reads the index calls it once: what has no stack left cannot be revived else. */
void revive_thread(void);
/* The signal that ended the life before; 0: none did. */
int revive_signal(void);
/* Waits, a second at most, for the processes that the life before has left: they end with it, and
 * are children of this one. Before it has others. */
void revive_bury(void);

#endif
