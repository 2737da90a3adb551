/* Answers as text: what the index and the daemon know, in the shapes of the interface. Each
 * function adds a whole body to OUT. Pure.
 */
#ifndef PROSPECT_REPLY_H
#define PROSPECT_REPLY_H

#include "daemon/emit.h"
#include "daemon/hits.h"
#include "daemon/ignored.h"
#include "daemon/links.h"
#include "daemon/snapshot.h"
#include "index/index.h"

/* The HTTP status for a status of ours, and the phrase that goes with an HTTP status. */
int reply_code(prospect_status status);
const char *reply_phrase(int code);
/* RFC 9457. DETAIL says what was wrong and what would be right. */
void reply_problem(struct buf *out, int code, const char *detail);

/* GET /search: JSON, and as CSV (RFC 4180, with a header line; cells that a spreadsheet would take
 * for a formula get an apostrophe in front). */
void reply_search(struct buf *out, const struct index_search *s, const struct index_result *res,
                  const struct links *l, double took_ms);
void reply_csv(struct buf *out, const struct index_result *res, const struct links *l);

/* The members that hits and documents have in common, into the object that is open. */
void reply_fields(struct emit *j, const struct index_fields *f, const struct links *l,
                  uint32_t page);
/* A path as text, and exactly in `path_bytes` where it is no UTF-8. */
void reply_path(struct emit *j, const char *path);
/* True where the units of a document are counted as its pages. */
bool reply_has_pages(prospect_unit_kind kind);
const char *reply_matched(enum index_matched matched);

void reply_document(struct buf *out, const struct index_description *d, const struct links *l);
void reply_hits(struct buf *out, const struct hits *h, const struct links *l, double took_ms);
/* To others than the ADMIN it tells nothing that depends on what they may not see, but for how much
 * there is to do. */
void reply_status(struct buf *out, const struct daemon_state *state,
                  const struct index_stats *stats, bool admin);
void reply_failures(struct buf *out, const struct index_failures *f);
void reply_ignored(struct buf *out, const struct ignored_list *list);
/* application/x-suggestions+json: the text typed and its completions. */
void reply_suggestions(struct buf *out, const char *typed, const struct strlist *completions);
/* OpenSearch 1.1 description; BASE is the daemon's address without a slash at its end. */
void reply_opensearch(struct buf *out, const char *base);

#endif
