/* What a worker child says of a document, made into the document: frames are checked, counted
 * against limits and put together. Nothing that comes in is trusted. Pure: no sockets, no files;
 * only the documents found inside go into memfds, so that they can be handed on as descriptors.
 *
 * A unit's text is the spans as sent, each ended by a line feed if it has none and another span
 * follows, so that the spans lie in it without gaps and words of two spans never join. Boxes are
 * moved along. A NUL in a text becomes a blank.
 */
#ifndef PROSPECT_EXTRACTION_H
#define PROSPECT_EXTRACTION_H

#include "daemon/extraction_data.h"
#include "daemon/wire.h"

void extraction_new(struct extraction **out, const struct wire_limits *limits);
void extraction_free(struct extraction **e);

/* Takes one frame. PROSPECT_PROTOCOL with a line for nonsense (units out of order, text outside a
 * unit, an unknown frame, coordinates off the page ...): the child is then to be killed; what came
 * before is kept. PROSPECT_LIMIT once a limit is passed: what came before is kept, the cut is
 * recorded, and the child may be killed. Text that is no UTF-8 is repaired, with a warning and a
 * cut. LOG frames are checked and dropped: who wants them looks at the frame too. */
prospect_status extraction_frame(struct extraction *e, const struct wire_frame *frame,
                                 struct error *error);
/* The stream is over. HOW is how the child ended: OK or NULL for "in good order", the error of
 * extraction_frame(), of wire_exit_error(), or our own kill for a timeout. Closes an open unit,
 * drops an open child, and sets the document's status and reason. What DONE said wins over HOW,
 * but for PROSPECT_PROTOCOL; a child stopped by a limit leaves a document that is OK, with a
 * cut. */
void extraction_end(struct extraction *e, const struct error *how);

#endif
