#include "daemon/watch_event.h"

#include <stdlib.h>

void watch_event_free(struct watch_event **e)
{
    if (!*e)
        return;
    free((*e)->path);
    free(*e);
    *e = NULL;
}
