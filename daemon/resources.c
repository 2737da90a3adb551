#include "daemon/resources.h"

#include <string.h>

static const struct resource table[] = {
    {"GET", "/", "the search page", false, search_begin, page_answer, NULL},
    {"GET", "/style.css", "the search page's style", false, style_answer, NULL, NULL},
    {"GET", "/opensearch.xml", "OpenSearch description", false, opensearch_answer, NULL, NULL},
    {"GET", "/search", "hits", false, search_begin, search_answer, NULL},
    {"GET", "/suggest", "completions of what is typed", false, search_begin, suggest_answer, NULL},
    {"GET", "/documents/{id}", "all that is known of it", false, NULL, document_answer, NULL},
    {"GET", "/documents/{id}/content", "the file", false, NULL, content_answer, NULL},
    {"GET", "/documents/{id}/text", "its text", false, NULL, text_answer, NULL},
    {"GET", "/documents/{id}/hits", "where in it q is", false, NULL, hits_answer, hits_finish},
    {"GET", "/status", "how the daemon does", false, status_begin, status_answer, NULL},
    {"GET", "/failures", "what could not be read", false, NULL, failures_answer, NULL},
    {"GET", "/ignored", "what is no document, and why", true, NULL, ignored_answer, NULL},
    {"GET", "/healthz", "ok", false, health_answer, NULL, NULL},
    {"POST", "/rescan", "scan again now", true, rescan_answer, NULL, NULL},
    {"POST", "/retry", "try failed files again", true, retry_answer, NULL, NULL},
    {"POST", "/reindex", "rebuild the index", true, reindex_answer, NULL, NULL},
};

const struct resource *resources_find(const char *method, const char *path, char *id,
                                      struct buf *allow)
{
    if (strcmp(method, "HEAD") == 0)
        method = "GET";
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (!request_match(path, table[i].pattern, id))
            continue;
        if (strcmp(method, table[i].method) == 0)
            return &table[i];
        buf_addf(allow, "%s%s", allow->len > 0 ? ", " : "",
                 strcmp(table[i].method, "GET") == 0 ? "GET, HEAD" : table[i].method);
    }
    return NULL;
}
