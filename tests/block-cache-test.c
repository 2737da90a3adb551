/* What is read by way of a cache is what the file held when it was read first, until the cache is
 * cleared. */
#include "index/block_cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

enum {
    BLOCK = 8192,
    BLOCKS = 4 * BLOCK_CACHE_BYTES / BLOCK
};

struct fixture {
    struct block_cache *cache;
    int fd;
};

/* The block's first bytes are its number and its author's. */
static void write_block(int fd, uint32_t number, char author)
{
    char block[BLOCK] = {0};
    snprintf(block, sizeof block, "%u %c", number, author);
    assert_int_equal(pwrite(fd, block, BLOCK, (off_t)number * BLOCK), BLOCK);
}

static int setup(void **state)
{
    static struct fixture f;
    FILE *file = tmpfile();
    f = (struct fixture){.fd = file ? dup(fileno(file)) : -1};
    block_cache_new(&f.cache);
    assert_non_null(f.cache);
    assert_true(f.fd >= 0);
    fclose(file);
    for (uint32_t n = 0; n < BLOCKS; n++)
        write_block(f.fd, n, 'a');
    block_cache_use(f.cache);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    block_cache_free(&f->cache);
    close(f->fd);
    return 0;
}

static void expect(int fd, uint32_t number, char author)
{
    char block[BLOCK], expected[32];
    snprintf(expected, sizeof expected, "%u %c", number, author);
    assert_int_equal(pread(fd, block, BLOCK, (off_t)number * BLOCK), BLOCK);
    assert_string_equal(block, expected);
}

static void a_block_is_read_once(void **state)
{
    struct fixture *f = *state;
    expect(f->fd, 7, 'a');
    write_block(f->fd, 7, 'b');
    write_block(f->fd, 8, 'b');
    expect(f->fd, 7, 'a');
    expect(f->fd, 8, 'b');
}

static void a_cache_that_is_cleared_or_rests_knows_nothing(void **state)
{
    struct fixture *f = *state;
    expect(f->fd, 7, 'a');
    write_block(f->fd, 7, 'b');
    block_cache_clear(f->cache);
    expect(f->fd, 7, 'b');
    write_block(f->fd, 7, 'c');
    block_cache_rest(f->cache);
    expect(f->fd, 7, 'c');
}

static void without_a_cache_the_file_is_read(void **state)
{
    struct fixture *f = *state;
    expect(f->fd, 7, 'a');
    write_block(f->fd, 7, 'b');
    block_cache_use(NULL);
    expect(f->fd, 7, 'b');
}

static void *expect_b(void *arg)
{
    expect(*(int *)arg, 7, 'b');
    return arg;
}

static void other_threads_read_the_file(void **state)
{
    struct fixture *f = *state;
    pthread_t thread;
    void *same = NULL;
    expect(f->fd, 7, 'a');
    write_block(f->fd, 7, 'b');
    assert_int_equal(pthread_create(&thread, NULL, expect_b, &f->fd), 0);
    assert_int_equal(pthread_join(thread, &same), 0);
    assert_ptr_equal(same, &f->fd);
}

static void files_are_told_apart(void **state)
{
    struct fixture *f = *state;
    FILE *other = tmpfile();
    assert_non_null(other);
    for (uint32_t n = 0; n < 100; n++)
        write_block(fileno(other), n, 'o');
    for (int round = 0; round < 2; round++)
        for (uint32_t n = 0; n < 100; n++) {
            expect(f->fd, n, 'a');
            expect(fileno(other), n, 'o');
        }
    fclose(other);
}

static void more_than_it_holds_is_read_right(void **state)
{
    struct fixture *f = *state;
    uint32_t random = 1;
    for (int i = 0; i < 10 * BLOCKS; i++) {
        random = random * 1664525 + 1013904223;
        expect(f->fd, (random >> 8) % BLOCKS, 'a');
    }
}

static void what_is_used_stays_while_others_come_and_go(void **state)
{
    struct fixture *f = *state;
    expect(f->fd, 7, 'a');
    write_block(f->fd, 7, 'b');
    for (uint32_t n = 8; n < BLOCKS; n++) {
        expect(f->fd, n, 'a');
        if (n % 16 == 0)
            expect(f->fd, 7, 'a');
    }
}

static void other_sizes_are_not_kept(void **state)
{
    struct fixture *f = *state;
    char some[16];
    expect(f->fd, 7, 'a');
    write_block(f->fd, 7, 'b');
    assert_int_equal(pread(f->fd, some, sizeof some, 7 * BLOCK), sizeof some);
    assert_string_equal(some, "7 b");
}

static void the_end_of_a_file_and_errors_are_told(void **state)
{
    struct fixture *f = *state;
    char block[BLOCK];
    const off_t end = (off_t)BLOCKS * BLOCK;
    for (int round = 0; round < 2; round++) {
        assert_int_equal(pread(f->fd, block, BLOCK, end - 100), 100);
        assert_int_equal(pread(f->fd, block, BLOCK, end), 0);
        errno = 0;
        assert_int_equal(pread(-1, block, BLOCK, 0), -1);
        assert_int_equal(errno, EBADF);
    }
    write_block(f->fd, BLOCKS, 'b');
    expect(f->fd, BLOCKS, 'b');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        test(a_block_is_read_once),
        test(a_cache_that_is_cleared_or_rests_knows_nothing),
        test(without_a_cache_the_file_is_read),
        test(other_threads_read_the_file),
        test(files_are_told_apart),
        test(more_than_it_holds_is_read_right),
        test(what_is_used_stays_while_others_come_and_go),
        test(other_sizes_are_not_kept),
        test(the_end_of_a_file_and_errors_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
