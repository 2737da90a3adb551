/* Whose fault it is when the program dies of a signal of its own making (SIGSEGV and the like):
 * what the thread that dies had in hand. A mark in mapped memory says it to the next start of the
 * program. The signal then does what it would have done.
 */
#ifndef PROSPECT_BLAME_H
#define PROSPECT_BLAME_H

#include <stdint.h>

/* Catches the signals, for all threads; a second call does nothing. */
void blame_start(void);
/* From now on the calling thread's death sets *MARK to VALUE; NULL: it says nothing. The thread's
 * first call gives it a stack for the purpose, so that one that has run out of its own is noted. */
void blame_on(_Atomic uint32_t *mark, uint32_t value);
/* From now on the death of any thread sets *MARK to 1; NULL: it sets nothing. The calling thread
 * gets a stack as above. */
void blame_any(_Atomic uint32_t *mark);

#endif
