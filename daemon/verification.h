/* A look at the index in a process of its own, `prospectd --check --note`: what is damaged enough
 * can end whoever reads it, which is then what was found.
 */
#ifndef PROSPECT_VERIFICATION_H
#define PROSPECT_VERIFICATION_H

#include "index/base/error.h"

#include <stdbool.h>

struct verification;

enum verification_outcome {
    VERIFICATION_UNKNOWN, /* not at its end, or it could not be told */
    VERIFICATION_SOUND,
    VERIFICATION_DAMAGED
};

/* Starts it on the index in the state folder STATE: of everything, or QUICK, of the checksums of
 * blocks only. A PATIENT one takes disk and processor when nobody else wants them. */
prospect_status verification_new(struct verification **out, const char *state, bool quick,
                                 bool patient, struct error *error);
/* Readable when there is something for verification_read(); stays the verification's. */
int verification_fd(const struct verification *v);
/* Takes in what it has said, without waiting. True once it has ended. */
bool verification_read(struct verification *v);
/* The same, waiting up to TIMEOUT_MS for the end. */
bool verification_wait(struct verification *v, int timeout_ms);
bool verification_is_quick(const struct verification *v);
enum verification_outcome verification_outcome(const struct verification *v);
/* A line of what it found first; valid while V is. */
const char *verification_finding(const struct verification *v);
/* Ends it if it has not ended. */
void verification_free(struct verification **v);

#endif
