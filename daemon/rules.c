/* A folder file or side-car is read line by line into a new struct rules, which starts as a copy of
 * what holds around it. The digest is over everything that came out, in a fixed order, so that the
 * same rules have the same digest wherever they stand.
 */
#include "daemon/rules.h"

#include "daemon/inifile.h"
#include "daemon/rules_values.h"
#include "index/base/buf.h"
#include "index/base/mem.h"
#include "index/base/pack.h"
#include "index/text/countries.h"
#include "index/text/utf8.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct reading {
    struct rules *rules;
    const char *folder; /* of a folder file: its path, for ignore patterns; "" at the root */
    const char *source; /* "folder", "side-car" */
    bool side_car;
    struct strlist said; /* keys of this file: their inherited values are replaced */
    prospect_status status;
    struct error *error;
};

/* The first thing that is wrong is told. */
static __attribute__((format(printf, 3, 4))) void damaged(struct reading *r, unsigned line,
                                                          const char *format, ...)
{
    struct error what;
    va_list args;
    if (r->status != PROSPECT_OK)
        return;
    va_start(args, format);
    vsnprintf(what.line, sizeof what.line, format, args);
    va_end(args);
    r->status = error_set(r->error, PROSPECT_DAMAGED, "line %u: %s", line, what.line);
}

static void drop_meta(struct meta_list *l, const char *key)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->count; i++) {
        if (strcmp(l->item[i].key, key) != 0) {
            l->item[kept++] = l->item[i];
            continue;
        }
        free(l->item[i].key);
        free(l->item[i].value);
        free(l->item[i].source);
    }
    l->count = kept;
}

/* The first value of a key in a file replaces what was inherited; the next ones are added. */
static void say(struct reading *r, const char *key, const char *value)
{
    if (!strlist_has(&r->said, key)) {
        drop_meta(&r->rules->meta, key);
        strlist_add(&r->said, key);
    }
    meta_add(&r->rules->meta, key, value, r->source, META_EXPLICIT);
}

static void nobody(struct rules *rules)
{
    rules->restricted = true;
    strlist_free(&rules->access);
}

static void narrow(struct rules *rules, struct strlist *groups)
{
    struct strlist both = {0};
    for (size_t i = 0; i < groups->count; i++)
        if (!rules->restricted || strlist_has(&rules->access, groups->item[i]))
            strlist_add_once(&both, groups->item[i]);
    strlist_sort(&both);
    strlist_free(&rules->access);
    rules->access = both;
    rules->restricted = true;
}

static void take_access(struct reading *r, unsigned line, const char *value)
{
    struct strlist groups = {0};
    strlist_split(&groups, value, ",");
    if (rules_groups_are_good(&groups)) {
        narrow(r->rules, &groups);
    } else {
        nobody(r->rules);
        damaged(r, line, "access = \"%s\" is no list of groups: nobody may see this", value);
    }
    strlist_free(&groups);
}

static void take_ignore(struct reading *r, const char *value)
{
    struct strlist patterns = {0};
    strlist_split(&patterns, value, ",");
    for (size_t i = 0; i < patterns.count; i++)
        rules_add_pattern(&r->rules->ignore, r->folder, patterns.item[i]);
    strlist_free(&patterns);
}

static void take_authors(struct reading *r, const char *value)
{
    struct strlist names = {0};
    strlist_split(&names, value, ";");
    for (size_t i = 0; i < names.count; i++)
        say(r, "creator", names.item[i]);
    strlist_free(&names);
}

static bool say_country(struct reading *r, const char *name)
{
    char code[COUNTRY_SIZE];
    bool known = country_code(name, code);
    if (known)
        say(r, "country", code);
    return known;
}

/* Names may have blanks inside; codes may stand with blanks between. */
static void take_countries(struct reading *r, unsigned line, const char *value)
{
    struct strlist names = {0};
    strlist_split(&names, value, ",;");
    for (size_t i = 0; i < names.count; i++) {
        struct strlist words = {0};
        if (!say_country(r, names.item[i]))
            strlist_split(&words, names.item[i], " \t");
        for (size_t w = 0; w < words.count; w++)
            if (!say_country(r, words.item[w]))
                damaged(r, line, "country = \"%s\" is no country's code or name", words.item[w]);
        strlist_free(&words);
    }
    strlist_free(&names);
}

/* A value that has to have a form: CANONICAL is it, or NULL. */
static void take_form(struct reading *r, const struct inifile_line *l, const char *key,
                      char *canonical, const char *form)
{
    if (canonical)
        say(r, rules_term(key), canonical);
    else
        damaged(r, l->number, "%s = \"%s\" is no %s", key, l->value, form);
    free(canonical);
}

static void take_known(struct reading *r, const struct inifile_line *l, const char *key)
{
    const char *value = l->value;
    if (!rules_key_known(key, r->side_car))
        damaged(r, l->number, "unknown key \"%s\"", key);
    else if (!utf8_valid(value, strlen(value)))
        damaged(r, l->number, "the value of %s is no UTF-8", key);
    else if (strcmp(key, "ignore") == 0)
        take_ignore(r, value);
    else if (strcmp(key, "country") == 0)
        take_countries(r, l->number, value);
    else if (strcmp(key, "date") == 0)
        take_form(r, l, key, rules_date(value), "YYYY, YYYY-MM or YYYY-MM-DD");
    else if (strcmp(key, "lang") == 0)
        take_form(r, l, key, rules_lang(value), "language code");
    else if (strcmp(key, "type") == 0)
        take_form(r, l, key, rules_type(value), "type that prospect knows");
    else if (strcmp(key, "authors") == 0)
        take_authors(r, value);
    else if (*value)
        say(r, rules_term(key), value);
}

static bool take_line(void *ctx, const struct inifile_line *l)
{
    struct reading *r = ctx;
    if (l->bad) {
        damaged(r, l->number, "this line %s", l->bad);
        if (strncasecmp(l->value, "access", 6) == 0)
            nobody(r->rules);
    } else if (l->key && strcasecmp(l->key, "access") == 0) {
        take_access(r, l->number, l->value);
    } else if (l->key) {
        char *key = mem_strdup(l->key);
        for (char *c = key; *c; c++)
            *c = (char)tolower((unsigned char)*c);
        take_known(r, l, key);
        free(key);
    }
    return true;
}

static void make_digest(struct rules *r)
{
    struct buf b = {0};
    if (r->meta.count == 0 && !r->restricted) {
        memset(r->digest, 0, sizeof r->digest);
        return;
    }
    for (size_t i = 0; i < r->meta.count; i++) {
        pack_str(&b, r->meta.item[i].key);
        pack_str(&b, r->meta.item[i].value);
        pack_str(&b, r->meta.item[i].source);
    }
    pack_str(&b, NULL);
    pack_u64(&b, r->restricted);
    for (size_t i = 0; i < r->access.count; i++)
        pack_str(&b, r->access.item[i]);
    digest_bytes(b.data, b.len, r->digest);
    buf_free(&b);
}

void rules_copy(struct rules *to, const struct rules *from)
{
    *to = (struct rules){.restricted = from->restricted};
    memcpy(to->digest, from->digest, sizeof to->digest);
    for (size_t i = 0; i < from->meta.count; i++)
        meta_add(&to->meta, from->meta.item[i].key, from->meta.item[i].value,
                 from->meta.item[i].source, from->meta.item[i].confidence);
    strlist_copy(&to->access, &from->access);
    strlist_copy(&to->ignore, &from->ignore);
}

void rules_of_root(struct rules *out, bool restricted, const struct strlist *access,
                   const struct strlist *ignore, const char *programme, const char *lang)
{
    char *code = lang ? rules_lang(lang) : NULL;
    *out = (struct rules){.restricted = restricted};
    if (access)
        strlist_copy(&out->access, access);
    strlist_sort(&out->access);
    for (size_t i = 0; ignore && i < ignore->count; i++)
        rules_add_pattern(&out->ignore, "", ignore->item[i]);
    if (programme)
        meta_add(&out->meta, "programme", programme, "configuration", META_DEFAULT);
    if (code)
        meta_add(&out->meta, "language", code, "configuration", META_DEFAULT);
    make_digest(out);
    free(code);
}

void rules_hide(struct rules *r)
{
    nobody(r);
    make_digest(r);
}

static prospect_status read_text(struct rules *out, const struct rules *around, struct reading *r,
                                 const char *text, size_t length)
{
    rules_copy(out, around);
    r->rules = out;
    if (text && length > RULES_FILE_MAX) {
        r->status =
            error_set(r->error, PROSPECT_DAMAGED, "it is larger than 64 KB: nobody may see this");
        nobody(out);
    } else if (text) {
        inifile_parse(text, length, false, take_line, r);
    }
    make_digest(out);
    strlist_free(&r->said);
    return r->status;
}

prospect_status rules_enter(struct rules *out, const struct rules *parent, const char *folder,
                            const char *text, size_t length, struct error *error)
{
    struct reading r = {.folder = folder, .source = "folder", .error = error};
    return read_text(out, parent, &r, text, length);
}

prospect_status rules_of_file(struct rules *out, const struct rules *folder, const char *text,
                              size_t length, struct error *error)
{
    struct reading r = {.folder = "", .source = "side-car", .side_car = true, .error = error};
    return read_text(out, folder, &r, text, length);
}

void rules_free(struct rules *r)
{
    meta_free(&r->meta);
    strlist_free(&r->access);
    strlist_free(&r->ignore);
}

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), e = strlen(end);
    return n > e && strcasecmp(name + n - e, end) == 0;
}

/* What editors, office programs and browsers leave while they work. */
static bool is_temporary(const char *name)
{
    static const char *const ends[] = {"~",    ".part", ".partial", ".crdownload", ".download",
                                       ".swp", ".swo",  ".swx",     ".tmp"};
    if (*name == '.' || strncmp(name, "~$", 2) == 0 || *name == '#')
        return *name != '#' || ends_with(name, "#");
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_with(name, ends[i]))
            return true;
    return false;
}

const char *rules_ignored(const struct rules *folder, const char *path, bool side_car_of_existing)
{
    const char *slash = strrchr(path, '/');
    if (is_temporary(slash ? slash + 1 : path) || *path == '.' || strstr(path, "/."))
        return "temporary";
    if (side_car_of_existing)
        return "side-car";
    for (size_t i = 0; i < folder->ignore.count; i++)
        if (rules_pattern_matches(folder->ignore.item[i], path))
            return "pattern";
    return NULL;
}
