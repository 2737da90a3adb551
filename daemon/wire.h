/* What prospectd and its worker processes say to each other, over Unix stream sockets.
 *
 * A frame is a header of 8 bytes, type (u32) and payload length (u32), both little-endian, and the
 * payload, packed as in index/base/pack.h. No payload is longer than WIRE_MAX.
 *
 * Two kinds of socket:
 *   control  prospectd <-> zygote, one for the zygote's life. HELLO comes first. Each JOB carries
 *            two descriptors: the document, and the child's end of the job's own socket.
 *   job      one child -> prospectd, for one job: DETECTED, the document's frames, DONE, end of
 *            file. The child that dies sends no DONE; EXITED on the control socket says how.
 *
 * This module is pure: bytes to structs and back. Who reads the socket feeds a wire_reader.
 */
#ifndef PROSPECT_WIRE_H
#define PROSPECT_WIRE_H

#include "index/base/buf.h"
#include "index/base/error.h"

#include <prospect/plugin.h>
#include <stdbool.h>
#include <stdint.h>

#define WIRE_VERSION 4
#define WIRE_MAX     (1024 * 1024)
#define WIRE_HEADER  8

enum wire_type {
    /* zygote -> prospectd */
    WIRE_HELLO = 1,  /* u64 version; struct wire_sandbox; u64 plugin count; per plugin see struct
                      * wire_plugin */
    WIRE_EXITED = 2, /* u64 job; i64 wait status; str forbidden call or NULL; u64 peak memory in
                      * KiB; u64 CPU in ms */
    /* prospectd -> zygote */
    WIRE_JOB = 16,  /* struct wire_job, with two descriptors */
    WIRE_KILL = 17, /* u64 job */
    /* child -> prospectd, on the job's socket */
    WIRE_DETECTED = 32,   /* str mime; str plugin name or NULL; str plugin version or NULL */
    WIRE_UNIT_BEGIN = 33, /* u32 number; u64 kind; str label; str heading; str lang */
    WIRE_TEXT = 34,       /* u64 span kind; u64 continues the span before (0 or 1); bytes */
    WIRE_BOXES = 35,      /* u64 count; per box u32 start, u32 length, 4 x u32 coordinate / 65535 */
    WIRE_UNIT_END = 36,
    WIRE_META = 37,        /* str key; str value; str source; u64 confidence */
    WIRE_CUT = 38,         /* str reason */
    WIRE_WARNING = 39,     /* str line */
    WIRE_CHILD_BEGIN = 40, /* bytes name; str mime or NULL */
    WIRE_CHILD_DATA = 41,  /* bytes */
    WIRE_CHILD_END = 42,
    WIRE_LOG = 43, /* str line: from the plugin to its developer */
    WIRE_DONE = 44 /* u64 prospect_status; str line or NULL */
};

struct wire_sandbox {  /* what holds each child */
    bool seccomp;      /* a filter of system calls */
    uint32_t landlock; /* the version of it; 0: none */
    bool rlimits;
    bool uid; /* a user of its own */
};

struct wire_plugin { /* what HELLO tells of each file in the plugin directories */
    char *file;
    char *name, *version, *licence; /* NULL where the file is no plugin */
    uint32_t abi;
    char *types; /* MIME types and families, separated by blanks */
    int32_t priority;
    uint32_t objects; /* shared objects that came with it */
    char *refused;    /* why it is not used, for people; NULL where it is in use */
};

struct wire_limits {
    uint32_t wall_ms;
    uint32_t cpu_seconds;
    uint64_t memory;      /* bytes of address space */
    uint64_t text;        /* bytes of text over all units; more is cut */
    uint32_t children;    /* more are cut */
    uint64_t child_bytes; /* over all children */
    uint64_t expanded;    /* bytes of text and children together that so small a file may come to,
                           * more are cut; 0: any */
};

struct wire_job {
    uint64_t id;
    prospect_job job;
    uint64_t size;
    char *name;   /* file name, bytes without NUL */
    char *mime;   /* NULL: detect */
    char *config; /* lines "key=value" of the plugin sections: "pdf.key=value\n..." */
    struct wire_limits limits;
};

void wire_plugin_copy(struct wire_plugin *to, const struct wire_plugin *from);
void wire_plugin_free(struct wire_plugin *p);
void wire_plugins_free(struct wire_plugin **plugins, size_t *n); /* each, and the array */
void wire_job_free(struct wire_job *j);

/* Appends a whole frame to OUT: begin, pack the payload, end. */
size_t wire_begin(struct buf *out, enum wire_type type); /* returns what wire_end() wants */
void wire_end(struct buf *out, size_t mark);

void wire_put_hello(struct buf *out, const struct wire_sandbox *sandbox,
                    const struct wire_plugin *plugins, size_t n);
/* The caller frees the plugins. */
bool wire_get_hello(const void *payload, size_t length, uint64_t *version,
                    struct wire_sandbox *sandbox, struct wire_plugin **plugins, size_t *n);
void wire_put_job(struct buf *out, const struct wire_job *job);
bool wire_get_job(const void *payload, size_t length, struct wire_job *job);

/* What the wait status of EXITED means, in words for people: "the plugin crashed (segmentation
 * fault)". PROSPECT_OK for an exit in good order; PROSPECT_TIMEOUT for CPU or wall-clock time used
 * up, PROSPECT_CRASHED. FORBIDDEN is the system call that the child died
 * of, "abort" where it gave up, or NULL. Returns error->status. Who killed the child knows better
 * why. */
prospect_status wire_exit_error(int wait_status, const char *forbidden, struct error *error);

/* Takes bytes as they come and gives whole frames. */
struct wire_reader {
    struct buf in;
    size_t at;
};
struct wire_frame {
    uint32_t type;
    const char *payload; /* in the reader; valid until the next feed or next */
    size_t length;
};
void wire_feed(struct wire_reader *r, const void *bytes, size_t length);
/* 1: a frame; 0: not whole yet; -1: nonsense (a length over WIRE_MAX); the stream is lost. */
int wire_next(struct wire_reader *r, struct wire_frame *out);
void wire_reader_free(struct wire_reader *r);

#endif
