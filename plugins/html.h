/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the files of the html plugin share the work. All of them see one element at a time:
 *
 *     html.c          reads the file and drives libxml2
 *     html_page.c     what an element means: text, section, row, or nothing
 *     html_meta.c     title, meta, language
 *     html_elements.c the elements and attributes that decide
 */
#ifndef PROSPECT_PLUGINS_HTML_H
#define PROSPECT_PLUGINS_HTML_H

#include "plugins/sections.h"

#define HTML_LANGS 64

/* What an element does to the text. */
enum html_role {
    HTML_INLINE, /* nothing */
    HTML_BLOCK,  /* stands on lines of its own */
    HTML_SKIP,   /* left out with all that is in it */
    HTML_BREAK,  /* a line feed */
    HTML_PRE,    /* a block that keeps its spaces */
    HTML_HEADING,
    HTML_ROW,
    HTML_CELL,
    HTML_TABLE,
    HTML_NOTE, /* a block of kind NOTE */
    HTML_IMAGE,
    HTML_TITLE,
    HTML_META,
    HTML_TERM, /* an element of Dublin Core itself: <dcterms:date> */
    HTML_ANCHOR
};

typedef const unsigned char *const *html_attributes; /* name, value, ... NULL; or NULL */

enum html_role html_role_of(const char *element, bool xml);
/* The element is not for readers: hidden, or navigation by its role or class. */
bool html_is_hidden(const char *element, html_attributes attributes);
/* The value of an attribute, or NULL; "" for one without value. */
const char *html_attribute(html_attributes attributes, const char *name);

struct html_page {
    prospect_sink *sink;
    struct sections sections;
    prospect_status status; /* not OK: the sink wants no more */
    bool xml, titled;
    unsigned depth, body_depth;   /* of elements */
    unsigned skip, pre, note;     /* depth of the outermost such element; 0: none */
    unsigned heading, title, row; /* likewise; row 0 also when a row turned out to be layout */
    unsigned term, anchor;
    unsigned cells; /* of this row */
    struct {
        unsigned depth;
        char lang[SECTIONS_LANG_MAX];
    } langs[HTML_LANGS];
    unsigned n_langs;
    struct text_buf text, row_text, notes, title_text;
    size_t anchor_at; /* where the text of the anchor starts */
    char term_name[32];
};

void html_page_init(struct html_page *page, prospect_sink *sink, bool xml);
void html_page_start(struct html_page *page, const char *element, html_attributes attributes);
void html_page_end(struct html_page *page, const char *element);
void html_page_text(struct html_page *page, const char *text, size_t n);
/* Sends what is left, ends the last section; the status of the whole. */
prospect_status html_page_finish(struct html_page *page);
void html_page_free(struct html_page *page);

/* A <meta> element. */
prospect_status html_meta(prospect_sink *sink, html_attributes attributes);
/* A value of a Dublin Core or similar NAME ("dcterms.date", "og:title", "author"); names that are
 * not known are passed over. */
prospect_status html_meta_value(prospect_sink *sink, const char *name, const char *value);

#endif
