/* The parameters of /search, checked and made into what the index takes. Pure.
 *
 * Every value out of bounds is refused with a line that says what would be right; names that are
 * not known are ignored, since later versions may add some; an empty value counts as none.
 */
#ifndef PROSPECT_PARAMS_H
#define PROSPECT_PARAMS_H

#include "daemon/request.h"
#include "index/index.h"

#define PARAMS_SIZE_MAX    100
#define PARAMS_REACH_MAX   1000 /* from + size */
#define PARAMS_VALUES_MAX  64   /* filter values, of all names together */
#define PARAMS_TIMEOUT_MAX 2000 /* ms */

struct params {
    struct index_search search; /* points into this struct and into the request */
    struct index_filter filter[FIELD_COUNT];
    bool csv;
};

/* OUT holds pointers into itself and into R, which must outlive it; free with params_free() in any
 * case. PROSPECT_ARGUMENT with a line. */
prospect_status params_read(struct params *out, const struct request *r, struct error *error);
void params_free(struct params *p);

/* A whole number from MIN to MAX under NAME; VALUE is left as it is where there is none. */
prospect_status params_number(const struct request *r, const char *name, uint64_t min, uint64_t max,
                              uint64_t *value, struct error *error);
/* True for the names that filter, which are the names of facets as well. */
bool params_is_filter(enum query_field field);

#endif
