/* Requests to the daemon, by libcurl, which is used nowhere else. */
#ifndef PROSPECT_CLIENT_HTTP_H
#define PROSPECT_CLIENT_HTTP_H

#include "client/client.h"
#include "index/base/buf.h"

#include <jansson.h>

/* Adds "&name=value" (or "?", for the first) to URL, with VALUE percent-encoded: any bytes. */
void http_add(struct buf *url, const char *name, const char *value);

/* Asks for PATH by METHOD. STATUS_OK: *OUT is the answer, for the caller to json_decref(). Else a
 * line was printed on standard error, and this is the exit status: STATUS_UNREACHABLE where
 * nobody answers, STATUS_USAGE for what the daemon calls a bad request, STATUS_NOTHING for
 * anything else. With QUIET nothing is printed where nobody answers. */
int http_ask(const struct client *c, const char *method, const char *path, bool quiet,
             json_t **out);
/* The same, but prints the JSON answer as it came (with --json) or, where it has an "accepted",
 * the LINE. */
int http_order(const struct client *c, const char *path, const char *line);
/* The JSON as text on standard output, in the order of the answer. */
void http_print(const json_t *json);

#endif
