/* Three fixed operations, whose instructions callgrind counts (instructions.sh).
 *
 * usage: instructions analyse|index|query TEXT
 *
 *   analyse   one page of English, by an analyser that has met none of its words
 *   index     a document of 60 such pages: analysed, put, committed, into an empty index
 *   query     three words and a phrase among 200 documents, with snippets and three facets, by a
 *             reader that has answered it before
 *
 * What is counted lies in measured(); all that prepares it does not.
 */
#include "index/base/buf.h"
#include "index/base/mem.h"
#include "index/index.h"
#include "index/text/analyse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PAGE_BYTES = 3000,
    PAGES = 60,
    DOCUMENTS = 200
};

static char dir[] = "/tmp/prospect-bench-XXXXXX";
static struct buf text;
static const struct access everyone = {.admin = true};

struct operation {
    void (*prepare)(struct operation *o);
    void (*run)(struct operation *o);
    struct analyser *analyser;
    struct index_writer *writer;
    struct index_reader *reader;
    struct document *document;
};

static void must(prospect_status status, const struct error *error)
{
    if (status == PROSPECT_OK)
        return;
    fprintf(stderr, "instructions: %s\n", error->line);
    exit(1);
}

static void read_text(const char *path)
{
    FILE *file = fopen(path, "re");
    char block[4096];
    size_t n;
    while (file && (n = fread(block, 1, sizeof block, file)) > 0)
        buf_add(&text, block, n);
    if (file)
        fclose(file);
    if (text.len < 2 * PAGE_BYTES) {
        fprintf(stderr, "instructions: %s is too short, or not there\n", path);
        exit(1);
    }
}

/* The text from a place that depends on NUMBER, at a word's beginning. */
static const char *page_of(unsigned number)
{
    size_t from = (size_t)number * 997 % (text.len - PAGE_BYTES);
    const char *blank = strchr(text.data + from, ' ');
    return blank && blank + PAGE_BYTES < text.data + text.len ? blank + 1 : text.data;
}

static struct document *document(unsigned number, unsigned pages)
{
    struct document *d;
    char path[32];
    document_new(&d);
    snprintf(path, sizeof path, "report-%u.pdf", number);
    d->root = mem_strdup("r");
    d->path = mem_strdup(path);
    d->mime = mem_strdup("application/pdf");
    digest_file_id("r", path, d->id);
    for (unsigned i = 0; i < pages; i++) {
        struct unit *u = document_add_unit(d);
        u->number = i + 1;
        u->length = PAGE_BYTES;
        u->text = mem_dup(page_of(number + i), PAGE_BYTES);
        u->spans = mem_zalloc(sizeof *u->spans);
        u->spans[0].length = PAGE_BYTES;
        u->n_spans = 1;
    }
    return d;
}

/* ---- the operations -------------------------------------------------------------------------- */

static void drop(void *ctx, const struct term *term)
{
    (void)ctx;
    (void)term;
}

static void prepare_analyse(struct operation *o)
{
    analyser_new(&o->analyser, NULL);
    analyse_text(o->analyser, "Another word", 12, "en", drop, NULL);
}

static void run_analyse(struct operation *o)
{
    analyse_text(o->analyser, page_of(1), PAGE_BYTES, "en", drop, NULL);
}

static void prepare_index(struct operation *o)
{
    char notice[256];
    struct error error;
    must(index_writer_new(&o->writer, dir, notice, sizeof notice, &error), &error);
    o->document = document(1, PAGES);
}

static void run_index(struct operation *o)
{
    struct error error;
    must(index_writer_put(o->writer, o->document, &error), &error);
    must(index_writer_commit(o->writer, &error), &error);
}

static void run_query(struct operation *o)
{
    struct error error;
    struct index_result *result;
    const struct index_search s = {.q = "equal pay report \"the law\"",
                                   .size = 10,
                                   .facets = 1U << FIELD_YEAR | 1U << FIELD_LANG | 1U << FIELD_MIME,
                                   .expand = true,
                                   .snippets = true,
                                   .timeout_ms = 600000};
    must(index_search(o->reader, &everyone, &s, &result, &error), &error);
    index_result_free(&result);
}

static void prepare_query(struct operation *o)
{
    struct error error;
    prepare_index(o);
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        struct document *d = document(i * 7, 3);
        must(index_writer_put(o->writer, d, &error), &error);
        document_free(&d);
    }
    must(index_writer_commit(o->writer, &error), &error);
    must(index_reader_new(&o->reader, dir, &error), &error);
    run_query(o);
}

void measured(struct operation *o);
__attribute__((noinline)) void measured(struct operation *o)
{
    o->run(o);
}

static void finish(struct operation *o)
{
    char command[64];
    analyser_free(&o->analyser);
    index_reader_free(&o->reader);
    index_writer_free(&o->writer);
    document_free(&o->document);
    buf_free(&text);
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    if (system(command) != 0)
        fprintf(stderr, "instructions: %s is left over\n", dir);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        struct operation operation;
    } all[] = {{"analyse", {.prepare = prepare_analyse, .run = run_analyse}},
               {"index", {.prepare = prepare_index, .run = run_index}},
               {"query", {.prepare = prepare_query, .run = run_query}}};
    for (size_t i = 0; argc == 3 && i < sizeof all / sizeof *all; i++) {
        if (strcmp(argv[1], all[i].name) != 0)
            continue;
        struct operation o = all[i].operation;
        read_text(argv[2]);
        if (!mkdtemp(dir))
            return 1;
        o.prepare(&o);
        measured(&o);
        finish(&o);
        return 0;
    }
    fputs("usage: instructions analyse|index|query TEXT\n", stderr);
    return 2;
}
