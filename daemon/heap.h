/* The memory of the worker, which is the C library's. Fresh pages are dear, each of them a fault,
 * and many times as dear where a hypervisor has to help with each.
 */
#ifndef PROSPECT_HEAP_H
#define PROSPECT_HEAP_H

#include <stdint.h>

/* First of all: what is freed is kept, here and in all children, since a document's reader soon
 * ends. */
void heap_keep(void);

/* In a child, before it reads a document of SIZE bytes: if that will take much memory, the next
 * that is taken comes in huge pages, where the system has them (transparent_hugepage: madvise or
 * always). */
void heap_expect(uint64_t size);

#endif
