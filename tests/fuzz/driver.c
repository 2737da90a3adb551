/* Runs a fuzz target on its seeds and on mutations of them, the same ones every time; with files
 * named, on those (to try again what libFuzzer found). FUZZ_RUNS says how many mutations. */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef FUZZ_RUNS /* of a target that takes longer: fewer */
#define FUZZ_RUNS 20000
#endif

enum {
    RUNS = FUZZ_RUNS,
    SIZE_MAX_INPUT = 4096
};

static uint64_t state = 0x9e3779b97f4a7c15u;

/* xorshift64* (Marsaglia 2003; Vigna 2016). */
static uint32_t pick(uint32_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 0x2545f4914f6cdd1du) >> 33) % below;
}

static const char *seed(void)
{
    uint32_t n = 0;
    while (fuzz_seeds[n])
        n++;
    return fuzz_seeds[pick(n)];
}

/* Puts a piece of another seed, or a nasty byte or character, at a random place. */
static size_t insert(char *input, size_t size)
{
    static const char *const nasty[] = {"\xff",
                                        "\xc2\xad",
                                        "\xcc\x81",
                                        "\xe2\x80\x99",
                                        "\xf0\x9d\x94",
                                        "\xc2\xa0",
                                        "-\n",
                                        "\"",
                                        "(",
                                        ")",
                                        "NOT ",
                                        "* ",
                                        "\xef\xb7\xba",
                                        "1,",
                                        "\xe5\xb9\xb3"};
    const char *what = pick(2) ? nasty[pick(sizeof nasty / sizeof *nasty)] : seed();
    size_t length = strlen(what);
    length = length > 8 ? 1 + pick((uint32_t)length) : length;
    if (size + length > SIZE_MAX_INPUT)
        return size;
    size_t at = pick((uint32_t)size + 1);
    memmove(input + at + length, input + at, size - at);
    memcpy(input + at, what, length);
    return size + length;
}

static size_t mutate(char *input, size_t size)
{
    for (uint32_t times = 1 + pick(8); times > 0; times--) {
        uint32_t how = pick(4);
        if (how == 0 && size)
            input[pick((uint32_t)size)] = (char)pick(256);
        else if (how == 1 && size)
            size = pick((uint32_t)size + 1);
        else if (how == 2 && size) {
            uint32_t at = pick((uint32_t)size);
            memmove(input + at, input + at + 1, --size - at);
        } else
            size = insert(input, size);
    }
    return size;
}

/* The input in memory of its very size, so that AddressSanitizer sees a byte too far. */
static void run(const char *input, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        abort();
    memcpy(exact, input, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static int run_file(const char *name)
{
    static char input[1 << 20];
    FILE *f = fopen(name, "rb");
    if (!f) {
        perror(name);
        return 1;
    }
    run(input, fread(input, 1, sizeof input, f));
    fclose(f);
    return 0;
}

int main(int argc, char **argv)
{
    static char input[SIZE_MAX_INPUT];
    const char *runs = getenv("FUZZ_RUNS");
    long left = runs ? atol(runs) : RUNS;
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= run_file(argv[i]);
    printf("1..1\n");
    fflush(stdout);
    for (size_t i = 0; fuzz_seeds[i]; i++)
        run(fuzz_seeds[i], strlen(fuzz_seeds[i]));
    for (size_t size = 0; left > 0; left--) {
        if (size == 0 || pick(8) == 0) {
            const char *from = seed();
            size = strlen(from);
            memcpy(input, from, size);
        }
        size = mutate(input, size);
        run(input, size);
    }
    printf("%s 1 - no input among the seeds and their mutations breaks it\n",
           failed ? "not ok" : "ok");
    return failed;
}
