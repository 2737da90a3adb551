/* The writer thread, with a real index. */
#include "daemon/compaction.h"
#include "daemon/writer.h"
#include "index/base/buf.h"
#include "index/base/mem.h"
#include "index/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 20000
};

static char dir[64];
static struct mailbox *replies;
static struct writer *writer;

static prospect_status open_writer(void)
{
    char notice[256];
    struct error error;
    const struct writer_options options = {.compact_quiet_ms = 200};
    return writer_new(&writer, dir, &options, replies, notice, sizeof notice, &error);
}

static int start(void **state)
{
    (void)state;
    strcpy(dir, "/tmp/prospect-writer-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    mailbox_new(&replies, 0);
    return (int)open_writer();
}

static int stop(void **state)
{
    (void)state;
    struct buf command = {0};
    struct message *m;
    writer_free(&writer);
    while ((m = mailbox_take(replies)))
        free(m);
    mailbox_free(&replies);
    buf_addf(&command, "rm -rf '%s'", dir);
    int rc = system(buf_str(&command));
    buf_free(&command);
    return rc;
}

static struct document *document_of(const char *path, const char *text, const char *content)
{
    struct document *d;
    document_new(&d);
    d->root = mem_strdup("r");
    d->path = mem_strdup(path);
    digest_file_id("r", path, d->id);
    digest_bytes(content, strlen(content), d->stamp.content);
    d->stamp.size = strlen(text);
    d->stamp.plugin = mem_strdup("text");
    d->stamp.plugin_version = mem_strdup("1");
    d->mime = mem_strdup("text/plain");
    struct unit *u = document_add_unit(d);
    u->number = 1;
    u->text = mem_strdup(text);
    u->length = strlen(text);
    u->spans = mem_zalloc(sizeof *u->spans);
    u->spans[0].length = (uint32_t)u->length;
    u->n_spans = 1;
    return d;
}

/* The same text has the same bytes. */
static struct document *document(const char *path, const char *text)
{
    return document_of(path, text, text);
}

static void tell(enum writer_kind kind, uint64_t tag, struct document *d, const char *id)
{
    struct writer_message *m = mem_zalloc(sizeof *m);
    m->kind = kind;
    m->tag = tag;
    m->document = d;
    if (id)
        memcpy(m->id, id, DIGEST_ID_SIZE);
    writer_send(writer, m);
}

static void expect(uint64_t tag, prospect_status status)
{
    struct writer_reply *r = (struct writer_reply *)mailbox_wait(replies, PATIENCE_MS);
    assert_non_null(r);
    assert_int_equal(r->tag, tag);
    assert_int_equal(r->outcome.status, status);
    free(r);
}

static uint64_t hits(const char *q)
{
    struct index_reader *reader;
    struct index_result *result;
    struct error error;
    struct access admin = {.admin = true};
    struct index_search s = {.q = q, .size = 10, .timeout_ms = 2000};
    assert_int_equal(index_reader_new(&reader, dir, &error), PROSPECT_OK);
    assert_int_equal(index_search(reader, &admin, &s, &result, &error), PROSPECT_OK);
    uint64_t total = result->total;
    index_result_free(&result);
    index_reader_free(&reader);
    return total;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void a_reply_comes_after_the_commit_and_at_once_with_a_flush(void **state)
{
    (void)state;
    tell(WRITER_PUT, 1, document("a", "apples and pears"), NULL);
    tell(WRITER_FLUSH, 2, NULL, NULL);
    expect(1, PROSPECT_OK);
    assert_int_equal(hits("apples"), 1); /* as soon as the reply is there */
    expect(2, PROSPECT_OK);
}

static void without_a_flush_it_is_committed_within_a_second_or_so(void **state)
{
    (void)state;
    int64_t before = now_ms();
    tell(WRITER_PUT, 1, document("a", "apples and pears"), NULL);
    expect(1, PROSPECT_OK);
    assert_true(now_ms() - before >= 900);
    assert_int_equal(hits("apples"), 1);
}

static void many_documents_are_committed_before_their_time(void **state)
{
    (void)state;
    char path[16];
    struct buf text = {0};
    for (unsigned i = 0; i < 100000; i++)
        buf_addf(&text, "word%u ", i % 100);
    /* 8 MB in 13 of them: the first reply is there although others follow. */
    for (unsigned i = 0; i < 14; i++) {
        snprintf(path, sizeof path, "f%u", i);
        tell(WRITER_PUT, i + 1, document_of(path, text.data, path), NULL);
    }
    assert_true(writer_backlog(writer) > 1000000);
    for (unsigned i = 0; i < 14; i++)
        expect(i + 1, PROSPECT_OK);
    assert_int_equal(writer_backlog(writer), 0);
    assert_int_equal(hits("word7"), 14);
    buf_free(&text);
}

static void order_is_kept_and_what_is_removed_is_gone(void **state)
{
    (void)state;
    char id[DIGEST_ID_SIZE];
    digest_file_id("r", "a", id);
    tell(WRITER_PUT, 1, document("a", "apples"), NULL);
    tell(WRITER_REMOVE, 2, NULL, id);
    tell(WRITER_PUT, 3, document("b", "berries"), NULL);
    tell(WRITER_FLUSH, 4, NULL, NULL);
    for (unsigned i = 1; i <= 4; i++)
        expect(i, PROSPECT_OK);
    assert_int_equal(hits("apples"), 0);
    assert_int_equal(hits("berries"), 1);
}

static void a_copy_needs_its_source(void **state)
{
    (void)state;
    char a[DIGEST_ID_SIZE], absent[DIGEST_ID_SIZE];
    digest_file_id("r", "a", a);
    digest_file_id("r", "absent", absent);
    tell(WRITER_PUT, 1, document("a", "apples"), NULL);
    tell(WRITER_PUT_FROM, 2, document("b", "apples"), a);
    tell(WRITER_PUT_FROM, 3, document("c", "apples"), absent);
    tell(WRITER_PUT_FROM, 4, document("d", "other bytes"), a);
    tell(WRITER_FLUSH, 5, NULL, NULL);
    expect(1, PROSPECT_OK);
    expect(2, PROSPECT_OK);
    expect(3, PROSPECT_NOT_FOUND);
    expect(4, PROSPECT_NOT_FOUND);
    expect(5, PROSPECT_OK);
}

static void other_roots_go(void **state)
{
    (void)state;
    struct writer_message *m = mem_zalloc(sizeof *m);
    tell(WRITER_PUT, 1, document("a", "apples"), NULL);
    m->kind = WRITER_KEEP_ROOTS;
    m->tag = 2;
    strlist_add(&m->roots, "another");
    writer_send(writer, m);
    tell(WRITER_FLUSH, 3, NULL, NULL);
    expect(1, PROSPECT_OK);
    expect(2, PROSPECT_OK);
    expect(3, PROSPECT_OK);
    assert_int_equal(hits("apples"), 0);
}

static void a_rebuild_goes_on_between_other_messages_and_tells_its_end(void **state)
{
    (void)state;
    char path[16];
    for (unsigned i = 1; i <= 100; i++) {
        snprintf(path, sizeof path, "f%u", i);
        tell(WRITER_PUT, i, document_of(path, "apples", path), NULL);
    }
    tell(WRITER_FLUSH, 101, NULL, NULL);
    for (unsigned i = 1; i <= 101; i++)
        expect(i, PROSPECT_OK);
    tell(WRITER_REBUILD, 102, NULL, NULL);
    tell(WRITER_PUT, 103, document("late", "berries"), NULL);
    tell(WRITER_FLUSH, 104, NULL, NULL);
    expect(103, PROSPECT_OK);
    expect(104, PROSPECT_OK);
    expect(102, PROSPECT_OK);
    tell(WRITER_DROP_OLD, 105, NULL, NULL);
    expect(105, PROSPECT_OK);
    assert_int_equal(hits("apples"), 100);
    assert_int_equal(hits("berries"), 1);
}

static unsigned generation(void)
{
    struct index_reader *reader;
    struct index_stats *stats;
    struct error error;
    assert_int_equal(index_reader_new(&reader, dir, &error), PROSPECT_OK);
    assert_int_equal(index_stats(reader, &(struct access){.admin = true}, &stats, &error),
                     PROSPECT_OK);
    unsigned n = stats->generation;
    index_stats_free(&stats);
    index_reader_free(&reader);
    return n;
}

/* And what comes in afterwards goes into the new generation. */
static void put_documents(int from, int to)
{
    for (int i = from; i < to; i++) {
        char path[20];
        snprintf(path, sizeof path, "%d.txt", i);
        tell(WRITER_PUT, 0, document_of(path, "apples", path), NULL);
    }
}

static void wait_for_generation(unsigned wanted)
{
    for (int i = 0; i < PATIENCE_MS / 10 && generation() < wanted; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_int_equal(generation(), wanted);
}

static void flush(uint64_t tag)
{
    tell(WRITER_FLUSH, tag, NULL, NULL);
    for (struct message *m = mailbox_wait(replies, PATIENCE_MS); m;) {
        const bool last = ((struct writer_reply *)m)->tag == tag;
        free(m);
        m = last ? NULL : mailbox_wait(replies, PATIENCE_MS);
    }
}

static void changes_made_before_a_start_count_for_compaction(void **state)
{
    (void)state;
    const unsigned before = generation();
    put_documents(0, COMPACTION_CHANGES - 1);
    flush(8);
    writer_free(&writer);
    assert_int_equal(open_writer(), PROSPECT_OK);
    put_documents(COMPACTION_CHANGES - 1, COMPACTION_CHANGES);
    wait_for_generation(before + 1);
    writer_free(&writer);
    struct index_writer *w;
    struct error error;
    char notice[256];
    assert_int_equal(index_writer_new(&w, dir, notice, sizeof notice, &error), PROSPECT_OK);
    assert_int_equal(index_writer_changes(w), 0);
    index_writer_free(&w);
    assert_int_equal(open_writer(), PROSPECT_OK);
    assert_int_equal(hits("apples"), COMPACTION_CHANGES);
}

static void after_many_changes_the_index_is_compacted_once_it_is_quiet(void **state)
{
    (void)state;
    const unsigned before = generation();
    put_documents(0, COMPACTION_CHANGES);
    wait_for_generation(before + 1);
    tell(WRITER_PUT, 7, document_of("last.txt", "pears", "pears"), NULL);
    flush(8);
    assert_int_equal(hits("apples"), COMPACTION_CHANGES);
    assert_int_equal(hits("pears"), 1);
    assert_int_equal(generation(), before + 1);
}

static void the_end_commits_what_was_sent(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= 3; i++) {
        char path[16];
        snprintf(path, sizeof path, "f%u", i);
        tell(WRITER_PUT, i, document_of(path, "apples", path), NULL);
    }
    writer_free(&writer);
    for (unsigned i = 1; i <= 3; i++)
        expect(i, PROSPECT_OK);
    assert_int_equal(hits("apples"), 3);
}

/* Hours of work may wait on a busy machine: whoever ends the writer does not wait for it. */
static void the_end_leaves_what_takes_long(void **state)
{
    (void)state;
    enum {
        DOCUMENTS = 600,
        LENGTH = 64 * 1024
    };
    char *text = mem_zalloc(LENGTH + 1), path[16];
    unsigned done = 0;
    for (size_t i = 0; i < LENGTH; i++)
        text[i] = i % 7 == 6 ? ' ' : (char)('a' + rand() % 26);
    for (unsigned i = 1; i <= DOCUMENTS; i++) {
        snprintf(path, sizeof path, "f%u", i);
        tell(WRITER_PUT, i, document_of(path, text, path), NULL);
    }
    writer_free(&writer);
    for (struct message *m; (m = mailbox_take(replies)); free(m))
        assert_int_equal(((struct writer_reply *)m)->tag, ++done);
    assert_in_range(done, 1, DOCUMENTS - 1);
    assert_int_equal(hits(""), done);
    free(text);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        T(a_reply_comes_after_the_commit_and_at_once_with_a_flush),
        T(without_a_flush_it_is_committed_within_a_second_or_so),
        T(many_documents_are_committed_before_their_time),
        T(order_is_kept_and_what_is_removed_is_gone),
        T(a_copy_needs_its_source),
        T(other_roots_go),
        T(a_rebuild_goes_on_between_other_messages_and_tells_its_end),
        T(after_many_changes_the_index_is_compacted_once_it_is_quiet),
        T(changes_made_before_a_start_count_for_compaction),
        T(the_end_commits_what_was_sent),
        T(the_end_leaves_what_takes_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
