/* Roots by their names. */
#include "daemon/scheduler_parts.h"

#include <string.h>

long scheduler_find_root(const struct scheduler *s, const char *name)
{
    if (!name)
        return s->config->n_roots == 1 ? 0 : -1;
    for (size_t i = 0; i < s->config->n_roots; i++)
        if (strcmp(s->config->roots[i].name, name) == 0)
            return (long)i;
    return -1;
}

prospect_status scheduler_no_root(const struct scheduler *s, const char *name, struct error *error)
{
    if (name)
        return error_set(error, PROSPECT_NOT_FOUND, "there is no root \"%s\"", name);
    return error_set(error, PROSPECT_NOT_FOUND, "there are %zu roots: name one",
                     s->config->n_roots);
}
