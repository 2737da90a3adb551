/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text that has no pages, cut into sections: where a heading says so, and else at the end of a
 * paragraph once a section is long. Sections grow with their number, so that no file has very
 * many. A unit is begun when its first text comes, so none is empty, except the only one of an
 * empty document.
 */
#ifndef PROSPECT_PLUGINS_SECTIONS_H
#define PROSPECT_PLUGINS_SECTIONS_H

#include "plugins/common.h"

#define SECTIONS_MAX_HEADINGS 5000
#define SECTIONS_HEADING_MAX  500
#define SECTIONS_LANG_MAX     36

struct sections {
    prospect_sink *sink;
    prospect_unit_kind kind;
    uint32_t number;  /* of the last unit that was begun */
    bool open, empty; /* a unit is open; it has no text but its heading */
    size_t length;    /* bytes sent to it */
    unsigned headings;
    char lang[SECTIONS_LANG_MAX]; /* of the units to come; "" if unknown */
    char *heading;                /* of the unit to come */
    struct text_buf out;          /* waits to be sent, all of one kind */
    prospect_span span;
    bool sent_more; /* OUT continues a span */
};

void sections_init(struct sections *s, prospect_sink *sink, prospect_unit_kind kind);
/* Ends the last unit; there is at least one. */
prospect_status sections_end(struct sections *s);
void sections_free(struct sections *s);

/* A heading: starts a section, unless the one before has nothing but headings or there are very
 * many. */
prospect_status sections_heading(struct sections *s, const char *text);
/* Text of a kind. Body text of several calls runs on: its line feeds are the caller's. A section
 * that has become long ends before it if MAY_CUT, and one that is very long in any case; pages
 * never do. */
prospect_status sections_text(struct sections *s, prospect_span span, const char *text, size_t n,
                              bool may_cut);
/* The unit ends here, whether it has text or not: pages. */
prospect_status sections_break(struct sections *s);
/* The language of what follows; a section of another language ends. */
prospect_status sections_lang(struct sections *s, const char *lang);

#endif
