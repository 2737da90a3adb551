/* The table of configuration keys: which there are, what values they take, where these go. Used by
 * config.c only.
 */
#ifndef PROSPECT_CONFIG_KEYS_H
#define PROSPECT_CONFIG_KEYS_H

#include "daemon/config.h"

#include <stdbool.h>

/* True if the table has keys for SECTION (without its name: "root", "limits"). */
bool config_section_known(const char *section);
/* The names of sections, for people. */
const char *config_sections(void);
/* Sets KEY of SECTION in the struct at TARGET: a struct config, or a struct config_root for "root".
 * ERROR's line says what would be right. Relative paths are resolved against FOLDER. */
prospect_status config_key_set(void *target, const char *section, const char *key,
                               const char *value, const char *folder, struct error *error);
/* PATH, made absolute against FOLDER; the caller frees it. */
char *config_path(const char *path, const char *folder);
prospect_status config_log_level(const char *value, enum log_level *out, struct error *error);
/* "HOST:PORT" or "": PROSPECT_ARGUMENT for anything else. */
prospect_status config_address(const char *value, struct error *error);

#endif
