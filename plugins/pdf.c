/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * PDF by poppler-glib: metadata, then page by page, then attached files. One page is in memory at
 * a time. Form fields are never asked for: that call can hang.
 */
#include "plugins/pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LEAST_MS       500
#define PIECE          65536
#define IN_MEMORY_MAX  (32u << 20) /* bytes of a file that is read at once */
#define BOXES_PER_CALL 1024
/* After so many pages in a row that cannot be read, the rest is not tried. */
#define UNREADABLE_MAX 100
#define LOG_LINES_MAX  20

struct reading {
    const prospect_job *job;
    const prospect_source *source;
    prospect_sink *sink;
    PopplerDocument *document;
    struct pdf_meta meta;
    struct pdf_text text;
    char **headings;
    int n_pages, unreadable, with_text;
    size_t cut_fonts;
    struct text_buf pictures; /* numbers of pages without text */
    int n_pictures;
};

/* ---- what poppler and GLib say goes to the log, a few lines of it ---- */

static const prospect_source *log_source;
static int log_lines;

static void log_line(const gchar *domain, GLogLevelFlags level, const gchar *message,
                     gpointer context)
{
    (void)domain;
    (void)level;
    (void)context;
    if (log_source && log_lines++ < LOG_LINES_MAX)
        log_source->log(log_source, message ? message : "");
}

/* ---- opening ---- */

static prospect_status open_failed(prospect_sink *sink, const GError *error)
{
    if (g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED))
        return sink->fail(sink, PROSPECT_ENCRYPTED, "needs a password");
    char *line = g_utf8_make_valid(error && error->message ? error->message : "damaged", -1);
    prospect_status status = sink->fail(sink, PROSPECT_DAMAGED, line);
    g_free(line);
    return status;
}

/* The whole file, or NULL if there is no memory for it or it cannot be read. */
static char *read_file(const prospect_source *source)
{
    size_t size = (size_t)source->size, at = 0;
    char *bytes = g_try_malloc(size);
    while (bytes && at < size) {
        ssize_t n = pread(source->fd, bytes + at, size - at, (off_t)at);
        if (n <= 0 && !(n < 0 && errno == EINTR))
            break;
        at += n > 0 ? (size_t)n : 0;
    }
    if (bytes && at == size)
        return bytes;
    g_free(bytes);
    return NULL;
}

/* Takes BYTES. */
static PopplerDocument *open_bytes(char *bytes, size_t size, GError **error)
{
    GBytes *whole = g_bytes_new_take(bytes, size);
    PopplerDocument *document = poppler_document_new_from_bytes(whole, NULL, error);
    g_bytes_unref(whole);
    return document;
}

static PopplerDocument *open_descriptor(int fd, GError **error)
{
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    return own < 0 ? NULL : poppler_document_new_from_fd(own, NULL, error);
}

/* From a descriptor poppler reads 256 bytes at a time, each a system call through the sandbox's
 * filters: a tenth of the time. */
static PopplerDocument *open_source(struct reading *r, GError **error)
{
    const prospect_source *source = r->source;
    bool small = source->size > 0 && source->size <= IN_MEMORY_MAX;
    char *bytes = small ? read_file(source) : NULL;
    if (bytes) {
        r->cut_fonts = pdf_fonts_cut(bytes, (size_t)source->size);
        return open_bytes(bytes, (size_t)source->size, error);
    }
    return open_descriptor(source->fd, error);
}

static prospect_status open_document(struct reading *r)
{
    GError *error = NULL;
    r->document = open_source(r, &error);
    prospect_status status = r->document ? PROSPECT_OK : open_failed(r->sink, error);
    g_clear_error(&error);
    if (STOPS(status))
        return status;
    r->n_pages = poppler_document_get_n_pages(r->document);
    if (r->n_pages < 1)
        return r->sink->fail(r->sink, PROSPECT_DAMAGED, "the document has no pages");
    return PROSPECT_OK;
}

/* ---- pages ---- */

static prospect_status begin(struct reading *r, int number, PopplerPage *page)
{
    char decimal[16];
    snprintf(decimal, sizeof decimal, "%d", number);
    char *label = page ? poppler_page_get_label(page) : NULL;
    char *valid = label ? g_utf8_make_valid(label, -1) : NULL;
    char *clean = valid ? text_squeeze(valid, 40) : NULL;
    prospect_unit unit = {.number = (uint32_t)number,
                          .kind = PROSPECT_PAGE,
                          .label = clean && strcmp(clean, decimal) ? clean : NULL,
                          .heading = r->headings ? r->headings[number - 1] : NULL};
    prospect_status status = r->sink->unit_begin(r->sink, &unit);
    g_free(label);
    g_free(valid);
    free(clean);
    return status;
}

static prospect_status send_text(struct reading *r)
{
    const char *at = text_buf_get(&r->text.out);
    size_t left = r->text.out.len;
    prospect_status status = PROSPECT_OK;
    for (bool first = true; left && !STOPS(status); first = false) {
        size_t n = utf8_floor(at, left, PIECE);
        status = first ? r->sink->text(r->sink, PROSPECT_BODY, at, n)
                       : r->sink->text_more(r->sink, at, n);
        at += n;
        left -= n;
    }
    for (size_t i = 0; i < r->text.n_boxes && !STOPS(status); i += BOXES_PER_CALL)
        status = r->sink->boxes(r->sink, r->text.box + i, MIN(BOXES_PER_CALL, r->text.n_boxes - i));
    return status;
}

/* Poppler could tell a picture from an empty page, but that draws the page, which can take for
 * ever. */
static void remember_picture(struct reading *r, int number)
{
    char text[16];
    snprintf(text, sizeof text, "%s%d", r->n_pictures++ ? ", " : "", number);
    text_buf_str(&r->pictures, text);
}

static prospect_status read_page(struct reading *r, int number, PopplerPage *page)
{
    PopplerRectangle *rects = NULL;
    guint n_rects = 0;
    double width = 0, height = 0;
    char *text = poppler_page_get_text(page);
    poppler_page_get_size(page, &width, &height);
    if (text && !poppler_page_get_text_layout(page, &rects, &n_rects))
        n_rects = 0;
    pdf_text_make(&r->text, text ? text : "", rects, n_rects, width, height, r->job->want_boxes);
    prospect_status status = PROSPECT_OK;
    if (number == 1)
        status = pdf_meta_guess(&r->meta, page, text ? text : "");
    if (!STOPS(status))
        status = begin(r, number, page);
    if (!STOPS(status))
        status = send_text(r);
    if (!STOPS(status))
        status = r->sink->unit_end(r->sink);
    r->with_text += r->text.visible;
    if (!r->text.visible)
        remember_picture(r, number);
    g_free(rects);
    g_free(text);
    return status;
}

static prospect_status skip_page(struct reading *r, int number)
{
    char line[64];
    snprintf(line, sizeof line, "page %d cannot be read", number);
    r->unreadable++;
    prospect_status status = begin(r, number, NULL);
    if (!STOPS(status))
        status = r->sink->unit_end(r->sink);
    return STOPS(status) ? status : r->sink->cut(r->sink, line);
}

/* Says why page NUMBER and those behind it are not read, or returns false. */
static bool must_stop(struct reading *r, int number, char *line, size_t size)
{
    if (r->source->remaining_ms(r->source) < LEAST_MS) {
        snprintf(line, size, "the time was up: pages %d to %d are missing", number, r->n_pages);
        return true;
    }
    if (r->unreadable < UNREADABLE_MAX)
        return false;
    snprintf(line, size, "pages %d to %d were not tried", number, r->n_pages);
    return true;
}

static prospect_status read_pages(struct reading *r)
{
    uint32_t last = MIN(r->job->last_unit, (uint32_t)r->n_pages);
    prospect_status status = PROSPECT_OK;
    char line[96];
    for (uint32_t n = MAX(r->job->first_unit, 1); n <= last && !STOPS(status); n++) {
        if (must_stop(r, (int)n, line, sizeof line))
            return r->sink->cut(r->sink, line);
        PopplerPage *page = poppler_document_get_page(r->document, (int)n - 1);
        if (!page) {
            status = skip_page(r, (int)n);
            continue;
        }
        r->unreadable = 0;
        status = read_page(r, (int)n, page);
        g_object_unref(page);
    }
    return status;
}

/* What the pages without text mean. */
static prospect_status report_pictures(struct reading *r)
{
    bool all = r->job->first_unit <= 1 && r->job->last_unit >= (uint32_t)r->n_pages;
    if (!r->n_pictures || !all)
        return PROSPECT_OK;
    if (!r->with_text)
        return r->sink->cut(r->sink, "no text: the pages are pictures");
    char line[320];
    snprintf(line, sizeof line, "page%s %s%s ha%s no text (%s?)", r->n_pictures > 1 ? "s" : "",
             text_buf_get(&r->pictures), r->pictures.full ? " ..." : "",
             r->n_pictures > 1 ? "ve" : "s", r->n_pictures > 1 ? "pictures" : "a picture");
    return r->sink->warning(r->sink, line);
}

/* What is attached is told as it was: its own fonts have not been cut. */
static prospect_status send_attached(struct reading *r)
{
    if (!r->cut_fonts || !poppler_document_has_attachments(r->document))
        return pdf_attached_send(r->document, r->sink);
    PopplerDocument *whole = open_descriptor(r->source->fd, NULL);
    if (!whole)
        return r->sink->cut(r->sink, "the attachments cannot be read");
    prospect_status status = pdf_attached_send(whole, r->sink);
    g_object_unref(whole);
    return status;
}

static prospect_status read_all(struct reading *r)
{
    prospect_status status = open_document(r);
    if (STOPS(status))
        return status;
    r->meta.sink = r->sink;
    r->pictures.max = 200;
    status = pdf_info_send(&r->meta, r->document);
    if (STOPS(status))
        return status;
    r->headings = pdf_outline_new(r->document, r->n_pages);
    status = read_pages(r);
    if (!STOPS(status))
        status = report_pictures(r);
    return STOPS(status) ? status : send_attached(r);
}

static prospect_status run(const prospect_job *job, const prospect_source *source,
                           prospect_sink *sink)
{
    if (job->kind != PROSPECT_JOB_EXTRACT)
        return sink->fail(sink, PROSPECT_UNSUPPORTED, "PDF can only be extracted");
    struct reading r = {.job = job, .source = source, .sink = sink};
    log_source = source;
    log_lines = 0;
    g_log_set_default_handler(log_line, NULL);
    prospect_status status = read_all(&r);
    pdf_outline_free(&r.headings, r.n_pages);
    pdf_meta_free(&r.meta);
    pdf_text_free(&r.text);
    text_buf_free(&r.pictures);
    g_clear_object(&r.document);
    log_source = NULL;
    return status;
}

/* ---- the plugin ---- */

/* Reads a document of one word, so that types are registered and tables made before the fork. */
static prospect_status warm_up(void)
{
    static const char sample[] =
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
        "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
        "4 0 obj<</Length 22>>stream\nBT /F 1 Tf (warm)Tj ET\nendstream endobj\n"
        "trailer<</Root 1 0 R>>\n";
    tzset();
    pdf_colour_straighten();
    g_log_set_default_handler(log_line, NULL);
    GBytes *bytes = g_bytes_new_static(sample, sizeof sample - 1);
    PopplerDocument *document = poppler_document_new_from_bytes(bytes, NULL, NULL);
    PopplerPage *page = document ? poppler_document_get_page(document, 0) : NULL;
    if (page) {
        g_free(poppler_page_get_text(page));
        g_object_unref(page);
    }
    g_clear_object(&document);
    g_bytes_unref(bytes);
    return PROSPECT_OK;
}

static const char *const mime[] = {"application/pdf", "application/x-pdf", NULL};

/* The library that is loaded counts, not the one of the build. */
static char version[48];

__attribute__((constructor)) static void fill_version(void)
{
    snprintf(version, sizeof version, "1+poppler%s", poppler_get_version());
}

PROSPECT_PLUGIN(.name = "pdf", .version = version, .licence = "GPL-3.0-or-later", .mime = mime,
                .priority = 0, .warm_up = warm_up, .run = run, .files = PROSPECT_FILES_SHARED);
