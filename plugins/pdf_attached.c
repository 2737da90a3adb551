/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugins/pdf.h"

#include <stdio.h>
#include <string.h>

#define ATTACHED_MAX 1000
#define NAME_MAX_    1000

struct writing {
    prospect_sink *sink;
    prospect_status status;
};

static gboolean take(const gchar *bytes, gsize n, gpointer context, GError **error)
{
    struct writing *w = context;
    w->status = n ? w->sink->child_data(w->sink, bytes, n) : PROSPECT_OK;
    if (!STOPS(w->status))
        return TRUE;
    g_set_error_literal(error, g_quark_from_static_string("prospect"), 1, "enough");
    return FALSE;
}

static prospect_status send_one(PopplerAttachment *attachment, prospect_sink *sink, int number)
{
    const char *name = poppler_attachment_get_name(attachment);
    char path[NAME_MAX_ + 32], fallback[16];
    snprintf(fallback, sizeof fallback, "%d", number);
    if (!name || !*name || strlen(name) > NAME_MAX_)
        name = fallback;
    snprintf(path, sizeof path, "attachments/%s", name);
    prospect_status status = sink->child_begin(sink, path, strlen(path), NULL);
    if (STOPS(status))
        return status;
    struct writing w = {.sink = sink};
    GError *error = NULL;
    bool whole = poppler_attachment_save_to_callback(attachment, take, &w, &error);
    g_clear_error(&error);
    if (STOPS(w.status))
        return w.status;
    status = sink->child_end(sink);
    return whole || STOPS(status) ? status : sink->cut(sink, "an attachment cannot be read whole");
}

prospect_status pdf_attached_send(PopplerDocument *document, prospect_sink *sink)
{
    if (!poppler_document_has_attachments(document))
        return PROSPECT_OK;
    GList *attachments = poppler_document_get_attachments(document);
    prospect_status status = PROSPECT_OK;
    int number = 0;
    for (GList *at = attachments; at && !STOPS(status); at = at->next) {
        if (++number > ATTACHED_MAX) {
            status = sink->cut(sink, "only the first 1000 attachments are read");
            break;
        }
        status = send_one(at->data, sink, number);
    }
    g_list_free_full(attachments, g_object_unref);
    return status;
}
