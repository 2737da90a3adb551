/* Any bytes as the target of a request and its headers, a line each: what comes of them is within
 * the bounds that are promised, and can be put into headers. */
#include "daemon/hosts.h"
#include "daemon/params.h"
#include "daemon/range.h"
#include "index/base/mem.h"
#include "index/text/utf8.h"
#include "tests/fuzz/fuzz.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

const char *const fuzz_seeds[] = {
    "/search?q=pay+gap&from=990&size=10&facet=all&country=BE&after=2016-10&explain=1\n127.0.0.1:"
    "7700\n"
    "bytes=0-99\n\"a\"",
    "http://x:1/documents/0f3a/text?page=2\n[::1]:7700\nbytes=-5\nTue, 18 Oct 2016 09:30:00 GMT",
    "/suggest?q=%C3%A9&q=%00\nevil.example\nbytes=5-1,2-3\n*",
    "/retry?root=a&path=%FF%0A%2e%2e/\nlocalhost\nbytes=99999999999999999999-\nW/\"a\"", NULL};

static void ask_params(const struct request *r)
{
    struct params p;
    if (params_read(&p, r, NULL) == PROSPECT_OK) {
        FUZZ_CHECK(p.search.size >= 1 && p.search.size <= PARAMS_SIZE_MAX);
        FUZZ_CHECK(p.search.from + p.search.size <= PARAMS_REACH_MAX);
        FUZZ_CHECK(p.search.timeout_ms <= PARAMS_TIMEOUT_MAX);
        FUZZ_CHECK(!p.search.q || utf8_valid(p.search.q, strlen(p.search.q)));
    }
    params_free(&p);
}

static void ask_target(const char *target)
{
    struct request r;
    char id[65];
    if (request_parse(&r, target, NULL) == PROSPECT_OK) {
        FUZZ_CHECK(r.path[0] == '/' && r.count <= REQUEST_PARAMETERS_MAX);
        if (request_match(r.path, "/documents/{id}/text", id))
            FUZZ_CHECK(strlen(id) <= 64);
        ask_params(&r);
    }
    request_free(&r);
}

static void ask_host(const char *host)
{
    static const struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = 0x141e};
    const struct strlist none = {0};
    hosts_accept(host, (const struct sockaddr *)&local, &none);
    char *of_url = hosts_of_url(host);
    FUZZ_CHECK(!hosts_sane(host) || host[strcspn(host, "\r\n\"'<>")] == '\0');
    free(of_url);
}

static void ask_range(const char *range, const char *condition)
{
    const struct range_file file = {1000, 1476783000, "\"a\""};
    const struct range_headers headers = {range, condition, NULL, condition};
    const struct range got = range_choose(&file, &headers);
    FUZZ_CHECK(got.code != 206 || (got.length > 0 && got.first + got.length <= file.size));
    struct buf disposition = {0};
    range_disposition(&disposition, false, range);
    for (size_t i = 0; i < disposition.len; i++)
        FUZZ_CHECK(disposition.data[i] >= 0x20 && disposition.data[i] < 0x7f);
    buf_free(&disposition);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_zalloc(size + 1), *rest = text, *line[4];
    memcpy(text, data, size);
    for (size_t i = 0; i < 4; i++)
        line[i] = rest ? strsep(&rest, "\n") : text + size;
    ask_target(line[0]);
    ask_host(line[1]);
    ask_range(line[2], line[3]);
    free(text);
    return 0;
}
