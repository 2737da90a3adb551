/* A status and the line for people that travels beside it. */
#ifndef PROSPECT_BASE_ERROR_H
#define PROSPECT_BASE_ERROR_H

#include <prospect/status.h>

struct error {
    prospect_status status;
    char line[256]; /* one line, cut to fit at a character's end */
};

/* Fills ERROR (NULL is fine) and returns STATUS, so that `return error_set(...)` reads well. */
prospect_status error_set(struct error *error, prospect_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with ": " and the meaning of errno behind it. */
prospect_status error_sys(struct error *error, prospect_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
