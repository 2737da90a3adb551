/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain text, Markdown, tables as lines, and other files that people can read as they are.
 */
#include "plugins/text.h"
#include "plugins/charset.h"

#include <cmark.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLOCK 65536

typedef prospect_status (*reader)(struct charset *, const prospect_source *, prospect_sink *);

static prospect_status refuse(struct charset *c, const prospect_source *source, prospect_sink *sink)
{
    (void)c;
    (void)source;
    return sink->fail(sink, PROSPECT_UNSUPPORTED, "rich text is not read by this plugin");
}

static reader reader_of(const char *mime)
{
    static const struct {
        const char *mime;
        reader read;
    } special[] = {
        {"text/markdown", text_markdown},
        {"text/x-markdown", text_markdown},
        {"text/csv", text_table},
        {"text/tab-separated-values", text_table},
        {"application/json", text_json},
        {"application/ld+json", text_json},
        {"application/x-ndjson", text_json},
        {"text/rtf", refuse},
    };
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (!strcasecmp(mime, special[i].mime))
            return special[i].read;
    return text_plain;
}

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    if (job->kind != PROSPECT_JOB_EXTRACT)
        return sink->fail(sink, PROSPECT_UNSUPPORTED, "text can only be extracted");
    struct charset *c = NULL;
    prospect_status status = charset_open(&c, source, NULL);
    if (STOPS(status)) {
        sink->fail(sink, status, "the file cannot be read");
        goto out;
    }
    status = reader_of(source->mime ? source->mime : "text/plain")(c, source, sink);
    if (!STOPS(status))
        status = charset_report(c, sink);
out:
    charset_close(&c);
    return status;
}

/* The length of the line at S without its end; N if it has none. */
static size_t line_length(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && s[i] != '\n' && s[i] != '\f')
        i++;
    return i;
}

/* How much of a very long line is handed on: up to its last space, if that is near. */
static size_t piece_length(const struct text_buf *b)
{
    for (size_t n = b->len; n && n + 1024 > b->len; n--)
        if (b->data[n - 1] == ' ')
            return n;
    return b->len;
}

static prospect_status deliver(struct text_buf *b, size_t n, text_line line, void *context)
{
    prospect_status status = line(context, b->data, n);
    b->len -= n;
    memmove(b->data, b->data + n, b->len);
    return status;
}

prospect_status text_lines(struct charset *c, const prospect_source *source, prospect_sink *sink,
                           text_line line, void *context)
{
    struct text_buf rest = {.max = 2 * BLOCK};
    char *block = malloc(BLOCK);
    ssize_t n = block ? 0 : -1;
    prospect_status status = block ? PROSPECT_OK : PROSPECT_MEMORY;
    while (!STOPS(status) && (n = charset_read(c, block, BLOCK)) > 0) {
        if (source->remaining_ms(source) < TEXT_LEAST_MS) {
            status = sink->cut(sink, "the time was up before the end of the file");
            break;
        }
        for (char *at = block, *end = block + n; at < end && !STOPS(status);) {
            size_t length = line_length(at, (size_t)(end - at));
            bool whole = at + length < end;
            text_buf_add(&rest, at, length + whole);
            at += length + whole;
            if (whole || rest.len >= BLOCK)
                status = deliver(&rest, whole ? rest.len : piece_length(&rest), line, context);
        }
    }
    if (!STOPS(status) && rest.len)
        status = line(context, rest.data, rest.len);
    if (n < 0 && !STOPS(status))
        status = sink->fail(sink, PROSPECT_IO, "the file cannot be read to its end");
    text_buf_free(&rest);
    free(block);
    return status;
}

static const char *const mime[] = {"text/*",
                                   "application/json",
                                   "application/x-ndjson",
                                   "application/ld+json",
                                   "application/yaml",
                                   "application/x-yaml",
                                   "application/toml",
                                   "application/javascript",
                                   "application/x-subrip",
                                   "application/x-tex",
                                   "application/x-shellscript",
                                   "inode/x-empty",
                                   "application/x-empty",
                                   NULL};

/* The library that is loaded counts, not the one of the build. */
static char version[32];

__attribute__((constructor)) static void fill_version(void)
{
    snprintf(version, sizeof version, "1+cmark%s", cmark_version_string());
}

PROSPECT_PLUGIN(.name = "text", .version = version, .licence = "GPL-3.0-or-later", .mime = mime,
                .priority = -10, .warm_up = charset_warm_up, .run = run);
