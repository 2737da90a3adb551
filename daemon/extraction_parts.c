#include "daemon/extraction_parts.h"

#include "index/text/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void extraction_note(struct strlist *list, const char *line)
{
    if (list->count < EXTRACTION_LINES)
        strlist_add_once(list, line);
}

void extraction_cut(struct extraction *e, const char *line)
{
    extraction_note(&e->document->cuts, line);
}

prospect_status extraction_limit(struct extraction *e, struct error *error, const char *line)
{
    extraction_cut(e, line);
    e->state->limited = true;
    return error_set(error, PROSPECT_LIMIT, "%s", line);
}

uint64_t extraction_room(const struct extraction *e)
{
    uint64_t all = e->state->limits.expanded, used = e->text_bytes + e->state->child_bytes;
    return !all ? UINT64_MAX : used < all ? all - used : 0;
}

prospect_status extraction_nonsense(struct error *error, const char *what)
{
    return error_set(error, PROSPECT_PROTOCOL, "the plugin sent nonsense: %s", what);
}

char *extraction_line(struct unpack *u, size_t max)
{
    char *raw = unpack_str(u);
    if (!raw)
        return NULL;
    size_t length = strlen(raw);
    struct buf clean = {0};
    utf8_repair(&clean, raw, length > max ? utf8_cut(raw, max) : length);
    free(raw);
    for (size_t i = 0; i < clean.len; i++)
        if ((unsigned char)clean.data[i] < ' ' || clean.data[i] == 0x7F)
            clean.data[i] = ' ';
    if (clean.len > 0)
        return buf_take(&clean);
    buf_free(&clean);
    return NULL;
}

bool extraction_is_token(const char *s, size_t max, const char *others)
{
    size_t n = 0;
    for (; s[n]; n++)
        if (!isalnum((unsigned char)s[n]) && !strchr(others, s[n]))
            return false;
    return n > 0 && n <= max;
}

bool extraction_is_mime(const char *s)
{
    return extraction_is_token(s, 127, "/.+-_") && strchr(s, '/');
}
