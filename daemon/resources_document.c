/* One document: what is known of it, its text, its file, and where in it a query is. */
#include "daemon/hits.h"
#include "daemon/inspect.h"
#include "daemon/params.h"
#include "daemon/reply.h"
#include "daemon/resources.h"
#include "index/text/utf8.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool describe(struct call *c, struct index_reader *r, struct index_description **out)
{
    struct error error = {0};
    if (index_describe(r, &c->who, c->document, out, &error) == PROSPECT_OK)
        return true;
    if (error.status == PROSPECT_NOT_FOUND)
        call_problem(c, 404, "there is no document “%s”", c->document);
    else
        call_failed(c, &error);
    return false;
}

void document_answer(struct call *c, struct index_reader *r)
{
    struct index_description *d = NULL;
    if (!describe(c, r, &d))
        return;
    call_json(c, 200);
    reply_document(&c->answer.body, d, c->links);
    index_description_free(&d);
}

/* The unit asked for as unit=N, or as page=N where there are pages; 0: all. */
static bool wanted_unit(struct call *c, const struct index_description *d, uint64_t *unit)
{
    struct error error = {0};
    *unit = 0;
    error.status = params_number(&c->request, "unit", 1, UINT32_MAX, unit, &error);
    if (error.status == PROSPECT_OK)
        error.status = params_number(&c->request, "page", 1, UINT32_MAX, unit, &error);
    if (error.status != PROSPECT_OK) {
        call_failed(c, &error);
        return false;
    }
    if (request_value(&c->request, "page") != NULL && !reply_has_pages(d->fields.unit_kind)) {
        call_problem(c, 404, "this document has no pages, but %u sections: ask with unit=N",
                     (unsigned)d->fields.units);
        return false;
    }
    return true;
}

void text_answer(struct call *c, struct index_reader *r)
{
    struct error error = {0};
    struct index_description *d = NULL;
    uint64_t unit;
    if (!describe(c, r, &d))
        return;
    if (wanted_unit(c, d, &unit)) {
        call_answer(c, 200, "text/plain; charset=utf-8", POLICY_FILE);
        if (index_unit_text(r, &c->who, c->document, (uint32_t)unit, &c->answer.body, &error) !=
            PROSPECT_OK) {
            if (error.status == PROSPECT_NOT_FOUND)
                call_problem(c, 404, "this document has no unit %llu, but 1 to %u",
                             (unsigned long long)unit, (unsigned)d->fields.units);
            else
                call_failed(c, &error);
        }
    }
    index_description_free(&d);
}

static void send_part(struct call *c, const struct range *part, uint64_t size)
{
    struct buf text = {0};
    c->answer.code = part->code;
    c->answer.first = part->first;
    c->answer.length = part->length;
    if (part->code == 206)
        buf_addf(&text, "bytes %llu-%llu/%llu", (unsigned long long)part->first,
                 (unsigned long long)(part->first + part->length - 1), (unsigned long long)size);
    if (text.len > 0)
        call_header(c, "Content-Range", text.data);
    buf_free(&text);
}

static void file_headers(struct call *c, const struct index_fields *f, const char *etag,
                         int64_t modified)
{
    const char *slash = strrchr(f->path, '/');
    struct buf text = {0};
    range_disposition(&text, c->answer.policy == POLICY_PDF, slash != NULL ? slash + 1 : f->path);
    call_header(c, "Content-Disposition", text.data);
    buf_clear(&text);
    range_date(&text, modified);
    call_header(c, "Last-Modified", text.data);
    call_header(c, "ETag", etag);
    call_header(c, "Accept-Ranges", "bytes");
    call_header(c, "Cache-Control", "private, no-cache");
    buf_free(&text);
}

/* A type from the index is what libmagic said; it goes into a header, so it is looked at again. */
static bool sane_type(const char *mime)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "!#$&^_.+-/";
    return mime != NULL && mime[0] != '\0' && strlen(mime) < 128 &&
           mime[strspn(mime, letters)] == '\0' && strchr(mime, '/') != NULL;
}

/* RFC 9110 wants the size with a 416. */
static void refuse_range(struct call *c, uint64_t size, int fd)
{
    char text[48];
    close(fd);
    snprintf(text, sizeof text, "bytes */%llu", (unsigned long long)size);
    call_problem(c, 416, "the file has %llu bytes", (unsigned long long)size);
    call_header(c, "Content-Range", text);
}

/* Takes FD over. */
static void send_file(struct call *c, const struct index_fields *f, int fd)
{
    struct stat st;
    char etag[80];
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        call_problem(c, 410, "it is no file any more");
        return;
    }
    bool pdf = f->mime != NULL && strcmp(f->mime, "application/pdf") == 0;
    snprintf(etag, sizeof etag, "\"%llx-%llx-%llx.%lx\"", (unsigned long long)st.st_ino,
             (unsigned long long)st.st_size, (unsigned long long)st.st_mtim.tv_sec,
             (unsigned long)st.st_mtim.tv_nsec);
    struct range_file file = {(uint64_t)st.st_size, st.st_mtim.tv_sec, etag};
    struct range_headers headers = {c->range, c->if_range, c->if_none_match, c->if_modified_since};
    struct range part = range_choose(&file, &headers);
    if (part.code == 416) {
        refuse_range(c, file.size, fd);
        return;
    }
    call_answer(c, 200, sane_type(f->mime) ? f->mime : "application/octet-stream",
                pdf ? POLICY_PDF : POLICY_FILE);
    file_headers(c, f, etag, file.modified);
    send_part(c, &part, file.size);
    c->answer.fd = fd;
}

void content_answer(struct call *c, struct index_reader *r)
{
    struct error error = {0};
    struct index_description *d = NULL;
    int fd = -1;
    if (!describe(c, r, &d))
        return;
    const struct index_fields *f = &d->fields;
    if (f->container != NULL)
        call_problem(c, 404, "this document is inside another: ask for /documents/%s/content",
                     f->container);
    else if (c->hooks->open(c->hooks->ctx, f->root, f->path, &fd, &error) != PROSPECT_OK)
        call_problem(c, 410, "the file cannot be opened any more: %s", error.line);
    else
        send_file(c, f, fd);
    index_description_free(&d);
}

/* The texts that the spans count in are told to H, so that boxes of a file that has changed since
 * are noticed. */
static void remember_texts(struct call *c, struct index_reader *r, struct hits *h)
{
    struct buf text = {0};
    for (size_t i = 0; i < h->n_boxed; i++) {
        buf_clear(&text);
        if (index_unit_text(r, &c->who, c->document, h->units->item[i].pick.number, &text, NULL) ==
            PROSPECT_OK)
            hits_text(h, i, buf_str(&text), text.len);
    }
    buf_free(&text);
}

/* True if the open file is the one that the index has read; its digest is then known. */
static bool is_as_indexed(struct call *c, struct index_reader *r)
{
    struct index_file file = {0};
    struct stamp now = {0};
    struct stat st;
    bool same =
        fstat(c->source, &st) == 0 && index_file(r, c->document, &file, NULL) == PROSPECT_OK;
    if (same) {
        inspect_stamp(&now, &st);
        same = inspect_same_file(&now, &file.stamp);
        memcpy(c->hits->content, file.stamp.content, DIGEST_SIZE);
    }
    index_file_free(&file);
    return same;
}

/* Here, since opening may take its time, and the loop has none. A file that is gone, or another
 * than was read, has no boxes. */
static void open_source(struct call *c, struct index_reader *r)
{
    const struct index_fields *f = &c->hits->document->fields;
    uint32_t first, last;
    if (!hits_span(c->hits, &first, &last) ||
        c->hooks->open(c->hooks->ctx, f->root, f->path, &c->source, NULL) != PROSPECT_OK)
        return;
    if (!is_as_indexed(c, r)) {
        close(c->source);
        c->source = -1;
    }
}

void hits_answer(struct call *c, struct index_reader *r)
{
    struct error error = {0};
    struct index_description *d = NULL;
    struct index_unit_hits *units = NULL;
    struct params p;
    error.status = params_read(&p, &c->request, &error);
    if (error.status != PROSPECT_OK) {
        call_failed(c, &error);
    } else if (describe(c, r, &d)) {
        const char *q = p.search.q != NULL ? p.search.q : "";
        if (index_unit_hits(r, &c->who, c->document, q, p.search.style, &units, &error) !=
            PROSPECT_OK) {
            call_failed(c, &error);
            index_description_free(&d);
        } else {
            hits_new(&c->hits, q, d, units);
            remember_texts(c, r, c->hits);
            open_source(c, r);
        }
    }
    params_free(&p);
}

static void hits_reply(struct call *c)
{
    call_json(c, 200);
    reply_hits(&c->answer.body, c->hits, c->links, call_took_ms(c));
}

static void hits_extracted(void *ctx, struct extraction *result, const struct error *error)
{
    struct call *c = ctx;
    (void)error;
    hits_merge(c->hits, result);
    extraction_free(&result);
    hits_reply(c);
    c->complete(c);
}

bool hits_finish(struct call *c)
{
    const char *path = c->hits->document->fields.path, *slash = strrchr(path, '/');
    uint32_t first, last;
    int fd = c->source;
    if (fd < 0 || !hits_span(c->hits, &first, &last)) {
        hits_reply(c);
        return true;
    }
    c->source = -1;
    c->hooks->extract(c->hooks->ctx, fd, slash ? slash + 1 : path, c->hits->content, first, last,
                      hits_extracted, c);
    return false;
}
