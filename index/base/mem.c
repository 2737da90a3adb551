#include "index/base/mem.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* jemalloc's, in the programs that are linked with it. */
extern int mallctl(const char *name, void *old, size_t *old_size, void *new, size_t new_size)
    __attribute__((weak));

void mem_give_back(void)
{
    static const char purge_all_arenas[] = "arena.4096.purge";
    if (mallctl)
        mallctl(purge_all_arenas, NULL, NULL, NULL, 0);
    else
        malloc_trim(0);
}

void mem_die(void)
{
    fputs("prospect: out of memory\n", stderr);
    abort();
}

void *mem_alloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        mem_die();
    return p;
}

void *mem_zalloc(size_t size)
{
    void *p = calloc(1, size ? size : 1);
    if (!p)
        mem_die();
    return p;
}

void *mem_resize(void *old, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        mem_die();
    size_t bytes = count * size;
    void *p = realloc(old, bytes > 0 ? bytes : 1);
    if (!p)
        mem_die();
    return p;
}

void *mem_dup(const void *bytes, size_t length)
{
    char *p = mem_alloc(length + 1);
    if (length)
        memcpy(p, bytes, length);
    p[length] = '\0';
    return p;
}

char *mem_strdup(const char *s)
{
    return s ? mem_dup(s, strlen(s)) : NULL;
}
