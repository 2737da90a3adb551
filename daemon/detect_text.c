#include "daemon/detect_text.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

static bool is_control(unsigned char c)
{
    return (c < ' ' && !strchr("\t\n\r\f\v\b\033", c)) || c == 0x7F;
}

bool detect_is_text(const char *bytes, size_t length)
{
    size_t odd = 0;
    if (length == 0 || memchr(bytes, '\0', length))
        return false;
    for (size_t i = 0; i < length; i++)
        odd += is_control((unsigned char)bytes[i]);
    return odd <= length / 500;
}

struct wide_count {
    size_t units, zeros, odd, blanks;
    size_t pages[256];
};

static void count_units(struct wide_count *c, const char *bytes, size_t length, bool big)
{
    for (size_t i = 0; i + 1 < length; i += 2) {
        unsigned char high = (unsigned char)bytes[i + !big], low = (unsigned char)bytes[i + big];
        unsigned unit = high * 256U + low;
        c->units++;
        c->pages[high]++;
        c->zeros += unit == 0;
        c->odd += (unit < 256 && is_control(low)) || unit >= 0xFFFE || high == 0xE0;
        c->blanks += unit == ' ' || unit == '\n';
    }
}

/* U+2000 to U+20FF are dashes, quotation marks and the euro: no script of their own. */
static bool reads_as_wide(const char *bytes, size_t length, bool big)
{
    struct wide_count c = {0};
    size_t first = 0, second = 0;
    count_units(&c, bytes, length, big);
    for (unsigned i = 0; i < 256; i++) {
        size_t n = c.pages[i];
        if (n > first) {
            second = first;
            first = n;
        } else if (n > second) {
            second = n;
        }
    }
    return c.units >= 4 && c.zeros == 0 && c.odd == 0 && c.blanks > 0 &&
           (first + second) * 10 >= (c.units - c.pages[0x20]) * 9 && c.pages[0] > 0;
}

const char *detect_utf16(const char *bytes, size_t length)
{
    if (length >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0)
        return length >= 4 && memcmp(bytes + 2, "\0\0", 2) == 0 ? NULL : "utf-16le";
    if (length >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0)
        return "utf-16be";
    bool little = reads_as_wide(bytes, length, false), big = reads_as_wide(bytes, length, true);
    if (little == big)
        return NULL;
    return little ? "utf-16le" : "utf-16be";
}

/* The first bytes as plain letters: every other byte of a wide text, its mark left out. */
static size_t narrow(char *out, size_t size, const char *bytes, size_t length, bool wide)
{
    size_t n = 0;
    if (!wide && length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        length -= 3;
    }
    for (size_t i = 0; i < length && n + 1 < size; i++)
        if (!wide || (bytes[i] && (unsigned char)bytes[i] < 0x80))
            out[n++] = bytes[i] ? bytes[i] : ' ';
    out[n] = '\0';
    return n;
}

static const char *skip_to_element(const char *at)
{
    for (;;) {
        at += strspn(at, " \t\r\n\f");
        const char *end = NULL;
        if (strncmp(at, "<!--", 4) == 0)
            end = strstr(at, "-->");
        else if (strncmp(at, "<?", 2) == 0)
            end = strstr(at, "?>");
        if (!end)
            return at;
        at = end + (*end == '-' ? 3 : 2);
    }
}

static bool starts_with_tag(const char *at)
{
    static const char *const tags[] = {
        "html",   "head",       "body",   "title", "meta",   "link",    "style",   "script",
        "h1",     "h2",         "h3",     "h4",    "p",      "div",     "span",    "br",
        "hr",     "ul",         "ol",     "dl",    "table",  "article", "section", "main",
        "nav",    "header",     "footer", "font",  "center", "b",       "i",       "em",
        "strong", "blockquote", "pre",    "img",   "form",   "iframe"};
    if (*at != '<')
        return false;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        size_t n = strlen(tags[i]);
        if (strncasecmp(at + 1, tags[i], n) == 0 && (strchr(" \t\r\n\f>/", at[1 + n])) && at[1 + n])
            return true;
    }
    return false;
}

bool detect_is_html(const char *bytes, size_t length, bool wide)
{
    char head[1025];
    narrow(head, sizeof head, bytes, length, wide);
    const char *at = skip_to_element(head);
    return strncasecmp(at, "<!doctype html", 14) == 0 || starts_with_tag(at);
}

bool detect_is_xhtml(const char *bytes, size_t length)
{
    char head[1025];
    narrow(head, sizeof head, bytes, length, false);
    if (strncmp(head, "<?xml", 5) != 0)
        return false;
    const char *at = skip_to_element(head);
    if (strncasecmp(at, "<!doctype html", 14) == 0)
        return true;
    return strncmp(at, "<html", 5) == 0 && at[5] && strchr(" \t\r\n>", at[5]);
}
