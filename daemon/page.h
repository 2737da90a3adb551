/* The search page as HTML, whole: it works without JavaScript. Everything that is put in is
 * escaped here, but for snippets, which the highlighter has escaped. Pure.
 */
#ifndef PROSPECT_PAGE_H
#define PROSPECT_PAGE_H

#include "daemon/links.h"
#include "daemon/params.h"

/* The facets that it shows. */
#define PAGE_FACETS                                                                                \
    (1u << FIELD_TYPE | 1u << FIELD_COUNTRY | 1u << FIELD_YEAR | 1u << FIELD_LANG |                \
     1u << FIELD_PROGRAMME | 1u << FIELD_EVENT)

struct page {
    const struct request *request;
    const struct params *params;
    const struct index_result *result; /* NULL where there is a problem */
    const char *problem;               /* in words; NULL if there is none */
    const struct links *links;
    double took_ms;
};

void page_write(const struct page *p, struct buf *out);

#endif
