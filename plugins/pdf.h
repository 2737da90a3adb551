/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the files of the pdf plugin share the work. Most use poppler-glib.
 *
 *     pdf.c          opens the document and goes through its pages
 *     pdf_colour.c   colour profiles that cost nothing, by Little CMS
 *     pdf_fonts.c    font programs without their outlines, for poppler to read
 *     pdf_text.c     a page's text: hyphens at line ends, word boxes
 *     pdf_outline.c  headings of pages
 *     pdf_meta.c     the Info dictionary, and a title by its size
 *     pdf_xmp.c      the XMP packet, by libxml2
 *     pdf_attached.c embedded files
 */
#ifndef PROSPECT_PLUGINS_PDF_H
#define PROSPECT_PLUGINS_PDF_H

#include "plugins/common.h"

#include <poppler.h>

/* ---- fonts ---- */

/* Cuts the outlines off the Type 1 font programs of the PDF in BYTES, in place: its text stays the
 * same, and what is drawn would be empty. The raw bytes of documents attached to it may change as
 * well. Says how many were cut. */
size_t pdf_fonts_cut(char *bytes, size_t size);

/* ---- colour ---- */

/* From now on sampled curves of colour profiles are straight lines in this process: text has no
 * use for colours. To be called once. */
void pdf_colour_straighten(void);

/* ---- text ---- */

struct pdf_text {
    struct text_buf out; /* the text as it is sent: well-formed UTF-8 */
    prospect_box *box;   /* one for each word; two for a word on two lines */
    size_t n_boxes, room;
    bool visible; /* there is more than white space */
};

/* Makes what poppler_page_get_text() gave ready to be sent. Where a line ends in a letter and a
 * hyphen and the next begins with a lower-case letter, the two are joined: by a soft hyphen, or by
 * the hyphen itself where the page has the same word with its hyphen elsewhere.
 * RECTS, one for each character of FROM, show where a space is missing, and make the boxes of the
 * words, if wanted, on a page of WIDTH and HEIGHT.
 * TEXT is cleared and filled again at each call. */
void pdf_text_make(struct pdf_text *text, const char *from, const PopplerRectangle *rects,
                   size_t n_rects, double width, double height, bool boxes);
void pdf_text_free(struct pdf_text *text);

/* ---- outline ---- */

/* For each page the title of the first outline entry that leads to it, or NULL: an array of
 * N_PAGES, to be freed; NULL if there is no outline. */
char **pdf_outline_new(PopplerDocument *document, int n_pages);
void pdf_outline_free(char ***outline, int n_pages);

/* ---- metadata ---- */

struct pdf_meta {
    prospect_sink *sink;
    bool titled;
    GHashTable *sent; /* "key\nvalue": Info and XMP mostly say the same */
};

#define PDF_INFO "pdf:info"

/* All that the document declares. */
prospect_status pdf_info_send(struct pdf_meta *meta, PopplerDocument *document);
/* Where nothing gave a title: the largest text on the first page, as a guess. */
prospect_status pdf_meta_guess(struct pdf_meta *meta, PopplerPage *page, const char *text);
void pdf_meta_free(struct pdf_meta *meta);
/* One value; a title only if it says something, and what was sent already not again. Persons and
 * dates are taken apart first. */
prospect_status pdf_meta_value(struct pdf_meta *meta, const char *key, const char *value,
                               const char *source, prospect_confidence confidence);

/* Reads an XMP packet; what is broken is passed over. */
prospect_status pdf_xmp_send(struct pdf_meta *meta, const char *packet);

/* ---- attachments ---- */

prospect_status pdf_attached_send(PopplerDocument *document, prospect_sink *sink);

#endif
