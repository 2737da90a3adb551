/* What the C library would load or read late, in the middle of a document, when nothing may be
 * loaded or read any more: done once, before the first job. What a plugin alone needs it does in
 * its own warm_up().
 */
#ifndef PROSPECT_WARM_H
#define PROSPECT_WARM_H

void warm_up(void);

#endif
