/* Documents analysed ahead of the writer, with a real index. */
#include "daemon/analysts.h"
#include "index/base/buf.h"
#include "index/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    DOCUMENTS = 300,
    WORDS = 2000
};

static struct document *document(unsigned number)
{
    struct document *d;
    struct buf text = {0};
    char path[32];
    snprintf(path, sizeof path, "%u.txt", number);
    for (unsigned i = 0; i < WORDS; i++)
        buf_addf(&text, "word%u ", (number * WORDS + i) % 5003);
    buf_addf(&text, "only%u", number);
    document_new(&d);
    d->root = mem_strdup("r");
    d->path = mem_strdup(path);
    digest_file_id("r", path, d->id);
    d->mime = mem_strdup("text/plain");
    struct unit *u = document_add_unit(d);
    u->number = 1;
    u->length = text.len;
    u->text = buf_take(&text);
    u->spans = mem_zalloc(sizeof *u->spans);
    u->spans[0].length = (uint32_t)u->length;
    u->n_spans = 1;
    return d;
}

static struct analysis *line_of(struct analysts *a)
{
    struct analysis *line = mem_zalloc(DOCUMENTS * sizeof *line);
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        struct document *d = document(i);
        line[i] = (struct analysis){.document = d, .bytes = d->units[0].length};
        analysts_add(a, &line[i]);
    }
    return line;
}

static void free_line(struct analysis *line)
{
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        struct document *d = (struct document *)line[i].document;
        index_prepared_free(&line[i].prepared);
        document_free(&d);
    }
    free(line);
}

static void put(struct index_writer *w, const struct document *d, struct index_prepared *prepared)
{
    struct error error;
    assert_int_equal(prepared ? index_writer_put_prepared(w, d, prepared, &error)
                              : index_writer_put(w, d, &error),
                     PROSPECT_OK);
    index_prepared_free(&prepared);
}

static uint64_t found(struct index_reader *r, const char *q)
{
    struct index_result *result;
    struct error error;
    const struct access admin = {.admin = true};
    const struct index_search s = {.q = q, .size = 1, .timeout_ms = 10000};
    assert_int_equal(index_search(r, &admin, &s, &result, &error), PROSPECT_OK);
    uint64_t total = result->total;
    index_result_free(&result);
    return total;
}

static void remove_folder(const char *dir)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    assert_int_equal(system(command), 0);
}

/* Whoever analysed them: the threads get some, the writer whatever they have not begun. */
static void each_is_put_once_and_is_found(void **state)
{
    (void)state;
    char dir[] = "/tmp/prospect-analysts-XXXXXX", notice[256], q[32];
    struct index_writer *w;
    struct index_reader *r;
    struct analysts *a;
    struct error error;
    assert_non_null(mkdtemp(dir));
    assert_int_equal(index_writer_new(&w, dir, notice, sizeof notice, &error), PROSPECT_OK);
    assert_int_equal(analysts_new(&a, NULL, NULL, &error), PROSPECT_OK);
    struct analysis *line = line_of(a);
    for (unsigned i = 0; i < DOCUMENTS; i++)
        put(w, line[i].document, analysts_collect(a, &line[i]));
    assert_int_equal(index_writer_commit(w, &error), PROSPECT_OK);
    assert_int_equal(index_writer_documents(w), DOCUMENTS);
    assert_int_equal(index_reader_new(&r, dir, &error), PROSPECT_OK);
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        snprintf(q, sizeof q, "only%u", i);
        assert_int_equal(found(r, q), 1);
    }
    index_reader_free(&r);
    analysts_free(&a);
    free_line(line);
    index_writer_free(&w);
    remove_folder(dir);
}

static void what_was_not_collected_can_be_freed_after_the_end(void **state)
{
    (void)state;
    struct analysts *a;
    struct error error;
    assert_int_equal(analysts_new(&a, NULL, NULL, &error), PROSPECT_OK);
    struct analysis *line = line_of(a);
    struct index_prepared *first = analysts_collect(a, &line[0]);
    index_prepared_free(&first);
    analysts_free(&a);
    assert_null(a);
    free_line(line);
}

static void what_was_never_added_is_left_to_the_writer(void **state)
{
    (void)state;
    struct analysts *a;
    struct error error;
    struct analysis none = {.document = NULL};
    assert_int_equal(analysts_new(&a, NULL, NULL, &error), PROSPECT_OK);
    assert_null(analysts_collect(a, &none));
    analysts_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_put_once_and_is_found),
        cmocka_unit_test(what_was_not_collected_can_be_freed_after_the_end),
        cmocka_unit_test(what_was_never_added_is_left_to_the_writer)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
