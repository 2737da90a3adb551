/* Blocks of Xapian's tables that a thread has read, kept for what it reads next.
 *
 * Xapian keeps no blocks: each way down a table's tree, one for each word and each document in
 * which its places are looked up, is made anew, by a pread(2) of 8 KiB for each step. Nine of ten
 * of these are of the same few hundred blocks. A program's own pread() takes precedence over the C
 * library's in the libraries that it is linked with, which is how Xapian is given these blocks from
 * memory; whoever uses no cache just reads.
 *
 * A cache knows blocks by their descriptor and offset. It holds them for as long as they cannot
 * change, which is for a revision of the databases that are read through it: who opens, reopens or
 * closes one of them does that without the cache, and clears it.
 */
#ifndef PROSPECT_INDEX_BLOCK_CACHE_H
#define PROSPECT_INDEX_BLOCK_CACHE_H

enum {
    BLOCK_CACHE_BYTES = 4 << 20 /* at most, of each cache */
};

struct block_cache;

/* NULL if there is no memory for one, which is as good as a cache that is not used. */
void block_cache_new(struct block_cache **out);
void block_cache_free(struct block_cache **c);
/* What this thread reads from now on goes by C, which one thread at a time may use; NULL: by none,
 * as in the beginning. */
void block_cache_use(struct block_cache *c);
/* Forgets all blocks; of NULL there are none. */
void block_cache_clear(struct block_cache *c);
/* The same, and gives their memory back to the system. */
void block_cache_rest(struct block_cache *c);

#endif
