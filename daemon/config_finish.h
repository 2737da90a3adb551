/* What nobody said, and what must fit together. Used by config.c only. */
#ifndef PROSPECT_CONFIG_FINISH_H
#define PROSPECT_CONFIG_FINISH_H

#include "daemon/config.h"

#ifndef PROSPECT_SYSCONFDIR
#define PROSPECT_SYSCONFDIR "/etc"
#endif
/* Read if neither a file nor a root is named, and it is there. */
#define CONFIG_DEFAULT_FILE PROSPECT_SYSCONFDIR "/prospect/prospect.conf"

struct config_lines {
    unsigned *root; /* where each root's path stands; 0: on the command line */
};

/* Values that a key replaces; strings come with config_finish(). */
void config_defaults(struct config *c);
/* Makes ROOT the one that the command line names: its name is the folder's. */
void config_only_root(struct config_root *root, const char *folder, const char *here);
/* FILE as it was given, for messages. */
prospect_status config_finish(struct config *c, const char *file, const struct config_lines *lines,
                              struct error *error);

#endif
