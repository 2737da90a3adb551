/* Which of a document's units a query is about, and where in it the words stand: found by the
 * positions of the query's terms, without reading any text. */
#ifndef PROSPECT_INDEX_PICK_HH
#define PROSPECT_INDEX_PICK_HH

#include "index/places.hh"

namespace shim
{

struct UnitMatch {
    size_t index; /* among the document's units */
    uint32_t number;
    double score; /* higher is better: rare words, often, close together. Of one document's units */
    std::vector<struct match> matches; /* positions within the unit, rising */
};

struct Matched {
    std::vector<UnitMatch> units; /* in order */
    std::vector<double> weight;   /* of each word of the question, in this document */
};

/* A document, and what is known of it. */
struct Spot {
    const View &view;
    const Part &part;
    Xapian::docid did; /* in PART */
    const struct unit_places &places;
    const InDocument &in; /* every word of the question was read */
};

/* Every unit in which a word of the question stands, without scores. Reads no text. */
std::vector<UnitMatch> units_with_words(const Spot &spot, const Question &question);
/* The same, scored. LANG is the document's language. */
Matched matched_in(const Spot &spot, const char *lang, const Question &question);

/* Fills the hit's best and further units. */
void pick(const Spot &spot, const Question &question, enum highlight_style style,
          struct index_hit *hit);
/* Fills OUT with unit M and its snippet; false if it cannot be read. TEXT, if not NULL, gets the
 * unit itself, to be cleared. */
bool show_unit(const Part &part, const std::string &id, const Matched &matched, const UnitMatch &m,
               enum highlight_style style, struct index_pick *out, struct unit *text);

} // namespace shim

#endif
