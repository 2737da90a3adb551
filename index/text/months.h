/* The months by their names in the languages that prospect knows, in the cases that dates use. */
#ifndef PROSPECT_TEXT_MONTHS_H
#define PROSPECT_TEXT_MONTHS_H

#include <stddef.h>

#define MONTHS_READINGS 2 /* listopad is October to Croats, November to Poles and Czechs */

/* The months, 1 to 12, that NAME (folded with FOLD_ALL) may be; how many. */
size_t months_named(const char *name, size_t length, int months[MONTHS_READINGS]);

#endif
