/* Whether the disk of the index is about to be full: documents are then no longer taken in, so that
 * there is room to commit, to take out what is deleted later, and for everybody else.
 */
#ifndef PROSPECT_DISK_H
#define PROSPECT_DISK_H

#include <stdbool.h>
#include <stdint.h>

struct disk {
    uint64_t reserve; /* bytes that are to stay free, or a twentieth of the disk if that is more;
                       * 0: any number will do */
    uint64_t wanted;  /* of them, as last judged */
    bool low;
};

/* Judges by what is free of TOTAL bytes. True if `low` changed: it begins below what is wanted, and
 * ends a tenth above it. Pure. */
bool disk_judge(struct disk *d, uint64_t available, uint64_t total);
/* The same with what the file system that holds the folder PATH says. A folder that cannot be asked
 * changes nothing. */
bool disk_look(struct disk *d, const char *path);

#endif
