#include "index/facets.hh"

#include "index/places.hh"

#include "index/schema.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace shim
{

/* More values of one facet nobody reads. */
enum {
    VALUES_MAX = 200
};

enum slot facet_slot(enum query_field field)
{
    switch (field) {
    case FIELD_TYPE:
    case FIELD_LANG:
    case FIELD_YEAR:
    case FIELD_COUNTRY:
    case FIELD_ROLE:
        return SLOT_FACETS;
    default:
        return SLOT_NAMES;
    }
}

Tally::Tally(bool collapse_groups, uint32_t wanted) : collapse(collapse_groups), facets(wanted)
{
    for (enum slot slot : {SLOT_FACETS, SLOT_NAMES})
        for (int field = 0; field < FIELD_COUNT; field++)
            if ((facets & (1u << field)) && facet_slot((enum query_field)field) == slot) {
                slots.push_back(slot);
                break;
            }
}

void Tally::operator()(const Xapian::Document &doc, double)
{
    if (seen++ < COUNTED)
        add(doc);
}

void Tally::add(const Xapian::Document &doc)
{
    if (collapse && !groups.insert(doc.get_value(SLOT_GROUP)).second)
        return;
    distinct++;
    for (enum slot slot : slots)
        rows[doc.get_value(slot)]++;
}

void Tally::count(const View &view, const std::vector<Xapian::docid> &dids)
{
    std::vector<Xapian::docid> kept(dids.begin(),
                                    dids.begin() + (long)std::min<size_t>(dids.size(), COUNTED));
    seen += dids.size();
    if (collapse) {
        const std::vector<std::string> group = values_of(view, kept, SLOT_GROUP);
        size_t n = 0;
        for (size_t i = 0; i < kept.size(); i++)
            if (groups.insert(group[i]).second)
                kept[n++] = kept[i];
        kept.resize(n);
    }
    distinct += kept.size();
    for (enum slot slot : slots)
        for (const std::string &row : values_of(view, kept, slot))
            rows[row]++;
}

void Tally::clear()
{
    seen = distinct = 0;
    groups.clear();
    rows.clear();
}

/* Calls EACH with field and value of whatever stands in SLOT. */
template <typename Each> static void take_apart(const std::string &slot, Each each)
{
    for (size_t at = 0; at + 1 < slot.size();) {
        const size_t end = slot.find('\0', at + 1);
        if (end == std::string::npos)
            return;
        const size_t field = (unsigned char)slot[at] - 1u;
        if (field < FIELD_COUNT)
            each((enum query_field)field, slot.substr(at + 1, end - at - 1));
        at = end + 1;
    }
}

std::vector<std::string> facet_values(const std::string &slot, enum query_field field)
{
    std::vector<std::string> values;
    take_apart(slot, [&](enum query_field f, const std::string &value) {
        if (f == field)
            values.push_back(value);
    });
    return values;
}

typedef std::map<std::string, uint32_t> Counts;

static void report_one(struct index_facet *f, enum query_field field, const Counts &counts)
{
    std::vector<std::pair<std::string, uint32_t>> sorted(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto &a, const auto &b) { return a.second > b.second; });
    f->field = field;
    f->count = std::min<size_t>(sorted.size(), VALUES_MAX);
    f->values = (struct index_facet_value *)mem_zalloc(f->count * sizeof *f->values);
    for (size_t i = 0; i < f->count; i++)
        f->values[i] = {mem_strdup(sorted[i].first.c_str()), sorted[i].second};
}

void Tally::report(struct index_result *result) const
{
    Counts counts[FIELD_COUNT];
    for (const auto &row : rows)
        take_apart(row.first, [&](enum query_field field, const std::string &value) {
            counts[field][value] += row.second;
        });
    result->facets = (struct index_facet *)mem_zalloc(FIELD_COUNT * sizeof *result->facets);
    for (int field = 0; field < FIELD_COUNT; field++)
        if (facets & (1u << field))
            report_one(&result->facets[result->n_facets++], (enum query_field)field, counts[field]);
    result->facets_exact = seen <= COUNTED;
}

} // namespace shim
