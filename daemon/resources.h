/* What can be asked for: one row for each method and path.
 */
#ifndef PROSPECT_RESOURCES_H
#define PROSPECT_RESOURCES_H

#include "daemon/call.h"

struct resource {
    const char *method; /* GET stands for HEAD as well */
    const char *pattern;
    const char *usage;
    bool admin;
    /* Each may be NULL; an answer set by one ends the row. */
    void (*begin)(struct call *c);                       /* on the loop, before anything */
    void (*run)(struct call *c, struct index_reader *r); /* on a search thread */
    bool (*finish)(struct call *c); /* on the loop, after run; false: c->complete() comes later */
};

/* The row for METHOD and PATH, and the {id} of the path in ID (65 bytes). NULL where there is
 * none; ALLOW then lists the methods that the path has ("" where it has none: not found). */
const struct resource *resources_find(const char *method, const char *path, char *id,
                                      struct buf *allow);

/* The rows' functions, by file. */
void search_begin(struct call *c); /* resources_search.c */
void search_answer(struct call *c, struct index_reader *r);
void page_answer(struct call *c, struct index_reader *r);
void suggest_answer(struct call *c, struct index_reader *r);
void opensearch_answer(struct call *c);
void style_answer(struct call *c);
void document_answer(struct call *c, struct index_reader *r); /* resources_document.c */
void text_answer(struct call *c, struct index_reader *r);
void content_answer(struct call *c, struct index_reader *r);
void hits_answer(struct call *c, struct index_reader *r);
bool hits_finish(struct call *c);
void status_begin(struct call *c); /* resources_daemon.c */
void status_answer(struct call *c, struct index_reader *r);
void failures_answer(struct call *c, struct index_reader *r);
void ignored_answer(struct call *c, struct index_reader *r);
void health_answer(struct call *c);
void rescan_answer(struct call *c);
void retry_answer(struct call *c);
void reindex_answer(struct call *c);

#endif
