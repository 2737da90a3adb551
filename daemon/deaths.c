#include "daemon/deaths.h"

#include "index/base/buf.h"

#include <stdio.h>

static FILE *open_file(const char *state, const char *mode)
{
    struct buf path = {0};
    buf_addf(&path, "%s/deaths", state);
    FILE *file = fopen(buf_str(&path), mode);
    buf_free(&path);
    return file;
}

unsigned deaths_count(const char *state, int64_t now)
{
    unsigned count = 0;
    long long last = 0;
    FILE *file = open_file(state, "re");
    if (!file)
        return 0;
    if (fscanf(file, "%u %lld", &count, &last) != 2 || last + DEATHS_MEMORY_S < now || last > now)
        count = 0;
    fclose(file);
    return count;
}

void deaths_add(const char *state, int64_t now)
{
    unsigned count = deaths_count(state, now);
    FILE *file = open_file(state, "we");
    if (!file)
        return;
    fprintf(file, "%u %lld\n", count < 1000 ? count + 1 : count, (long long)now);
    fclose(file);
}

unsigned deaths_wait(unsigned count)
{
    return count < DEATHS_WAIT ? 0 : count >= DEATHS_WAIT + 6 ? 60 : 1u << (count - DEATHS_WAIT);
}
