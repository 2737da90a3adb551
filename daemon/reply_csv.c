#include "daemon/reply.h"

#include "index/text/utf8.h"

#include <string.h>

static void cell(struct buf *out, const char *text)
{
    if (text == NULL)
        text = "";
    buf_addc(out, '"');
    /* what others wrote must not become a formula on somebody's desk */
    if (text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL)
        buf_addc(out, '\'');
    struct buf valid = {0};
    utf8_repair(&valid, text, strlen(text));
    for (size_t i = 0; i < valid.len; i++) {
        if (valid.data[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, valid.data[i]);
    }
    buf_free(&valid);
    buf_addc(out, '"');
}

static void next_cell(struct buf *out, const char *text)
{
    buf_addc(out, ',');
    cell(out, text);
}

static void next_list(struct buf *out, const struct strlist *values)
{
    struct buf joined = {0};
    for (size_t i = 0; i < values->count; i++)
        buf_addf(&joined, "%s%s", i > 0 ? "; " : "", values->item[i]);
    next_cell(out, buf_str(&joined));
    buf_free(&joined);
}

static void next_number(struct buf *out, unsigned number)
{
    if (number > 0)
        buf_addf(out, ",%u", number);
    else
        buf_addc(out, ',');
}

static void put_row(struct buf *out, const struct index_hit *hit, const struct links *l)
{
    const struct index_fields *f = &hit->fields;
    bool pages = reply_has_pages(f->unit_kind);
    struct buf text = {0};
    cell(out, f->title);
    next_list(out, &f->authors);
    date_print(&f->date, &text);
    next_cell(out, buf_str(&text));
    next_cell(out, f->type != NULL ? f->type : "other");
    next_cell(out, f->lang);
    next_list(out, &f->countries);
    next_cell(out, f->programme);
    next_list(out, &f->events);
    next_number(out, pages ? hit->best.number : 0);
    next_cell(out, pages ? hit->best.label : NULL);
    next_cell(out, hit->best.heading);
    next_cell(out, hit->best.snippet);
    buf_clear(&text);
    links_document(l, f, pages ? hit->best.number : 0, &text);
    next_cell(out, buf_str(&text));
    next_cell(out, f->root);
    next_cell(out, f->path);
    next_cell(out, f->mime);
    buf_addf(out, ",%llu,", (unsigned long long)f->size);
    cell(out, f->id);
    next_cell(out, reply_matched(hit->matched));
    buf_adds(out, "\r\n");
    buf_free(&text);
}

void reply_csv(struct buf *out, const struct index_result *res, const struct links *l)
{
    buf_adds(out, "title,authors,date,type,lang,countries,programme,events,page,page_label,"
                  "heading,snippet,url,root,path,mime,size,id,matched\r\n");
    for (size_t i = 0; i < res->n_hits; i++)
        put_row(out, &res->hits[i], l);
}
