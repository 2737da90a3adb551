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
#include "index/run.hh"

#include "index/hits.hh"
#include "index/schema.h"

#include <algorithm>

namespace shim
{

namespace
{

enum {
    ENOUGH = 10, /* so many documents are enough to choose from */
    FEW = 2000   /* so many are weighed and counted in one pass */
};

unsigned wanted(const Run &run)
{
    return run.s->from + run.s->size;
}

bool is_narrowed(const Run &run)
{
    return run.s->n_filters > 0 || run.s->has_dates;
}

/* ---- one pass ------------------------------------------------------------------------------ */

void set_order(Xapian::Enquire &e, enum index_sort sort)
{
    switch (sort) {
    case SORT_RELEVANCE:
        e.set_sort_by_relevance();
        break;
    case SORT_DATE_UP:
        e.set_sort_by_value(SLOT_DATE_UP, false);
        break;
    case SORT_DATE_DOWN:
        e.set_sort_by_value(SLOT_DATE_DOWN, true);
        break;
    case SORT_TITLE:
        e.set_sort_by_value(SLOT_TITLE, false);
        break;
    }
    e.set_weighting_scheme(*weighting(sort));
}

/* What is passed over: a query, some of the filters, and an end when the time is over. */
void set_query(Run &run, Xapian::Enquire &e, DeadlineSource &source, const Xapian::Query &query)
{
    Xapian::Query q = query;
    if (is_narrowed(run))
        q = Xapian::Query(Xapian::Query::OP_FILTER, q, run.filter);
    e.set_query(Xapian::Query(Xapian::Query::OP_FILTER, q, Xapian::Query(&source)));
    set_order(e, run.sort);
    /* By relevance, copies are dropped of the best only: the key would be read for all. */
    if (run.view.collapse() && run.sort != SORT_RELEVANCE)
        e.set_collapse_key(SLOT_GROUP);
}

/* The first SIZE that the pass finds, after all that count are counted. */
Xapian::MSet counting_pass(Run &run, Xapian::Enquire &e, unsigned size)
{
    run.tally.clear();
    e.clear_matchspies();
    if (run.view.collapse() || run.s->facets)
        e.add_matchspy(&run.tally);
    const Xapian::MSet mset = e.get_mset(0, size, COUNTED + 1);
    if (run.view.collapse()) {
        run.exact = run.tally.seen <= COUNTED;
        run.total = run.exact ? run.tally.count
                              : std::max<uint64_t>(run.tally.count, mset.get_matches_estimated());
        return mset;
    }
    run.exact = mset.get_matches_lower_bound() == mset.get_matches_upper_bound();
    run.total = run.exact ? mset.get_matches_lower_bound() : mset.get_matches_estimated();
    return mset;
}

/* Counts what QUERY finds, without weighing it. */
void count(Run &run, const Xapian::Query &query)
{
    Xapian::Enquire e(run.view.db);
    DeadlineSource source(run.deadline);
    set_query(run, e, source, query);
    e.set_sort_by_relevance();
    e.set_weighting_scheme(Xapian::BoolWeight());
    counting_pass(run, e, 0);
}

/* Whether what is found is weighed in full and counted on the way, or, where there may be much of
 * it, only the best of it. */
enum class Count {
    No,
    Yes
};

/* The best SIZE; ALL is set where there are no others. Equals would come in Xapian's order, which a
 * compaction may change: where the last ones have equals that are left out, the tie key decides,
 * which has to be read for all.
 */
Xapian::MSet best_of(Run &run, Xapian::Enquire &e, unsigned size, Count counting, bool *all)
{
    const auto pass = [&](unsigned n) {
        return counting == Count::Yes ? counting_pass(run, e, n) : e.get_mset(0, n);
    };
    e.set_sort_by_relevance();
    Xapian::MSet mset = pass(size + 1);
    *all = mset.size() <= size;
    if (*all || mset[size].get_weight() < mset[size - 1].get_weight())
        return mset;
    e.set_sort_by_relevance_then_value(SLOT_TIE, false);
    return pass(size);
}

/* Of documents of one content, the first stays. */
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

/* ---- what counts --------------------------------------------------------------------------- */

/* The least share of the query that a result has, in weights of the SHARE query. */
double least_share(Run &run)
{
    static const double levels[] = {1, 0.75, 0.5, 0.25};
    Xapian::Enquire e(run.view.db);
    DeadlineSource source(run.deadline);
    e.set_query(
        Xapian::Query(Xapian::Query::OP_FILTER, run.question.share, Xapian::Query(&source)));
    e.set_weighting_scheme(Xapian::CoordWeight());
    const Xapian::MSet best = e.get_mset(0, ENOUGH);
    const double tenth = best.size() < ENOUGH ? 0 : best[ENOUGH - 1].get_weight();
    for (double level : levels)
        if (tenth >= (level - 1e-6) * run.question.whole)
            return (level - 1e-6) * run.question.whole;
    return 0;
}

/* Counts the results where too few documents have all the words; sorted by date or title, lists
 * them too. LEAST is 0 where anything of the query is enough. */
void count_some(Run &run, double least)
{
    Xapian::Enquire e(run.view.db);
    DeadlineSource source(run.deadline);
    set_query(run, e, source, least > 0 ? run.question.share : run.question.some);
    e.set_weighting_scheme(Xapian::BoolWeight());
    if (least > 0) {
        e.set_weighting_scheme(Xapian::CoordWeight());
        e.set_cutoff(0, least);
    }
    const bool listed = run.sort != SORT_RELEVANCE;
    const Xapian::MSet mset = counting_pass(run, e, listed ? wanted(run) : 0);
    if (!listed)
        return;
    run.found.clear();
    run.ranked.push_back(e.get_query());
    for (Xapian::MSetIterator i = mset.begin(); i != mset.end(); ++i)
        run.found.push_back(
            {*i, 1, run.full.count(*i) ? MATCHED_ALL : MATCHED_SOME, 0, 0, run.ranked.size() - 1});
}

/* ---- what is listed ------------------------------------------------------------------------ */

/* Ranking looks at more than a page of hits, and always at the same, whatever page is asked for. */
unsigned reach(const Run &run)
{
    return std::max<unsigned>(wanted(run), RANKED);
}

/* What a pass lists, best first. */
struct Listed {
    std::vector<Ranked> list;
    bool all = true; /* nothing was left out */
};

void read_off(const Xapian::MSet &mset, unsigned size, Listed &out)
{
    out.list.clear();
    for (Xapian::MSetIterator i = mset.begin(); i != mset.end() && out.list.size() < size; ++i)
        out.list.push_back({*i, i.get_weight(), i.get_weight()});
}

/* By relevance. Where copies are dropped, looks further until there are enough. */
void list_best(Run &run, Xapian::Enquire &e, Count counting, Listed &out)
{
    for (unsigned size = reach(run);; size *= 2) {
        const Xapian::MSet mset = best_of(run, e, size, counting, &out.all);
        read_off(mset, size, out);
        order_equals(run.view, out.list);
        if (run.view.collapse())
            drop_copies(run.view, out.list);
        if (out.all || out.list.size() >= reach(run) || size > COUNTED)
            break;
    }
    if (out.list.size() > reach(run)) {
        out.list.resize(reach(run));
        out.all = false;
    }
}

/* Adds what a pass found; scores are between LOW and HIGH, the best's. Not by the best that could
 * be: Xapian's bound remembers what was in the index before. */
void take(Run &run, const Xapian::Enquire &e, Listed &from, enum index_matched matched, double low,
          double high)
{
    run.ranked.push_back(e.get_query());
    if (run.sort == SORT_RELEVANCE && !run.deadline.was_over())
        rank(run.view, run.question, run.places, from.list);
    double best = 0, part = 1;
    for (const Ranked &r : from.list)
        best = std::max(best, r.weight);
    for (const Ranked &r : from.list) {
        part = best > 0 ? std::min(part, r.weight / best) : 1;
        run.found.push_back({r.did, low + (high - low) * part, matched, r.weight, r.queried,
                             run.ranked.size() - 1});
    }
}

void list_all(Run &run)
{
    Listed found;
    Xapian::Enquire e(run.view.db);
    DeadlineSource source(run.deadline);
    set_query(run, e, source, run.question.all);
    if (run.sort == SORT_RELEVANCE) {
        const Count counting = run.question.most <= FEW ? Count::Yes : Count::No;
        list_best(run, e, counting, found);
        if (found.all && !run.s->facets)
            run.total = found.list.size();
        else if (counting == Count::No)
            count(run, run.question.all);
    } else {
        read_off(counting_pass(run, e, reach(run)), reach(run), found);
    }
    run.has_all = run.total > 0;
    take(run, e, found, MATCHED_ALL, run.question.partial ? 0.5 : 0, 1);
    if (run.total < ENOUGH)
        for (const Found &f : run.found)
            run.full.insert(f.did);
}

void list_some(Run &run)
{
    const Question &q = run.question;
    Listed found;
    Xapian::Enquire e(run.view.db);
    DeadlineSource source(run.deadline);
    set_query(run, e, source,
              run.found.empty() ? q.some : Xapian::Query(Xapian::Query::OP_AND_NOT, q.some, q.all));
    list_best(run, e, Count::No, found);
    take(run, e, found, MATCHED_SOME, 0, 0.5);
}

void cut_to_page(Run &run)
{
    const size_t first = std::min<size_t>(run.s->from, run.found.size());
    run.found.erase(run.found.begin(), run.found.begin() + (long)first);
    if (run.found.size() > run.s->size)
        run.found.resize(run.s->size);
}

/* Where fewer than ENOUGH have all the words. */
void settle_results(Run &run)
{
    const double least = run.question.alternatives ? 0 : least_share(run);
    const bool all = least > 0.99 * run.question.whole;
    if (!all || !is_narrowed(run))
        count_some(run, least);
}

} // namespace

std::unique_ptr<Xapian::Weight> weighting(enum index_sort sort)
{
    if (sort == SORT_RELEVANCE)
        return std::make_unique<Xapian::IneB2Weight>(RANK_LENGTH);
    return std::make_unique<Xapian::BoolWeight>();
}

void list(Run &run)
{
    list_all(run);
    const uint64_t with_all = run.total;
    if (run.question.partial && !run.deadline.was_over()) {
        if (with_all < ENOUGH)
            settle_results(run);
        if (with_all < wanted(run) && run.sort == SORT_RELEVANCE)
            list_some(run);
    }
    cut_to_page(run);
}

} // namespace shim
