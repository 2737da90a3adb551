/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names that pages use for their metadata, and the Dublin Core term each stands for. Prefixes are
 * compared without their case, with '.' and ':' alike.
 */
#include "plugins/html.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum form {
    TEXT,
    PEOPLE,
    DATE,
    LIST,
    PERSON
};

static const struct {
    const char *name, *key;
    enum form form;
    prospect_confidence confidence;
} names[] = {
    {"description", "description", TEXT, PROSPECT_DECLARED},
    {"author", "creator", PEOPLE, PROSPECT_DECLARED},
    {"keywords", "subject", LIST, PROSPECT_DECLARED},
    {"date", "date", DATE, PROSPECT_DECLARED},
    {"publisher", "publisher", TEXT, PROSPECT_DECLARED},
    {"copyright", "rights", TEXT, PROSPECT_DECLARED},
    {"language", "language", TEXT, PROSPECT_DECLARED},
    {"og:title", "title", TEXT, PROSPECT_DECLARED},
    {"og:description", "description", TEXT, PROSPECT_LIKELY},
    {"twitter:title", "title", TEXT, PROSPECT_LIKELY},
    {"twitter:description", "description", TEXT, PROSPECT_LIKELY},
    {"article:published_time", "date", DATE, PROSPECT_DECLARED},
    {"article:modified_time", "modified", DATE, PROSPECT_DECLARED},
    {"article:author", "creator", PERSON, PROSPECT_LIKELY},
    {"article:tag", "subject", TEXT, PROSPECT_DECLARED},
    {"datepublished", "date", DATE, PROSPECT_DECLARED},
    {"datemodified", "modified", DATE, PROSPECT_DECLARED},
    {"last-modified", "modified", DATE, PROSPECT_DECLARED},
    {"citation_title", "title", TEXT, PROSPECT_DECLARED},
    {"citation_author", "creator", PERSON, PROSPECT_DECLARED},
    {"citation_publication_date", "date", DATE, PROSPECT_DECLARED},
    {"citation_publisher", "publisher", TEXT, PROSPECT_DECLARED},
    {"citation_doi", "identifier", TEXT, PROSPECT_DECLARED},
};

static const struct {
    const char *name, *key;
    enum form form;
} terms[] = {
    {"title", "title", TEXT},
    {"creator", "creator", PERSON},
    {"contributor", "contributor", PERSON},
    {"date", "date", DATE},
    {"issued", "date", DATE},
    {"created", "created", DATE},
    {"modified", "modified", DATE},
    {"available", "available", DATE},
    {"valid", "valid", TEXT},
    {"language", "language", TEXT},
    {"subject", "subject", LIST},
    {"description", "description", TEXT},
    {"abstract", "abstract", TEXT},
    {"publisher", "publisher", TEXT},
    {"type", "type", TEXT},
    {"format", "format", TEXT},
    {"identifier", "identifier", TEXT},
    {"source", "source", TEXT},
    {"relation", "relation", TEXT},
    {"ispartof", "isPartOf", TEXT},
    {"coverage", "coverage", TEXT},
    {"spatial", "spatial", TEXT},
    {"temporal", "temporal", TEXT},
    {"audience", "audience", TEXT},
    {"rights", "rights", TEXT},
    {"license", "license", TEXT},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SOURCE       "html:meta"

static prospect_status send(prospect_sink *sink, const char *key, enum form form, const char *value,
                            const char *source, prospect_confidence confidence)
{
    if (form == DATE)
        return meta_send_date(sink, key, value, source, confidence);
    if (form == PEOPLE)
        return meta_send_people(sink, value, source, confidence);
    if (form == LIST)
        return meta_send_list(sink, key, value, ",;", source, confidence);
    if (form == PERSON && !strncasecmp(value, "http", 4)) /* a profile's address */
        return PROSPECT_OK;
    return meta_send(sink, key, value, source, confidence);
}

/* What follows "dc.", "DC:", "dcterms." in NAME, or NULL. */
static const char *term_of(const char *name)
{
    static const char *const prefixes[] = {"dc", "dcterms", "dct"};
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        size_t n = strlen(prefixes[i]);
        if (!strncasecmp(name, prefixes[i], n) && (name[n] == '.' || name[n] == ':'))
            return name + n + 1;
    }
    return NULL;
}

prospect_status html_meta_value(prospect_sink *sink, const char *name, const char *value)
{
    const char *term = term_of(name);
    if (term) {
        /* "DC.date.created": the refinement is the term. */
        const char *dot = strrchr(term, '.');
        for (int whole = 0; whole < 2; whole++, dot = NULL) {
            size_t n = whole ? strcspn(term, ".") : strlen(dot ? dot + 1 : term);
            const char *start = !whole && dot ? dot + 1 : term;
            for (size_t i = 0; i < COUNT(terms); i++)
                if (strlen(terms[i].name) == n && !strncasecmp(start, terms[i].name, n))
                    return send(sink, terms[i].key, terms[i].form, value, "html:dcterms",
                                PROSPECT_DECLARED);
        }
        return PROSPECT_OK;
    }
    for (size_t i = 0; i < COUNT(names); i++)
        if (!strcasecmp(name, names[i].name))
            return send(sink, names[i].key, names[i].form, value, SOURCE, names[i].confidence);
    return PROSPECT_OK;
}

prospect_status html_meta(prospect_sink *sink, html_attributes attributes)
{
    const char *content = html_attribute(attributes, "content");
    if (!content || !*content)
        return PROSPECT_OK;
    const char *equiv = html_attribute(attributes, "http-equiv");
    if (equiv && !strcasecmp(equiv, "content-language"))
        return meta_send(sink, "language", content, SOURCE, PROSPECT_LIKELY);
    static const char *const where[] = {"name", "property", "itemprop"};
    for (size_t i = 0; i < COUNT(where); i++) {
        const char *name = html_attribute(attributes, where[i]);
        if (name && *name)
            return html_meta_value(sink, name, content);
    }
    return PROSPECT_OK;
}
