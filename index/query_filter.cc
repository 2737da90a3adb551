/* What narrows: filters of fields and dates. */
#include "index/query.hh"
#include "index/schema.h"
#include "index/terms.hh"

namespace shim
{

/* Both ends given or open; what has no date has no value, and is never in the range. */
Xapian::Query dates_query(const struct date_range &r)
{
    const std::string lowest = "\x01", highest = "\xff";
    return Xapian::Query(Xapian::Query::OP_AND,
                         Xapian::Query(Xapian::Query::OP_VALUE_RANGE, SLOT_FIRST, lowest,
                                       r.open_last ? highest : day_key(r.last)),
                         Xapian::Query(Xapian::Query::OP_VALUE_RANGE, SLOT_LAST,
                                       r.open_first ? lowest : day_key(r.first), highest));
}

static Xapian::Query any_value(const struct index_filter &f)
{
    std::vector<Xapian::Query> values;
    for (size_t i = 0; i < f.values.count; i++) {
        const std::string term = term_of_field(f.field, f.values.item[i]);
        if (!term.empty())
            values.emplace_back(term);
    }
    return Xapian::Query(Xapian::Query::OP_OR, values.begin(), values.end());
}

Xapian::Query filter_of(const struct index_search *s)
{
    std::vector<Xapian::Query> all = {Xapian::Query(std::string())};
    for (size_t i = 0; i < s->n_filters; i++)
        all.push_back(any_value(s->filters[i]));
    if (s->has_dates)
        all.push_back(dates_query(s->dates));
    return Xapian::Query(Xapian::Query::OP_AND, all.begin(), all.end());
}

} // namespace shim
