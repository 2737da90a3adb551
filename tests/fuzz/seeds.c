/* Hands a target's seeds to libFuzzer, which asks for nothing but files: writes them into the
 * folder FUZZ_SEEDS_TO, before libFuzzer reads it. Stands in for driver.c in builds for fuzzing. */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = getenv("FUZZ_SEEDS_TO");
    (void)argc;
    (void)argv;
    for (size_t i = 0; folder && fuzz_seeds[i]; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/seed%zu", folder, i);
        FILE *f = fopen(path, "w");
        if (!f) {
            perror(path);
            exit(1);
        }
        fwrite(fuzz_seeds[i], 1, strlen(fuzz_seeds[i]), f);
        fclose(f);
    }
    return 0;
}
