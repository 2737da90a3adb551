/* From all that is known of a document to what is shown of it: which title, which date. Pure.
 *
 * The value somebody wrote on purpose wins, then the surest; of equals the first. Where several
 * are allowed (authors, countries, events, concepts) those of the winning source are taken.
 */
#ifndef PROSPECT_INDEX_FIELDS_H
#define PROSPECT_INDEX_FIELDS_H

#include "index/base/buf.h"
#include "index/index.h"

/* Fills OUT, empty or zeroed before, with all but `lang` and `duplicates`. */
void fields_resolve(const struct document *d, struct index_fields *out);
/* The language the document as a whole claims, "" if none; *IS_EXPLICIT: somebody wrote it. */
void fields_language(const struct document *d, char out[LANGUAGE_SIZE], bool *is_explicit);
/* The last part of a path; of a member, "a.zip!/b/c.txt", that of the member. Valid as long as
 * PATH. */
const char *fields_file_name(const char *path);
/* Adds VALUE as valid UTF-8, blanks joined to one and trimmed, control characters as blanks, cut
 * at about MAX bytes. */
void fields_clean(struct buf *out, const char *value, size_t max);

#endif
