/* The rules that hold in a folder of a watched root, from the .prospect files on the way to it,
 * read when they are asked for. What was read is kept for the next folder on the same way.
 */
#ifndef PROSPECT_WATCH_RULES_H
#define PROSPECT_WATCH_RULES_H

#include "daemon/config.h"
#include "daemon/rules.h"
#include "daemon/watch_tree.h"

struct watch_rules;

void watch_rules_new(struct watch_rules **out, const struct config_root *root);
void watch_rules_free(struct watch_rules **r);
/* Forgets what was read. To be called whenever a file may have changed or a node was dropped. */
void watch_rules_forget(struct watch_rules *r);
/* The rules in folder N, beneath ROOT_FD; valid until the next call. */
const struct rules *watch_rules_at(struct watch_rules *r, int root_fd, const struct watch_node *n);
/* The digest of what holds for the file NAME in the folder open at FOLDER_FD, where RULES hold;
 * FOLDER_FD -1: in a folder that has no side-cars. */
void watch_rules_digest(const struct rules *rules, int folder_fd, const char *name,
                        uint8_t out[DIGEST_SIZE]);

#endif
