/* Blocks that are not as they were written are noticed, and a damaged index is filled anew while it
 * is still searched. */
#include "tests/index.h"

#include <fcntl.h>
#include <sys/stat.h>

static void ignore_line(void *ctx, const char *line)
{
    (void)line;
    ++*(unsigned *)ctx;
}

static prospect_status look(struct fixture *f, unsigned how)
{
    unsigned lines = 0;
    prospect_status status = index_check(f->dir, how, ignore_line, &lines, &f->error);
    assert_int_equal(status == PROSPECT_CORRUPT, lines > 0);
    return status;
}

static void path_of(const struct fixture *f, const char *name, char path[200])
{
    snprintf(path, 200, "%s/%s", f->dir, name);
}

static void write_at(const struct fixture *f, const char *name, off_t at, const char *bytes)
{
    char path[200];
    path_of(f, name, path);
    int fd = open(path, O_WRONLY | O_CREAT, 0640);
    assert_int_equal(pwrite(fd, bytes, strlen(bytes), at), strlen(bytes));
    close(fd);
}

static void shorten(const struct fixture *f, const char *name, off_t size)
{
    char path[200];
    path_of(f, name, path);
    assert_int_equal(truncate(path, size), 0);
}

static off_t size_of(const struct fixture *f, const char *name)
{
    char path[200];
    struct stat st;
    path_of(f, name, path);
    return stat(path, &st) == 0 ? st.st_size : -1;
}

static void reopen(struct fixture *f)
{
    char notice[256];
    index_writer_free(&f->writer);
    fine(f, index_writer_new(&f->writer, f->dir, notice, sizeof notice, &f->error));
}

static void put_some(struct fixture *f, unsigned from, unsigned to)
{
    char name[32], text[64];
    for (unsigned i = from; i < to; i++) {
        snprintf(name, sizeof name, "%u.txt", i);
        snprintf(text, sizeof text, "red word%u and number%u", i % 7, i);
        put(f, doc(name, name, text));
    }
    commit(f);
}

static struct index_health health_of(const struct fixture *f)
{
    struct index_health health;
    index_health(f->dir, &health);
    return health;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void a_block_that_changed_after_it_was_noted_is_found(void **state)
{
    struct fixture *f = *state;
    static const char *const tables[] = {"postlist", "position", "termlist"};
    put_some(f, 0, 200);
    fine(f, look(f, CHECK_QUICK | CHECK_NOTE));
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char name[80], path[200], kept;
        snprintf(name, sizeof name, "g00000001/everyone/%s.glass", tables[i]);
        path_of(f, name, path);
        off_t at = size_of(f, name) / 8192 / 2 * 8192 + 5000;
        if (at >= size_of(f, name)) /* of one that has no block yet */
            continue;
        int fd = open(path, O_RDWR);
        assert_int_equal(pread(fd, &kept, 1, at), 1);
        char other = (char)(kept ^ 4);
        assert_int_equal(pwrite(fd, &other, 1, at), 1);
        assert_int_equal(look(f, CHECK_QUICK), PROSPECT_CORRUPT);
        assert_int_equal(pwrite(fd, &kept, 1, at), 1);
        close(fd);
        fine(f, look(f, CHECK_QUICK));
    }
}

static void what_is_written_later_is_no_damage(void **state)
{
    struct fixture *f = *state;
    put_some(f, 0, 100);
    for (unsigned i = 0; i < 30; i++) {
        fine(f, look(f, CHECK_QUICK | CHECK_NOTE));
        put_some(f, 10 * i % 100, 10 * i % 100 + 40);
        put(f, doc("pending.txt", "P", "not committed while it is looked at"));
    }
    fine(f, index_writer_compact(f->writer, &f->error));
    fine(f, look(f, CHECK_QUICK));
    fine(f, look(f, CHECK_NOTE));
}

static void a_table_that_was_cut_or_went_back_in_time_is_found(void **state)
{
    struct fixture *f = *state;
    static const char name[] = "g00000001/everyone/postlist.glass";
    put_some(f, 0, 200);
    fine(f, look(f, CHECK_QUICK | CHECK_NOTE));
    off_t size = size_of(f, name);
    shorten(f, name, size - 8192);
    assert_int_equal(look(f, CHECK_QUICK), PROSPECT_CORRUPT);
    shorten(f, name, size); /* the last block is zeros now: a revision before all */
    assert_int_equal(look(f, CHECK_QUICK), PROSPECT_CORRUPT);
}

/* Xapian reads without it, and cannot write. */
static void a_table_that_is_gone_is_missed(void **state)
{
    struct fixture *f = *state;
    char path[200];
    put_some(f, 0, 10);
    path_of(f, "g00000001/everyone/termlist.glass", path);
    unlink(path);
    assert_int_equal(look(f, CHECK_QUICK), PROSPECT_CORRUPT);
}

/* As damage to the labels would have it: who may see a compartment stands in its name, too. */
static void a_compartment_that_has_others_labels_is_shown_to_nobody(void **state)
{
    struct fixture *f = *state;
    const struct index_search s = {.q = "red", .size = 1, .timeout_ms = 20000};
    struct index_result *result;
    char from[200], to[200];
    put_some(f, 0, 1);
    commit(f);
    path_of(f, "g00000001/everyone", from);
    path_of(f, "g00000001/admin", to);
    assert_int_equal(rename(from, to), 0);
    index_reader_free(&f->reader);
    fine(f, index_reader_new(&f->reader, f->dir, &f->error));
    assert_int_equal(index_search(f->reader, &anybody, &s, &result, &f->error), PROSPECT_CORRUPT);
    assert_int_equal(rename(to, from), 0);
}

static void an_index_of_another_schema_is_not_called_damaged(void **state)
{
    struct fixture *f = *state;
    put_some(f, 0, 10);
    write_at(f, "g00000001/schema", 0, "1");
    unsigned lines = 0;
    assert_int_equal(index_check(f->dir, CHECK_QUICK | CHECK_NOTE, ignore_line, &lines, &f->error),
                     PROSPECT_SCHEMA);
    assert_int_equal(lines, 0);
    reopen(f);
    assert_non_null(strstr(health_of(f).damage, "schema"));
    fine(f, index_writer_drop_old(f->writer, &f->error));
    assert_string_equal(health_of(f).damage, "");
}

static void what_is_damaged_is_not_compacted_into_what_looks_whole(void **state)
{
    struct fixture *f = *state;
    put_some(f, 0, 200);
    fine(f, look(f, CHECK_QUICK | CHECK_NOTE));
    write_at(f, "g00000001/everyone/position.glass", 4000, "eaten by a mouse");
    assert_int_equal(index_writer_compact(f->writer, &f->error), PROSPECT_CORRUPT);
    assert_int_equal(size_of(f, "g00000002"), -1);
    assert_int_equal(look(f, CHECK_QUICK), PROSPECT_CORRUPT);
}

static void checksums_that_are_damaged_themselves_count_as_none(void **state)
{
    struct fixture *f = *state;
    put_some(f, 0, 50);
    fine(f, look(f, CHECK_QUICK | CHECK_NOTE));
    write_at(f, "g00000001/sums-everyone", 40, "damage");
    fine(f, look(f, CHECK_QUICK | CHECK_NOTE));
    fine(f, look(f, 0));
}

/* ---- filling anew ---------------------------------------------------------------------------- */

static void begin_anew(struct fixture *f, bool at_once)
{
    index_writer_free(&f->writer);
    fine(f, index_begin_anew(f->dir, "a block was eaten", at_once, &f->error));
    reopen(f);
}

static void the_old_index_is_searched_until_the_new_one_is_complete(void **state)
{
    struct fixture *f = *state;
    struct index_reader *ingest;
    struct index_file file;
    uint8_t content[DIGEST_SIZE];
    put(f, doc("a.txt", "A", "red one"));
    put(f, doc("b.txt", "B", "red two"));
    commit(f);
    fine(f, index_reader_new_ingest(&ingest, f->dir, &f->error));
    begin_anew(f, false);
    assert_true(health_of(f).beside);
    assert_string_equal(health_of(f).damage, "a block was eaten");
    put(f, doc("a.txt", "A", "red again"));
    commit(f);
    expect(f, "red", "a.txt b.txt");
    expect(f, "again", "-");
    digest_bytes("red two", strlen("red two"), content);
    assert_int_equal(index_find_content(ingest, content, &file, &f->error), PROSPECT_NOT_FOUND);
    index_file_free(&file);
    reopen(f); /* a restart in between loses nothing */
    put(f, doc("b.txt", "B", "red once again"));
    commit(f);
    fine(f, index_writer_drop_old(f->writer, &f->error));
    expect(f, "again", "a.txt b.txt");
    assert_false(health_of(f).beside);
    assert_string_equal(health_of(f).damage, "");
    assert_int_equal(size_of(f, "g00000001"), -1);
    index_reader_free(&ingest);
}

static void what_cannot_be_searched_is_given_up_at_once(void **state)
{
    static const struct {
        const char *name;
        bool remove;
    } damages[] = {{"g00000001/everyone/iamglass", false},
                   {"g00000001/everyone/postlist.glass", true},
                   {"g00000001/schema", false},
                   {"current", false},
                   {"current", true}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        char path[200];
        put(f, doc("a.txt", "A", "red"));
        commit(f);
        index_writer_free(&f->writer);
        nftw(f->dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
        mkdir(f->dir, 0700);
        reopen(f);
        put(f, doc("a.txt", "A", "red"));
        commit(f);
        path_of(f, damages[i].name, path);
        if (damages[i].remove)
            unlink(path);
        else
            write_at(f, damages[i].name, 0, "nonsense, and more of it");
        assert_int_equal(look(f, CHECK_QUICK) == PROSPECT_OK, false);
        begin_anew(f, false);
        assert_false(health_of(f).beside);
        assert_string_not_equal(health_of(f).damage, "");
        expect(f, "red", "-");
        put(f, doc("a.txt", "A", "red"));
        commit(f);
        expect(f, "red", "a.txt");
        fine(f, index_writer_drop_old(f->writer, &f->error));
        assert_string_equal(health_of(f).damage, "");
        fine(f, look(f, 0));
    }
}

static void a_new_index_that_is_damaged_while_it_is_filled_is_begun_once_more(void **state)
{
    struct fixture *f = *state;
    put(f, doc("a.txt", "A", "red"));
    commit(f);
    begin_anew(f, false);
    put(f, doc("b.txt", "B", "red"));
    commit(f);
    index_writer_free(&f->writer);
    write_at(f, "g00000002/everyone/iamglass", 0, "nonsense");
    reopen(f);
    expect(f, "red", "a.txt");
    put(f, doc("c.txt", "C", "red"));
    commit(f);
    fine(f, index_writer_drop_old(f->writer, &f->error));
    expect(f, "red", "c.txt");
}

static void one_that_kills_is_given_up_for_what_the_new_one_has(void **state)
{
    struct fixture *f = *state;
    put(f, doc("a.txt", "A", "red"));
    put(f, doc("b.txt", "B", "red two"));
    commit(f);
    begin_anew(f, false);
    put(f, doc("a.txt", "A", "red"));
    commit(f);
    expect(f, "red", "a.txt b.txt");
    begin_anew(f, true);
    expect(f, "red", "a.txt");
    assert_false(health_of(f).beside);
    assert_string_equal(health_of(f).damage, "a block was eaten");
}

#define with_index(test) cmocka_unit_test_setup_teardown(test, fixture_new, fixture_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_index(a_block_that_changed_after_it_was_noted_is_found),
        with_index(what_is_written_later_is_no_damage),
        with_index(a_table_that_was_cut_or_went_back_in_time_is_found),
        with_index(a_table_that_is_gone_is_missed),
        with_index(a_compartment_that_has_others_labels_is_shown_to_nobody),
        with_index(an_index_of_another_schema_is_not_called_damaged),
        with_index(what_is_damaged_is_not_compacted_into_what_looks_whole),
        with_index(checksums_that_are_damaged_themselves_count_as_none),
        with_index(the_old_index_is_searched_until_the_new_one_is_complete),
        with_index(what_cannot_be_searched_is_given_up_at_once),
        with_index(a_new_index_that_is_damaged_while_it_is_filled_is_begun_once_more),
        with_index(one_that_kills_is_given_up_for_what_the_new_one_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
