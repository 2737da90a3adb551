/* When what the writer has taken in is committed. Soon, so that it is found soon; but a commit
 * writes a block of the index for nearly every word in hand, and costs the more the larger the
 * index is. Many small ones would then do nothing but write the index again and again. So they may
 * take a fifth of the time, and no more: what comes meanwhile waits, up to bounds of time and
 * memory. But for the few files that somebody has just put there and may look for at once: these
 * are committed as soon as no more follows. Pure: it knows no clock, and times are of any, in
 * milliseconds.
 */
#ifndef PROSPECT_PACE_H
#define PROSPECT_PACE_H

#include <stddef.h>
#include <stdint.h>

/* Any of these makes a commit due, */
#define PACE_MS        1000 /* since the oldest change */
#define PACE_DOCUMENTS 500
#define PACE_GATHER_MS 30 /* what is urgent and comes together is committed together */
/* once the last one is PACE_TIMES what it took ago, or PACE_LONGEST_MS, */
#define PACE_TIMES      4
#define PACE_LONGEST_MS 15000
/* or without further ado any of these: text in hand takes ten times its room. */
#define PACE_DOCUMENTS_MOST 4000
#define PACE_BYTES_MOST     (8u << 20) /* of text */

struct pace {
    int64_t took, ended; /* of the last commit; 0: there was none */
};

/* What waits to be committed. */
struct pace_waiting {
    size_t documents, bytes;
    int64_t oldest; /* when the first change was made */
    int64_t urgent; /* the same of what is urgent; 0: nothing is, or more follows at once */
};

/* Until a commit is due, if nothing else comes; 0: now. */
int64_t pace_wait(const struct pace *p, const struct pace_waiting *waiting, int64_t now);
/* A commit is over. */
void pace_committed(struct pace *p, int64_t began, int64_t ended);

#endif
