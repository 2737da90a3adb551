/* The coming and going of the root folders themselves. */
#ifndef PROSPECT_WATCH_ROOTS_H
#define PROSPECT_WATCH_ROOTS_H

#include "daemon/watch_core.h"

/* Looks whether the root is (still, again) where it was, when it is time for that. */
void watch_roots_check(struct watch_root *r);

#endif
