/* Any frames from a child: the document that comes of them is whole. An input is a row of lines, a
 * letter for the frame and its payload; '~' stands for NUL and '^' for a line feed. */
#include "daemon/extraction.h"
#include "index/text/utf8.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define TEN "ten bytes "

const char *const fuzz_seeds[] = {
    "D\x0btext/plain\x05text\x02"
    "1\nm\x06title\x02x\x02x\x01\nu\x01\x04~~~\nt~~\x05hello\n"
    "t\x01~\x03"
    "abc\nt\x01\x01\x02"
    "de\nb\x01\x01\x03~~\x09\x09\ne\nc\x04"
    "cut\nd~~\n",
    "D\x0btext/plain~~\nu\x02~\x03iv\x06Intro\x03"
    "fr\nt\x02~\x04"
    "a\tb^\ne\nu\x03~~~~\ne\n"
    "C\x04in/a~\nB\x05hello\nE\nC\x01z\x04"
    "a/b\nE\nw\x04odd\nl\x03hi\nd\x04\x05"
    "torn\n",
    "D\x0btext/plain~~\nu\x01\x04~~~\nt~~\x06"
    "caf\xe9 \xff\nt~~\x03"
    "a~b\nb\x02~\x01~~\x01\x01"
    "\x01\x01~~\x01\x01\ne\n",
    "D\x0btext/plain~~\nC\x01"
    "a~\nE\nC\x01"
    "b~\nB\x05hello\nE\nC\x01"
    "c~\nE\nc\x02x\nd~~\n",
    "D\x0btext/plain~~\nu\x01~~~~\nt~~\x7f" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
    "1234567"
    "\nt~\x01\x7f" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "1234567\ne\nd~~\n",
    "D\x0btext/plain~~\nu\x01~~~~\nt~~\x02"
    "ab\nt~~\x02"
    "cd\nt~~\x02"
    "ef\nb\x02\x02\x02~~\x01\x01"
    "\x04\x01~~\x01\x01\ne\nu\x02~~~~\ne\nu\x03~~~~\nt~~\x01z\ne\nd\x05~\n",
    NULL};

static const struct {
    char letter;
    enum wire_type type;
} frames[] = {{'D', WIRE_DETECTED},   {'u', WIRE_UNIT_BEGIN}, {'t', WIRE_TEXT},
              {'b', WIRE_BOXES},      {'e', WIRE_UNIT_END},   {'m', WIRE_META},
              {'c', WIRE_CUT},        {'w', WIRE_WARNING},    {'C', WIRE_CHILD_BEGIN},
              {'B', WIRE_CHILD_DATA}, {'E', WIRE_CHILD_END},  {'l', WIRE_LOG},
              {'d', WIRE_DONE},       {'j', WIRE_JOB}};

static uint32_t type_of(char letter)
{
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        if (frames[i].letter == letter)
            return frames[i].type;
    return (uint32_t)letter;
}

static bool good(const char *s)
{
    return !s || utf8_valid(s, strlen(s));
}

static void check_unit(const struct unit *u, uint32_t before)
{
    size_t spans = 0;
    FUZZ_CHECK(u->number > before && u->text && strlen(u->text) == u->length);
    FUZZ_CHECK(utf8_valid(u->text, u->length) && good(u->label) && good(u->heading));
    for (size_t i = 0; i < u->n_spans; i++) {
        FUZZ_CHECK(u->spans[i].kind <= PROSPECT_NOTE && u->spans[i].length > 0);
        spans += u->spans[i].length;
    }
    FUZZ_CHECK(spans == u->length);
}

static void check_boxes(const struct extraction *e)
{
    for (size_t i = 0; i < e->n_boxes; i++) {
        const struct unit *u = e->document->units;
        while (u->number != e->boxes[i].unit)
            u++;
        for (size_t j = 0; j < e->boxes[i].count; j++) {
            const prospect_box *b = &e->boxes[i].box[j];
            FUZZ_CHECK(b->start <= u->length && b->length <= u->length - b->start);
            FUZZ_CHECK(0 <= b->x0 && b->x0 <= b->x1 && b->x1 <= 1);
        }
    }
}

static void check(const struct extraction *e, const struct wire_limits *limits)
{
    const struct document *d = e->document;
    FUZZ_CHECK(d->status <= PROSPECT_INTERNAL && (d->status == PROSPECT_OK) == !d->reason);
    FUZZ_CHECK(e->text_bytes <= limits->text && e->n_children <= limits->children);
    FUZZ_CHECK(e->text_bytes <= limits->expanded);
    FUZZ_CHECK(good(d->mime) && good(d->reason));
    for (size_t i = 0; i < d->n_units; i++)
        check_unit(&d->units[i], i ? d->units[i - 1].number : 0);
    for (size_t i = 0; i < d->meta.count; i++)
        FUZZ_CHECK(good(d->meta.item[i].value) && d->meta.item[i].confidence < META_EXPLICIT);
    for (size_t i = 0; i < d->cuts.count; i++)
        FUZZ_CHECK(good(d->cuts.item[i]));
    check_boxes(e);
}

/* One line, decoded into OUT; returns where the next begins. */
static size_t line(const uint8_t *data, size_t size, size_t at, struct buf *out)
{
    buf_clear(out);
    for (; at < size && data[at] != '\n'; at++)
        buf_addc(out, data[at] == '~' ? '\0' : data[at] == '^' ? '\n' : (char)data[at]);
    return at + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct wire_limits limits = {1000, 1, 1 << 20, 200, 2, 100, 250};
    struct extraction *e;
    struct error error = {.status = PROSPECT_OK};
    struct buf b = {0};
    extraction_new(&e, &limits);
    for (size_t at = 0; at < size && error.status != PROSPECT_PROTOCOL;) {
        at = line(data, size, at, &b);
        if (b.len == 0)
            continue;
        struct wire_frame f = {type_of(b.data[0]), b.data + 1, b.len - 1};
        extraction_frame(e, &f, &error);
    }
    extraction_end(e, &error);
    check(e, &limits);
    extraction_free(&e);
    buf_free(&b);
    return 0;
}
