/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Markdown by cmark, used nowhere else. The text goes to cmark in pieces that end at an empty line
 * outside fenced code: that bounds its memory, and what its worst inputs cost. A link reference
 * that is defined in another piece stays as it was typed.
 */
#include "plugins/sections.h"
#include "plugins/text.h"

#include <cmark.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PIECE_ENOUGH (64u << 10)
#define PIECE_MAX    (128u << 10)
#define FRONT_MAX    (16u << 10)
#define SOURCE_FRONT "markdown:front-matter"

struct markdown {
    struct sections sections;
    struct text_buf piece, block;
    bool begun, front; /* the first line was seen; inside the front matter */
    char fence;        /* inside fenced code: its character */
    bool titled;
};

/* ---- front matter: "key: value" lines and "- item" lists, a small part of YAML ---- */

static char *unquoted(char *value)
{
    value += strspn(value, " \t[");
    size_t n = strlen(value);
    while (n && strchr(" \t\r\n]", value[n - 1]))
        value[--n] = '\0';
    if (n >= 2 && (*value == '"' || *value == '\'') && value[n - 1] == *value) {
        value[n - 1] = '\0';
        value++;
    }
    return value;
}

static void drop_quotes(char *value)
{
    char *out = value;
    for (; *value; value++)
        if (*value != '"')
            *out++ = *value;
    *out = '\0';
}

static prospect_status front_value(struct markdown *m, const char *key, char *value)
{
    prospect_sink *sink = m->sections.sink;
    bool list = strchr(value, '[') != NULL;
    value = unquoted(value);
    if (!*value)
        return PROSPECT_OK;
    if (!strcasecmp(key, "title")) {
        m->titled = true;
        return meta_send(sink, "title", value, SOURCE_FRONT, PROSPECT_DECLARED);
    }
    if (!strcasecmp(key, "date"))
        return meta_send_date(sink, "date", value, SOURCE_FRONT, PROSPECT_DECLARED);
    if (!strcasecmp(key, "lang") || !strcasecmp(key, "language")) {
        prospect_status status = sections_lang(&m->sections, value);
        return STOPS(status) ? status
                             : meta_send(sink, "language", value, SOURCE_FRONT, PROSPECT_DECLARED);
    }
    if (!strcasecmp(key, "description") || !strcasecmp(key, "summary"))
        return meta_send(sink, "description", value, SOURCE_FRONT, PROSPECT_DECLARED);
    bool author = !strcasecmp(key, "author") || !strcasecmp(key, "authors");
    bool subject = !strcasecmp(key, "keywords") || !strcasecmp(key, "tags");
    if (!author && !subject)
        return PROSPECT_OK;
    drop_quotes(value);
    if (author && !list)
        return meta_send_people(sink, value, SOURCE_FRONT, PROSPECT_DECLARED);
    return meta_send_list(sink, author ? "creator" : "subject", value, ",;", SOURCE_FRONT,
                          PROSPECT_DECLARED);
}

static prospect_status front_matter(struct markdown *m)
{
    char key[32] = "";
    prospect_status status = PROSPECT_OK;
    char *save, *line = m->piece.data ? strtok_r(m->piece.data, "\n", &save) : NULL;
    for (; line && !STOPS(status); line = strtok_r(NULL, "\n", &save)) {
        size_t blank = strspn(line, " \t");
        if (line[blank] == '-' && line[blank + 1] == ' ') {
            status = front_value(m, key, line + blank + 2);
            continue;
        }
        char *colon = strchr(line, ':');
        if (blank || !colon || colon == line || (size_t)(colon - line) >= sizeof key)
            continue;
        snprintf(key, sizeof key, "%.*s", (int)(colon - line), line);
        status = front_value(m, key, colon + 1);
    }
    text_buf_clear(&m->piece);
    return status;
}

/* ---- blocks ---- */

/* Takes tags and comments out of raw HTML; scripts and styles altogether. */
static void add_html(struct text_buf *out, const char *html)
{
    if (!strncasecmp(html, "<script", 7) || !strncasecmp(html, "<style", 6))
        return;
    while (*html) {
        size_t n = strcspn(html, "<");
        text_buf_add(out, html, n);
        html += n;
        if (!*html)
            return;
        const char *close = !strncmp(html, "<!--", 4) ? "-->" : ">";
        const char *end = strstr(html, close);
        text_buf_char(out, ' ');
        if (!end)
            return;
        html = end + strlen(close);
    }
}

static bool is_table_rule(const char *line)
{
    size_t n = strspn(line, "|-: \t");
    return n >= 3 && (line[n] == '\n' || !line[n]) && memchr(line, '-', n) && memchr(line, '|', n);
}

/* "| a | b |" becomes "a<tab>b". */
static prospect_status table_row(struct markdown *m, char *line)
{
    struct text_buf row = {0};
    line += strspn(line, " \t|");
    char *save, *cell = strtok_r(line, "|", &save);
    for (; cell; cell = strtok_r(NULL, "|", &save)) {
        char *clean = text_squeeze(cell, TEXT_BUF_MAX);
        text_buf_str(&row, clean ? clean : "");
        text_buf_char(&row, '\t');
        free(clean);
    }
    text_buf_trim(&row);
    prospect_status status =
        sections_text(&m->sections, PROSPECT_TABLE_ROW, row.data, row.len, true);
    text_buf_free(&row);
    return status;
}

static prospect_status paragraph(struct markdown *m)
{
    const char *second = strchr(m->block.data, '\n');
    if (!second || !memchr(m->block.data, '|', m->block.len) || !is_table_rule(second + 1)) {
        text_buf_str(&m->block, "\n\n");
        return sections_text(&m->sections, PROSPECT_BODY, m->block.data, m->block.len, true);
    }
    prospect_status status = PROSPECT_OK;
    char *save, *line = strtok_r(m->block.data, "\n", &save);
    for (; line && !STOPS(status); line = strtok_r(NULL, "\n", &save))
        if (!is_table_rule(line))
            status = table_row(m, line);
    return status;
}

static prospect_status heading(struct markdown *m, int level)
{
    prospect_status status = PROSPECT_OK;
    if (!m->titled && level == 1) {
        m->titled = true;
        status = meta_send(m->sections.sink, "title", m->block.data, "markdown:heading",
                           PROSPECT_LIKELY);
    }
    return STOPS(status) ? status : sections_heading(&m->sections, m->block.data);
}

static prospect_status leave(struct markdown *m, cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    if (type != CMARK_NODE_PARAGRAPH && type != CMARK_NODE_HEADING &&
        type != CMARK_NODE_CODE_BLOCK && type != CMARK_NODE_HTML_BLOCK)
        return PROSPECT_OK;
    text_buf_trim(&m->block);
    prospect_status status = PROSPECT_OK;
    if (m->block.len && type == CMARK_NODE_HEADING)
        status = heading(m, cmark_node_get_heading_level(node));
    else if (m->block.len)
        status = paragraph(m);
    text_buf_clear(&m->block);
    return status;
}

static void enter(struct markdown *m, cmark_node *node)
{
    const char *literal = cmark_node_get_literal(node);
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
    case CMARK_NODE_CODE_BLOCK:
        text_buf_str(&m->block, literal ? literal : "");
        break;
    case CMARK_NODE_HTML_BLOCK:
        add_html(&m->block, literal ? literal : "");
        break;
    case CMARK_NODE_HTML_INLINE:
        if (literal && !strncasecmp(literal, "<br", 3))
            text_buf_char(&m->block, '\n');
        break;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
        text_buf_char(&m->block, '\n');
        break;
    default:
        break;
    }
}

/* Leaf blocks have no "leave" event. */
static bool is_leaf_block(cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    return type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK;
}

static prospect_status parse_piece(struct markdown *m)
{
    if (!m->piece.len)
        return PROSPECT_OK;
    cmark_node *root = cmark_parse_document(m->piece.data, m->piece.len, CMARK_OPT_DEFAULT);
    cmark_iter *iter = cmark_iter_new(root);
    prospect_status status = PROSPECT_OK;
    cmark_event_type event;
    while (!STOPS(status) && (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event == CMARK_EVENT_ENTER)
            enter(m, node);
        if (event == CMARK_EVENT_EXIT || is_leaf_block(node))
            status = leave(m, node);
    }
    cmark_iter_free(iter);
    cmark_node_free(root);
    text_buf_clear(&m->piece);
    return status;
}

/* ---- lines ---- */

static void follow_fence(struct markdown *m, const char *line, size_t n)
{
    size_t indent = 0, run = 0;
    while (indent < n && line[indent] == ' ')
        indent++;
    char b = indent < n ? line[indent] : '\0';
    if (indent > 3 || (b != '`' && b != '~'))
        return;
    while (indent + run < n && line[indent + run] == b)
        run++;
    if (run >= 3 && (!m->fence || m->fence == b))
        m->fence = m->fence ? '\0' : b;
}

static bool is_mark(const char *line, size_t n, const char *mark)
{
    while (n && isspace((unsigned char)line[n - 1]))
        n--;
    return n == 3 && !memcmp(line, mark, 3);
}

static prospect_status markdown_line(void *context, const char *line, size_t n)
{
    struct markdown *m = context;
    bool first = !m->begun;
    m->begun = true;
    if (first && is_mark(line, n, "---")) {
        m->front = true;
        return PROSPECT_OK;
    }
    if (m->front && (is_mark(line, n, "---") || is_mark(line, n, "..."))) {
        m->front = false;
        return front_matter(m);
    }
    text_buf_add(&m->piece, line, n);
    m->front = m->front && m->piece.len < FRONT_MAX;
    if (m->front)
        return PROSPECT_OK;
    follow_fence(m, line, n);
    bool blank = n == 1 && !m->fence;
    bool much = m->piece.len > PIECE_ENOUGH && blank;
    return much || m->piece.len > PIECE_MAX ? parse_piece(m) : PROSPECT_OK;
}

prospect_status text_markdown(struct charset *c, const prospect_source *source, prospect_sink *sink)
{
    struct markdown m = {0};
    sections_init(&m.sections, sink, PROSPECT_SECTION);
    prospect_status status = text_lines(c, source, sink, markdown_line, &m);
    if (!STOPS(status))
        status = parse_piece(&m);
    if (!STOPS(status))
        status = sections_end(&m.sections);
    sections_free(&m.sections);
    text_buf_free(&m.piece);
    text_buf_free(&m.block);
    return status;
}
