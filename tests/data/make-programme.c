/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes the PDFs of the sample programme: make-programme SOURCE.txt TARGET.pdf
 *
 * A source starts with `key: value` lines (layout: paper or slides; title, author, subject,
 * keywords, date, roman: how many pages are numbered i, ii, iii ...), an empty line, and then:
 *
 *   # heading      an outline entry; starts a slide where the layout is slides
 *   ## heading     an outline entry below it
 *   | a | b        a row of a table
 *   - item         a point of a list
 *   %page          the page ends here
 *   anything else  paragraphs, with an empty line between; \- is a soft hyphen
 *
 * The same source gives the same bytes: no clock is read.
 */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 12

struct style {
    double width, height, margin, body, heading, leading;
    const char *font;
};

static const struct style paper = {595, 842, 71, 11, 17, 3.5, "DejaVu Serif"};
static const struct style slides = {720, 405, 45, 15, 24, 5, "DejaVu Sans"};

struct maker {
    const struct style *style;
    cairo_surface_t *surface;
    cairo_t *cairo;
    GString *paragraph;
    double y;
    int page;    /* from 1 */
    int roman;   /* pages numbered in Roman figures */
    int chapter; /* outline entry that sections hang below */
    bool empty;  /* nothing on the page yet */
    const char *title;
};

static void page_label(const struct maker *m, char *out, size_t size)
{
    static const char *const tens[] = {"", "x", "xx", "xxx"};
    static const char *const ones[] = {"", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"};
    if (m->page <= m->roman)
        snprintf(out, size, "%s%s", tens[m->page / 10 % 4], ones[m->page % 10]);
    else
        snprintf(out, size, "%d", m->page - m->roman);
}

static PangoLayout *layout_new(const struct maker *m, const char *text, double size, bool bold,
                               double width)
{
    PangoLayout *layout = pango_cairo_create_layout(m->cairo);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, m->style->font);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    if (bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_spacing(layout, (int)(m->style->leading * PANGO_SCALE));
    pango_layout_set_text(layout, text, -1);
    return layout;
}

static void footer(struct maker *m)
{
    char label[16];
    page_label(m, label, sizeof label);
    cairo_pdf_surface_set_page_label(m->surface, label);
    if (m->page == 1)
        return; /* a cover */
    PangoLayout *layout = layout_new(m, label, 8, false, m->style->width - 2 * m->style->margin);
    pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    cairo_move_to(m->cairo, m->style->margin, m->style->height - m->style->margin / 2);
    pango_cairo_show_layout(m->cairo, layout);
    g_object_unref(layout);
}

static void page_end(struct maker *m)
{
    if (m->empty)
        return;
    footer(m);
    cairo_show_page(m->cairo);
    m->page++;
    m->y = m->style->margin;
    m->empty = true;
}

static double bottom(const struct maker *m)
{
    return m->style->height - m->style->margin;
}

/* Line by line, so that a paragraph may run over to the next page. */
static void show(struct maker *m, PangoLayout *layout, double x)
{
    PangoLayoutIter *line = pango_layout_get_iter(layout);
    do {
        PangoRectangle box;
        pango_layout_iter_get_line_extents(line, NULL, &box);
        double height = (double)box.height / PANGO_SCALE + m->style->leading;
        if (m->y + height > bottom(m))
            page_end(m);
        double ascent = (double)(pango_layout_iter_get_baseline(line) - box.y) / PANGO_SCALE;
        cairo_move_to(m->cairo, x + (double)box.x / PANGO_SCALE, m->y + ascent);
        pango_cairo_show_layout_line(m->cairo, pango_layout_iter_get_line_readonly(line));
        m->y += height;
        m->empty = false;
    } while (pango_layout_iter_next_line(line));
    pango_layout_iter_free(line);
}

static void write_text(struct maker *m, const char *text, double size, bool bold, double indent)
{
    double width = m->style->width - 2 * m->style->margin - indent;
    PangoLayout *layout = layout_new(m, text, size, bold, width);
    show(m, layout, m->style->margin + indent);
    g_object_unref(layout);
    m->y += size * 0.6;
}

static void flush(struct maker *m)
{
    if (m->paragraph->len > 0)
        write_text(m, m->paragraph->str, m->style->body, false, 0);
    g_string_truncate(m->paragraph, 0);
}

static void heading(struct maker *m, const char *text, int level)
{
    double size = level == 1 ? m->style->heading : m->style->body + 2;
    if (m->y + 4 * size > bottom(m) || (level == 1 && m->style == &slides))
        page_end(m);
    if (!m->empty)
        m->y += size * 0.5;
    char *target =
        g_strdup_printf("page=%d pos=[%d %d]", m->page, (int)m->style->margin, (int)m->y);
    int parent = level == 1 ? CAIRO_PDF_OUTLINE_ROOT : m->chapter;
    int entry = cairo_pdf_surface_add_outline(m->surface, parent, text, target,
                                              CAIRO_PDF_OUTLINE_FLAG_OPEN);
    if (level == 1)
        m->chapter = entry;
    g_free(target);
    write_text(m, text, size, true, 0);
}

static void table_row(struct maker *m, const char *line)
{
    char **cell = g_strsplit(line + 1, "|", COLUMNS_MAX);
    guint n = g_strv_length(cell);
    /* The first column, which says what the row is about, has twice the width. */
    double share = (m->style->width - 2 * m->style->margin) / (n + 1), height = 0;
    PangoLayout *layout[COLUMNS_MAX];
    for (guint i = 0; i < n; i++) {
        int h;
        layout[i] = layout_new(m, g_strstrip(cell[i]), m->style->body - 2, false,
                               (i ? share : 2 * share) - 6);
        pango_layout_get_size(layout[i], NULL, &h);
        height = MAX(height, (double)h / PANGO_SCALE + m->style->leading);
    }
    if (m->y + height > bottom(m))
        page_end(m);
    for (guint i = 0; i < n; i++) {
        cairo_move_to(m->cairo, m->style->margin + share * (i ? i + 1 : 0), m->y);
        pango_cairo_show_layout(m->cairo, layout[i]);
        g_object_unref(layout[i]);
    }
    m->y += height;
    m->empty = false;
    g_strfreev(cell);
}

static void list_item(struct maker *m, const char *text)
{
    char *item = g_strconcat("• ", text, NULL);
    write_text(m, item, m->style->body, false, 14);
    g_free(item);
}

static void body_line(struct maker *m, const char *line)
{
    bool plain = line[0] && !strchr("#|-%", line[0]);
    if (!plain)
        flush(m);
    if (plain) {
        if (m->paragraph->len > 0)
            g_string_append_c(m->paragraph, ' ');
        g_string_append(m->paragraph, line);
    } else if (g_str_has_prefix(line, "## ")) {
        heading(m, line + 3, 2);
    } else if (g_str_has_prefix(line, "# ")) {
        heading(m, line + 2, 1);
    } else if (line[0] == '|') {
        table_row(m, line);
    } else if (g_str_has_prefix(line, "- ")) {
        list_item(m, line + 2);
    } else if (strcmp(line, "%page") == 0) {
        page_end(m);
    } else if (line[0]) {
        fprintf(stderr, "make-programme: what is this? %s\n", line);
        exit(1);
    }
}

static void cover(struct maker *m, const char *author, const char *date)
{
    m->y = m->style->height / 4;
    write_text(m, m->title, m->style->heading * 1.5, true, 0);
    if (author)
        write_text(m, author, m->style->body + 2, false, 0);
    if (date)
        write_text(m, date, m->style->body, false, 0);
    page_end(m);
}

static void metadata(struct maker *m, GHashTable *head)
{
    static const struct {
        const char *key;
        cairo_pdf_metadata_t what;
    } keys[] = {{"title", CAIRO_PDF_METADATA_TITLE},
                {"author", CAIRO_PDF_METADATA_AUTHOR},
                {"subject", CAIRO_PDF_METADATA_SUBJECT},
                {"keywords", CAIRO_PDF_METADATA_KEYWORDS}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *value = g_hash_table_lookup(head, keys[i].key);
        if (value)
            cairo_pdf_surface_set_metadata(m->surface, keys[i].what, value);
    }
    const char *date = g_hash_table_lookup(head, "date");
    char *time = g_strconcat(date ? date : "2019-01-01", "T12:00:00Z", NULL);
    cairo_pdf_surface_set_metadata(m->surface, CAIRO_PDF_METADATA_CREATE_DATE, time);
    cairo_pdf_surface_set_metadata(m->surface, CAIRO_PDF_METADATA_CREATOR, "make-programme");
    g_free(time);
}

/* The lines before the first empty one; returns the number of the line after it. */
static guint read_head(char **line, GHashTable *head)
{
    guint i = 0;
    for (; line[i] && line[i][0]; i++) {
        char *colon = strchr(line[i], ':');
        if (!colon) {
            fprintf(stderr, "make-programme: no key: %s\n", line[i]);
            exit(1);
        }
        *colon = '\0';
        g_hash_table_insert(head, line[i], g_strstrip(colon + 1));
    }
    return line[i] ? i + 1 : i;
}

static void make(char **line, const char *target)
{
    GHashTable *head = g_hash_table_new(g_str_hash, g_str_equal);
    guint i = read_head(line, head);
    const char *layout = g_hash_table_lookup(head, "layout");
    const char *roman = g_hash_table_lookup(head, "roman");
    struct maker m = {.style = layout && strcmp(layout, "slides") == 0 ? &slides : &paper,
                      .paragraph = g_string_new(NULL),
                      .page = 1,
                      .empty = true,
                      .roman = roman ? atoi(roman) : 0,
                      .chapter = CAIRO_PDF_OUTLINE_ROOT,
                      .title = g_hash_table_lookup(head, "title")};
    m.surface = cairo_pdf_surface_create(target, m.style->width, m.style->height);
    m.cairo = cairo_create(m.surface);
    metadata(&m, head);
    cover(&m, g_hash_table_lookup(head, "author"), g_hash_table_lookup(head, "date"));
    for (; line[i]; i++)
        body_line(&m, line[i]);
    flush(&m);
    page_end(&m);
    cairo_destroy(m.cairo);
    cairo_surface_finish(m.surface);
    if (cairo_surface_status(m.surface) != CAIRO_STATUS_SUCCESS) {
        fprintf(stderr, "make-programme: %s: %s\n", target,
                cairo_status_to_string(cairo_surface_status(m.surface)));
        exit(1);
    }
    cairo_surface_destroy(m.surface);
    g_string_free(m.paragraph, TRUE);
    g_hash_table_destroy(head);
}

int main(int argc, char **argv)
{
    char *text;
    GError *error = NULL;
    if (argc != 3) {
        fprintf(stderr, "usage: make-programme SOURCE.txt TARGET.pdf\n");
        return 2;
    }
    if (!g_file_get_contents(argv[1], &text, NULL, &error)) {
        fprintf(stderr, "make-programme: %s\n", error->message);
        return 1;
    }
    char **piece = g_strsplit(text, "\\-", -1);
    char *soft = g_strjoinv("\xc2\xad", piece);
    char **line = g_strsplit(soft, "\n", -1);
    make(line, argv[2]);
    g_strfreev(line);
    g_strfreev(piece);
    g_free(soft);
    g_free(text);
    return 0;
}
