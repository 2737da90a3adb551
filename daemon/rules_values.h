/* What values in folder files and side-cars may be, and the patterns of `ignore`. Pure. */
#ifndef PROSPECT_RULES_VALUES_H
#define PROSPECT_RULES_VALUES_H

#include "index/base/strlist.h"

#include <stdbool.h>

bool rules_key_known(const char *key, bool side_car);
/* The metadata term for a key: "lang" is "language". */
const char *rules_term(const char *key);
/* At least one group; no blanks and control characters in any. */
bool rules_groups_are_good(const struct strlist *groups);
/* The value in its one form, the caller's to free; NULL if it is none. */
char *rules_date(const char *text);
char *rules_lang(const char *text);
char *rules_type(const char *text);
/* Adds PATTERN as FOLDER (relative to the root, "" for the root) says it: kept as "FOLDER/PATTERN",
 * or "FOLDER//PATTERN" where it has no '/' and holds for names at any depth. */
void rules_add_pattern(struct strlist *patterns, const char *folder, const char *pattern);
bool rules_pattern_matches(const char *kept, const char *path);

#endif
