/* The plugins in use and the types that they claim: which of them reads a type, and whether what
 * read a file before is still the one. The one rule for the worker, which runs it, and for the
 * daemon, which has to know what is to be read again. Pure.
 */
#ifndef PROSPECT_CLAIMS_H
#define PROSPECT_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire_plugin;

struct claim {
    char *name, *version;
    char *types; /* "text/html text/x-*": MIME types and families, separated by blanks */
    int32_t priority;
};

/* A zeroed struct is empty. */
struct claims {
    struct claim *item;
    size_t count;
};

/* Replaces what C holds by PLUGINS, but for those that are refused. */
void claims_set(struct claims *c, const struct wire_plugin *plugins, size_t n);
void claims_copy(struct claims *to, const struct claims *from);
bool claims_same(const struct claims *a, const struct claims *b);
void claims_free(struct claims *c);

/* How closely the best of TYPES fits MIME: 0 not at all; a longer family beats a shorter, the type
 * itself any family. */
size_t claims_fit(const char *types, const char *mime);
/* Who reads MIME: the closest fit, and of those the highest priority. NULL: nobody. Valid as long
 * as C is not changed. */
const struct claim *claims_reader(const struct claims *c, const char *mime);

/* Whether a file of type MIME that was read by PLUGIN in VERSION would be read the same way now.
 * PLUGIN may be NULL (nobody read it), MIME too (it is not known). What was read by a plugin that
 * is there no more stays as it was while nobody else claims it. */
bool claims_current(const struct claims *c, const char *plugin, const char *version,
                    const char *mime);

#endif
