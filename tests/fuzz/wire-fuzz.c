/* Any bytes on the control socket: what is taken for a message has all that its users rely on, and
 * comes out the same when it is packed again. '~' stands for NUL, so that seeds are strings. */
#include "daemon/wire.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

const char *const fuzz_seeds[] = {
    "\x10~~~\x1a~~~\x09~\x01\x7f\x01\x10\x06name\x01\x09pdf.a=b\x01\x01\x01\x01\x01\x01",
    "\x01~~~\x21~~~\x02\x02\x05"
    "a.so\x02"
    "a\x02"
    "1\x04MIT~\x05"
    "text~~\x05"
    "b.so~~~~~~\x03no",
    "\x11~~~\x01~~~\x07\x02~~~\x04~~~\x07~~~", NULL};

static void try_job(const struct wire_frame *f)
{
    struct wire_job job, again;
    struct buf b = {0};
    if (!wire_get_job(f->payload, f->length, &job))
        return;
    FUZZ_CHECK(job.name);
    wire_put_job(&b, &job);
    FUZZ_CHECK(wire_get_job(b.data + WIRE_HEADER, b.len - WIRE_HEADER, &again));
    FUZZ_CHECK(again.id == job.id && strcmp(again.name, job.name) == 0);
    FUZZ_CHECK(memcmp(&again.limits, &job.limits, sizeof job.limits) == 0);
    wire_job_free(&again);
    wire_job_free(&job);
    buf_free(&b);
}

static void try_hello(const struct wire_frame *f)
{
    struct wire_plugin *plugins;
    struct wire_sandbox sandbox;
    uint64_t version;
    size_t n;
    if (!wire_get_hello(f->payload, f->length, &version, &sandbox, &plugins, &n)) {
        FUZZ_CHECK(!plugins && n == 0);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        FUZZ_CHECK(plugins[i].file);
        FUZZ_CHECK(plugins[i].refused || (plugins[i].name && plugins[i].version));
        wire_plugin_free(&plugins[i]);
    }
    free(plugins);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wire_reader r = {0};
    struct wire_frame f;
    size_t frames = 0;
    for (size_t at = 0; at < size; at++) {
        char byte = data[at] == '~' ? '\0' : (char)data[at];
        wire_feed(&r, &byte, 1);
        int got = wire_next(&r, &f);
        if (got < 0)
            break;
        if (got == 0)
            continue;
        FUZZ_CHECK(f.length <= WIRE_MAX);
        FUZZ_CHECK((frames += WIRE_HEADER + f.length) <= size);
        try_job(&f);
        try_hello(&f);
    }
    wire_reader_free(&r);
    return 0;
}
