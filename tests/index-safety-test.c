/* What survives an end, a full disk, another schema and damage. */
#include <config.h>

#include "tests/index.h"

#include "index/schema.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void reopen(struct fixture *f, char notice[256])
{
    index_writer_free(&f->writer);
    fine(f, index_writer_new(&f->writer, f->dir, notice, 256, &f->error));
}

static void a_reader_follows_when_the_index_is_compacted(void **state)
{
    struct fixture *f = *state;
    char notice[256];
    put(f, doc("a.txt", "A", "red\fgreen"));
    put(f, only_for(doc("b.txt", "B", "red"), "x"));
    commit(f);
    expect(f, "red", "a.txt");
    put(f, doc("c.txt", "C", "red, put just before"));
    fine(f, index_writer_compact(f->writer, &f->error));
    expect(f, "red", "a.txt c.txt");
    expect_of(f, &admin, (struct index_search){.q = "red", .sort = SORT_TITLE},
              "a.txt b.txt c.txt");
    put(f, doc("d.txt", "D", "red"));
    commit(f);
    expect(f, "red", "a.txt c.txt d.txt");
    struct index_stats *s = stats(f);
    assert_int_equal(s->generation, 2);
    assert_int_equal(s->pages, 5);
    index_stats_free(&s);
    reopen(f, notice);
    assert_string_equal(notice, "");
    expect(f, "red", "a.txt c.txt d.txt");
}

static void an_index_of_another_schema_is_left_and_a_new_one_begun(void **state)
{
    struct fixture *f = *state;
    char path[128], notice[256];
    put(f, doc("a.txt", "A", "red"));
    commit(f);
    snprintf(path, sizeof path, "%s/g00000001/schema", f->dir);
    FILE *file = fopen(path, "w");
    fprintf(file, "%d\n", SCHEMA_VERSION + 1);
    fclose(file);
    reopen(f, notice);
    assert_non_null(strstr(notice, "schema"));
    assert_int_equal(access(path, F_OK), 0);
    expect(f, "red", "-");
    put(f, doc("a.txt", "A", "red again"));
    commit(f);
    expect(f, "red", "a.txt");
    reopen(f, notice);
    assert_string_equal(notice, "");
    fine(f, index_writer_drop_old(f->writer, &f->error));
    assert_int_not_equal(access(path, F_OK), 0);
    expect(f, "red", "a.txt");
}

static void the_index_has_one_writer(void **state)
{
    struct fixture *f = *state;
    struct index_writer *second = NULL;
    char notice[256];
    assert_int_equal(index_writer_new(&second, f->dir, notice, sizeof notice, &f->error),
                     PROSPECT_LOCKED);
    assert_null(second);
}

/* Puts B and, told so, commits; then dies without a word. */
static void die_in_a_child(struct fixture *f, bool commit_first)
{
    char notice[256];
    index_writer_free(&f->writer);
    pid_t pid = fork();
    if (pid == 0) {
        struct document *d = only_for(doc("a.txt", "A", "red two"), "x");
        bool good = index_writer_new(&f->writer, f->dir, notice, sizeof notice, NULL) == 0 &&
                    index_writer_put(f->writer, d, NULL) == 0;
        document_free(&d);
        d = doc("b.txt", "B", "red three");
        good = good && index_writer_put(f->writer, d, NULL) == 0 &&
               (!commit_first || index_writer_commit(f->writer, NULL) == 0);
        _exit(good ? 0 : 1);
    }
    int how;
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_int_equal(how, 0);
    fine(f, index_writer_new(&f->writer, f->dir, notice, sizeof notice, &f->error));
}

static void a_sudden_end_loses_what_was_not_committed_and_no_more(void **state)
{
    struct fixture *f = *state;
    put(f, doc("a.txt", "A", "red one"));
    commit(f);
    die_in_a_child(f, false);
    expect_of(f, &admin, (struct index_search){.q = "red", .sort = SORT_TITLE}, "a.txt");
    expect(f, "one", "a.txt");
    die_in_a_child(f, true);
    expect_of(f, &admin, (struct index_search){.q = "red", .sort = SORT_TITLE}, "a.txt b.txt");
    expect(f, "red", "b.txt");
}

static void a_full_disk_loses_one_batch_says_so_and_the_next_goes_in(void **state)
{
    struct fixture *f = *state;
    struct rlimit limit, old;
    char *text = mem_zalloc(400001);
    for (size_t i = 0; i < 400000; i++) /* words that compress badly */
        text[i] = i % 7 == 6 ? ' ' : (char)('a' + rand() % 26);
    put(f, doc("before.txt", "B", "red before"));
    commit(f);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    limit = old;
    limit.rlim_cur = 100 * 1024;
    setrlimit(RLIMIT_FSIZE, &limit);
    struct document *d = doc("big.txt", "Big", text), *small = doc("small.txt", "S", "red small");
    prospect_status first = index_writer_put(f->writer, small, &f->error);
    prospect_status second = index_writer_put(f->writer, d, &f->error);
    prospect_status third = index_writer_commit(f->writer, &f->error);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(first, PROSPECT_OK);
    assert_true(second != PROSPECT_OK || third != PROSPECT_OK);
    assert_int_not_equal(third, PROSPECT_OK); /* the small one is lost as well */
    expect(f, "red", "before.txt");
    fine(f, index_writer_put(f->writer, d, &f->error));
    fine(f, index_writer_put(f->writer, small, &f->error));
    commit(f);
    expect(f, "red", "before.txt small.txt");
    expect(f, "title:big", "big.txt");
    struct index_stats *s = stats(f);
    assert_int_equal(s->pages, 3);
    index_stats_free(&s);
    document_free(&d);
    document_free(&small);
    free(text);
}

#ifndef PROSPECT_SANITIZED
/* UBSan looks at memory through a pipe, and without descriptors takes all for damage: this test is
 * for the other builds. */
/* Without descriptors neither the commit nor the opening after its failure can succeed. */
static void an_index_that_cannot_be_opened_after_a_failure_is_opened_later(void **state)
{
    struct fixture *f = *state;
    struct rlimit none, old;
    struct document *d = doc("a.txt", "A", "red one");
    put(f, doc("b.txt", "B", "red two"));
    put(f, doc("a.txt", "A", "red one"));
    commit(f);
    fine(f, index_writer_put(f->writer, d, &f->error));
    getrlimit(RLIMIT_NOFILE, &old);
    none = old;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &none);
    prospect_status lost = index_writer_commit(f->writer, &f->error);
    prospect_status closed = index_writer_remove(f->writer, d->id, &f->error);
    setrlimit(RLIMIT_NOFILE, &old);
    assert_int_not_equal(lost, PROSPECT_OK);
    assert_int_not_equal(closed, PROSPECT_OK);
    fine(f, index_writer_remove(f->writer, d->id, &f->error));
    commit(f);
    expect(f, "red", "b.txt");
    document_free(&d);
}
#endif

static void count_line(void *ctx, const char *line)
{
    (void)line;
    ++*(int *)ctx;
}

static void a_check_finds_a_whole_index_whole_and_a_damaged_one_damaged(void **state)
{
    struct fixture *f = *state;
    int lines = 0;
    char path[160], notice[256];
    put(f, doc("a.txt", "A", "red\fgreen"));
    put(f, only_for(doc("b.txt", "B", "red"), "x"));
    commit(f);
    fine(f, index_check(f->dir, 0, count_line, &lines, &f->error));
    assert_int_equal(lines, 0);
    index_writer_free(&f->writer);
    snprintf(path, sizeof path, "%s/g00000001/everyone/postlist.glass", f->dir);
    FILE *file = fopen(path, "r+");
    fseek(file, 0, SEEK_END);
    for (long n = ftell(file), i = 0; i < n; i++) {
        fseek(file, i, SEEK_SET);
        fputc(0x5A, file);
    }
    fclose(file);
    assert_int_equal(index_check(f->dir, 0, count_line, &lines, &f->error), PROSPECT_CORRUPT);
    assert_true(lines > 0);
    assert_int_equal(index_check(f->dir, CHECK_REPAIR, count_line, &lines, &f->error),
                     PROSPECT_CORRUPT);
    lines = 0;
    fine(f, index_check(f->dir, 0, count_line, &lines, &f->error));
    fine(f, index_writer_new(&f->writer, f->dir, notice, sizeof notice, &f->error));
    expect_of(f, &admin, (struct index_search){.q = "red"}, "b.txt");
}

static void an_index_that_cannot_be_written_is_begun_anew_from_what_it_has(void **state)
{
    struct fixture *f = *state;
    put(f, doc("a.txt", "A", "red one"));
    put(f, only_for(doc("b.txt", "B", "red two"), "staff"));
    commit(f);
    put(f, doc("c.txt", "C", "red three"));
    struct index_stats *s = stats(f);
    unsigned before = s->generation;
    index_stats_free(&s);
    fine(f, index_writer_renew(f->writer, &f->error));
    assert_int_equal(index_writer_commit(f->writer, &f->error), PROSPECT_IO); /* c.txt is lost */
    put(f, doc("d.txt", "D", "red four"));
    commit(f);
    expect_of(f, &admin, (struct index_search){.q = "red", .sort = SORT_TITLE},
              "a.txt b.txt d.txt");
    expect(f, "red", "a.txt d.txt");
    s = stats(f);
    assert_int_equal(s->generation, before + 1);
    index_stats_free(&s);
}

static atomic_bool checked;

static void put_words(struct fixture *f, int number, int seed)
{
    char path[20], text[3000] = "";
    snprintf(path, sizeof path, "%d.txt", number);
    for (int k = 0; k < 200; k++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "w%d ", seed * k);
    put(f, doc(path, "A", text));
}

static void *write_again_and_again(void *ctx)
{
    struct fixture *f = ctx;
    for (int i = 0; !atomic_load(&checked); i++) {
        for (int k = 0; k < 10; k++)
            put_words(f, (10 * i + k) % 500, i);
        commit(f);
    }
    return NULL;
}

static void a_check_while_somebody_writes_sees_no_damage(void **state)
{
    struct fixture *f = *state;
    pthread_t thread;
    unsigned lines = 0;
    for (int i = 0; i < 500; i++)
        put_words(f, i, 1);
    commit(f);
    atomic_store(&checked, false);
    assert_int_equal(pthread_create(&thread, NULL, write_again_and_again, f), 0);
    for (int i = 0; i < 5; i++) {
        struct error error = {0};
        prospect_status status = index_check(f->dir, 0, count_line, &lines, &error);
        if (status != PROSPECT_OK && status != PROSPECT_BUSY)
            fail_msg("%s", error.line);
        assert_int_equal(lines, 0);
    }
    atomic_store(&checked, true);
    pthread_join(thread, NULL);
    fine(f, index_check(f->dir, 0, count_line, &lines, &f->error));
}

/* A reader for each thread, nothing between them: what they build of a query must not be shared
 * either. */
static void *search_again_and_again(void *ctx)
{
    struct fixture f = *(struct fixture *)ctx;
    if (index_reader_new(&f.reader, f.dir, &f.error) != PROSPECT_OK)
        return "no reader";
    const char *wrong = NULL;
    for (int i = 0; i < 3000 && !wrong; i++) {
        struct index_search s = {.q = i % 3 == 0 ? NULL : i % 3 == 1 ? "-blue" : "red", .size = 10};
        struct index_result *res = NULL;
        if (index_search(f.reader, &anybody, &s, &res, &f.error) != PROSPECT_OK || res->total != 1)
            wrong = "a search went wrong";
        index_result_free(&res);
    }
    index_reader_free(&f.reader);
    return (void *)wrong;
}

static void threads_search_at_once_and_share_nothing(void **state)
{
    struct fixture *f = *state;
    pthread_t thread[4];
    put(f, doc("a.txt", "A", "red"));
    commit(f);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, search_again_and_again, f), 0);
    for (int i = 0; i < 4; i++) {
        void *wrong;
        pthread_join(thread[i], &wrong);
        if (wrong)
            fail_msg("%s", (char *)wrong);
    }
}

/* NUMBER stands wherever FORMAT has a number. */
static uint64_t found(struct fixture *f, const char *format, int number)
{
    char q[32];
    snprintf(q, sizeof q, format, number, number);
    struct index_result *res = ask(f, &anybody, (struct index_search){.q = q});
    const uint64_t total = res->total;
    index_result_free(&res);
    return total;
}

static void put_round(struct fixture *f, int round, int number)
{
    char path[20], text[3000];
    snprintf(path, sizeof path, "%d.txt", number);
    snprintf(text, sizeof text, "common round%d ", round);
    for (int k = 0; k < 200; k++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "w%d ", round + number * k);
    put(f, doc(path, path, text));
}

/* The reader keeps blocks of the tables, which a commit may have overwritten. */
static void each_commit_is_seen_whole_by_who_searched_before(void **state)
{
    struct fixture *f = *state;
    for (int round = 1; round <= 100; round++) {
        for (int number = 0; number < 40; number++)
            put_round(f, round, number);
        commit(f);
        assert_int_equal(found(f, "common", 0), 40);
        assert_int_equal(found(f, "round%d", round), 40);
        assert_int_equal(found(f, "round%d", round - 1), 0);
        assert_int_equal(found(f, "\"round%d w%d\"", round), 40);
    }
}

/* The number of times that this process has read from a file; -1: it cannot be known. */
static long reads(void)
{
    char line[64];
    long count = -1;
    FILE *io = fopen("/proc/self/io", "r");
    while (io && fgets(line, sizeof line, io))
        sscanf(line, "syscr: %ld", &count);
    if (io)
        fclose(io);
    return count;
}

static long reads_of_a_search(struct fixture *f)
{
    const long before = reads();
    assert_true(found(f, "w12 w60 w%d w1%d", 20) > 1);
    return reads() - before;
}

static void a_search_like_the_last_reads_no_block_anew(void **state)
{
    struct fixture *f = *state;
    for (int number = 0; number < 500; number++)
        put_words(f, number, number + 1);
    commit(f);
    if (reads() < 0)
        skip();
    reads_of_a_search(f);
    const long second = reads_of_a_search(f);
    index_reader_rest(f->reader);
    const long after_rest = reads_of_a_search(f);
    assert_true(after_rest > second + 4);
}

#define with_index(test) cmocka_unit_test_setup_teardown(test, fixture_new, fixture_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_index(a_reader_follows_when_the_index_is_compacted),
        with_index(an_index_of_another_schema_is_left_and_a_new_one_begun),
        with_index(the_index_has_one_writer),
        with_index(a_sudden_end_loses_what_was_not_committed_and_no_more),
        with_index(a_full_disk_loses_one_batch_says_so_and_the_next_goes_in),
#ifndef PROSPECT_SANITIZED
        with_index(an_index_that_cannot_be_opened_after_a_failure_is_opened_later),
#endif
        with_index(an_index_that_cannot_be_written_is_begun_anew_from_what_it_has),
        with_index(a_check_while_somebody_writes_sees_no_damage),
        with_index(threads_search_at_once_and_share_nothing),
        with_index(each_commit_is_seen_whole_by_who_searched_before),
        with_index(a_search_like_the_last_reads_no_block_anew),
        with_index(a_check_finds_a_whole_index_whole_and_a_damaged_one_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
