/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text gathers in TEXT with its white space squeezed until a block, heading, cell or note begins
 * or ends; it then goes where it belongs. Elements may end in any order or never: all that is
 * remembered of them is the depth at which the outermost of each kind began.
 */
#include "plugins/html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TITLE_MAX 2000
#define ALT_MAX   1000
/* A row longer than this, or with headings or tables inside, lays out a page. */
#define ROW_MAX   4096
#define TEXT_SEND 32768

void html_page_init(struct html_page *page, prospect_sink *sink, bool xml)
{
    *page = (struct html_page){.sink = sink, .xml = xml};
    page->title_text.max = TITLE_MAX;
    page->notes.max = 4 * ALT_MAX;
    sections_init(&page->sections, sink, PROSPECT_SECTION);
}

void html_page_free(struct html_page *page)
{
    sections_free(&page->sections);
    text_buf_free(&page->text);
    text_buf_free(&page->row_text);
    text_buf_free(&page->notes);
    text_buf_free(&page->title_text);
}

static void note(struct html_page *page, prospect_status status)
{
    if (!STOPS(page->status))
        page->status = status;
}

static void send(struct html_page *page, prospect_span span, struct text_buf *b, bool may_cut)
{
    if (b->len && !STOPS(page->status))
        note(page, sections_text(&page->sections, span, b->data, b->len, may_cut));
    text_buf_clear(b);
}

static void send_notes(struct html_page *page)
{
    text_buf_trim(&page->notes);
    send(page, PROSPECT_NOTE, &page->notes, false);
}

/* A block of text is over. In a row it is but a part of its cell. */
static void block(struct html_page *page)
{
    page->anchor_at = 0;
    if (page->heading || page->title || page->term)
        return;
    text_buf_trim(&page->text);
    if (page->row) {
        if (page->row_text.len && page->text.len &&
            page->row_text.data[page->row_text.len - 1] != '\t')
            text_buf_char(&page->row_text, ' ');
        for (char *at = page->text.data; page->text.len && (at = strpbrk(at, "\n\t")); at++)
            *at = ' ';
        text_buf_add(&page->row_text, page->text.data, page->text.len);
        text_buf_clear(&page->text);
        return;
    }
    if (page->text.len && !page->note)
        text_buf_char(&page->text, '\n');
    send(page, page->note ? PROSPECT_NOTE : PROSPECT_BODY, &page->text, true);
    send_notes(page);
}

static void end_row(struct html_page *page)
{
    block(page);
    page->row = 0;
    text_buf_trim(&page->row_text);
    send(page, PROSPECT_TABLE_ROW, &page->row_text, true);
    send_notes(page);
}

/* The row lays out a page: what it has so far is text. */
static void dissolve_row(struct html_page *page)
{
    if (!page->row)
        return;
    block(page);
    page->row = 0;
    text_buf_trim(&page->row_text);
    if (page->row_text.len)
        text_buf_char(&page->row_text, '\n');
    send(page, PROSPECT_BODY, &page->row_text, true);
}

static void cell(struct html_page *page)
{
    block(page);
    if (!page->row)
        return;
    if (page->cells++)
        text_buf_char(&page->row_text, '\t');
}

static void heading_begin(struct html_page *page)
{
    if (page->heading)
        return;
    dissolve_row(page);
    block(page);
    page->heading = page->depth;
}

static void heading_end(struct html_page *page)
{
    page->heading = 0;
    text_buf_trim(&page->text);
    if (page->text.len && !STOPS(page->status))
        note(page, sections_heading(&page->sections, page->text.data));
    text_buf_clear(&page->text);
    send_notes(page);
}

static void title_end(struct html_page *page)
{
    page->title = 0;
    text_buf_trim(&page->title_text);
    if (!page->titled && page->title_text.len && !STOPS(page->status)) {
        page->titled = true;
        note(page, meta_send(page->sink, "title", page->title_text.data, "html:title",
                             PROSPECT_DECLARED));
    }
    text_buf_clear(&page->title_text);
}

static void term_end(struct html_page *page)
{
    page->term = 0;
    text_buf_trim(&page->title_text);
    if (page->title_text.len && !STOPS(page->status))
        note(page, html_meta_value(page->sink, page->term_name, page->title_text.data));
    text_buf_clear(&page->title_text);
}

static void image(struct html_page *page, html_attributes attributes)
{
    const char *alt = html_attribute(attributes, "alt");
    char *clean = alt ? text_squeeze(alt, ALT_MAX) : NULL;
    const char *dot = clean ? strrchr(clean, '.') : NULL;
    bool file_name = dot && strlen(dot) <= 5 && !strchr(clean, ' ');
    if (clean && !file_name) {
        if (page->notes.len)
            text_buf_char(&page->notes, '\n');
        text_buf_str(&page->notes, clean);
    }
    free(clean);
}

/* "Skip to main content" and its like lead to a place on the same page and say so. */
static void anchor_end(struct html_page *page)
{
    page->anchor = 0;
    static const char *const skips[] = {"skip to ",        "jump to ", "back to top",
                                        "skip navigation", "¶",        "#"};
    if (page->anchor_at > page->text.len || !page->text.len)
        return;
    const char *text = page->text.data + page->anchor_at;
    for (size_t i = 0; i < sizeof skips / sizeof *skips; i++) {
        size_t n = strlen(skips[i]);
        bool whole = skips[i][n - 1] != ' ';
        if (!strncasecmp(text, skips[i], n) && (!whole || !text[n])) {
            page->text.len = page->anchor_at;
            page->text.data[page->text.len] = '\0';
        }
    }
}

static void anchor_begin(struct html_page *page, html_attributes attributes)
{
    const char *href = html_attribute(attributes, "href");
    if (page->anchor || !href || *href != '#')
        return;
    page->anchor = page->depth;
    page->anchor_at = page->text.len;
}

static void lang_begin(struct html_page *page, const char *lang, bool is_block)
{
    if (page->n_langs >= HTML_LANGS || !is_block || strlen(lang) >= SECTIONS_LANG_MAX)
        return;
    page->langs[page->n_langs].depth = page->depth;
    snprintf(page->langs[page->n_langs].lang, SECTIONS_LANG_MAX, "%s", lang);
    page->n_langs++;
    block(page);
    if (!page->row && !page->heading && !STOPS(page->status))
        note(page, sections_lang(&page->sections, lang));
}

static void lang_end(struct html_page *page)
{
    bool changed = false;
    while (page->n_langs && page->langs[page->n_langs - 1].depth >= page->depth) {
        page->n_langs--;
        changed = true;
    }
    if (!changed || page->row || page->heading || STOPS(page->status))
        return;
    block(page);
    const char *lang = page->n_langs ? page->langs[page->n_langs - 1].lang : "";
    note(page, sections_lang(&page->sections, lang));
}

static void begin(struct html_page *page, enum html_role role, const char *element,
                  html_attributes attributes)
{
    switch (role) {
    case HTML_INLINE:
        break;
    case HTML_SKIP:
        page->skip = page->depth;
        break;
    case HTML_BREAK:
        text_buf_char(&page->text, page->heading || page->row ? ' ' : '\n');
        break;
    case HTML_HEADING:
        heading_begin(page);
        break;
    case HTML_TABLE:
        dissolve_row(page);
        block(page);
        break;
    case HTML_ROW:
        end_row(page);
        if (!page->heading && !page->note) {
            page->row = page->depth;
            page->cells = 0;
        }
        break;
    case HTML_CELL:
        cell(page);
        break;
    case HTML_IMAGE:
        image(page, attributes);
        break;
    case HTML_TITLE:
        page->title = page->title || page->titled ? page->title : page->depth;
        break;
    case HTML_META:
        note(page, html_meta(page->sink, attributes));
        break;
    case HTML_TERM:
        page->term = page->term ? page->term : page->depth;
        snprintf(page->term_name, sizeof page->term_name, "%s", element);
        break;
    case HTML_ANCHOR:
        anchor_begin(page, attributes);
        break;
    case HTML_BLOCK:
    case HTML_PRE:
    case HTML_NOTE:
        block(page);
        if (role == HTML_PRE && !page->pre)
            page->pre = page->depth;
        if (role == HTML_NOTE && !page->note)
            page->note = page->depth;
        break;
    }
}

/* The footer of the page itself is no content; that of an article may be. */
static bool is_page_footer(const struct html_page *page, const char *element)
{
    return !strcasecmp(element, "footer") && page->body_depth &&
           page->depth <= page->body_depth + 2;
}

void html_page_start(struct html_page *page, const char *element, html_attributes attributes)
{
    page->depth++;
    if (page->skip || STOPS(page->status))
        return;
    enum html_role role = html_role_of(element, page->xml);
    if (!strcasecmp(element, "body") && !page->body_depth)
        page->body_depth = page->depth;
    if (html_is_hidden(element, attributes) || is_page_footer(page, element)) {
        if (role != HTML_INLINE && role != HTML_ANCHOR)
            block(page);
        page->skip = page->depth;
        return;
    }
    const char *lang = html_attribute(attributes, "lang");
    if (!lang)
        lang = html_attribute(attributes, "xml:lang");
    if (lang && *lang && !strcasecmp(element, "html"))
        note(page, meta_send(page->sink, "language", lang, "html:lang", PROSPECT_DECLARED));
    if (lang && *lang)
        lang_begin(page, lang, role != HTML_INLINE && role != HTML_ANCHOR && role != HTML_IMAGE);
    begin(page, role, element, attributes);
}

static void leave(struct html_page *page, enum html_role role)
{
    if (page->depth == page->title)
        title_end(page);
    else if (page->depth == page->term)
        term_end(page);
    else if (page->depth == page->heading)
        heading_end(page);
    else if (page->depth == page->row)
        end_row(page);
    else if (page->depth == page->anchor)
        anchor_end(page);
    else if (role != HTML_INLINE && role != HTML_BREAK && role != HTML_IMAGE &&
             role != HTML_ANCHOR && role != HTML_META)
        block(page);
    if (page->depth == page->pre)
        page->pre = 0;
    if (page->depth == page->note)
        page->note = 0;
}

void html_page_end(struct html_page *page, const char *element)
{
    if (!page->depth)
        return;
    if (page->skip == page->depth)
        page->skip = 0;
    else if (!page->skip && !STOPS(page->status))
        leave(page, html_role_of(element, page->xml));
    if (page->n_langs && !page->skip)
        lang_end(page);
    page->depth--;
}

static void add_squeezed(struct text_buf *b, const char *text, size_t n)
{
    while (n) {
        size_t run = 0;
        while (run < n && (unsigned char)text[run] > ' ')
            run++;
        text_buf_add(b, text, run);
        text += run;
        n -= run;
        if (!n)
            return;
        while (n && (unsigned char)*text <= ' ') {
            text++;
            n--;
        }
        if (b->len && !strchr(" \n", b->data[b->len - 1]))
            text_buf_char(b, ' ');
    }
}

/* A very long block goes out up to its last space. */
static void send_long(struct html_page *page)
{
    size_t at = page->text.len;
    while (at > TEXT_SEND / 2 && !strchr(" \n", page->text.data[at - 1]))
        at--;
    if (at <= TEXT_SEND / 2)
        at = page->text.len;
    struct text_buf rest = {0};
    text_buf_add(&rest, page->text.data + at, page->text.len - at);
    page->text.len = at;
    page->anchor_at = 0;
    send(page, page->note ? PROSPECT_NOTE : PROSPECT_BODY, &page->text, true);
    text_buf_add(&page->text, rest.data, rest.len);
    text_buf_free(&rest);
}

void html_page_text(struct html_page *page, const char *text, size_t n)
{
    if (page->skip || STOPS(page->status))
        return;
    if (page->title || page->term) {
        add_squeezed(&page->title_text, text, n);
        return;
    }
    if (page->pre && !page->heading && !page->row)
        text_buf_add(&page->text, text, n);
    else
        add_squeezed(&page->text, text, n);
    if (page->row && page->row_text.len + page->text.len > ROW_MAX)
        dissolve_row(page);
    if (page->text.len > TEXT_SEND && !page->heading)
        send_long(page);
}

prospect_status html_page_finish(struct html_page *page)
{
    page->skip = 0;
    if (page->title)
        title_end(page);
    if (page->heading)
        heading_end(page);
    page->term = 0;
    end_row(page);
    block(page);
    return STOPS(page->status) ? page->status : sections_end(&page->sections);
}
