/* Memory that cannot run out quietly: these functions return what was asked for or end the process
 * with one line on standard error. For allocations whose size we choose or have capped; sizes that
 * a document or a client chooses are checked against a limit before they come here.
 */
#ifndef PROSPECT_BASE_MEM_H
#define PROSPECT_BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);                           /* uninitialised; size 0 is 1 */
void *mem_zalloc(size_t size);                          /* zeroed */
void *mem_resize(void *old, size_t count, size_t size); /* count * size, checked for overflow */
char *mem_strdup(const char *s);                        /* NULL gives NULL */
void *mem_dup(const void *bytes, size_t length);        /* a copy, with a NUL behind it */
void mem_give_back(void);                               /* what was freed, to the system */
_Noreturn void mem_die(void);

#endif
