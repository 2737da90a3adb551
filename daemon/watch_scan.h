/* Reading folders: what is in them, in slices, so that whatever else there is to do is done in
 * between; and comparing it with the index or with what polling saw last.
 */
#ifndef PROSPECT_WATCH_SCAN_H
#define PROSPECT_WATCH_SCAN_H

#include "daemon/watch_core.h"

/* Begins and ends scans and polls whose time has come. */
void watch_scan_manage(struct watch_root *r);
/* Reads up to LIMIT entries; true if there is more to read. */
bool watch_scan_slice(struct watch_root *r, unsigned limit);
/* When watch_scan_manage() has something to do; -1: nothing is to be done. */
int64_t watch_scan_due(const struct watch_root *r);
/* A folder came into being as NAME in N, or is there after all. */
void watch_scan_new_folder(struct watch_root *r, struct watch_node *n, const char *name);
/* Whether a file was written to less than quiet_ms ago; *LEFT: how long it still has to wait. */
bool watch_scan_is_young(const struct watch_core *c, const struct stat *st, int64_t *left);
/* Whether the file system tells nothing of what others do in it. */
bool watch_scan_tells_nothing(int fd);

#endif
