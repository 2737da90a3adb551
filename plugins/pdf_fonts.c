/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Type 1 font program (Adobe Type 1 Font Format, 1990) begins with clear text, which has the name
 * and the encoding; behind "eexec" come the outlines. In PDF (ISO 32000-1, 9.9) it is a stream with
 * /Length1. Poppler makes each font of a page anew for that page, and inflates the whole program
 * for it, of which text needs the clear text alone.
 *
 * A cut program stands in its own stream's place, uncompressed, which is shorter than the outlines
 * were: no other object moves.
 */
#include "plugins/pdf.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#define DICT_MAX  512   /* of a font program's stream: a few numbers and a filter */
#define CLEAR_MAX 32768 /* of clear text */
#define FONTS_MAX 10000 /* that are looked at */
/* A parser that looks ahead finds words and need not go through the room that is left. */
#define END "\nendstream\nendobj\nnull null null\n"

/* A stream that may be a font program: all are offsets in the file. */
struct stream {
    size_t dict, dict_end; /* between "<<" and ">>" */
    size_t data, data_end; /* the end is 0 where the file has none */
};

/* ---- the dictionary ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

static bool is_name_end(char c)
{
    return is_space(c) || strchr("/[]<>()%", c);
}

static const char *skip_spaces(const char *at, const char *end)
{
    while (at < end && is_space(*at))
        at++;
    return at;
}

/* Moves *AT, which spaces may precede, behind WORD, if that is there as a whole. */
static bool take(const char **at, const char *end, const char *word)
{
    const char *from = skip_spaces(*at, end);
    size_t n = strlen(word);
    bool is_whole = (size_t)(end - from) >= n && !memcmp(from, word, n) &&
                    (from + n == end || is_name_end(from[n]) || is_name_end(word[n - 1]));
    if (is_whole)
        *at = from + n;
    return is_whole;
}

static bool take_digits(const char **at, const char *end)
{
    const char *from = skip_spaces(*at, end), *to = from;
    while (to < end && *to >= '0' && *to <= '9')
        to++;
    if (to > from)
        *at = to;
    return to > from;
}

/* A number, or where one stands: "12 0 R". */
static bool take_number(const char **at, const char *end)
{
    if (!take_digits(at, end))
        return false;
    const char *further = *at;
    if (take_digits(&further, end) && take(&further, end, "R"))
        *at = further;
    return true;
}

static bool take_filter(const char **at, const char *end)
{
    if (!take(at, end, "["))
        return take(at, end, "/FlateDecode");
    return take(at, end, "/FlateDecode") && take(at, end, "]");
}

/* It has lengths and one filter, and nothing that would have to be kept. */
static bool is_plain(const char *at, const char *end)
{
    bool filter = false;
    while ((at = skip_spaces(at, end)) < end) {
        if (take(&at, end, "/Length") || take(&at, end, "/Length1") || take(&at, end, "/Length2") ||
            take(&at, end, "/Length3")) {
            if (!take_number(&at, end))
                return false;
        } else if (!filter && take(&at, end, "/Filter")) {
            filter = take_filter(&at, end);
            if (!filter)
                return false;
        } else {
            return false;
        }
    }
    return filter;
}

/* ---- the stream ---- */

static const char *find_back(const char *from, const char *at, const char *two)
{
    for (; at >= from; at--)
        if (at[0] == two[0] && at[1] == two[1])
            return at;
    return NULL;
}

/* The stream in whose dictionary AT is. */
static bool find_stream(const char *bytes, size_t size, size_t at, struct stream *s)
{
    const char *end = bytes + size, *floor = bytes + (at > DICT_MAX ? at - DICT_MAX : 0);
    const char *open = find_back(floor, bytes + at, "<<");
    size_t room = size - at > DICT_MAX ? DICT_MAX : size - at;
    const char *close = open ? memmem(bytes + at, room, ">>", 2) : NULL;
    if (!close || !is_plain(open + 2, close))
        return false;
    const char *data = close + 2;
    if (!take(&data, end, "stream"))
        return false;
    data += data < end && *data == '\r';
    if (data == end || *data++ != '\n')
        return false;
    const char *data_end = memmem(data, (size_t)(end - data), "endstream", 9);
    *s = (struct stream){.dict = (size_t)(open + 2 - bytes),
                         .dict_end = (size_t)(close - bytes),
                         .data = (size_t)(data - bytes),
                         .data_end = data_end ? (size_t)(data_end - bytes) : 0};
    return true;
}

/* ---- the program ---- */

static bool is_type1(const char *program, size_t n)
{
    static const char *const begins[] = {"%!PS-AdobeFont-1", "%!FontType1"};
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (n > strlen(begins[i]) && !memcmp(program, begins[i], strlen(begins[i])))
            return true;
    return false;
}

/* How many of the N bytes are clear text, "eexec" and its line feed included; 0 if the end of it is
 * not among them. */
static size_t clear_length(const char *program, size_t n)
{
    static const char mark[] = "currentfile eexec";
    const char *at = memmem(program, n, mark, sizeof mark - 1);
    size_t length = at ? (size_t)(at - program) + sizeof mark : 0;
    return length <= n ? length : 0;
}

/* Inflates into PROGRAM until all of the clear text is there; its length, or 0. */
static size_t read_clear(z_stream *z, char *program)
{
    size_t n = 0, length = 0;
    int rc = Z_OK;
    while (rc == Z_OK && !length && n < CLEAR_MAX) {
        size_t piece = CLEAR_MAX - n < 4096 ? CLEAR_MAX - n : 4096;
        z->next_out = (Bytef *)program + n;
        z->avail_out = (uInt)piece;
        rc = inflate(z, Z_SYNC_FLUSH);
        n += piece - z->avail_out;
        if (!is_type1(program, n))
            return 0;
        length = clear_length(program, n);
    }
    return length;
}

/* Puts the N bytes of PROGRAM in the stream's place, if there is room. */
static bool put_program(char *bytes, const struct stream *s, const char *program, size_t n)
{
    char dict[32];
    size_t length = (size_t)snprintf(dict, sizeof dict, "/Length %zu", n);
    if (s->dict_end - s->dict < length || s->data_end - s->data < n + strlen(END))
        return false;
    memset(bytes + s->dict, ' ', s->dict_end - s->dict);
    memcpy(bytes + s->dict, dict, length);
    char *at = bytes + s->data;
    memset(at, ' ', s->data_end - s->data);
    memcpy(at, program, n);
    memcpy(at + n, END, strlen(END));
    return true;
}

static bool cut_stream(z_stream *z, char *bytes, const struct stream *s)
{
    char program[CLEAR_MAX];
    z->next_in = (Bytef *)bytes + s->data;
    z->avail_in = (uInt)(s->data_end - s->data);
    size_t n = inflateReset(z) == Z_OK ? read_clear(z, program) : 0;
    return n && put_program(bytes, s, program, n);
}

size_t pdf_fonts_cut(char *bytes, size_t size)
{
    static const char key[] = "/Length1";
    z_stream z = {0};
    struct stream s;
    size_t cut = 0;
    const char *at = bytes, *end = bytes + size;
    if (size > UINT32_MAX || inflateInit(&z) != Z_OK)
        return 0;
    for (int looked = 0; looked < FONTS_MAX; looked++) {
        at = memmem(at, (size_t)(end - at), key, sizeof key - 1);
        if (!at)
            break;
        if (!find_stream(bytes, size, (size_t)(at - bytes), &s)) {
            at += sizeof key - 1;
            continue;
        }
        if (!s.data_end)
            break;
        cut += cut_stream(&z, bytes, &s);
        at = bytes + s.data_end;
    }
    inflateEnd(&z);
    return cut;
}
