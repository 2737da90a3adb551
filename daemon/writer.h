/* The writer thread: the only one that changes the index. Messages go in, results come out by a
 * mailbox; the interface is message-shaped so that the writer could be a process of its own.
 *
 * It commits as pace.h says, and at once when nothing else waits anywhere (WRITER_FLUSH).
 */
#ifndef PROSPECT_WRITER_H
#define PROSPECT_WRITER_H

#include "daemon/analysts.h"
#include "daemon/mailbox.h"
#include "index/base/error.h"
#include "index/document.h"

enum writer_kind {
    WRITER_PUT,        /* document */
    WRITER_PUT_FROM,   /* document, with units of the document `id` */
    WRITER_REMOVE,     /* id */
    WRITER_KEEP_ROOTS, /* roots */
    WRITER_FLUSH,      /* nothing else waits: commit now */
    WRITER_REBUILD,    /* all documents from their stored units, in slices between other messages */
    WRITER_DROP_OLD    /* the first scan is complete: older generations may go */
};

struct writer_message {
    struct message message;
    enum writer_kind kind;
    uint64_t tag; /* the sender's own */
    bool urgent;  /* somebody may wait for it to be found */
    struct document *document;
    uint8_t content[DIGEST_SIZE]; /* PUT, PUT_FROM: of the file that it is, or that it is inside */
    char id[DIGEST_ID_SIZE];
    struct strlist roots;
    struct analysis analysis; /* the writer's own */
};
void writer_message_free(struct writer_message **m);

/* One for each message, in order, once what it asked is committed (or has failed). */
struct writer_reply {
    struct message message;
    enum writer_kind kind;
    uint64_t tag;
    struct error outcome; /* PROSPECT_NOT_FOUND for PUT_FROM: extract it after all */
};

struct writer;

/* Opens the index in DIR (created if need be) and starts the thread, which posts struct
 * writer_reply to REPLIES. NOTICE as in index_writer_new(). */
struct writer_options {
    unsigned compact_quiet_ms; /* as in compaction.h */
    uint64_t disk_reserve;     /* as in disk.h */
    /* On the thread: CONTENT is about to be analysed; NULL: that is over. May be NULL. */
    void (*analyse)(void *ctx, const uint8_t *content);
    void *ctx;
};
prospect_status writer_new(struct writer **out, const char *dir,
                           const struct writer_options *options, struct mailbox *replies,
                           char *notice, size_t notice_size, struct error *error);
/* Takes M over; it is freed by the writer. */
void writer_send(struct writer *w, struct writer_message *m);
/* Bytes of text in messages not yet taken in: who sends more than a few MB ahead should wait. */
size_t writer_backlog(struct writer *w);
/* The disk has less room than is to stay free: nobody should send more documents. From any thread.
 */
bool writer_disk_low(struct writer *w);
/* How often the index has changed on the disk since the start. From any thread. */
unsigned writer_commits(struct writer *w);
/* Whether the index showed to be damaged since this was last asked. From any thread. */
bool writer_met_damage(struct writer *w);
/* Does what was sent, for a second at most, commits, ends the thread. What is left over gets no
 * reply: its files are not as the index has them, which the next scan sees. */
void writer_free(struct writer **w);

#endif
