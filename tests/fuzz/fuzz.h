/* What each fuzz target gives its driver: libFuzzer's, or tests/fuzz/driver.c in `make check`. */
#ifndef PROSPECT_TESTS_FUZZ_H
#define PROSPECT_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Good inputs to begin with, ended by NULL; only tests/fuzz/driver.c reads them. */
extern const char *const fuzz_seeds[];

#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition))                                                                          \
            __builtin_trap();                                                                      \
    } while (0)

#endif
