/* What counts as a result and what is listed, by the rule that doc/ranking.md tells in full:
 *   - Documents that have all the words come first. If there are ENOUGH of these, they are the
 *     results.
 *   - Else the results are the documents that have three quarters of the query, or half, or a
 *     quarter, or anything of it: the most for which there are ENOUGH. How much of a query a
 *     document has is the sum of the rarities of its words.
 *   - Total and facets count the results, and a list by date or title is of them. A list by
 *     relevance goes on behind the total with whatever else has some of the words.
 * What counts is decided before any filter: so a filter only ever narrows, and finds as many as its
 * facet said.
 */
#include "index/listing.hh"

#include "index/schema.h"

#include <algorithm>

namespace shim
{

void drop_copies(const View &view, std::vector<Ranked> &list)
{
    std::set<std::string> seen;
    const std::vector<std::string> groups = values_of(view, dids_of(list), SLOT_GROUP);
    size_t kept = 0;
    for (size_t i = 0; i < list.size(); i++)
        if (seen.insert(groups[i]).second)
            list[kept++] = list[i];
    list.resize(kept);
}

void order_equals(const View &view, std::vector<Ranked> &list)
{
    for (size_t first = 0, end; first < list.size(); first = end) {
        std::vector<std::pair<std::string, Xapian::docid>> equals;
        for (end = first + 1; end < list.size() && list[end].weight >= list[first].weight;)
            end++;
        if (end == first + 1)
            continue;
        for (size_t i = first; i < end; i++)
            equals.emplace_back(view.db.get_document(list[i].did).get_value(SLOT_TIE), list[i].did);
        std::sort(equals.begin(), equals.end());
        for (size_t i = first; i < end; i++)
            list[i].did = equals[i - first].second;
    }
}

void list_best(const Run &run, const std::function<void(size_t)> &find, Listed &out)
{
    for (size_t size = run.reach();; size *= 2) {
        find(size);
        order_equals(run.view, out.list);
        if (run.view.collapse())
            drop_copies(run.view, out.list);
        if (out.all || out.list.size() >= run.reach() || size > COUNTED)
            break;
    }
    if (out.list.size() > run.reach()) {
        out.list.resize(run.reach());
        out.all = false;
    }
}

double least_share(double tenth, double whole)
{
    static const double levels[] = {1, 0.75, 0.5, 0.25};
    for (double level : levels)
        if (tenth >= (level - 1e-6) * whole)
            return (level - 1e-6) * whole;
    return 0;
}

/* Not by the best that could be: Xapian's bound remembers what was in the index before. */
void take(Run &run, const Xapian::Query &query, Listed &from, enum index_matched matched,
          double low, double high)
{
    run.ranked.push_back(query);
    if (run.sort == SORT_RELEVANCE && !run.deadline.was_over())
        rank(run.view, run.question, run.places, from.list);
    double best = 0, part = 1;
    for (const Ranked &r : from.list)
        best = std::max(best, r.weight);
    for (const Ranked &r : from.list) {
        part = best > 0 ? std::min(part, r.weight / best) : 1;
        run.found.push_back(
            {r.did, low + (high - low) * part, matched, r.weight, run.ranked.size() - 1});
    }
}

std::unique_ptr<Xapian::Weight> weighting(enum index_sort sort)
{
    if (sort == SORT_RELEVANCE)
        return std::make_unique<Xapian::IneB2Weight>(RANK_LENGTH);
    return std::make_unique<Xapian::BoolWeight>();
}

static void cut_to_page(Run &run)
{
    const size_t first = std::min<size_t>(run.s->from, run.found.size());
    run.found.erase(run.found.begin(), run.found.begin() + (long)first);
    if (run.found.size() > run.s->size)
        run.found.resize(run.s->size);
}

void list(Run &run)
{
    if (run.is_bag())
        list_bag(run);
    else
        list_by_queries(run);
    cut_to_page(run);
}

} // namespace shim
