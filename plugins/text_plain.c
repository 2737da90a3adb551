/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain text: pages where form feeds stand, else sections. A heading is a short line between
 * empty lines that does not end like a sentence, or one that is underlined. So each line that
 * may be one waits until the next is seen.
 */
#include "plugins/sections.h"
#include "plugins/text.h"

#include <ctype.h>
#include <string.h>

#define HEADING_BYTES 100
#define HEADING_WORDS 14

struct plain {
    struct sections sections;
    bool pages, after_blank, first;
    char waiting[HEADING_BYTES + 2]; /* a line that may be a heading; "" if none */
};

static bool is_blank(const char *line, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strchr(" \t\n\f", line[i]))
            return false;
    return true;
}

static bool is_underline(const char *line, size_t n)
{
    size_t same = 0;
    if (!n || !strchr("=-~*", line[0]))
        return false;
    while (same < n && line[same] == line[0])
        same++;
    return same >= 3 && is_blank(line + same, n - same);
}

/* Starts like a heading, and is neither a sentence, a list item, code nor an address. */
static bool may_be_heading(const char *line, size_t n)
{
    if (n < 3 || n > HEADING_BYTES || isspace((unsigned char)line[0]))
        return false;
    size_t used = n, words = 0, letters = 0;
    while (used && isspace((unsigned char)line[used - 1]))
        used--;
    for (size_t i = 0; i < used; i++) {
        unsigned char b = (unsigned char)line[i];
        words += b == ' ';
        letters += isalpha(b) || b >= 0x80;
    }
    unsigned char first = (unsigned char)line[0];
    bool starts = isupper(first) || isdigit(first) || first >= 0x80;
    return starts && letters >= 3 && words < HEADING_WORDS && used &&
           !strchr(".,;:!?-=>{}()\"'", line[used - 1]) && !memchr(line, '\t', used) &&
           !memchr(line, '=', used) && !memchr(line, '{', used);
}

static prospect_status body(struct plain *p, const char *line, size_t n, bool may_cut)
{
    return sections_text(&p->sections, PROSPECT_BODY, line, n, may_cut);
}

/* What waited was no heading after all, or is one. */
static prospect_status settle(struct plain *p, bool heading)
{
    if (!*p->waiting)
        return PROSPECT_OK;
    prospect_status status = heading ? sections_heading(&p->sections, p->waiting)
                                     : body(p, p->waiting, strlen(p->waiting), true);
    *p->waiting = '\0';
    return status;
}

static prospect_status section_line(struct plain *p, const char *line, size_t n)
{
    bool blank = is_blank(line, n), after_blank = p->after_blank;
    p->after_blank = blank;
    if (*p->waiting) {
        bool underline = is_underline(line, n);
        prospect_status status = settle(p, blank || underline);
        if (STOPS(status) || blank || underline)
            return status;
    } else if (after_blank && may_be_heading(line, n)) {
        memcpy(p->waiting, line, n);
        p->waiting[n] = '\0';
        return PROSPECT_OK;
    }
    /* A section does not begin with empty lines. */
    if (blank && (!p->sections.open || p->sections.empty))
        return PROSPECT_OK;
    return body(p, line, n, (after_blank && !blank) || n > HEADING_BYTES * 10);
}

static prospect_status page_line(struct plain *p, const char *line, size_t n)
{
    const char *feed = memchr(line, '\f', n);
    size_t length = feed ? (size_t)(feed - line) : n;
    prospect_status status = PROSPECT_OK;
    if (p->sections.open || !is_blank(line, length))
        status = body(p, line, length, false);
    return feed && !STOPS(status) ? sections_break(&p->sections) : status;
}

/* The title of a text is its first line, if that is short. */
static prospect_status title(struct plain *p, const char *line, size_t n)
{
    char first[HEADING_BYTES + 1];
    p->first = false;
    if (n > HEADING_BYTES)
        return PROSPECT_OK;
    memcpy(first, line, n);
    first[n] = '\0';
    return meta_send(p->sections.sink, "title", first, "text:first-line", PROSPECT_GUESS);
}

static prospect_status plain_line(void *context, const char *line, size_t n)
{
    struct plain *p = context;
    prospect_status status = PROSPECT_OK;
    if (p->first && !is_blank(line, n))
        status = title(p, line, n);
    if (STOPS(status))
        return status;
    return p->pages ? page_line(p, line, n) : section_line(p, line, n);
}

prospect_status text_plain(struct charset *c, const prospect_source *source, prospect_sink *sink)
{
    struct plain p = {.pages = charset_has_pages(c), .after_blank = true, .first = true};
    sections_init(&p.sections, sink, p.pages ? PROSPECT_PAGE : PROSPECT_SECTION);
    prospect_status status = text_lines(c, source, sink, plain_line, &p);
    if (!STOPS(status))
        status = settle(&p, false);
    if (!STOPS(status))
        status = sections_end(&p.sections);
    sections_free(&p.sections);
    return status;
}
