/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a PDF says of itself: the Info dictionary, which programs fill, and the XMP packet. */
#include "plugins/pdf.h"

#include <stdlib.h>

static prospect_status send_date(struct pdf_meta *meta, PopplerDocument *document)
{
    GDateTime *date = poppler_document_get_creation_date_time(document);
    char *text = date ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%S%:z") : NULL;
    prospect_status status = pdf_meta_value(meta, "date", text, PDF_INFO, PROSPECT_LIKELY);
    g_free(text);
    if (date)
        g_date_time_unref(date);
    return status;
}

prospect_status pdf_info_send(struct pdf_meta *meta, PopplerDocument *document)
{
    static const struct {
        const char *key;
        char *(*get)(PopplerDocument *);
    } info[] = {{"title", poppler_document_get_title},
                {"creator", poppler_document_get_author},
                {"description", poppler_document_get_subject},
                {"subject", poppler_document_get_keywords}};
    prospect_status status = PROSPECT_OK;
    for (size_t i = 0; i < sizeof info / sizeof *info && !STOPS(status); i++) {
        char *value = info[i].get(document);
        status = pdf_meta_value(meta, info[i].key, value, PDF_INFO, PROSPECT_LIKELY);
        g_free(value);
    }
    if (!STOPS(status))
        status = send_date(meta, document);
    char *packet = STOPS(status) ? NULL : poppler_document_get_metadata(document);
    if (packet)
        status = pdf_xmp_send(meta, packet);
    g_free(packet);
    return status;
}
