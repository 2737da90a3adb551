/* Descriptors sent with bytes over a Unix stream socket, as in unix(7). */
#ifndef PROSPECT_FDPASS_H
#define PROSPECT_FDPASS_H

#include <stddef.h>
#include <sys/types.h>

#define FDPASS_MAX 2 /* at once */

/* Sends some of BYTES and with the first of them the N (up to FDPASS_MAX) descriptors in FDS, which
 * stay the caller's. Returns how many bytes went, or -1 (errno); then no descriptor went either. */
ssize_t fdpass_send(int socket, const void *bytes, size_t length, const int *fds, size_t n);

#endif
