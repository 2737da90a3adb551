/* A row of strings, each owned by the row. A zeroed struct is an empty one. */
#ifndef PROSPECT_BASE_STRLIST_H
#define PROSPECT_BASE_STRLIST_H

#include <stdbool.h>
#include <stddef.h>

struct strlist {
    char **item;
    size_t count;
};

void strlist_add(struct strlist *l, const char *s); /* copies */
bool strlist_has(const struct strlist *l, const char *s);
void strlist_add_once(struct strlist *l, const char *s);
/* Adds the parts of TEXT between any of the bytes in SEPARATORS, blanks around each trimmed,
 * empty parts left out. */
void strlist_split(struct strlist *l, const char *text, const char *separators);
void strlist_copy(struct strlist *to, const struct strlist *from); /* frees what TO had */
void strlist_sort(struct strlist *l);                              /* by bytes */
void strlist_free(struct strlist *l);

#endif
