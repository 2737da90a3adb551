/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEND_AT 16384

void sections_init(struct sections *s, prospect_sink *sink, prospect_unit_kind kind)
{
    *s = (struct sections){.sink = sink, .kind = kind};
}

void sections_free(struct sections *s)
{
    free(s->heading);
    s->heading = NULL;
    text_buf_free(&s->out);
}

/* How long a section may become before it is cut at the end of a paragraph. */
static size_t enough(const struct sections *s)
{
    return s->number < 1000 ? 6u << 10 : s->number < 10000 ? 64u << 10 : 1u << 20;
}

static bool is_long(const struct sections *s, bool may_cut)
{
    size_t most = may_cut ? enough(s) : 8 * enough(s);
    return s->kind != PROSPECT_PAGE && s->length >= most;
}

static prospect_status flush(struct sections *s)
{
    if (!s->out.len)
        return PROSPECT_OK;
    prospect_status status = s->sent_more
                                 ? s->sink->text_more(s->sink, s->out.data, s->out.len)
                                 : s->sink->text(s->sink, s->span, s->out.data, s->out.len);
    s->sent_more = true;
    text_buf_clear(&s->out);
    return status;
}

static prospect_status begin(struct sections *s)
{
    prospect_unit unit = {.number = ++s->number,
                          .kind = s->kind,
                          .heading = s->heading,
                          .lang = *s->lang ? s->lang : NULL};
    s->open = s->empty = true;
    s->sent_more = false;
    s->length = 0;
    prospect_status status = s->sink->unit_begin(s->sink, &unit);
    free(s->heading);
    s->heading = NULL;
    return status;
}

static prospect_status end(struct sections *s)
{
    if (!s->open)
        return PROSPECT_OK;
    prospect_status status = flush(s);
    s->open = false;
    return STOPS(status) ? status : s->sink->unit_end(s->sink);
}

prospect_status sections_break(struct sections *s)
{
    prospect_status status = s->open ? PROSPECT_OK : begin(s);
    return STOPS(status) ? status : end(s);
}

prospect_status sections_end(struct sections *s)
{
    return s->open || !s->number ? sections_break(s) : PROSPECT_OK;
}

/* Adds to what waits, and sends it once it is much. */
static prospect_status add(struct sections *s, prospect_span span, const char *text, size_t n)
{
    prospect_status status = PROSPECT_OK;
    if (span != s->span) {
        status = flush(s);
        s->span = span;
        s->sent_more = false;
    }
    while (n && !STOPS(status)) {
        size_t part = utf8_floor(text, n, SEND_AT);
        text_buf_add(&s->out, text, part);
        s->length += part;
        text += part;
        n -= part;
        if (s->out.len >= SEND_AT)
            status = flush(s);
    }
    return status;
}

prospect_status sections_text(struct sections *s, prospect_span span, const char *text, size_t n,
                              bool may_cut)
{
    if (!n)
        return PROSPECT_OK;
    prospect_status status = PROSPECT_OK;
    if (s->open && is_long(s, may_cut))
        status = end(s);
    if (!STOPS(status) && !s->open)
        status = begin(s);
    /* Rows and notes are spans of their own; body text runs on. */
    if (!STOPS(status) && span != PROSPECT_BODY) {
        status = flush(s);
        s->sent_more = false;
    }
    s->empty = s->empty && span == PROSPECT_HEADING;
    if (!STOPS(status))
        status = add(s, span, text, n);
    return status;
}

prospect_status sections_heading(struct sections *s, const char *text)
{
    char *clean = text_squeeze(text, SECTIONS_HEADING_MAX);
    if (!clean)
        return PROSPECT_OK;
    prospect_status status = PROSPECT_OK;
    if ((!s->open || !s->empty) && s->headings < SECTIONS_MAX_HEADINGS) {
        status = end(s);
        s->headings++;
        free(s->heading);
        s->heading = strdup(clean);
    }
    if (!STOPS(status))
        status = sections_text(s, PROSPECT_HEADING, clean, strlen(clean), false);
    free(clean);
    return status;
}

prospect_status sections_lang(struct sections *s, const char *lang)
{
    if (!strcmp(s->lang, lang))
        return PROSPECT_OK;
    prospect_status status = s->open && !s->empty ? end(s) : PROSPECT_OK;
    snprintf(s->lang, sizeof s->lang, "%s", lang);
    return status;
}
