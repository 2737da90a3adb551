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

/* ISO 3166-1 alpha-2 as of 2024, and the user-assigned XK. */
static const char countries[] =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA "
    "ZM ZW ";

bool rules_country(const char *text, char out[3])
{
    char code[4];
    if (strlen(text) != 2)
        return false;
    if (strcasecmp(text, "uk") == 0)
        text = "GB";
    else if (strcasecmp(text, "el") == 0) /* the EU's own code for Greece */
        text = "GR";
    code[0] = (char)toupper((unsigned char)text[0]);
    code[1] = (char)toupper((unsigned char)text[1]);
    code[2] = ' ';
    code[3] = '\0';
    if (!isalpha((unsigned char)text[0]) || !strstr(countries, code))
        return false;
    memcpy(out, code, 2);
    out[2] = '\0';
    return true;
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
