#include "daemon/inspect.h"

#include "daemon/inspect_file.h"
#include "daemon/log.h"
#include "daemon/thread.h"
#include "daemon/wire.h"
#include "index/base/buf.h"
#include "index/base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

struct worker {
    pthread_t thread;
    struct inspect *inspect;
    struct index_reader *reader;
};

struct inspect {
    const struct config *config;
    struct inspect_root *roots; /* read-only once the threads run */
    struct mailbox *in, *results;
    atomic_bool ending;
    struct worker *workers;
    unsigned n_workers;
};

void inspect_request_free(struct inspect_request **r)
{
    if (!*r)
        return;
    free((*r)->path);
    claims_free(&(*r)->claims);
    free(*r);
    *r = NULL;
}

void inspect_result_free(struct inspect_result **r)
{
    if (!*r)
        return;
    if ((*r)->fd >= 0)
        close((*r)->fd);
    document_free(&(*r)->document);
    free(*r);
    *r = NULL;
}

static void *run(void *ctx)
{
    struct worker *w = ctx;
    struct inspect *i = w->inspect;
    struct message *m;
    while (!atomic_load(&i->ending) && (m = mailbox_wait(i->in, -1))) {
        struct inspect_request *request = (struct inspect_request *)m;
        struct inspect_result *result = mem_zalloc(sizeof *result);
        result->tag = request->tag;
        inspect_file(&i->roots[request->root], w->reader, i->config->max_file_size, request,
                     result);
        inspect_request_free(&request);
        if (!mailbox_post(i->results, &result->message))
            inspect_result_free(&result);
    }
    return NULL;
}

static prospect_status resolve_roots(struct inspect *i, struct error *error)
{
    i->roots = mem_zalloc(i->config->n_roots * sizeof *i->roots);
    for (size_t n = 0; n < i->config->n_roots; n++) {
        const struct config_root *c = &i->config->roots[n];
        struct inspect_root *r = &i->roots[n];
        r->name = c->name;
        rules_of_root(&r->rules, c->restricted, &c->access, &c->ignore, c->programme, c->lang);
        r->path = realpath(c->path, NULL);
        if (!r->path)
            return error_sys(error, PROSPECT_IO, "cannot find the folder %s", c->path);
    }
    return PROSPECT_OK;
}

static prospect_status start(struct inspect *i, const char *index_dir, unsigned threads,
                             struct error *error)
{
    i->workers = mem_zalloc(threads * sizeof *i->workers);
    for (unsigned n = 0; n < threads; n++) {
        struct worker *w = &i->workers[n];
        w->inspect = i;
        prospect_status status = index_reader_new_ingest(&w->reader, index_dir, error);
        if (!status)
            status = thread_start(&w->thread, run, w, error);
        if (status) {
            index_reader_free(&w->reader);
            return status;
        }
        i->n_workers++;
    }
    return PROSPECT_OK;
}

prospect_status inspect_new(struct inspect **out, const struct config *config,
                            const char *index_dir, unsigned threads, struct mailbox *results,
                            struct error *error)
{
    struct inspect *i = mem_zalloc(sizeof *i);
    i->config = config;
    i->results = results;
    mailbox_new(&i->in, 0);
    prospect_status status = resolve_roots(i, error);
    if (!status)
        status = start(i, index_dir, threads, error);
    if (status)
        inspect_free(&i);
    *out = i;
    return status;
}

void inspect_free(struct inspect **inspect)
{
    struct inspect *i = *inspect;
    struct message *m;
    if (!i)
        return;
    atomic_store(&i->ending, true);
    mailbox_close(i->in);
    for (unsigned n = 0; n < i->n_workers; n++) {
        pthread_join(i->workers[n].thread, NULL);
        index_reader_free(&i->workers[n].reader);
    }
    while ((m = mailbox_take(i->in))) {
        struct inspect_request *request = (struct inspect_request *)m;
        inspect_request_free(&request);
    }
    mailbox_free(&i->in);
    for (size_t n = 0; n < i->config->n_roots; n++) {
        free(i->roots[n].path);
        rules_free(&i->roots[n].rules);
    }
    free(i->roots);
    free(i->workers);
    free(i);
    *inspect = NULL;
}

void inspect_send(struct inspect *i, struct inspect_request *r)
{
    if (!mailbox_post(i->in, &r->message))
        inspect_request_free(&r);
}

prospect_status inspect_open(const struct inspect *i, size_t root, const char *path, int *fd,
                             struct stat *st, struct error *error)
{
    int folder = inspect_file_root(&i->roots[root]);
    *fd = -1;
    if (folder < 0)
        return error_sys(error, PROSPECT_NOT_FOUND, "the folder %s cannot be opened",
                         i->roots[root].path);
    prospect_status status = inspect_file_open(folder, path, fd, st, error);
    close(folder);
    return status;
}
