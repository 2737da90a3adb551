/* Looking at one path, on whatever thread: the work behind inspect.h. */
#ifndef PROSPECT_INSPECT_FILE_H
#define PROSPECT_INSPECT_FILE_H

#include "daemon/inspect.h"
#include "daemon/rules.h"
#include "index/index.h"

struct inspect_root {
    char *path; /* resolved once */
    const char *name;
    struct rules rules; /* of the configuration */
};

/* The folder itself, which may be gone and come back: opened anew each time. -1 and errno. */
int inspect_file_root(const struct inspect_root *root);

/* Fills OUT (zeroed, but for its tag). READER may be NULL: then nothing is known. Where the root
 * itself is missing, or the index has nothing of what is gone, the outcome is INSPECT_UNCHANGED. */
void inspect_file(const struct inspect_root *root, struct index_reader *reader,
                  uint64_t max_file_size, const struct inspect_request *request,
                  struct inspect_result *out);

/* O_PATH and fstat first, so that only a regular file is ever opened for reading. */
prospect_status inspect_file_open(int root_fd, const char *path, int *fd, struct stat *st,
                                  struct error *error);

#endif
