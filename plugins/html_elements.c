/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/html.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct element {
    const char *name;
    enum html_role role;
};

/* Sorted by name. Left out are scripts and styles, what stands in for something else, form
 * controls, and navigation. */
static const struct element elements[] = {
    {"a", HTML_ANCHOR},         {"address", HTML_BLOCK},  {"area", HTML_SKIP},
    {"article", HTML_BLOCK},    {"aside", HTML_BLOCK},    {"audio", HTML_SKIP},
    {"blockquote", HTML_BLOCK}, {"body", HTML_BLOCK},     {"br", HTML_BREAK},
    {"button", HTML_SKIP},      {"canvas", HTML_SKIP},    {"caption", HTML_NOTE},
    {"center", HTML_BLOCK},     {"datalist", HTML_SKIP},  {"dd", HTML_BLOCK},
    {"details", HTML_BLOCK},    {"dialog", HTML_BLOCK},   {"dir", HTML_BLOCK},
    {"div", HTML_BLOCK},        {"dl", HTML_BLOCK},       {"dt", HTML_BLOCK},
    {"embed", HTML_SKIP},       {"fieldset", HTML_BLOCK}, {"figcaption", HTML_NOTE},
    {"figure", HTML_BLOCK},     {"footer", HTML_BLOCK},   {"form", HTML_BLOCK},
    {"frame", HTML_SKIP},       {"frameset", HTML_BLOCK}, {"h1", HTML_HEADING},
    {"h2", HTML_HEADING},       {"h3", HTML_HEADING},     {"h4", HTML_HEADING},
    {"h5", HTML_HEADING},       {"h6", HTML_HEADING},     {"head", HTML_BLOCK},
    {"header", HTML_BLOCK},     {"hgroup", HTML_BLOCK},   {"hr", HTML_BLOCK},
    {"html", HTML_BLOCK},       {"iframe", HTML_SKIP},    {"img", HTML_IMAGE},
    {"input", HTML_SKIP},       {"legend", HTML_BLOCK},   {"li", HTML_BLOCK},
    {"link", HTML_SKIP},        {"listing", HTML_PRE},    {"main", HTML_BLOCK},
    {"map", HTML_BLOCK},        {"menu", HTML_BLOCK},     {"meta", HTML_META},
    {"nav", HTML_SKIP},         {"noframes", HTML_SKIP},  {"noscript", HTML_SKIP},
    {"ol", HTML_BLOCK},         {"optgroup", HTML_SKIP},  {"option", HTML_SKIP},
    {"p", HTML_BLOCK},          {"param", HTML_SKIP},     {"plaintext", HTML_PRE},
    {"pre", HTML_PRE},          {"rp", HTML_SKIP},        {"script", HTML_SKIP},
    {"search", HTML_SKIP},      {"section", HTML_BLOCK},  {"select", HTML_SKIP},
    {"style", HTML_SKIP},       {"summary", HTML_BLOCK},  {"svg", HTML_SKIP},
    {"table", HTML_TABLE},      {"tbody", HTML_BLOCK},    {"td", HTML_CELL},
    {"template", HTML_SKIP},    {"textarea", HTML_SKIP},  {"tfoot", HTML_BLOCK},
    {"th", HTML_CELL},          {"thead", HTML_BLOCK},    {"title", HTML_TITLE},
    {"tr", HTML_ROW},           {"ul", HTML_BLOCK},       {"video", HTML_SKIP},
    {"xmp", HTML_PRE},
};

static int by_name(const void *name, const void *element)
{
    return strcasecmp(name, ((const struct element *)element)->name);
}

enum html_role html_role_of(const char *element, bool xml)
{
    if (!strncasecmp(element, "dc:", 3) || !strncasecmp(element, "dcterms:", 8))
        return HTML_TERM;
    const struct element *found =
        bsearch(element, elements, sizeof elements / sizeof *elements, sizeof *elements, by_name);
    if (found)
        return found->role;
    static const char *const inline_elements[] = {
        "abbr", "b", "bdo",   "big",  "cite",   "code", "em",  "font", "i", "ins", "kbd", "mark",
        "q",    "s", "small", "span", "strong", "sub",  "sup", "tt",   "u", "var", "wbr"};
    for (size_t i = 0; i < sizeof inline_elements / sizeof *inline_elements; i++)
        if (!strcasecmp(element, inline_elements[i]))
            return HTML_INLINE;
    /* XML of another vocabulary: each element is a field of its own. */
    return xml ? HTML_BLOCK : HTML_INLINE;
}

const char *html_attribute(html_attributes attributes, const char *name)
{
    for (; attributes && *attributes; attributes += 2)
        if (!strcasecmp((const char *)attributes[0], name))
            return attributes[1] ? (const char *)attributes[1] : "";
    return NULL;
}

static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    while (list && *list) {
        list += strspn(list, " \t\n");
        size_t length = strcspn(list, " \t\n");
        if (length == n && !strncasecmp(list, word, n))
            return true;
        list += length;
    }
    return false;
}

static bool is_navigation(html_attributes attributes)
{
    static const char *const roles[] = {"navigation", "search",  "menu",
                                        "menubar",    "toolbar", "contentinfo"};
    const char *role = html_attribute(attributes, "role");
    for (size_t i = 0; role && i < sizeof roles / sizeof *roles; i++)
        if (has_word(role, roles[i]))
            return true;
    return false;
}

/* "display: none" and the like; spaces do not count. */
static bool hides(const char *style)
{
    char flat[256];
    size_t n = 0;
    for (; *style && n + 1 < sizeof flat; style++)
        if (!isspace((unsigned char)*style))
            flat[n++] = (char)tolower((unsigned char)*style);
    flat[n] = '\0';
    return strstr(flat, "display:none") || strstr(flat, "visibility:hidden");
}

bool html_is_hidden(const char *element, html_attributes attributes)
{
    if (!attributes || !strcasecmp(element, "html") || !strcasecmp(element, "body"))
        return false;
    const char *hidden = html_attribute(attributes, "hidden");
    const char *aria = html_attribute(attributes, "aria-hidden");
    const char *style = html_attribute(attributes, "style");
    return (hidden && strcasecmp(hidden, "until-found")) || (aria && !strcasecmp(aria, "true")) ||
           (style && hides(style)) || is_navigation(attributes);
}
