/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * XMP (ISO 16684-1): RDF in which a Dublin Core property is an attribute of rdf:Description, or an
 * element with plain text, or one with rdf:li elements in an rdf:Alt, rdf:Seq or rdf:Bag. Of an
 * rdf:Alt (one value in several languages) the first is taken. libxml2 sends its events here; no
 * entity is ever declared to it, and no tree is built.
 */
#include "plugins/pdf.h"

#include <libxml/parser.h>
#include <string.h>

#define PACKET_MAX (1u << 20)
#define VALUE_MAX  4096
#define NS_DC      "http://purl.org/dc/elements/1.1/"
#define NS_RDF     "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define SOURCE     "pdf:xmp"

static const struct {
    const char *name, *key;
    prospect_confidence confidence;
} terms[] = {
    {"title", "title", PROSPECT_LIKELY},
    {"creator", "creator", PROSPECT_LIKELY},
    {"date", "date", PROSPECT_DECLARED},
    {"language", "language", PROSPECT_DECLARED},
    {"subject", "subject", PROSPECT_LIKELY},
    {"description", "description", PROSPECT_LIKELY},
    {"publisher", "publisher", PROSPECT_DECLARED},
    {"rights", "rights", PROSPECT_DECLARED},
    {"identifier", "identifier", PROSPECT_DECLARED},
    {"contributor", "contributor", PROSPECT_DECLARED},
};
#define N_TERMS (sizeof terms / sizeof *terms)

struct packet {
    struct pdf_meta *meta;
    prospect_status status;
    xmlParserCtxtPtr parser;
    size_t term;  /* the property that is open: its place in the table; N_TERMS for none */
    bool in_alt;  /* only the first rdf:li counts */
    size_t items; /* rdf:li elements of this property */
    struct text_buf value;
};

static size_t term_of(const xmlChar *name, const xmlChar *uri)
{
    size_t i = N_TERMS;
    if (uri && !strcmp((const char *)uri, NS_DC))
        for (i = 0; i < N_TERMS && strcmp((const char *)name, terms[i].name);)
            i++;
    return i;
}

static void send(struct packet *p, size_t term, const char *value)
{
    if (term < N_TERMS && !STOPS(p->status))
        p->status = pdf_meta_value(p->meta, terms[term].key, value, SOURCE, terms[term].confidence);
}

static bool is_rdf(const xmlChar *name, const xmlChar *uri, const char *wanted)
{
    return uri && !strcmp((const char *)uri, NS_RDF) && !strcmp((const char *)name, wanted);
}

static void start_element(void *context, const xmlChar *name, const xmlChar *prefix,
                          const xmlChar *uri, int n_spaces, const xmlChar **spaces, int n,
                          int n_defaulted, const xmlChar **attributes)
{
    struct packet *p = context;
    (void)prefix;
    (void)n_spaces;
    (void)spaces;
    (void)n_defaulted;
    text_buf_clear(&p->value);
    if (is_rdf(name, uri, "Alt")) {
        p->in_alt = true;
    } else if (term_of(name, uri) < N_TERMS) {
        p->term = term_of(name, uri);
        p->items = 0;
        p->in_alt = false;
    } else if (is_rdf(name, uri, "Description")) {
        for (int i = 0; i < n; i++) { /* name, prefix, uri, value, end of value */
            const xmlChar **a = attributes + 5 * i;
            struct text_buf value = {.max = VALUE_MAX};
            text_buf_add(&value, (const char *)a[3], (size_t)(a[4] - a[3]));
            send(p, term_of(a[0], a[2]), text_buf_get(&value));
            text_buf_free(&value);
        }
    }
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix,
                        const xmlChar *uri)
{
    struct packet *p = context;
    (void)prefix;
    if (is_rdf(name, uri, "li")) {
        if (!p->in_alt || !p->items)
            send(p, p->term, text_buf_get(&p->value));
        p->items++;
    } else if (p->term < N_TERMS && term_of(name, uri) == p->term) {
        if (!p->items)
            send(p, p->term, text_buf_get(&p->value));
        p->term = N_TERMS;
    }
    text_buf_clear(&p->value);
    if (STOPS(p->status))
        xmlStopParser(p->parser);
}

static void characters(void *context, const xmlChar *text, int n)
{
    if (n > 0)
        text_buf_add(&((struct packet *)context)->value, (const char *)text, (size_t)n);
}

static void no_message(void *context, xmlErrorPtr error)
{
    (void)context;
    (void)error;
}

prospect_status pdf_xmp_send(struct pdf_meta *meta, const char *packet)
{
    static const xmlSAXHandler events = {.initialized = XML_SAX2_MAGIC,
                                         .startElementNs = start_element,
                                         .endElementNs = end_element,
                                         .characters = characters,
                                         .cdataBlock = characters,
                                         .serror = no_message};
    size_t n = strlen(packet);
    if (n > PACKET_MAX)
        return PROSPECT_OK;
    struct packet p = {.meta = meta, .term = N_TERMS, .value = {.max = VALUE_MAX}};
    p.parser = xmlNewParserCtxt();
    if (!p.parser)
        return PROSPECT_OK;
    *p.parser->sax = events;
    p.parser->userData = &p;
    /* UTF-8, as the standard wants it, whatever it declares: a converter could not be loaded. */
    xmlDocPtr doc = xmlCtxtReadMemory(p.parser, packet, (int)n, NULL, NULL,
                                      XML_PARSE_NONET | XML_PARSE_RECOVER | XML_PARSE_IGNORE_ENC);
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(p.parser);
    text_buf_free(&p.value);
    return p.status;
}
