/* SPDX-License-Identifier: MIT
 *
 * The one status enum of prospect: calls, frames between processes, JSON answers and plugins all
 * use it. The numbers are part of the plugin ABI: new ones are added at the end, none is reused.
 */
#ifndef PROSPECT_STATUS_H
#define PROSPECT_STATUS_H

typedef enum prospect_status {
    PROSPECT_OK = 0,
    PROSPECT_ARGUMENT = 1,    /* the caller asked for something that cannot be */
    PROSPECT_MEMORY = 2,      /* out of memory, or over the memory limit */
    PROSPECT_IO = 3,          /* the system refused to read or write */
    PROSPECT_DAMAGED = 4,     /* the file is broken, or not what it claims to be */
    PROSPECT_ENCRYPTED = 5,   /* the file needs a password */
    PROSPECT_UNSUPPORTED = 6, /* no plugin reads this kind of file */
    PROSPECT_LIMIT = 7,       /* a size, count or output limit was reached */
    PROSPECT_TIMEOUT = 8,     /* the time given was used up */
    PROSPECT_CRASHED = 9,     /* the process that did the work died */
    PROSPECT_PROTOCOL = 10,   /* the other side said nonsense */
    PROSPECT_NOT_FOUND = 11,  /* no such document, file, key */
    PROSPECT_LOCKED = 12,     /* somebody else holds it */
    PROSPECT_SCHEMA = 13,     /* the index is of another version */
    PROSPECT_CORRUPT = 14,    /* the index is damaged */
    PROSPECT_BUSY = 15,       /* the queue is full: try again later */
    PROSPECT_CANCELLED = 16,  /* nobody wants the result any more */
    PROSPECT_FORBIDDEN = 17,  /* the caller may not */
    PROSPECT_CHANGED = 18,    /* the file changed while it was read */
    PROSPECT_INTERNAL = 19    /* a bug of ours, or of a library */
} prospect_status;

/* The status as one lower-case word, as JSON answers carry it. Never NULL; static storage. */
static inline const char *prospect_status_name(prospect_status status)
{
    static const char *const names[] = {
        "ok",      "argument", "memory",    "io",        "damaged",   "encrypted", "unsupported",
        "limit",   "timeout",  "crashed",   "protocol",  "not-found", "locked",    "schema",
        "corrupt", "busy",     "cancelled", "forbidden", "changed",   "internal"};
    unsigned n = (unsigned)status;
    return n < sizeof names / sizeof names[0] ? names[n] : "unknown";
}

#endif
