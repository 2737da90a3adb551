#include "daemon/worker_sink.h"

#include "daemon/extraction.h"
#include "index/base/pack.h"
#include "index/text/utf8.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum {
    FLUSH = 64 * 1024,
    PIECE = 128 * 1024, /* of a text or a child's bytes, in one frame */
    BOXES = 4096,       /* in one frame */
    STRING_MAX = 64 * 1024,
    LOG_LINES_MAX = 1000,
    LOG_LINE_MAX = 2000
};

static struct worker_sink *mine(prospect_sink *sink)
{
    return sink->host;
}

/* Nobody at the other end: nothing is left to do. */
static void flush(struct worker_sink *s)
{
    for (size_t at = 0; at < s->out.len;) {
        ssize_t n = write(s->fd, s->out.data + at, s->out.len - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(1);
        at += (size_t)n;
    }
    buf_clear(&s->out);
}

static void end_frame(struct worker_sink *s, size_t mark)
{
    wire_end(&s->out, mark);
    if (s->out.len >= FLUSH)
        flush(s);
}

static void put_str(struct buf *out, const char *string, size_t max)
{
    size_t length = string ? strnlen(string, max + 1) : 0;
    if (length <= max) {
        pack_str(out, string);
        return;
    }
    length = utf8_cut(string, max);
    pack_u64(out, length + 1);
    buf_add(out, string, length);
}

static void send_line(struct worker_sink *s, enum wire_type type, const char *line, size_t max)
{
    size_t mark = wire_begin(&s->out, type);
    put_str(&s->out, line ? line : "", max);
    end_frame(s, mark);
}

static prospect_status misuse(struct worker_sink *s, const char *what)
{
    if (s->misuse.status == PROSPECT_OK)
        error_set(&s->misuse, PROSPECT_PROTOCOL, "the plugin sent nonsense: %s", what);
    return PROSPECT_ARGUMENT;
}

static prospect_status limit(struct worker_sink *s, const char *what)
{
    send_line(s, WIRE_CUT, what, EXTRACTION_LINE_BYTES);
    s->stop = PROSPECT_LIMIT;
    return s->stop;
}

static void send_unit(struct worker_sink *s, const prospect_unit *unit)
{
    size_t mark = wire_begin(&s->out, WIRE_UNIT_BEGIN);
    pack_u64(&s->out, unit->number);
    pack_u64(&s->out, unit->kind);
    put_str(&s->out, unit->label, STRING_MAX);
    put_str(&s->out, unit->heading, STRING_MAX);
    put_str(&s->out, unit->lang, STRING_MAX);
    end_frame(s, mark);
}

static prospect_status unit_begin(prospect_sink *sink, const prospect_unit *unit)
{
    struct worker_sink *s = mine(sink);
    const prospect_job *job = &s->job->job;
    if (s->stop != PROSPECT_OK)
        return s->stop;
    if (s->in_unit || s->in_child)
        return misuse(s, "a unit inside a unit or child");
    if (!unit || unit->number <= s->last_unit)
        return misuse(s, "units out of order");
    if ((unsigned)unit->kind > PROSPECT_SECTION || (s->had_unit && unit->kind != s->kind))
        return misuse(s, "units of two kinds, or an unknown one");
    if (s->units >= EXTRACTION_UNITS)
        return limit(s, "more pages or sections than are kept");
    s->in_unit = s->had_unit = true;
    s->kind = unit->kind;
    s->last_unit = unit->number;
    s->span = -1;
    s->unit_text = 0;
    s->skipping = unit->number < job->first_unit || unit->number > job->last_unit;
    if (!s->skipping) {
        s->units++;
        send_unit(s, unit);
    }
    return PROSPECT_OK;
}

static void send_piece(struct worker_sink *s, bool more, const char *bytes, size_t length)
{
    size_t mark = wire_begin(&s->out, WIRE_TEXT);
    pack_u64(&s->out, (uint64_t)s->span);
    pack_u64(&s->out, more);
    pack_bytes(&s->out, bytes, length);
    end_frame(s, mark);
}

/* How much more may come out of the file, of whatever kind. */
static uint64_t expanded_room(const struct worker_sink *s)
{
    uint64_t all = s->job->limits.expanded;
    return all ? all - s->text - s->child_bytes : UINT64_MAX;
}

static prospect_status send_text(struct worker_sink *s, bool more, const char *bytes, size_t length)
{
    if (s->skipping)
        return PROSPECT_OK;
    uint64_t room = s->job->limits.text - s->text, rest = expanded_room(s);
    uint64_t least = rest < room ? rest : room;
    size_t fits = length <= least ? length : utf8_cut(bytes, (size_t)least);
    size_t at = 0;
    do {
        size_t n = fits - at > PIECE ? utf8_cut(bytes + at, PIECE) : fits - at;
        n = n || fits == at ? n : PIECE; /* no UTF-8 at all: anywhere will do */
        send_piece(s, more || at > 0, bytes + at, n);
        at += n;
    } while (at < fits);
    s->text += fits;
    s->unit_text += fits;
    if (fits == length)
        return PROSPECT_OK;
    return limit(s, rest < room ? EXTRACTION_EXPANDED : "the text is longer than is kept");
}

static prospect_status text(prospect_sink *sink, prospect_span span, const char *utf8,
                            size_t length)
{
    struct worker_sink *s = mine(sink);
    if (s->stop != PROSPECT_OK)
        return s->stop;
    if (!s->in_unit)
        return misuse(s, "text outside a unit");
    if ((unsigned)span > PROSPECT_NOTE)
        return misuse(s, "text of no known kind");
    s->span = (int)span;
    return send_text(s, false, utf8, length);
}

static prospect_status text_more(prospect_sink *sink, const char *utf8, size_t length)
{
    struct worker_sink *s = mine(sink);
    if (s->stop != PROSPECT_OK)
        return s->stop;
    if (!s->in_unit || s->span < 0)
        return misuse(s, "text that goes on with none");
    return send_text(s, true, utf8, length);
}

/* A word may stand a little off its page; one that is nowhere (not a number, or inside out) has no
 * box. */
static bool put_box(struct buf *out, const struct worker_sink *s, const prospect_box *box)
{
    const float c[4] = {box->x0, box->y0, box->x1, box->y1};
    if (box->start > s->unit_text || box->length > s->unit_text - box->start)
        return false;
    for (int i = 0; i < 4; i++)
        if (!isfinite(c[i]))
            return false;
    if (c[0] > c[2] || c[1] > c[3] || c[2] < 0 || c[3] < 0 || c[0] > 1 || c[1] > 1)
        return false;
    pack_u64(out, box->start);
    pack_u64(out, box->length);
    for (int i = 0; i < 4; i++)
        pack_u64(out, (uint64_t)(fminf(fmaxf(c[i], 0), 1) * 65535.0F));
    return true;
}

static void send_boxes(struct worker_sink *s, const prospect_box *box, size_t count)
{
    struct buf good = {0};
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += put_box(&good, s, &box[i]);
    size_t mark = wire_begin(&s->out, WIRE_BOXES);
    pack_u64(&s->out, n);
    buf_add(&s->out, good.data, good.len);
    end_frame(s, mark);
    buf_free(&good);
    if (n < count)
        send_line(s, WIRE_WARNING, "words with a place outside the text or the page",
                  EXTRACTION_LINE_BYTES);
}

static prospect_status boxes(prospect_sink *sink, const prospect_box *box, size_t count)
{
    struct worker_sink *s = mine(sink);
    if (s->stop != PROSPECT_OK)
        return s->stop;
    if (!s->in_unit)
        return misuse(s, "boxes outside a unit");
    if (s->skipping || !s->job->job.want_boxes)
        return PROSPECT_OK;
    for (size_t at = 0; at < count; at += BOXES)
        send_boxes(s, box + at, count - at < BOXES ? count - at : BOXES);
    return PROSPECT_OK;
}

/* Written at once: what is whole must not be lost when the plugin crashes later. */
static prospect_status unit_end(prospect_sink *sink)
{
    struct worker_sink *s = mine(sink);
    if (s->stop != PROSPECT_OK)
        return s->stop;
    if (!s->in_unit)
        return misuse(s, "the end of no unit");
    s->in_unit = false;
    if (!s->skipping) {
        end_frame(s, wire_begin(&s->out, WIRE_UNIT_END));
        flush(s);
    }
    return PROSPECT_OK;
}

static prospect_status meta(prospect_sink *sink, const char *key, const char *value,
                            const char *source, prospect_confidence confidence)
{
    struct worker_sink *s = mine(sink);
    if (s->stop != PROSPECT_OK)
        return s->stop;
    if (s->in_child)
        return misuse(s, "metadata inside a child");
    if (!key || !value || confidence < PROSPECT_GUESS || confidence > PROSPECT_DECLARED)
        return misuse(s, "bad metadata");
    size_t mark = wire_begin(&s->out, WIRE_META);
    put_str(&s->out, key, STRING_MAX);
    put_str(&s->out, value, STRING_MAX);
    put_str(&s->out, source ? source : "", STRING_MAX);
    pack_u64(&s->out, confidence);
    end_frame(s, mark);
    return PROSPECT_OK;
}

static prospect_status cut(prospect_sink *sink, const char *reason)
{
    struct worker_sink *s = mine(sink);
    send_line(s, WIRE_CUT, reason, EXTRACTION_LINE_BYTES);
    return s->stop;
}

static prospect_status warning(prospect_sink *sink, const char *line)
{
    struct worker_sink *s = mine(sink);
    send_line(s, WIRE_WARNING, line, EXTRACTION_LINE_BYTES);
    return s->stop;
}

static prospect_status child_begin(prospect_sink *sink, const char *name, size_t length,
                                   const char *mime)
{
    struct worker_sink *s = mine(sink);
    if (s->stop != PROSPECT_OK)
        return s->stop;
    if (s->in_unit || s->in_child)
        return misuse(s, "a child inside a unit or child");
    if (!name || length == 0 || length > EXTRACTION_CHILD_NAME || memchr(name, '\0', length))
        return misuse(s, "a bad name of a child");
    if (s->children >= s->job->limits.children)
        return limit(s, "more documents inside than are kept");
    s->children++;
    s->in_child = true;
    size_t mark = wire_begin(&s->out, WIRE_CHILD_BEGIN);
    pack_bytes(&s->out, name, length);
    put_str(&s->out, mime, STRING_MAX);
    end_frame(s, mark);
    return PROSPECT_OK;
}

static prospect_status child_data(prospect_sink *sink, const void *bytes, size_t length)
{
    struct worker_sink *s = mine(sink);
    if (s->stop != PROSPECT_OK)
        return s->stop;
    if (!s->in_child)
        return misuse(s, "a child's bytes outside a child");
    if (length > s->job->limits.child_bytes - s->child_bytes)
        return limit(s, "the documents inside are larger than is kept");
    if (length > expanded_room(s))
        return limit(s, EXTRACTION_EXPANDED);
    s->child_bytes += length;
    for (size_t at = 0; at < length; at += PIECE) {
        size_t mark = wire_begin(&s->out, WIRE_CHILD_DATA);
        pack_bytes(&s->out, (const char *)bytes + at, length - at < PIECE ? length - at : PIECE);
        end_frame(s, mark);
    }
    return PROSPECT_OK;
}

static prospect_status child_end(prospect_sink *sink)
{
    struct worker_sink *s = mine(sink);
    if (s->stop != PROSPECT_OK)
        return s->stop;
    if (!s->in_child)
        return misuse(s, "the end of no child");
    s->in_child = false;
    end_frame(s, wire_begin(&s->out, WIRE_CHILD_END));
    return PROSPECT_OK;
}

static prospect_status fail(prospect_sink *sink, prospect_status status, const char *line)
{
    struct worker_sink *s = mine(sink);
    error_set(&s->failure, status, "%s", line ? line : "");
    return status;
}

void worker_sink_init(struct worker_sink *s, const struct wire_job *job, int fd)
{
    *s = (struct worker_sink){.fd = fd, .job = job, .span = -1};
    s->sink = (prospect_sink){.host = s,
                              .unit_begin = unit_begin,
                              .text = text,
                              .text_more = text_more,
                              .boxes = boxes,
                              .unit_end = unit_end,
                              .meta = meta,
                              .cut = cut,
                              .warning = warning,
                              .child_begin = child_begin,
                              .child_data = child_data,
                              .child_end = child_end,
                              .fail = fail};
}

/* Written at once: who crashes right away shall be known by name. */
void worker_sink_detected(struct worker_sink *s, const char *mime, const prospect_plugin *plugin)
{
    size_t mark = wire_begin(&s->out, WIRE_DETECTED);
    pack_str(&s->out, mime);
    pack_str(&s->out, plugin ? plugin->name : NULL);
    pack_str(&s->out, plugin ? plugin->version : NULL);
    end_frame(s, mark);
    flush(s);
}

void worker_sink_log(struct worker_sink *s, const char *line)
{
    if (s->log_lines++ < LOG_LINES_MAX)
        send_line(s, WIRE_LOG, line, LOG_LINE_MAX);
}

void worker_sink_done(struct worker_sink *s, prospect_status status, const char *line)
{
    size_t mark = wire_begin(&s->out, WIRE_DONE);
    pack_u64(&s->out, status);
    put_str(&s->out, line && *line ? line : NULL, sizeof s->failure.line - 1);
    end_frame(s, mark);
    flush(s);
    buf_free(&s->out);
}

static const char *in_words(prospect_status status)
{
    switch (status) {
    case PROSPECT_DAMAGED:
        return "the file is damaged";
    case PROSPECT_ENCRYPTED:
        return "the file needs a password";
    case PROSPECT_UNSUPPORTED:
        return "this kind of file cannot be read";
    case PROSPECT_MEMORY:
        return "over the memory limit";
    case PROSPECT_LIMIT:
        return "over a limit";
    case PROSPECT_TIMEOUT:
        return "out of time";
    case PROSPECT_IO:
        return "the file cannot be read";
    default:
        return "the plugin failed";
    }
}

void worker_sink_finish(struct worker_sink *s, prospect_status returned)
{
    if (s->misuse.status != PROSPECT_OK)
        worker_sink_done(s, s->misuse.status, s->misuse.line);
    else if (returned == PROSPECT_OK || (returned == s->stop && s->stop == PROSPECT_LIMIT))
        worker_sink_done(s, PROSPECT_OK, NULL); /* a limit is a cut, which was sent */
    else if ((unsigned)returned > PROSPECT_INTERNAL)
        worker_sink_done(s, PROSPECT_INTERNAL, "the plugin returned no known status");
    else
        worker_sink_done(s, returned, *s->failure.line ? s->failure.line : in_words(returned));
}
