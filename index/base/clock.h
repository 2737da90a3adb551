/* The time: `steady` for waits and durations (CLOCK_MONOTONIC), `wall` for stamps. */
#ifndef PROSPECT_BASE_CLOCK_H
#define PROSPECT_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_steady_ns(void);
int64_t clock_steady_ms(void);
int64_t clock_wall_ns(void); /* since 1970 */

#endif
