#include "index/base/strlist.h"

#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>

static void add_owned(struct strlist *l, char *s)
{
    l->item = mem_resize(l->item, l->count + 1, sizeof *l->item);
    l->item[l->count++] = s;
}

void strlist_add(struct strlist *l, const char *s)
{
    add_owned(l, mem_strdup(s));
}

bool strlist_has(const struct strlist *l, const char *s)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->item[i], s) == 0)
            return true;
    return false;
}

void strlist_add_once(struct strlist *l, const char *s)
{
    if (!strlist_has(l, s))
        strlist_add(l, s);
}

void strlist_split(struct strlist *l, const char *text, const char *separators)
{
    static const char blanks[] = " \t\r\n";
    while (*text) {
        size_t n = strcspn(text, separators);
        size_t from = strspn(text, blanks);
        size_t to = n;
        while (to > from && strchr(blanks, text[to - 1]))
            to--;
        if (from < to)
            add_owned(l, mem_dup(text + from, to - from));
        text += n + (text[n] != '\0');
    }
}

void strlist_copy(struct strlist *to, const struct strlist *from)
{
    struct strlist copy = {0};
    for (size_t i = 0; i < from->count; i++)
        strlist_add(&copy, from->item[i]);
    strlist_free(to);
    *to = copy;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void strlist_sort(struct strlist *l)
{
    if (l->count > 1)
        qsort(l->item, l->count, sizeof *l->item, by_bytes);
}

void strlist_free(struct strlist *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->item[i]);
    free(l->item);
    *l = (struct strlist){0};
}
