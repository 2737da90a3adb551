/* Any text is a query or is refused, and what is shown of a query is a query again. */
#include "index/text/query.h"
#include "index/text/utf8.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

const char *const fuzz_seeds[] = {"pay gap law belgium",
                                  "\"tax systems\" sweden",
                                  "pay AND (gap OR tax) NOT draft -old",
                                  "pay NEAR/5 gap NEAR wom*",
                                  "title:\"tax law\" author:(a b) country:be date:2016-10..2017-06",
                                  "gender-based violence l'égalité “women’s” E.U. 5 196 R&D",
                                  "NOT NOT ((a OR b) AND c)",
                                  "平等 ισότητα Straße",
                                  NULL};

static void check_node(const struct query *q, size_t length, unsigned depth)
{
    FUZZ_CHECK(depth < 128);
    bool leaf = q->op == QUERY_WORD || q->op == QUERY_PREFIX;
    FUZZ_CHECK(!leaf || (q->n_terms > 0 && q->value && q->children == 0));
    FUZZ_CHECK(!leaf || (q->start < q->end && q->end <= length));
    FUZZ_CHECK(q->op != QUERY_NOT || q->children == 1 || q->children == 2);
    FUZZ_CHECK(
        (q->op != QUERY_AND && q->op != QUERY_OR && q->op != QUERY_NEAR && q->op != QUERY_PHRASE) ||
        q->children > 1);
    for (size_t i = 0; i < q->n_terms; i++)
        FUZZ_CHECK(q->terms[i].length > 0 && q->terms[i].length <= TERM_MAX &&
                   strlen(q->terms[i].bytes) == q->terms[i].length);
    for (size_t i = 0; i < q->children; i++) {
        FUZZ_CHECK((q->op != QUERY_PHRASE && q->op != QUERY_NEAR) || q->child[i]->op == QUERY_WORD);
        check_node(q->child[i], length, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct analyser *a;
    static const char *const langs[] = {"en", "fr", "de", "el", ""};
    static const struct query_limits wide = {1 << 16, 1 << 12, 64, 32};
    if (!a)
        analyser_new(&a, NULL);
    struct query *q, *again;
    struct error error = {.line = ""};
    prospect_status status = query_parse(&q, a, (const char *)data, size, langs, 5, &wide, &error);
    FUZZ_CHECK((status == PROSPECT_OK) == (*error.line == '\0'));
    FUZZ_CHECK(status == PROSPECT_OK || !q);
    if (q) {
        struct buf shown = {0};
        check_node(q, size, 0);
        query_print(q, &shown);
        FUZZ_CHECK(shown.len > 0 && utf8_valid(shown.data, shown.len));
        status = query_parse(&again, a, shown.data, shown.len, langs, 5, &wide, &error);
        FUZZ_CHECK(status == PROSPECT_OK || status == PROSPECT_LIMIT);
        query_free(&again);
        buf_free(&shown);
    }
    query_free(&q);
    return 0;
}
