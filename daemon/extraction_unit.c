#include "daemon/extraction_parts.h"
#include "index/base/mem.h"
#include "index/text/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static struct unit *open_unit(struct extraction *e)
{
    return &e->document->units[e->document->n_units - 1];
}

/* Arrays grow by doubling, at each power of two. */
static void *grown(void *array, size_t count, size_t size)
{
    if ((count & (count - 1)) != 0)
        return array;
    return mem_resize(array, count ? count * 2 : 1, size);
}

/* The primary subtag of what the document declares: letters only, two or three. */
static void set_lang(struct unit *unit, const char *declared)
{
    size_t n = 0;
    while (declared && isalpha((unsigned char)declared[n]) && n < 4)
        n++;
    if (n < 2 || n > 3 || (declared[n] && declared[n] != '-' && declared[n] != '_'))
        return;
    for (size_t i = 0; i < n; i++)
        unit->lang[i] = (char)tolower((unsigned char)declared[i]);
}

static void start_unit(struct extraction *e, uint32_t number, struct unpack *u)
{
    struct extraction_state *s = e->state;
    struct unit *unit = document_add_unit(e->document);
    unit->number = number;
    unit->label = extraction_line(u, EXTRACTION_LINE_BYTES);
    unit->heading = extraction_line(u, EXTRACTION_HEADING_BYTES);
    char *lang = extraction_line(u, EXTRACTION_LINE_BYTES);
    set_lang(unit, lang);
    free(lang);
    s->in_unit = true;
    s->has_span = false;
    s->span_open = false;
    s->repaired = false;
    s->sent = 0;
    s->n_joints = 0;
}

prospect_status extraction_unit_begin(struct extraction *e, struct unpack *u, struct error *error)
{
    struct document *d = e->document;
    uint32_t number = unpack_u32(u);
    uint64_t kind = unpack_u64(u);
    uint32_t before = d->n_units ? open_unit(e)->number : 0;
    if (number <= before)
        return error_set(error, PROSPECT_PROTOCOL,
                         "the plugin sent nonsense: unit %u after unit %u", number, before);
    if (kind > PROSPECT_SECTION || (d->n_units && kind != (uint64_t)d->unit_kind))
        return extraction_nonsense(error, "units of two kinds, or an unknown one");
    if (d->n_units >= EXTRACTION_UNITS)
        return extraction_limit(e, error, "more pages or sections than are kept");
    d->unit_kind = (prospect_unit_kind)kind;
    start_unit(e, number, u);
    return PROSPECT_OK;
}

/* Ends the span before, so that the words of two never join. */
static void add_joint(struct extraction *e, struct unit *unit)
{
    struct extraction_state *s = e->state;
    if (unit->n_spans == 0 || s->text.len == 0 || s->text.data[s->text.len - 1] == '\n')
        return;
    uint32_t moved = s->n_joints ? s->joints[s->n_joints - 1].moved : 0;
    buf_addc(&s->text, '\n');
    unit->spans[unit->n_spans - 1].length++;
    s->joints = grown(s->joints, s->n_joints, sizeof *s->joints);
    s->joints[s->n_joints++] = (struct extraction_joint){s->sent, moved + 1};
}

static void add_span(struct extraction *e, struct unit *unit, uint64_t kind)
{
    add_joint(e, unit);
    unit->spans = grown(unit->spans, unit->n_spans, sizeof *unit->spans);
    unit->spans[unit->n_spans++] = (struct unit_span){.kind = (uint8_t)kind};
    e->state->n_spans++;
    e->state->span_open = true;
}

static void repair_noted(struct extraction *e)
{
    if (e->state->repaired)
        return;
    e->state->repaired = true;
    extraction_cut(e, "some text is no valid UTF-8 and was replaced");
    if (e->document->warnings.count < EXTRACTION_LINES)
        strlist_add_once(&e->document->warnings, "the plugin sent text that is no valid UTF-8");
}

static void add_text(struct extraction *e, struct unit *unit, const char *bytes, size_t length)
{
    struct extraction_state *s = e->state;
    size_t from = s->text.len;
    if (utf8_repair(&s->text, bytes, length) > 0)
        repair_noted(e);
    for (char *at = s->text.data + from;
         (at = memchr(at, '\0', (size_t)(s->text.data + s->text.len - at)));)
        *at = ' ';
    unit->spans[unit->n_spans - 1].length += (uint32_t)(s->text.len - from);
    s->sent += (uint32_t)length;
    e->text_bytes += length;
}

prospect_status extraction_text(struct extraction *e, struct unpack *u, struct error *error)
{
    struct extraction_state *s = e->state;
    uint64_t kind = unpack_u64(u), more = unpack_u64(u);
    size_t length;
    const char *bytes = unpack_bytes(u, &length);
    struct unit *unit = open_unit(e);
    if (kind > PROSPECT_NOTE || more > 1 || (more && !s->has_span))
        return extraction_nonsense(error, "text of no known kind, or going on with none");
    uint64_t room = s->limits.text - e->text_bytes, rest = extraction_room(e);
    uint64_t least = rest < room ? rest : room;
    size_t fits = length <= least ? length : utf8_cut(bytes, (size_t)least);
    s->has_span = true;
    s->span_open = s->span_open && more;
    if (!s->span_open && s->n_spans >= EXTRACTION_SPANS)
        fits = 0;
    if (fits > 0 && !s->span_open)
        add_span(e, unit, kind);
    if (fits > 0)
        add_text(e, unit, bytes, fits);
    if (fits < length)
        return extraction_limit(
            e, error, rest < room ? EXTRACTION_EXPANDED : "the text is longer than is kept");
    return PROSPECT_OK;
}

/* From a place in the text as sent to the place in the text as kept. */
static uint32_t moved_to(const struct extraction_state *s, uint32_t sent)
{
    size_t low = 0, high = s->n_joints;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->joints[middle].sent <= sent)
            low = middle + 1;
        else
            high = middle;
    }
    return sent + (low ? s->joints[low - 1].moved : 0);
}

static bool read_box(const struct extraction_state *s, struct unpack *u, prospect_box *out)
{
    enum {
        WHOLE = 65535
    };
    uint32_t start = unpack_u32(u), length = unpack_u32(u), c[4];
    for (int i = 0; i < 4; i++)
        c[i] = unpack_u32(u);
    if (u->bad || start > s->sent || length > s->sent - start)
        return false;
    if (c[2] > WHOLE || c[3] > WHOLE || c[0] > c[2] || c[1] > c[3])
        return false;
    out->start = moved_to(s, start);
    out->length = length ? moved_to(s, start + length - 1) + 1 - out->start : 0;
    out->x0 = (float)c[0] / WHOLE;
    out->y0 = (float)c[1] / WHOLE;
    out->x1 = (float)c[2] / WHOLE;
    out->y1 = (float)c[3] / WHOLE;
    return true;
}

static struct extraction_boxes *boxes_of_unit(struct extraction *e)
{
    uint32_t number = open_unit(e)->number;
    if (e->n_boxes > 0 && e->boxes[e->n_boxes - 1].unit == number)
        return &e->boxes[e->n_boxes - 1];
    e->boxes = grown(e->boxes, e->n_boxes, sizeof *e->boxes);
    e->boxes[e->n_boxes] = (struct extraction_boxes){.unit = number};
    return &e->boxes[e->n_boxes++];
}

/* A text that was repaired has other offsets than were sent: its boxes would lie. */
prospect_status extraction_boxes_add(struct extraction *e, struct unpack *u, struct error *error)
{
    struct extraction_state *s = e->state;
    for (uint64_t count = unpack_u64(u); count > 0; count--) {
        prospect_box box;
        if (!read_box(s, u, &box))
            return extraction_nonsense(error, "a box outside the text or off the page");
        if (s->repaired || s->n_boxes >= EXTRACTION_BOXES)
            continue;
        struct extraction_boxes *b = boxes_of_unit(e);
        b->box = grown(b->box, b->count, sizeof *b->box);
        b->box[b->count++] = box;
        s->n_boxes++;
    }
    return PROSPECT_OK;
}

void extraction_unit_close(struct extraction *e)
{
    struct unit *unit = open_unit(e);
    unit->length = e->state->text.len;
    unit->text = mem_dup(buf_str(&e->state->text), unit->length);
    buf_clear(&e->state->text);
    e->state->in_unit = false;
}

prospect_status extraction_unit_end(struct extraction *e, struct unpack *u, struct error *error)
{
    (void)u;
    (void)error;
    extraction_unit_close(e);
    return PROSPECT_OK;
}
