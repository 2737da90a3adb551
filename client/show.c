#include "client/show.h"

#include "index/base/buf.h"

#include <string.h>

static bool turns_direction(uint32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E ||
           c == 0x200F || c == 0x2028 || c == 0x2029;
}

/* Bytes of the UTF-8 sequence at S with its character in *C; 0 if it is none. */
static size_t sequence(const unsigned char *s, uint32_t *c)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
    *c = n < 2 ? s[0] : s[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if (s[i] >> 6 != 2)
            return 0;
        *c = *c << 6 | (s[i] & 0x3Fu);
    }
    bool surrogate = *c >= 0xD800 && *c <= 0xDFFF;
    return n > 0 && *c >= least[n] && *c <= 0x10FFFF && !surrogate ? n : 0;
}

/* One character; returns its bytes. */
static size_t show_one(FILE *to, const unsigned char *s)
{
    uint32_t c;
    size_t n = sequence(s, &c);
    if (n == 0)
        fprintf(to, "\\x%02x", s[0]);
    else if (c == '\n' || c == '\t')
        fputc(' ', to);
    else if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        fprintf(to, "\\x%02x", (unsigned)c);
    else if (turns_direction(c))
        fprintf(to, "\\u%04x", (unsigned)c);
    else
        fwrite(s, 1, n, to);
    return n ? n : 1;
}

void show_text(FILE *to, const char *text)
{
    for (const unsigned char *s = (const unsigned char *)text; *s;)
        s += show_one(to, s);
}

static int hex(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Undoes percent-encoding; a NUL cannot come out of it. */
static void decode(struct buf *out, const char *text)
{
    for (; *text; text++) {
        int high = *text == '%' ? hex(text[1]) : -1, low = high >= 0 ? hex(text[2]) : -1;
        if (low >= 0 && high * 16 + low > 0) {
            buf_addc(out, (char)(high * 16 + low));
            text += 2;
        } else {
            buf_addc(out, *text);
        }
    }
}

void show_path(FILE *to, const json_t *object)
{
    const char *bytes = json_string_value(json_object_get(object, "path_bytes"));
    const char *path = json_string_value(json_object_get(object, "path"));
    struct buf exact = {0};
    if (bytes)
        decode(&exact, bytes);
    show_text(to, bytes ? buf_str(&exact) : path ? path : "");
    buf_free(&exact);
}

void show_marked(FILE *to, const char *html, const char *begin, const char *end)
{
    static const struct {
        const char *html, *text;
    } entities[] = {{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", "\""}, {"&#39;", "'"}};
    const struct {
        const char *html, *text;
    } tags[] = {{"<mark>", begin}, {"</mark>", end}};
    while (*html) {
        size_t skip = 0;
        for (size_t i = 0; i < 2 && !skip; i++)
            if (strncmp(html, tags[i].html, strlen(tags[i].html)) == 0) {
                fputs(tags[i].text, to);
                skip = strlen(tags[i].html);
            }
        for (size_t i = 0; *html == '&' && i < sizeof entities / sizeof *entities && !skip; i++)
            if (strncmp(html, entities[i].html, strlen(entities[i].html)) == 0) {
                fputs(entities[i].text, to);
                skip = strlen(entities[i].html);
            }
        html += skip ? skip : show_one(to, (const unsigned char *)html);
    }
}

void show_bytes(FILE *to, uint64_t bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double n = (double)bytes;
    size_t unit = 0;
    for (; n >= 1000 && unit + 1 < sizeof units / sizeof *units; unit++)
        n /= 1000;
    fprintf(to, unit ? "%.1f %s" : "%.0f %s", n, units[unit]);
}

const char *show_style(const struct client *c, const char *sgr)
{
    return c->colour ? sgr : "";
}
