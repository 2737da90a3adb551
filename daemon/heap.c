#include <config.h>

#include "daemon/heap.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
    MAPPED = 8 << 20,    /* pieces of so many bytes are mapped, and given back */
    EXPECTED = 16 << 20, /* bytes in huge pages, of which those are taken that are used */
    HUGE_PAGE = 2 << 20,
    HEADER = 64, /* more than what stands before a piece */
    LARGE_DOCUMENT = 32 << 10
};

void heap_keep(void)
{
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_MMAP_THRESHOLD, MAPPED);
    mallopt(M_TOP_PAD, 256 << 10);
}

#ifndef PROSPECT_SANITIZED
/* Until the first huge page, all at the heap's end is kept from use. */
static void *before;

void heap_expect(uint64_t size)
{
    if (size < LARGE_DOCUMENT)
        return;
    mallopt(M_MMAP_THRESHOLD, 2 * EXPECTED);
    char *end = malloc(EXPECTED);
    if (end) {
        const size_t away = HUGE_PAGE - (uintptr_t)end % HUGE_PAGE;
        madvise(end + away, EXPECTED - HUGE_PAGE, MADV_HUGEPAGE);
        before = realloc(end, away > HEADER ? away - HEADER : 1);
    }
    mallopt(M_MMAP_THRESHOLD, MAPPED);
}
#else
void heap_expect(uint64_t size)
{
    (void)size;
}
#endif
