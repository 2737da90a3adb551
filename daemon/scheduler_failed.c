/* The index is where failures are kept; this is the set of their paths, so that the loop can answer
 * without asking the index.
 */
#include "daemon/scheduler_parts.h"

#include "index/base/clock.h"
#include "index/index.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PAGE = 10000, /* each looks at them all */
    FIRST_WAIT_S = 60,
    LONGEST_WAIT_S = 24 * 3600
};

int64_t scheduler_back_off(unsigned tries)
{
    unsigned doublings = tries < 1 ? 0 : tries > 12 ? 11 : tries - 1;
    int64_t wait = (int64_t)FIRST_WAIT_S << doublings;
    return wait < LONGEST_WAIT_S ? wait : LONGEST_WAIT_S;
}

static size_t make_key(size_t root, const char *path, char **out)
{
    size_t length = sizeof root + strlen(path);
    *out = mem_zalloc(length + 1);
    memcpy(*out, &root, sizeof root);
    memcpy(*out + sizeof root, path, length - sizeof root);
    return length;
}

static struct scheduler_failure *find(const struct scheduler *s, size_t root, const char *path)
{
    char *key;
    size_t length = make_key(root, path, &key);
    struct scheduler_failure *f;
    HASH_FIND(hh, s->failures, key, length, f);
    free(key);
    return f;
}

static void add(struct scheduler *s, size_t root, const char *path)
{
    char *key;
    size_t length = make_key(root, path, &key);
    struct scheduler_failure *f = mem_zalloc(sizeof *f + length + 1);
    memcpy(f->key, key, length);
    f->key_length = length;
    HASH_ADD_KEYPTR(hh, s->failures, f->key, f->key_length, f);
    free(key);
}

static void drop(struct scheduler *s, struct scheduler_failure *f)
{
    HASH_DELETE(hh, s->failures, f);
    free(f);
}

void scheduler_failed_set(struct scheduler *s, size_t root, const char *path, bool failed)
{
    struct scheduler_failure *f = find(s, root, path);
    if (failed && !f)
        add(s, root, path);
    else if (!failed && f)
        drop(s, f);
}

bool scheduler_failed_has(const struct scheduler *s, size_t root, const char *path)
{
    return find(s, root, path) != NULL;
}

size_t scheduler_failed_retry(struct scheduler *s, long root)
{
    struct scheduler_failure *f, *next;
    size_t count = 0;
    HASH_ITER(hh, s->failures, f, next)
    {
        size_t its;
        memcpy(&its, f->key, sizeof its);
        if (root >= 0 && its != (size_t)root)
            continue;
        ingest_force(s->queue, its, f->key + sizeof its);
        count++;
    }
    return count;
}

void scheduler_failed_free(struct scheduler *s)
{
    struct scheduler_failure *f, *next;
    HASH_ITER(hh, s->failures, f, next)
    {
        drop(s, f);
    }
}

/* ---- from the index, at the start ------------------------------------------------------------ */

static void load_one(struct scheduler *s, const struct index_failure *f)
{
    int64_t wait = f->next_try - (int64_t)time(NULL);
    for (size_t i = 0; i < s->config->n_roots; i++) {
        if (strcmp(s->config->roots[i].name, f->root) != 0)
            continue;
        scheduler_failed_set(s, i, f->path, true);
        if (f->next_try)
            ingest_add(s->queue, i, f->path, INGEST_SCAN,
                       clock_steady_ms() + (wait > 0 ? wait * 1000 : 1));
    }
}

static prospect_status load_all(struct scheduler *s, struct index_reader *reader,
                                struct error *error)
{
    struct access admin = {.admin = true};
    prospect_status status = PROSPECT_OK;
    size_t got = PAGE;
    for (uint64_t from = 0; status == PROSPECT_OK && got == PAGE; from += PAGE) {
        struct index_failures *f = NULL;
        status = index_failures(reader, &admin, from, PAGE, UINT_MAX, &f, error);
        got = f ? f->count : 0;
        for (size_t i = 0; i < got; i++)
            load_one(s, &f->item[i]);
        index_failures_free(&f);
    }
    return status;
}

prospect_status scheduler_failed_load(struct scheduler *s, const char *index_dir,
                                      struct error *error)
{
    struct index_reader *reader = NULL;
    prospect_status status = index_reader_new_ingest(&reader, index_dir, error);
    if (!status)
        status = load_all(s, reader, error);
    index_reader_free(&reader);
    return status;
}
