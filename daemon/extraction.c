#include "daemon/extraction.h"

#include "daemon/extraction_parts.h"
#include "index/base/mem.h"
#include "index/base/pack.h"
#include "index/text/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Places in a text are 32 bits wide; a repaired byte takes three. */
#define TEXT_MAX     (1024ULL * 1024 * 1024)
#define CHILDREN_MAX (1ULL << 40)
/* For all that is no text and no child: boxes above all. */
#define BUDGET (256ULL * 1024 * 1024)

void extraction_new(struct extraction **out, const struct wire_limits *limits)
{
    struct extraction *e = mem_zalloc(sizeof *e);
    document_new(&e->document);
    e->state = mem_zalloc(sizeof *e->state);
    e->state->limits = *limits;
    if (limits->text > TEXT_MAX)
        e->state->limits.text = TEXT_MAX;
    if (limits->child_bytes > CHILDREN_MAX)
        e->state->limits.child_bytes = CHILDREN_MAX;
    e->state->child.fd = -1;
    e->state->budget = BUDGET + 4 * e->state->limits.text + e->state->limits.child_bytes;
    *out = e;
}

void extraction_free(struct extraction **e)
{
    struct extraction *x = *e;
    if (!x)
        return;
    document_free(&x->document);
    for (size_t i = 0; i < x->n_children; i++)
        extraction_child_clear(&x->children[i]);
    free(x->children);
    for (size_t i = 0; i < x->n_boxes; i++)
        free(x->boxes[i].box);
    free(x->boxes);
    extraction_child_clear(&x->state->child);
    buf_free(&x->state->text);
    free(x->state->joints);
    free(x->state);
    free(x);
    *e = NULL;
}

static prospect_status take_detected(struct extraction *e, struct unpack *u, struct error *error)
{
    struct document *d = e->document;
    if (d->mime)
        return extraction_nonsense(error, "the type twice");
    char *mime = unpack_str(u);
    d->stamp.plugin = extraction_line(u, EXTRACTION_LINE_BYTES);
    d->stamp.plugin_version = extraction_line(u, EXTRACTION_LINE_BYTES);
    if (!mime || !extraction_is_mime(mime)) {
        free(mime);
        return extraction_nonsense(error, "no type");
    }
    d->mime = mime;
    return PROSPECT_OK;
}

static bool is_key(const char *s)
{
    return s && extraction_is_token(s, 64, "_-.") && islower((unsigned char)*s);
}

/* Dates, names and titles are lines; a description may have several. */
static char *meta_text(struct extraction *e, struct unpack *u)
{
    char *raw = unpack_str(u);
    if (!raw)
        return NULL;
    size_t length = strlen(raw);
    if (length > EXTRACTION_META_BYTES) {
        length = utf8_cut(raw, EXTRACTION_META_BYTES);
        extraction_cut(e, "a metadata value is too long and was cut");
    }
    struct buf clean = {0};
    utf8_repair(&clean, raw, length);
    free(raw);
    return buf_take(&clean);
}

static prospect_status take_meta(struct extraction *e, struct unpack *u, struct error *error)
{
    prospect_status status = PROSPECT_OK;
    char *key = unpack_str(u), *value = meta_text(e, u);
    char *source = extraction_line(u, EXTRACTION_LINE_BYTES);
    uint64_t confidence = unpack_u64(u);
    if (!is_key(key) || !value || confidence < PROSPECT_GUESS || confidence > PROSPECT_DECLARED)
        status = extraction_nonsense(error, "bad metadata");
    else if (e->document->meta.count >= EXTRACTION_METAS)
        extraction_cut(e, "more metadata than is kept");
    else if (*value)
        meta_add(&e->document->meta, key, value, source ? source : "", (uint8_t)confidence);
    free(key);
    free(value);
    free(source);
    return status;
}

static prospect_status take_line(struct strlist *list, struct unpack *u, const char *otherwise)
{
    char *line = extraction_line(u, EXTRACTION_LINE_BYTES);
    extraction_note(list, line ? line : otherwise);
    free(line);
    return PROSPECT_OK;
}

static prospect_status take_cut(struct extraction *e, struct unpack *u, struct error *error)
{
    (void)error;
    return take_line(&e->document->cuts, u, "part of the document was left out");
}

static prospect_status take_warning(struct extraction *e, struct unpack *u, struct error *error)
{
    (void)error;
    return take_line(&e->document->warnings, u, "something was odd");
}

static prospect_status take_log(struct extraction *e, struct unpack *u, struct error *error)
{
    (void)e;
    (void)error;
    free(unpack_str(u));
    return PROSPECT_OK;
}

static prospect_status take_done(struct extraction *e, struct unpack *u, struct error *error)
{
    uint64_t status = unpack_u64(u);
    char *line = extraction_line(u, sizeof e->outcome.line - 1);
    if (status > PROSPECT_INTERNAL) {
        free(line);
        return extraction_nonsense(error, "an unknown outcome");
    }
    error_set(&e->outcome, (prospect_status)status, "%s", line ? line : "");
    e->done = true;
    free(line);
    return PROSPECT_OK;
}

/* Where in the stream a frame may stand. */
enum {
    BEFORE = 1, /* DETECTED has not come */
    BETWEEN = 2,
    IN_UNIT = 4,
    IN_CHILD = 8
};

static const struct {
    enum wire_type type;
    unsigned where;
    const char *misplaced;
    prospect_status (*take)(struct extraction *, struct unpack *, struct error *);
} frames[] = {
    {WIRE_DETECTED, BEFORE, "the type twice", take_detected},
    {WIRE_UNIT_BEGIN, BETWEEN, "a unit inside a unit, or before the type", extraction_unit_begin},
    {WIRE_TEXT, IN_UNIT, "text outside a unit", extraction_text},
    {WIRE_BOXES, IN_UNIT, "boxes outside a unit", extraction_boxes_add},
    {WIRE_UNIT_END, IN_UNIT, "the end of no unit", extraction_unit_end},
    {WIRE_META, BETWEEN | IN_UNIT, "misplaced metadata", take_meta},
    {WIRE_CUT, BEFORE | BETWEEN | IN_UNIT | IN_CHILD, "", take_cut},
    {WIRE_WARNING, BEFORE | BETWEEN | IN_UNIT | IN_CHILD, "", take_warning},
    {WIRE_CHILD_BEGIN, BETWEEN, "a child inside a unit or child", extraction_child_begin},
    {WIRE_CHILD_DATA, IN_CHILD, "a child's bytes outside a child", extraction_child_data},
    {WIRE_CHILD_END, IN_CHILD, "the end of no child", extraction_child_end},
    {WIRE_LOG, BEFORE | BETWEEN | IN_UNIT | IN_CHILD, "", take_log},
    {WIRE_DONE, BEFORE | BETWEEN | IN_UNIT | IN_CHILD, "", take_done},
};

static unsigned where_are_we(const struct extraction *e)
{
    if (!e->document->mime)
        return BEFORE;
    if (e->state->in_unit)
        return IN_UNIT;
    return e->state->in_child ? IN_CHILD : BETWEEN;
}

static bool spend(struct extraction_state *s, size_t length)
{
    bool enough = length + WIRE_HEADER <= s->budget;
    s->budget = enough ? s->budget - length - WIRE_HEADER : 0;
    return enough;
}

/* Who was told of a limit may still say how it went. */
static bool is_welcome_late(uint32_t type)
{
    return type == WIRE_CUT || type == WIRE_WARNING || type == WIRE_LOG || type == WIRE_DONE;
}

prospect_status extraction_frame(struct extraction *e, const struct wire_frame *frame,
                                 struct error *error)
{
    if (e->done)
        return extraction_nonsense(error, "more after the end");
    if (!spend(e->state, frame->length))
        return extraction_nonsense(error, "more than any document needs");
    if (e->state->limited && !is_welcome_late(frame->type))
        return error_set(error, PROSPECT_LIMIT, "more than is kept");
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        if (frames[i].type != frame->type)
            continue;
        if (!(frames[i].where & where_are_we(e)))
            return extraction_nonsense(error, frames[i].misplaced);
        struct unpack u = unpack_start(frame->payload, frame->length);
        prospect_status status = frames[i].take(e, &u, error);
        if (status == PROSPECT_OK && !unpack_done(&u))
            return extraction_nonsense(error, "a damaged frame");
        return status;
    }
    return extraction_nonsense(error, "an unknown frame");
}

/* What counts: see the header. */
static struct error outcome_of(const struct extraction *e, const struct error *how)
{
    struct error crashed;
    error_set(&crashed, PROSPECT_CRASHED, "the plugin ended the worker before it was done");
    if (how && how->status == PROSPECT_PROTOCOL)
        return *how;
    if (e->done)
        return e->outcome;
    if (e->state->limited)
        return (struct error){.status = PROSPECT_OK};
    return how && how->status != PROSPECT_OK ? *how : crashed;
}

void extraction_end(struct extraction *e, const struct error *how)
{
    struct document *d = e->document;
    struct error outcome = outcome_of(e, how);
    if (e->state->in_unit)
        extraction_unit_close(e);
    extraction_child_clear(&e->state->child);
    e->state->in_child = false;
    d->status = outcome.status;
    free(d->reason);
    d->reason = NULL;
    if (outcome.status != PROSPECT_OK)
        d->reason = mem_strdup(*outcome.line ? outcome.line : prospect_status_name(outcome.status));
}
