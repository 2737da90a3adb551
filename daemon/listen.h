/* The sockets that the daemon listens on, opened. No evhttp here.
 */
#ifndef PROSPECT_LISTEN_H
#define PROSPECT_LISTEN_H

#include "daemon/config.h"

#include <stdbool.h>
#include <sys/types.h>

#define LISTEN_MAX 16

struct listen_socket {
    int fd;       /* non-blocking, listening; -1 once somebody else has taken it over */
    char *path;   /* of a Unix socket that we made, to be removed in the end; else NULL */
    dev_t device; /* which file it was */
    ino_t inode;
};

struct listen_set {
    struct listen_socket item[LISTEN_MAX];
    unsigned count;
    char *address; /* "http://127.0.0.1:7700/" of the first TCP socket; NULL: there is none */
};

/* Takes those that systemd passed (sd_listen_fds(3)), or else binds what CONFIG says. A Unix
 * socket that nobody answers on is taken to be left over and replaced; everybody on the machine
 * may connect to ours. PROSPECT_LOCKED where somebody else has the socket or port. */
prospect_status listen_open(struct listen_set *out, const struct config *config,
                            struct error *error);
/* Closes what is left, and removes the Unix socket if it is still ours. */
void listen_close(struct listen_set *s);

#endif
