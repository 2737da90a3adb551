/* Any bytes as requests: the same is found of them however they are cut into reads, and nothing is
 * kept of what is complete. '~' stands for NUL, so that seeds are strings. */
#include "daemon/framing.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

const char *const fuzz_seeds[] = {
    "GET /search?q=a HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.0\r\n\r\n",
    "POST /rescan HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789GET / "
    "HTTP/1.1\r\n\r\n",
    "GET http://x/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: ~\r\nhost: y\r\n folded\r\nContent-Length: 1\r\n\r\n", NULL};

static struct framing feed(const char *bytes, size_t size, size_t step)
{
    struct framing f = {0};
    for (size_t at = 0; at < size; at += step)
        framing_feed(&f, bytes + at, size - at < step ? size - at : step);
    return f;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = malloc(size + 1);
    for (size_t i = 0; i < size; i++)
        bytes[i] = data[i] == '~' ? '\0' : (char)data[i];
    struct framing whole = feed(bytes, size, size ? size : 1);
    for (size_t step = 1; step < 20; step += 6) {
        struct framing parts = feed(bytes, size, step);
        FUZZ_CHECK(parts.code == whole.code && parts.requests == whole.requests);
        FUZZ_CHECK(parts.head.len == whole.head.len && parts.body_left == whole.body_left);
        framing_free(&parts);
    }
    FUZZ_CHECK(whole.head.len <= FRAMING_HEAD_MAX && whole.body_left <= FRAMING_BODY_MAX);
    framing_free(&whole);
    free(bytes);
    return 0;
}
