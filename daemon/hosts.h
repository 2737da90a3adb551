/* Which names a client may call the daemon by on TCP. A page somewhere on the web can make a
 * browser ask us under its own name (DNS rebinding); it cannot make it lie about the name. Pure.
 */
#ifndef PROSPECT_HOSTS_H
#define PROSPECT_HOSTS_H

#include "index/base/strlist.h"

#include <sys/socket.h>

/* True if HOST, as the Host header or a whole URL has it ("name", "name:port", "[::1]:port"), is
 * the address LOCAL that the client reached us at, localhost, or ALLOWED (with a port: that port
 * only). */
bool hosts_accept(const char *host, const struct sockaddr *local, const struct strlist *allowed);
/* True if HOST can stand in an address without harm. */
bool hosts_sane(const char *host);
/* The host and port of a URL, to be freed; NULL if there is none. */
char *hosts_of_url(const char *url);

#endif
