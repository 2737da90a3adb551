/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Comma-, semicolon- and tab-separated values (RFC 4180): one row each, cells separated by tabs.
 * Quoted cells may hold line feeds, which become spaces.
 */
#include "plugins/sections.h"
#include "plugins/text.h"

#include <string.h>

#define ROW_MAX (256u << 10)

struct table {
    struct sections sections;
    struct text_buf row;
    char separator; /* '\0': not known yet */
    bool quoted;
};

static char guess_separator(const char *line, size_t n)
{
    size_t best = 0;
    char separator = ',';
    for (const char *s = ",;\t|"; *s; s++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            count += line[i] == *s;
        if (count > best) {
            best = count;
            separator = *s;
        }
    }
    return separator;
}

static prospect_status row_end(struct table *t)
{
    t->quoted = false;
    text_buf_trim(&t->row);
    prospect_status status = PROSPECT_OK;
    if (t->row.full)
        status = t->sections.sink->cut(t->sections.sink, "a very long row was cut");
    if (!STOPS(status))
        status = sections_text(&t->sections, PROSPECT_TABLE_ROW, t->row.data, t->row.len, true);
    text_buf_clear(&t->row);
    return status;
}

static prospect_status table_line(void *context, const char *line, size_t n)
{
    struct table *t = context;
    if (!t->separator)
        t->separator = guess_separator(line, n);
    for (size_t i = 0; i < n; i++) {
        char b = line[i];
        if (b == '"') {
            bool twice = t->quoted && i + 1 < n && line[i + 1] == '"';
            if (twice)
                text_buf_char(&t->row, line[i++]);
            else
                t->quoted = !t->quoted;
        } else if (b == t->separator && !t->quoted) {
            text_buf_char(&t->row, '\t');
        } else if (b == '\n' && !t->quoted) {
            return row_end(t);
        } else {
            text_buf_char(&t->row, b == '\n' || b == '\f' ? ' ' : b);
        }
    }
    /* A quote that is never closed must not swallow the file. */
    return t->row.len > ROW_MAX / 2 ? row_end(t) : PROSPECT_OK;
}

prospect_status text_table(struct charset *c, const prospect_source *source, prospect_sink *sink)
{
    struct table t = {.row = {.max = ROW_MAX}};
    if (source->mime && !strcmp(source->mime, "text/tab-separated-values"))
        t.separator = '\t';
    sections_init(&t.sections, sink, PROSPECT_SECTION);
    prospect_status status = text_lines(c, source, sink, table_line, &t);
    if (!STOPS(status))
        status = row_end(&t);
    if (!STOPS(status))
        status = sections_end(&t.sections);
    sections_free(&t.sections);
    text_buf_free(&t.row);
    return status;
}
