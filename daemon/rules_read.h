/* Folder files and side-cars, read from the tree they stand in. One that is there and cannot be
 * read hides what it speaks of.
 */
#ifndef PROSPECT_RULES_READ_H
#define PROSPECT_RULES_READ_H

#include "daemon/rules.h"

/* As rules_enter(), with the folder's .prospect file. */
prospect_status rules_read_folder(struct rules *out, const struct rules *parent, int root_fd,
                                  const char *folder, struct error *error);
/* As rules_of_file(), with the side-car of the file at PATH. */
prospect_status rules_read_side_car(struct rules *out, const struct rules *folder, int root_fd,
                                    const char *path, struct error *error);

#endif
