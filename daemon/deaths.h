/* How often the daemon has died of a fatal signal lately, from one life to the next: in the file
 * `deaths` of the state folder. What it served may have been the cause; what is to be done about
 * that is told here too. Pure but for that file.
 */
#ifndef PROSPECT_DEATHS_H
#define PROSPECT_DEATHS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    DEATHS_MEMORY_S = 3600, /* after so long without another, they are forgotten */
    DEATHS_VERIFY = 2,      /* so many: it is verified before it is served again */
    DEATHS_ANEW = 3, /* nothing was found, and it died again: it is filled anew all the same */
    DEATHS_WAIT = 5  /* from here on it waits, so that the machine has something of it as well */
};

/* Another one at NOW, seconds since 1970. */
void deaths_add(const char *state, int64_t now);
unsigned deaths_count(const char *state, int64_t now);
/* Seconds to wait before the next life, at most a minute. */
unsigned deaths_wait(unsigned count);

#endif
