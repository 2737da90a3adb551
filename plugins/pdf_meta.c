/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/pdf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TITLE_MIN 4
#define TITLE_MAX 300
#define VALUE_MAX 4096

/* ---- titles ---- */

/* What programs write where nobody gave a title. */
static bool says_nothing(const char *title)
{
    static const char *const empty[] = {"untitled",
                                        "untitled document",
                                        "unknown",
                                        "no title",
                                        "none",
                                        "title",
                                        "document",
                                        "document1",
                                        "slide 1",
                                        "powerpoint presentation",
                                        "présentation powerpoint",
                                        "powerpoint-präsentation",
                                        "presentación de powerpoint",
                                        "(anonymous)",
                                        "about:blank"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
        if (!strcasecmp(title, empty[i]))
            return true;
    return !title[strspn(title, " .-_()0123456789")];
}

static bool ends_like_a_file(const char *title)
{
    static const char *const endings[] = {".doc",  ".docx", ".odt", ".rtf",  ".pdf", ".ps",
                                          ".tex",  ".dvi",  ".ppt", ".pptx", ".xls", ".xlsx",
                                          ".indd", ".qxd",  ".qxp", ".pub",  ".txt", ".pmd",
                                          ".wpd",  ".cdr",  ".ai",  ".html", ".htm", ".fm"};
    const char *dot = strrchr(title, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (!strcasecmp(dot, endings[i]))
            return true;
    return false;
}

/* Takes "Microsoft Word - " and ".doc" off: what is left is a file's name, so a guess at most. A
 * name without any space says no more than the file's own. Returns where the title starts, or
 * NULL. */
static char *real_title(char *title, prospect_confidence *confidence)
{
    char *dash = strstr(title, " - ");
    bool printed = dash && !strncasecmp(title, "Microsoft ", 10) && dash - title < 40;
    if (printed)
        title = dash + 3;
    bool file = ends_like_a_file(title);
    if (file)
        *strrchr(title, '.') = '\0';
    if (printed || file)
        *confidence = PROSPECT_GUESS;
    if ((file && !strchr(title, ' ')) || strlen(title) < 2 || says_nothing(title))
        return NULL;
    return title;
}

/* ---- sending ---- */

static bool is_new(struct pdf_meta *meta, const char *key, const char *value)
{
    if (!meta->sent)
        meta->sent = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return g_hash_table_add(meta->sent, g_strconcat(key, "\n", value, NULL));
}

prospect_status pdf_meta_value(struct pdf_meta *meta, const char *key, const char *value,
                               const char *source, prospect_confidence confidence)
{
    if (!value)
        return PROSPECT_OK;
    char *valid = g_utf8_make_valid(value, -1);
    char *clean = text_squeeze(valid, VALUE_MAX), *what = clean;
    g_free(valid);
    prospect_status status = PROSPECT_OK;
    if (what && !strcmp(key, "title")) {
        what = real_title(what, &confidence);
        meta->titled |= what && confidence > PROSPECT_GUESS;
    }
    if (what && is_new(meta, key, what)) {
        if (!strcmp(key, "creator") && !strcmp(source, PDF_INFO))
            status = meta_send_people(meta->sink, what, source, confidence);
        else if (!strcmp(key, "date"))
            status = meta_send_date(meta->sink, key, what, source, confidence);
        else if (!strcmp(key, "subject"))
            status = meta_send_list(meta->sink, key, what, ",;", source, confidence);
        else
            status = meta_send(meta->sink, key, what, source, confidence);
    }
    free(clean);
    return status;
}

void pdf_meta_free(struct pdf_meta *meta)
{
    if (meta->sent)
        g_hash_table_destroy(meta->sent);
    meta->sent = NULL;
}

/* ---- the guess ---- */

static bool is_title(const char *text)
{
    size_t letters = 0;
    for (const char *s = text; *s; s = g_utf8_next_char(s))
        letters += g_unichar_isalpha(g_utf8_get_char(s)) != 0;
    return letters >= TITLE_MIN;
}

/* The characters from START to END (behind the last) of TEXT. */
static char *part_of(const char *text, int start, int end)
{
    long all = g_utf8_strlen(text, -1);
    if (start < 0 || end > all || end - start > TITLE_MAX || end <= start)
        return NULL;
    const char *from = g_utf8_offset_to_pointer(text, start);
    char *part = g_strndup(from, (gsize)(g_utf8_offset_to_pointer(from, end - start) - from));
    char *clean = text_squeeze(part, TITLE_MAX);
    g_free(part);
    if (clean && is_title(clean))
        return clean;
    free(clean);
    return NULL;
}

prospect_status pdf_meta_guess(struct pdf_meta *meta, PopplerPage *page, const char *text)
{
    if (meta->titled || strlen(text) > 20000 || !g_utf8_validate(text, -1, NULL))
        return PROSPECT_OK;
    GList *attributes = poppler_page_get_text_attributes(page);
    double largest = 0;
    char *title = NULL;
    int start = 0, end = 0;
    for (GList *at = attributes; at; at = at->next) {
        PopplerTextAttributes *a = at->data;
        bool runs_on = a->font_size == largest && a->start_index <= end + 2;
        if (a->font_size < largest || (a->font_size == largest && !runs_on))
            continue;
        if (!runs_on)
            start = a->start_index;
        char *part = part_of(text, start, a->end_index + 1);
        if (!part)
            continue;
        free(title);
        title = part;
        largest = a->font_size;
        end = a->end_index;
    }
    poppler_page_free_text_attributes(attributes);
    prospect_status status =
        title ? meta_send(meta->sink, "title", title, "pdf:largest-text", PROSPECT_GUESS)
              : PROSPECT_OK;
    free(title);
    return status;
}
