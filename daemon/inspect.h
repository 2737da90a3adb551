/* Looking at one path: what is there, what folder files say of it, whether the index knows it
 * already. Files are opened beneath their root, without following links; FIFOs, devices and sockets
 * are never opened. What takes time (reading, hashing) runs on threads of its own.
 */
#ifndef PROSPECT_INSPECT_H
#define PROSPECT_INSPECT_H

#include "daemon/claims.h"
#include "daemon/config.h"
#include "daemon/mailbox.h"
#include "index/base/error.h"
#include "index/document.h"

#include <sys/stat.h>

enum inspect_outcome {
    INSPECT_GONE,      /* no file, or none that is a document: what the index has of it goes */
    INSPECT_UNCHANGED, /* the index has it as it is */
    INSPECT_COPY,      /* the index has these bytes, as the document `source`: its text serves */
    INSPECT_EXTRACT,   /* `fd` is to be read */
    INSPECT_FAILED,    /* cannot be read: `error`; the document is to be put with it */
    INSPECT_CHANGED    /* it changed while it was read: look again soon */
};

struct inspect_request {
    struct message message;
    uint64_t tag; /* the sender's own */
    size_t root;  /* number in the configuration */
    char *path;
    struct claims claims; /* of the plugins in use */
    bool force;           /* extract, whatever the index has */
};

struct inspect_result {
    struct message message;
    uint64_t tag;
    enum inspect_outcome outcome;
    int fd;                    /* INSPECT_EXTRACT: at offset 0; else -1 */
    struct document *document; /* id, root, path, stamp without plugin, access, what folder files
                                * and side-car say, warnings about them; tries and since as the
                                * index has them. Never NULL. */
    char source[DIGEST_ID_SIZE];
    struct error error;
};

void inspect_request_free(struct inspect_request **r);
/* Closes the descriptor and frees the document, unless they were taken (-1, NULL). */
void inspect_result_free(struct inspect_result **r);

struct inspect;

/* Opens the roots of CONFIG, which must outlive it, and starts THREADS threads, each with an index
 * reader on INDEX_DIR. Results are posted to RESULTS. */
prospect_status inspect_new(struct inspect **out, const struct config *config,
                            const char *index_dir, unsigned threads, struct mailbox *results,
                            struct error *error);
/* What was sent and not yet begun is dropped. */
void inspect_free(struct inspect **i);
/* Takes R over. */
void inspect_send(struct inspect *i, struct inspect_request *r);

/* Opens a regular file for reading, beneath ROOT. PROSPECT_NOT_FOUND where there is none. From any
 * thread. */
prospect_status inspect_open(const struct inspect *i, size_t root, const char *path, int *fd,
                             struct stat *st, struct error *error);

/* What a stamp says of a file: size, times and inode. The other fields are left as they are. */
void inspect_stamp(struct stamp *s, const struct stat *st);
/* By these, it is the file that it was. */
bool inspect_same_file(const struct stamp *a, const struct stamp *b);

#endif
