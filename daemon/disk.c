#include "daemon/disk.h"

#include <sys/statvfs.h>

bool disk_judge(struct disk *d, uint64_t available, uint64_t total)
{
    bool was = d->low;
    d->wanted = total / 20 > d->reserve ? total / 20 : d->reserve;
    if (d->reserve == 0)
        d->low = false;
    else
        d->low = available < (was ? d->wanted + d->wanted / 10 : d->wanted);
    return d->low != was;
}

bool disk_look(struct disk *d, const char *path)
{
    struct statvfs s;
    if (statvfs(path, &s) != 0)
        return false;
    return disk_judge(d, (uint64_t)s.f_bavail * s.f_frsize, (uint64_t)s.f_blocks * s.f_frsize);
}
