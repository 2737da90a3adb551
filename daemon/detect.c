#include "daemon/detect.h"

#include "daemon/detect_text.h"
#include "index/base/mem.h"
#include "index/text/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    SAMPLE = 128 * 1024,
    PDF_HEAD = 1024, /* readers take a PDF that starts as late as this */
    TAIL = 2048
};

#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODF   "application/vnd.oasis.opendocument."

struct detector {
    magic_t magic;
};

/* What is looked at. */
struct subject {
    const char *bytes;
    size_t length;
    const char *ending; /* behind the last dot of the name; "" if none */
    int fd;
    uint64_t size;
};

prospect_status detector_new(struct detector **out, struct error *error)
{
    struct detector *d = mem_zalloc(sizeof *d);
    prospect_status status = PROSPECT_OK;
    d->magic = magic_open(MAGIC_MIME_TYPE | MAGIC_MIME_ENCODING);
    if (!d->magic || magic_load(d->magic, NULL) != 0) {
        const char *why = d->magic ? magic_error(d->magic) : NULL;
        status = error_set(error, PROSPECT_INTERNAL, "libmagic's data cannot be loaded: %s",
                           why ? why : "out of memory");
        detector_free(&d);
    }
    *out = d;
    return status;
}

void detector_free(struct detector **d)
{
    if (!*d)
        return;
    if ((*d)->magic)
        magic_close((*d)->magic);
    free(*d);
    *d = NULL;
}

static bool is(const char *a, const char *b)
{
    return strcasecmp(a, b) == 0;
}

static void set(struct detection *out, const char *mime)
{
    snprintf(out->mime, sizeof out->mime, "%s", mime);
}

static bool is_text_type(const char *mime)
{
    return strncmp(mime, "text/", 5) == 0;
}

/* Only what libmagic can be sure of: a single-byte character set it merely guesses. */
static void set_encoding(struct detection *out, const char *charset)
{
    if (strncmp(charset, "utf-8", 5) == 0 || strncmp(charset, "utf-16", 6) == 0 ||
        strncmp(charset, "utf-32", 6) == 0)
        snprintf(out->encoding, sizeof out->encoding, "%s", charset);
}

static void ask_magic(struct detector *d, const struct subject *s, struct detection *out)
{
    const char *said = magic_buffer(d->magic, s->bytes, s->length);
    size_t n = said ? strcspn(said, ";") : 0;
    bool plausible = n > 0 && n < sizeof out->mime && memchr(said, '/', n);
    for (size_t i = 0; plausible && i < n; i++)
        plausible = isalnum((unsigned char)said[i]) || strchr("/.+-_", said[i]);
    if (!plausible) {
        set(out, "application/octet-stream");
        return;
    }
    memcpy(out->mime, said, n);
    out->mime[n] = '\0';
    const char *charset = strstr(said + n, "charset=");
    if (charset)
        set_encoding(out, charset + strlen("charset="));
}

static bool tail_has_xref(const struct subject *s)
{
    char tail[TAIL];
    uint64_t from = s->size > sizeof tail ? s->size - sizeof tail : 0;
    ssize_t n = pread(s->fd, tail, sizeof tail, (off_t)from);
    return n > 0 && memmem(tail, (size_t)n, "startxref", 9);
}

/* Mail gateways and web servers leave lines in front of a PDF; damage may take its first bytes. A
 * text that only speaks of PDFs has neither the ending nor the end of one. What is called a PDF and
 * looks like nothing else is for the PDF reader to refuse. */
static bool pdf_behind_junk(const struct subject *s, struct detection *out)
{
    size_t n = s->length < PDF_HEAD ? s->length : PDF_HEAD;
    bool named = is(s->ending, "pdf");
    bool vague = is(out->mime, "application/octet-stream") || is(out->mime, "text/plain");
    if (!(named && vague) && !(memmem(s->bytes, n, "%PDF-", 5) && (named || tail_has_xref(s))))
        return false;
    set(out, "application/pdf");
    out->encoding[0] = '\0';
    return true;
}

struct by_ending {
    const char *ending;
    const char *mime;
};

static const char *look_up(const struct by_ending *table, const char *ending)
{
    for (; table->ending; table++)
        if (is(table->ending, ending))
            return table->mime;
    return NULL;
}

/* Containers of many formats: the name tells which, where libmagic does not. */
static bool container(const struct subject *s, struct detection *out)
{
    static const struct by_ending zips[] = {
        {"docx", OOXML "wordprocessingml.document"},
        {"docm", "application/vnd.ms-word.document.macroenabled.12"},
        {"dotx", OOXML "wordprocessingml.template"},
        {"xlsx", OOXML "spreadsheetml.sheet"},
        {"xlsm", "application/vnd.ms-excel.sheet.macroenabled.12"},
        {"pptx", OOXML "presentationml.presentation"},
        {"pptm", "application/vnd.ms-powerpoint.presentation.macroenabled.12"},
        {"ppsx", OOXML "presentationml.slideshow"},
        {"odt", ODF "text"},
        {"ods", ODF "spreadsheet"},
        {"odp", ODF "presentation"},
        {"odg", ODF "graphics"},
        {"epub", "application/epub+zip"},
        {NULL, NULL}};
    static const struct by_ending compounds[] = {{"doc", "application/msword"},
                                                 {"dot", "application/msword"},
                                                 {"xls", "application/vnd.ms-excel"},
                                                 {"ppt", "application/vnd.ms-powerpoint"},
                                                 {"pps", "application/vnd.ms-powerpoint"},
                                                 {"msg", "application/vnd.ms-outlook"},
                                                 {NULL, NULL}};
    static const char *const vague[] = {"application/zip",           "application/octet-stream",
                                        "application/cdfv2",         "application/x-ole-storage",
                                        "application/vnd.ms-office", "application/java-archive"};
    const char *mime = NULL;
    bool is_vague = false;
    for (size_t i = 0; i < sizeof vague / sizeof *vague; i++)
        is_vague = is_vague || is(vague[i], out->mime);
    if (is_vague && s->length > 4 && memcmp(s->bytes, "PK\3\4", 4) == 0)
        mime = look_up(zips, s->ending);
    else if (is_vague && s->length > 8 &&
             memcmp(s->bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
        mime = look_up(compounds, s->ending);
    if (mime)
        set(out, mime);
    return mime;
}

static bool wide_text(const struct subject *s, struct detection *out)
{
    static const struct by_ending kinds[] = {{"html", "text/html"},         {"htm", "text/html"},
                                             {"csv", "text/csv"},           {"md", "text/markdown"},
                                             {"markdown", "text/markdown"}, {NULL, NULL}};
    const char *encoding = detect_utf16(s->bytes, s->length);
    if (!encoding || (!is_text_type(out->mime) && !is(out->mime, "application/octet-stream")))
        return false;
    const char *mime = look_up(kinds, s->ending);
    if (!mime && detect_is_html(s->bytes, s->length, true))
        mime = "text/html";
    if (!mime)
        mime = is_text_type(out->mime) ? NULL : "text/plain";
    if (mime)
        set(out, mime);
    snprintf(out->encoding, sizeof out->encoding, "%s", encoding);
    return true;
}

/* The type that a name promises of a file that is text: stronger than what libmagic guesses from
 * the first words ("int" is C, "From" is mail, "BM" a picture). NULL if it promises none. */
static const char *promised(const struct subject *s)
{
    static const struct by_ending promises[] = {{"txt", "text/plain"},
                                                {"text", "text/plain"},
                                                {"log", "text/plain"},
                                                {"md", "text/markdown"},
                                                {"markdown", "text/markdown"},
                                                {"mkd", "text/markdown"},
                                                {"csv", "text/csv"},
                                                {"tsv", "text/tab-separated-values"},
                                                {"srt", "application/x-subrip"},
                                                {"vtt", "text/vtt"},
                                                {"ics", "text/calendar"},
                                                {"eml", "message/rfc822"},
                                                {"xhtml", "application/xhtml+xml"},
                                                {NULL, NULL}};
    static const struct by_ending pages[] = {
        {"html", "text/html"}, {"htm", "text/html"}, {"shtml", "text/html"}, {NULL, NULL}};
    const char *mime = look_up(promises, s->ending);
    if (!mime && look_up(pages, s->ending))
        mime = detect_is_xhtml(s->bytes, s->length) ? "application/xhtml+xml" : "text/html";
    return mime;
}

static bool named_text(const struct subject *s, struct detection *out)
{
    bool text = detect_is_text(s->bytes, s->length) || is_text_type(out->mime);
    const char *mime = text ? promised(s) : NULL;
    if (mime)
        set(out, mime);
    return mime;
}

static bool markup(const struct subject *s, struct detection *out)
{
    bool xml = is(out->mime, "text/xml") || is(out->mime, "application/xml");
    bool open = xml || is(out->mime, "text/html") || is(out->mime, "text/plain") ||
                is(out->mime, "application/octet-stream");
    if (!open || !detect_is_text(s->bytes, s->length))
        return false;
    if (detect_is_xhtml(s->bytes, s->length))
        set(out, "application/xhtml+xml");
    else if (!xml && detect_is_html(s->bytes, s->length, false))
        set(out, "text/html");
    else
        return false;
    return true;
}

static bool nameless_text(const struct subject *s, struct detection *out)
{
    if (!is(out->mime, "application/octet-stream") || !detect_is_text(s->bytes, s->length))
        return false;
    set(out, "text/plain");
    return true;
}

/* The first that knows better wins. */
static bool (*const rules[])(const struct subject *, struct detection *) = {
    pdf_behind_junk, container, wide_text, named_text, markup, nameless_text};

/* Bytes beyond ASCII, and all of them UTF-8. The sample's end may split a character. */
static bool is_utf8(const struct subject *s)
{
    size_t n = s->length < SAMPLE ? s->length : utf8_cut(s->bytes, SAMPLE - 1);
    bool beyond = false;
    for (size_t i = 0; i < n && !beyond; i++)
        beyond = (unsigned char)s->bytes[i] >= 0x80;
    return beyond && utf8_valid(s->bytes, n);
}

/* What needs no libmagic, which takes milliseconds for a text: it compiles its expressions for each
 * file anew. */
static bool plain_to_see(const struct subject *s, struct detection *out)
{
    const char *mime = NULL;
    if (s->length >= 5 && memcmp(s->bytes, "%PDF-", 5) == 0)
        mime = "application/pdf";
    else if ((mime = promised(s)) &&
             (!detect_is_text(s->bytes, s->length) || detect_utf16(s->bytes, s->length)))
        mime = NULL;
    if (!mime)
        return false;
    if (is(mime, "application/pdf") || pdf_behind_junk(s, out))
        mime = "application/pdf";
    else if (is_utf8(s))
        snprintf(out->encoding, sizeof out->encoding, "utf-8");
    set(out, mime);
    return true;
}

static void look(struct detector *d, const struct subject *s, struct detection *out)
{
    if (plain_to_see(s, out))
        return;
    ask_magic(d, s, out);
    if (is(out->mime, "application/pdf") && detect_is_text(s->bytes, s->length))
        set(out, "application/octet-stream"); /* it may only speak of PDFs: see below */
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i](s, out))
            return;
}

static bool test_type(const char *ending, struct detection *out)
{
    static const char prefix[] = "prospect-test-";
    size_t n = sizeof prefix - 1;
    if (strncmp(ending, prefix, n) != 0 || strlen(ending) > n + 32 || !ending[n])
        return false;
    for (const char *at = ending + n; *at; at++)
        if (!islower((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '-')
            return false;
    snprintf(out->mime, sizeof out->mime, "application/x-%s", ending);
    return true;
}

static prospect_status read_sample(int fd, char *to, size_t *length, struct error *error)
{
    *length = 0;
    while (*length < SAMPLE) {
        ssize_t n = pread(fd, to + *length, SAMPLE - *length, (off_t)*length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_sys(error, PROSPECT_IO, "the file cannot be read");
        if (n == 0)
            break;
        *length += (size_t)n;
    }
    return PROSPECT_OK;
}

prospect_status detector_look(struct detector *d, int fd, uint64_t size, const char *name,
                              struct detection *out, struct error *error)
{
    const char *dot = strrchr(name, '.');
    struct subject s = {.ending = dot ? dot + 1 : "", .fd = fd, .size = size};
    *out = (struct detection){0};
    if (test_type(s.ending, out))
        return PROSPECT_OK;
    char *sample = mem_alloc(SAMPLE);
    prospect_status status = read_sample(fd, sample, &s.length, error);
    s.bytes = sample;
    if (status == PROSPECT_OK && s.length == 0)
        set(out, "inode/x-empty");
    else if (status == PROSPECT_OK)
        look(d, &s, out);
    free(sample);
    return status;
}
