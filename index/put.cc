#include "index/put.hh"

#include "index/facets.hh"

#include "index/suggest.hh"
#include "index/terms.hh"

#include <cstring>
#include <exception>

extern "C" {
#include "index/fields.h"
#include "index/languages.h"
}

namespace shim
{

std::string key_document(const std::string &id)
{
    return KEY_DOCUMENT + id;
}

std::string key_units(const std::string &id)
{
    return KEY_UNITS + id;
}

std::string key_unit(const std::string &id, uint32_t number)
{
    char digits[9];
    snprintf(digits, sizeof digits, "%08x", (unsigned)number);
    return KEY_UNIT + id + digits;
}

namespace
{

/* Longer values can be filtered on, and are not offered. */
enum {
    FACET_VALUE_MAX = 500
};

/* What is worked out of a document on the way. */
struct Work {
    const struct document *d;
    struct index_fields fields = {};
    struct languages languages = {};
    struct unit_places places = {};
    std::vector<struct unit_place> place;

    explicit Work(const struct document *document) : d(document)
    {
    }
    Work(const Work &) = delete;
    ~Work()
    {
        index_fields_free(&fields);
        languages_free(&languages);
    }
};

/* ---- words --------------------------------------------------------------------------------- */

struct Sink {
    Xapian::Document &doc;
    const char *section; /* "" is the body */
    bool positions;
    uint32_t base;           /* of the positions */
    unsigned count;          /* what each word counts */
    std::exception_ptr lost; /* nothing may be thrown through the analyser's C */
};

void add_term(void *ctx, const struct term *t)
{
    Sink *s = static_cast<Sink *>(ctx);
    if (s->lost)
        return;
    try {
        std::string term = term_text(s->section, t->bytes, t->length, t->kind);
        if (s->positions)
            s->doc.add_posting(term, s->base + t->position, s->count);
        else
            s->doc.add_term(term, s->count);
    } catch (...) {
        s->lost = std::current_exception();
    }
}

uint32_t add_words(struct analyser *a, Sink &sink, const char *text, size_t length,
                   const char *lang)
{
    uint32_t used = analyse_text(a, text, length, lang, add_term, &sink);
    if (sink.lost)
        std::rethrow_exception(sink.lost);
    return used;
}

/* Words beside the text: they count, and have no place in it. */
void add_loose(struct analyser *a, Xapian::Document &doc, const char *text, const char *lang,
               unsigned count)
{
    Sink sink = {doc, "", false, 0, count, nullptr};
    add_words(a, sink, text, strlen(text), lang);
}

void add_units(struct analyser *a, Work &w, Xapian::Document &doc)
{
    uint32_t base = UNIT_GAP;
    std::vector<uint32_t> bounds;
    for (size_t i = 0; i < w.d->n_units; i++) {
        const struct unit *u = &w.d->units[i];
        const char *lang = w.languages.unit[i];
        w.place.push_back({u->number, base});
        bounds.push_back(base);
        if (u->length && !analyser_stems(a, lang))
            doc.add_boolean_term(TERM_UNSTEMMED);
        Sink sink = {doc, "", true, base, 1, nullptr};
        base += add_words(a, sink, u->text ? u->text : "", u->length, lang) + UNIT_GAP;
        if (u->heading)
            add_loose(a, doc, u->heading, lang, 1);
    }
    bounds.push_back(base);
    Bytes packed;
    record_pack_bounds(&packed, bounds.data(), bounds.size());
    if (w.d->n_units)
        doc.add_value(SLOT_UNITS, packed.str());
    w.places = {w.place.data(), w.place.size()};
}

void add_title(struct analyser *a, const Work &w, Xapian::Document &doc)
{
    const char *title = w.fields.title, *lang = w.languages.main;
    Sink sink = {doc, PREFIX_TITLE, true, 1, 1, nullptr};
    add_words(a, sink, title, strlen(title), lang);
    add_loose(a, doc, title, lang, TITLE_WEIGHT);
}

void add_authors(struct analyser *a, const Work &w, Xapian::Document &doc)
{
    uint32_t base = 1;
    for (size_t i = 0; i < w.fields.authors.count; i++) {
        const char *name = w.fields.authors.item[i];
        Sink sink = {doc, PREFIX_AUTHOR, true, base, 1, nullptr};
        base += add_words(a, sink, name, strlen(name), "") + UNIT_GAP;
        add_loose(a, doc, name, "", 1);
    }
}

/* So that every file is found by what it is called, whatever else is known of it. */
void add_path(struct analyser *a, const Work &w, Xapian::Document &doc)
{
    Bytes clean;
    fields_clean(&clean, w.d->path, 4096);
    std::string words = clean.str();
    for (char &c : words)
        if (strchr("/_-.!", c))
            c = ' ';
    add_loose(a, doc, words.c_str(), w.languages.main, 1);
    doc.add_boolean_term(term_name(PREFIX_NAME, fields_file_name(w.d->path)));
}

/* ---- names --------------------------------------------------------------------------------- */

/* What goes into the two facet slots. */
struct Facets {
    std::string few, names;
};

void add_named(Xapian::Document &doc, Facets &facets, enum query_field field, const char *value)
{
    std::string term = value && *value ? term_of_field(field, value) : "";
    if (term.empty())
        return;
    doc.add_boolean_term(term);
    if (strlen(value) > FACET_VALUE_MAX)
        return;
    std::string &slot = facet_slot(field) == SLOT_FACETS ? facets.few : facets.names;
    slot += (char)(field + 1);
    slot += value;
    slot += '\0';
}

void add_all_named(Xapian::Document &doc, Facets &facets, enum query_field field,
                   const struct strlist &values)
{
    for (size_t i = 0; i < values.count; i++)
        add_named(doc, facets, field, values.item[i]);
}

/* The folder that holds the file, and each above it: a filter on one finds all below. */
void add_folders(const Work &w, Xapian::Document &doc, Facets &facets)
{
    Bytes clean;
    fields_clean(&clean, w.d->path, 4096);
    const std::string path = clean.str();
    unsigned depth = 0;
    for (size_t at = path.find('/'); at != std::string::npos && depth < 64;
         at = path.find('/', at + 1), depth++)
        add_named(doc, facets, FIELD_FOLDER, trimmed_folder(path.substr(0, at)).c_str());
}

void add_dates(const Work &w, Xapian::Document &doc, Facets &facets)
{
    const struct date &date = w.fields.date;
    Bytes printed;
    date_print(&date, &printed);
    std::string digits;
    for (char c : printed.str())
        if (c != '-')
            digits += c;
    if (digits.size() < 4)
        return;
    add_named(doc, facets, FIELD_YEAR, digits.substr(0, 4).c_str());
    if (digits.size() >= 6)
        doc.add_boolean_term(PREFIX_MONTH + digits.substr(0, 6));
    if (digits.size() >= 8)
        doc.add_boolean_term(PREFIX_DAY + digits.substr(0, 8));
    doc.add_value(SLOT_FIRST, day_key(date.first));
    doc.add_value(SLOT_LAST, day_key(date.last));
}

void add_names(const Work &w, Xapian::Document &doc)
{
    const struct index_fields &f = w.fields;
    Facets facets;
    add_named(doc, facets, FIELD_TYPE, f.type);
    add_named(doc, facets, FIELD_PROGRAMME, f.programme);
    add_named(doc, facets, FIELD_ROLE, f.role);
    add_named(doc, facets, FIELD_MIME, f.mime);
    add_all_named(doc, facets, FIELD_AUTHOR, f.authors);
    add_all_named(doc, facets, FIELD_COUNTRY, f.countries);
    add_all_named(doc, facets, FIELD_EVENT, f.events);
    add_all_named(doc, facets, FIELD_CONCEPT, f.concepts);
    add_all_named(doc, facets, FIELD_LANG, w.languages.fifth);
    for (size_t i = 0; i < w.languages.all.count; i++)
        doc.add_boolean_term(term_exact(PREFIX_STEMMED, w.languages.all.item[i]));
    add_folders(w, doc, facets);
    add_dates(w, doc, facets);
    doc.add_value(SLOT_FACETS, facets.few);
    doc.add_value(SLOT_NAMES, facets.names);
}

/* What may be suggested to people who type one of its words; titles are found by their own. */
void add_suggestions(const struct stopwords *s, const Work &w, Xapian::Document &doc)
{
    SuggestionWriter suggestions(doc, s);
    for (size_t i = 0; i < w.d->n_units; i++)
        suggestions.read(w.d->units[i].text, w.d->units[i].length, w.languages.unit[i]);
    for (size_t i = 0; i < w.fields.events.count; i++)
        suggestions.add_name(w.fields.events.item[i]);
    suggestions.add_name(w.fields.programme);
    suggestions.finish();
}

/* ---- what the index itself goes by --------------------------------------------------------- */

bool has_content(const struct document *d)
{
    for (uint8_t byte : d->stamp.content)
        if (byte)
            return true;
    return false;
}

void add_state(const Work &w, Xapian::Document &doc)
{
    const struct document *d = w.d;
    bool nothing = d->status != PROSPECT_OK && d->status != PROSPECT_UNSUPPORTED && !d->n_units;
    if (!d->container)
        doc.add_boolean_term(term_exact(nothing ? PREFIX_FAILED : PREFIX_INDEXED, d->root));
    if (!document_complete(d))
        doc.add_boolean_term(TERM_TROUBLE);
}

void add_identity(const Work &w, Xapian::Document &doc)
{
    const struct document *d = w.d;
    doc.add_boolean_term(term_exact(PREFIX_ID, d->id));
    doc.add_boolean_term(term_exact(PREFIX_ROOT, d->root));
    if (d->container)
        doc.add_boolean_term(term_exact(PREFIX_PARENT, d->container));
    std::string group = id_bytes(d->id);
    if (has_content(d)) {
        char hex[2 * DIGEST_SIZE + 1];
        digest_hex(d->stamp.content, DIGEST_SIZE, hex);
        doc.add_boolean_term(term_exact(PREFIX_CONTENT, hex));
        if (d->status == PROSPECT_OK && d->stamp.plugin)
            doc.add_boolean_term(term_exact(PREFIX_READABLE, hex));
        if (d->n_units)
            group.assign((const char *)d->stamp.content, GROUP_SIZE);
    }
    doc.add_value(SLOT_GROUP, group);
}

void add_sort_keys(const Work &w, Xapian::Document &doc)
{
    const struct date &date = w.fields.date;
    const std::string tail = id_tail(w.d->id);
    bool dated = date.precision != DATE_NONE;
    doc.add_value(SLOT_DATE_UP, (dated ? day_key(date.first) : std::string(4, '\xff')) + tail);
    doc.add_value(SLOT_DATE_DOWN, (dated ? day_key(date.last) : std::string(4, '\0')) + tail);
    doc.add_value(SLOT_TITLE, term_name("", w.fields.title).substr(0, 64) + '\0' + tail);
    doc.add_value(SLOT_TIE, tail);
}

void add_stamp(const Work &w, Xapian::Document &doc)
{
    if (w.d->container)
        return;
    Bytes b;
    record_pack_stamp(&b, w.d);
    doc.add_value(SLOT_STAMP, b.str());
}

void pack_records(const Work &w, Prepared &out)
{
    Bytes data, document, infos;
    record_pack_data(&data, &w.fields, &w.places);
    out.doc.add_value(SLOT_RECORD, data.str());
    record_pack_document(&document, w.d);
    out.document = document.str();
    record_pack_infos(&infos, w.d, w.languages.unit);
    out.infos = infos.str();
    for (size_t i = 0; i < w.d->n_units; i++) {
        Bytes unit;
        record_pack_unit(&unit, &w.d->units[i]);
        out.units.emplace_back(w.d->units[i].number, unit.str());
        out.bytes += w.d->units[i].length;
    }
}

} // namespace

void put_prepare(struct analyser *a, const struct stopwords *s, const struct document *d,
                 Prepared &out)
{
    Work w(d);
    char declared[LANGUAGE_SIZE];
    bool is_explicit;
    fields_resolve(d, &w.fields);
    fields_language(d, declared, &is_explicit);
    languages_find(d, declared, is_explicit, &w.languages);
    memcpy(w.fields.lang, w.languages.main, sizeof w.fields.lang);
    add_units(a, w, out.doc);
    add_title(a, w, out.doc);
    add_authors(a, w, out.doc);
    add_path(a, w, out.doc);
    add_names(w, out.doc);
    add_suggestions(s, w, out.doc);
    add_state(w, out.doc);
    add_identity(w, out.doc);
    add_sort_keys(w, out.doc);
    add_stamp(w, out.doc);
    pack_records(w, out);
}

} // namespace shim
