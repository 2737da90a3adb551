/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * HTML, XHTML and other XML, by libxml2's HTML parser, whose events are used as they come: no tree
 * is built. It forgives all, knows no entities but characters, and opens nothing. It is
 * given UTF-8, so that the encoding is chosen by one rule for all that is text.
 */
#include "plugins/html.h"
#include "plugins/charset.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define PROLOGUE 4096
#define BLOCK    4096
#define LEAST_MS 1000
#define MARK_MAX 10

struct reading {
    struct html_page page;
    struct charset *charset;
    const prospect_source *source;
    htmlParserCtxtPtr parser;
    bool late, failed;
    bool is_xml;      /* XHTML too: CDATA marks are taken out, which HTML does not know */
    const char *mark; /* the one that has begun, and how much of it was seen */
    size_t seen;
    char block[BLOCK + MARK_MAX];
    size_t at, ready; /* what of BLOCK waits */
};

/* ---- the encoding that the file declares ---- */

static void copy_name(const char *at, char *out, size_t size)
{
    at += strspn(at, " \t\r\n=\"'");
    size_t n = strcspn(at, " \t\r\n\"'/>;?");
    snprintf(out, size, "%.*s", n < size ? (int)n : 0, at);
}

/* The first "charset" or XML "encoding" among the first bytes (after the prescan of the HTML
 * standard); "" if there is none. */
static void declared_encoding(int fd, char *out, size_t size)
{
    char head[PROLOGUE + 1];
    *out = '\0';
    ssize_t n = pread(fd, head, PROLOGUE, 0);
    if (n <= 0)
        return;
    for (ssize_t i = 0; i < n; i++)
        if (!head[i])
            head[i] = ' ';
    head[n] = '\0';
    const char *encoding = !strncmp(head, "<?xml", 5) ? strstr(head, "encoding") : NULL;
    const char *end = strstr(head, "?>");
    if (encoding && end && encoding < end) {
        copy_name(encoding + strlen("encoding"), out, size);
        return;
    }
    for (const char *at = head; (at = strcasestr(at, "<meta"));) {
        const char *close = strchr(at, '>');
        const char *charset = strcasestr(at, "charset");
        if (charset && close && charset < close) {
            copy_name(charset + strlen("charset"), out, size);
            return;
        }
        at += strlen("<meta");
    }
}

/* ---- libxml2's events ---- */

static void start_element(void *context, const xmlChar *name, const xmlChar **attributes)
{
    struct reading *r = context;
    html_page_start(&r->page, (const char *)name, (html_attributes)attributes);
    if (STOPS(r->page.status))
        xmlStopParser(r->parser);
}

static void end_element(void *context, const xmlChar *name)
{
    html_page_end(&((struct reading *)context)->page, (const char *)name);
}

static void characters(void *context, const xmlChar *text, int n)
{
    if (n > 0)
        html_page_text(&((struct reading *)context)->page, (const char *)text, (size_t)n);
}

/* Copies IN without the marks around CDATA; a mark may begin in one block and end in the next. OUT
 * has room for a mark more than N. */
static size_t without_marks(struct reading *r, const char *in, size_t n, char *out)
{
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        if (r->mark && in[i] == r->mark[r->seen]) {
            if (!r->mark[++r->seen])
                r->mark = NULL;
            continue;
        }
        if (r->mark) {
            memcpy(out + length, r->mark, r->seen);
            length += r->seen;
        }
        r->mark = in[i] == '<' ? "<![CDATA[" : in[i] == ']' ? "]]>" : NULL;
        r->seen = 1;
        if (!r->mark)
            out[length++] = in[i];
    }
    return length;
}

static void fill(struct reading *r)
{
    char raw[BLOCK];
    r->ready = r->at = 0;
    while (!r->ready) {
        ssize_t n = charset_read(r->charset, raw, sizeof raw);
        r->failed |= n < 0;
        if (n <= 0)
            return;
        for (ssize_t i = 0; i < n; i++)
            if (raw[i] == '\f')
                raw[i] = ' ';
        if (r->is_xml)
            r->ready = without_marks(r, raw, (size_t)n, r->block);
        else
            memcpy(r->block, raw, r->ready = (size_t)n);
    }
}

static int read_more(void *context, char *buffer, int size)
{
    struct reading *r = context;
    r->late = r->late || r->source->remaining_ms(r->source) < LEAST_MS;
    if (STOPS(r->page.status) || r->late || size <= 0)
        return 0;
    if (r->at == r->ready)
        fill(r);
    size_t left = r->ready - r->at, n = left < (size_t)size ? left : (size_t)size;
    memcpy(buffer, r->block + r->at, n);
    r->at += n;
    return (int)n;
}

static int close_nothing(void *context)
{
    (void)context;
    return 0;
}

static void parse(struct reading *r)
{
    static const htmlSAXHandler events = {.startElement = start_element,
                                          .endElement = end_element,
                                          .characters = characters,
                                          .ignorableWhitespace = characters};
    r->parser = htmlNewParserCtxt();
    if (!r->parser) {
        r->page.status = PROSPECT_MEMORY;
        return;
    }
    *r->parser->sax = events;
    r->parser->userData = r;
    htmlDocPtr doc = htmlCtxtReadIO(r->parser, read_more, close_nothing, r, NULL, "UTF-8",
                                    HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
                                        HTML_PARSE_NOWARNING | HTML_PARSE_IGNORE_ENC);
    xmlFreeDoc(doc);
    htmlFreeParserCtxt(r->parser);
}

static prospect_status finish(struct reading *r, prospect_sink *sink)
{
    prospect_status status = html_page_finish(&r->page);
    if (!STOPS(status) && r->late)
        status = sink->cut(sink, "the time was up before the end of the file");
    if (!STOPS(status) && r->failed)
        status = sink->fail(sink, PROSPECT_IO, "the file cannot be read to its end");
    return STOPS(status) ? status : charset_report(r->charset, sink);
}

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    if (job->kind != PROSPECT_JOB_EXTRACT)
        return sink->fail(sink, PROSPECT_UNSUPPORTED, "HTML can only be extracted");
    struct reading r = {.source = source};
    char declared[32];
    declared_encoding(source->fd, declared, sizeof declared);
    r.is_xml = source->mime && strcasestr(source->mime, "xml");
    html_page_init(&r.page, sink, r.is_xml && !strcasestr(source->mime, "xhtml"));
    prospect_status status = charset_open(&r.charset, source, declared);
    if (STOPS(status)) {
        sink->fail(sink, status, "the file cannot be read");
    } else {
        parse(&r);
        status = finish(&r, sink);
    }
    html_page_free(&r.page);
    charset_close(&r.charset);
    return status;
}

static prospect_status warm_up(void)
{
    xmlInitParser();
    return charset_warm_up();
}

static const char *const mime[] = {"text/html", "application/xhtml+xml", "text/xml",
                                   "application/xml", NULL};

static char version[32];

__attribute__((constructor)) static void fill_version(void)
{
    snprintf(version, sizeof version, "1+libxml%s", xmlParserVersion);
}

PROSPECT_PLUGIN(.name = "html", .version = version, .licence = "GPL-3.0-or-later", .mime = mime,
                .priority = 0, .warm_up = warm_up, .run = run);
