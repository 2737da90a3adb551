/* A place that a child shares with the zygote: there it leaves which forbidden system call it made,
 * before it dies of it. No other child can see it. What stands in it is the child's word, and
 * counts only if the kernel says that it died by SIGSYS.
 */
#ifndef PROSPECT_SANDBOX_NOTE_H
#define PROSPECT_SANDBOX_NOTE_H

struct sandbox_note;

/* NULL where there is no memory: the call then stays unknown. */
struct sandbox_note *sandbox_note_new(void);
/* In the zygote after the fork: children to come shall not have it. */
void sandbox_note_keep_private(struct sandbox_note *note);
void sandbox_note_free(struct sandbox_note **note);

/* In the child, in a signal handler. */
void sandbox_note_write(struct sandbox_note *note, int call);
/* The name of the call, to be freed; NULL if none is known. A child that gave up by abort(3), whose
 * first call is forbidden, is told by the name "abort". */
char *sandbox_note_read(const struct sandbox_note *note);

#endif
