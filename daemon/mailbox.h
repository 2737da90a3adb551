/* How threads hand work to each other: a bounded queue of messages, with a condition to wait on
 * for threads and an eventfd for event loops. A message belongs to the sender until it is posted,
 * to the box after, and to the taker from then on.
 */
#ifndef PROSPECT_MAILBOX_H
#define PROSPECT_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>

/* First member of every message. */
struct message {
    struct message *next;
};

struct mailbox;

/* LIMIT 0: unbounded (for replies, whose number is bounded by the requests). */
void mailbox_new(struct mailbox **out, size_t limit);
/* Messages still inside are not freed: take them first. */
void mailbox_free(struct mailbox **m);
/* False, and the message still the caller's, if the box is full or closed. */
bool mailbox_post(struct mailbox *m, struct message *message);
/* NULL if there is none. */
struct message *mailbox_take(struct mailbox *m);
/* Waits up to TIMEOUT_MS (-1: for ever). NULL on timeout, or if the box is closed and empty. */
struct message *mailbox_wait(struct mailbox *m, int timeout_ms);
/* No more posts; who waits is woken. */
void mailbox_close(struct mailbox *m);
size_t mailbox_count(struct mailbox *m);
/* Readable while messages may be there; mailbox_take() until NULL clears it. Stays the box's. */
int mailbox_fd(struct mailbox *m);

#endif
