#include "daemon/reply.h"

#include "index/text/highlight.h"

#include <string.h>

void reply_suggestions(struct buf *out, const char *typed, const struct strlist *completions)
{
    struct emit j;
    emit_start(&j, out);
    emit_array(&j, NULL);
    emit_string(&j, NULL, typed);
    emit_strings(&j, NULL, completions);
    emit_end(&j);
}

static void put_url(struct buf *out, const char *type, const char *base, const char *rest)
{
    buf_addf(out, "  <Url type=\"%s\" template=\"", type);
    highlight_escape(base, strlen(base), out);
    highlight_escape(rest, strlen(rest), out);
    buf_adds(out, "\" indexOffset=\"0\"/>\n");
}

void reply_opensearch(struct buf *out, const char *base)
{
    buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n"
                  "  <ShortName>prospect</ShortName>\n"
                  "  <Description>Search in documents, page by page</Description>\n"
                  "  <InputEncoding>UTF-8</InputEncoding>\n"
                  "  <OutputEncoding>UTF-8</OutputEncoding>\n");
    put_url(out, "text/html", base, "/?q={searchTerms}&from={startIndex?}");
    put_url(out, "application/json", base,
            "/search?q={searchTerms}&from={startIndex?}&size={count?}");
    put_url(out, "application/x-suggestions+json", base, "/suggest?q={searchTerms}");
    buf_adds(out, "</OpenSearchDescription>\n");
}
