/* The queue of paths to look at: each at most once, urgent ones first, retries when their time
 * has come. Pure: knows no threads, sockets, files or clocks; the time is handed in.
 */
#ifndef PROSPECT_INGEST_H
#define PROSPECT_INGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ingest_priority {
    INGEST_URGENT, /* just changed, or asked for */
    INGEST_SCAN    /* found by a scan */
};

struct ingest_item {
    size_t root;
    const char *path;
    uint64_t id;     /* names the item while it is in hand */
    unsigned deaths; /* workers that died on it so far */
    bool urgent;
    bool force; /* read it, whatever the index has */
};

enum ingest_why {
    INGEST_RETRY, /* it changed, or was not to be had */
    INGEST_DEATH, /* a worker died on it: counted */
    INGEST_FORCE  /* what the index has turned out to be of no use */
};

struct ingest;

void ingest_new(struct ingest **out);
void ingest_free(struct ingest **q);

/* A path that waits already is not added twice, but moves up if this is more urgent or earlier; one
 * that is in hand comes again after it is done. NOT_BEFORE_MS: 0, or, for what failed and is tried
 * again, a time of the clock that ingest_next() is given. */
void ingest_add(struct ingest *q, size_t root, const char *path, enum ingest_priority priority,
                int64_t not_before_ms);
/* The same, urgent and now, and to be read whatever the index has. */
void ingest_force(struct ingest *q, size_t root, const char *path);
/* Everything in hand at or below FOLDER comes again after it is done. */
void ingest_again_below(struct ingest *q, size_t root, const char *folder);
/* The next to look at, now in hand; false if there is none whose time has come. OUT->path lives
 * until ingest_done(). */
bool ingest_next(struct ingest *q, int64_t now_ms, struct ingest_item *out);
/* When the earliest waiting item's time comes; -1 if nothing waits. */
int64_t ingest_due(const struct ingest *q);
/* Item ID is dealt with. */
void ingest_done(struct ingest *q, uint64_t id);
/* Item ID is to be looked at again at the time given (at once if it changed meanwhile). */
void ingest_again(struct ingest *q, uint64_t id, int64_t not_before_ms, enum ingest_why why);
/* The item in hand; false if there is none of that id. */
bool ingest_in_hand(const struct ingest *q, uint64_t id, struct ingest_item *out);
/* Those that wait, but for those that failed and whose time has not come. */
size_t ingest_waiting(const struct ingest *q);
size_t ingest_handed(const struct ingest *q);

#endif
