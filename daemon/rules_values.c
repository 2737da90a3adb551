#include "daemon/rules_values.h"

#include "index/base/buf.h"
#include "index/base/mem.h"
#include "index/text/dates.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool rules_key_known(const char *key, bool side_car)
{
    static const char *const both[] = {"programme", "event", "date", "country", "type", "lang"};
    for (size_t i = 0; i < sizeof both / sizeof *both; i++)
        if (strcmp(key, both[i]) == 0)
            return true;
    if (side_car)
        return strcmp(key, "title") == 0 || strcmp(key, "authors") == 0;
    return strcmp(key, "ignore") == 0;
}

const char *rules_term(const char *key)
{
    return strcmp(key, "lang") == 0 ? "language" : key;
}

bool rules_groups_are_good(const struct strlist *groups)
{
    for (size_t i = 0; i < groups->count; i++)
        for (const unsigned char *c = (const unsigned char *)groups->item[i]; *c; c++)
            if (*c <= ' ' || *c == 0x7F || *c == ';')
                return false;
    return groups->count > 0;
}

char *rules_date(const char *text)
{
    struct date date;
    struct buf b = {0};
    if (!date_parse(text, strlen(text), &date))
        return NULL;
    date_print(&date, &b);
    return buf_take(&b);
}

/* The primary subtag of a BCP 47 tag. */
char *rules_lang(const char *text)
{
    size_t n = strcspn(text, "-_");
    char *code;
    if (n < 2 || n > 3)
        return NULL;
    code = mem_dup(text, n);
    for (char *c = code; *c; c++) {
        if (!isalpha((unsigned char)*c)) {
            free(code);
            return NULL;
        }
        *c = (char)tolower((unsigned char)*c);
    }
    return code;
}

char *rules_type(const char *text)
{
    static const char *const types[] = {"seminar-paper", "strategy", "presentation", "report",
                                        "event",         "glossary", "page",         "other"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcasecmp(text, types[i]) == 0)
            return mem_strdup(types[i]);
    return NULL;
}

/* ---- patterns -------------------------------------------------------------------------------- */

/* A folder's name is no pattern, whatever bytes are in it. */
static void add_quoted(struct buf *b, const char *folder)
{
    for (; *folder; folder++) {
        if (strchr("*?[]\\", *folder))
            buf_addc(b, '\\');
        buf_addc(b, *folder);
    }
    buf_addc(b, '/');
}

void rules_add_pattern(struct strlist *patterns, const char *folder, const char *pattern)
{
    struct buf b = {0};
    size_t n = strlen(pattern);
    bool anchored;
    while (n > 0 && pattern[n - 1] == '/')
        n--;
    anchored = memchr(pattern, '/', n) != NULL;
    while (n > 0 && *pattern == '/')
        pattern++, n--;
    if (n == 0)
        return;
    if (*folder)
        add_quoted(&b, folder);
    if (!anchored)
        buf_addc(&b, '/');
    buf_add(&b, pattern, n);
    strlist_add_once(patterns, buf_str(&b));
    buf_free(&b);
}

/* PATTERN without '/', against each name of PATH. */
static bool any_name_matches(const char *pattern, const char *path)
{
    while (path) {
        const char *slash = strchr(path, '/');
        char *name = mem_dup(path, slash ? (size_t)(slash - path) : strlen(path));
        bool found = fnmatch(pattern, name, 0) == 0;
        free(name);
        if (found)
            return true;
        path = slash ? slash + 1 : NULL;
    }
    return false;
}

/* What is left of PATH below the quoted folder of LENGTH bytes; NULL if it does not lie there. */
static const char *below(const char *quoted, size_t length, const char *path)
{
    for (size_t i = 0; i < length; i++, path++) {
        i += quoted[i] == '\\';
        if (quoted[i] != *path)
            return NULL;
    }
    return path;
}

bool rules_pattern_matches(const char *kept, const char *path)
{
    const char *mark = strstr(kept, "//");
    size_t folder = *kept == '/' ? 0 : mark ? (size_t)(mark - kept) + 1 : 0;
    if (*kept != '/' && !mark)
        return fnmatch(kept, path, FNM_PATHNAME | FNM_LEADING_DIR) == 0;
    path = below(kept, folder, path);
    return path && any_name_matches(kept + folder + 1, path);
}
