/* A real index in a folder of its own, for the tests that look at it from outside. */
#ifndef PROSPECT_TESTS_INDEX_H
#define PROSPECT_TESTS_INDEX_H

#include "index/base/mem.h"
#include "index/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ftw.h>
#include <unistd.h>

struct fixture {
    char dir[64];
    struct index_writer *writer;
    struct index_reader *reader;
    struct error error;
};

static const struct access anybody = {0};
static const struct access admin = {.admin = true};

static inline int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static inline int fixture_new(void **state)
{
    char notice[256];
    struct fixture *f = mem_zalloc(sizeof *f);
    const char *tmp = getenv("TMPDIR");
    snprintf(f->dir, sizeof f->dir, "%.40s/prospect-index-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(f->dir) ||
        index_writer_new(&f->writer, f->dir, notice, sizeof notice, &f->error) != PROSPECT_OK ||
        index_reader_new(&f->reader, f->dir, &f->error) != PROSPECT_OK)
        return -1;
    *state = f;
    return 0;
}

static inline int fixture_free(void **state)
{
    struct fixture *f = *state;
    index_reader_free(&f->reader);
    index_writer_free(&f->writer);
    nftw(f->dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(f);
    return 0;
}

#define fine(f, call)                                                                              \
    do {                                                                                           \
        if ((call) != PROSPECT_OK)                                                                 \
            fail_msg("%s: %s", #call, (f)->error.line);                                            \
    } while (0)

/* A document of root "r", its units between form feeds, whose content is what TEXT says; NULL: an
 * empty file without units. */
static inline struct document *doc(const char *path, const char *title, const char *text)
{
    struct document *d;
    document_new(&d);
    d->root = mem_strdup("r");
    d->path = mem_strdup(path);
    d->mime = mem_strdup("text/plain");
    d->unit_kind = PROSPECT_PAGE;
    d->stamp.size = text ? strlen(text) : 0;
    d->stamp.mtime_ns = 1000000007;
    d->stamp.plugin = mem_strdup("text");
    d->stamp.plugin_version = mem_strdup("1");
    digest_bytes(text, d->stamp.size, d->stamp.content);
    digest_file_id(d->root, path, d->id);
    if (title)
        meta_add(&d->meta, "title", title, "test", PROSPECT_DECLARED);
    for (uint32_t number = 1; text; number++) {
        const char *end = strchr(text, '\f');
        struct unit *u = document_add_unit(d);
        u->number = number;
        u->length = end ? (size_t)(end - text) : strlen(text);
        u->text = mem_dup(text, u->length);
        u->spans = mem_zalloc(sizeof *u->spans);
        u->spans[0].length = (uint32_t)u->length;
        u->n_spans = 1;
        text = end ? end + 1 : NULL;
    }
    return d;
}

static inline struct document *with_meta(struct document *d, const char *key, const char *value)
{
    meta_add(&d->meta, key, value, "folder", META_EXPLICIT);
    return d;
}

/* Only for GROUPS, separated by commas; "": for nobody. */
static inline struct document *only_for(struct document *d, const char *groups)
{
    d->restricted = true;
    strlist_free(&d->access);
    strlist_split(&d->access, groups, ",");
    strlist_sort(&d->access);
    return d;
}

/* Puts and frees. */
static inline void put(struct fixture *f, struct document *d)
{
    fine(f, index_writer_put(f->writer, d, &f->error));
    document_free(&d);
}

static inline void commit(struct fixture *f)
{
    fine(f, index_writer_commit(f->writer, &f->error));
}

static inline struct index_result *ask(struct fixture *f, const struct access *who,
                                       struct index_search s)
{
    struct index_result *res = NULL;
    s.size = s.size ? s.size : 100;
    s.timeout_ms = 20000;
    fine(f, index_search(f->reader, who, &s, &res, &f->error));
    return res;
}

/* The paths found, in order, with blanks between; "-" for none. */
static inline void expect_of(struct fixture *f, const struct access *who, struct index_search s,
                             const char *paths)
{
    struct index_result *res = ask(f, who, s);
    struct buf found = {0};
    for (size_t i = 0; i < res->n_hits; i++) {
        buf_adds(&found, i ? " " : "");
        buf_adds(&found, res->hits[i].fields.path);
    }
    if (strcmp(found.len ? found.data : "-", paths) != 0)
        fail_msg("query <%s> found <%s>, not <%s>", s.q ? s.q : "", buf_str(&found), paths);
    buf_free(&found);
    index_result_free(&res);
}

static inline void expect(struct fixture *f, const char *q, const char *paths)
{
    expect_of(f, &anybody, (struct index_search){.q = q, .sort = SORT_TITLE}, paths);
}

static inline struct index_stats *stats(struct fixture *f)
{
    struct index_stats *s = NULL;
    fine(f, index_stats(f->reader, &admin, &s, &f->error));
    return s;
}

#endif
