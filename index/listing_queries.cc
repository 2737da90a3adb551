#include "index/listing.hh"

#include "index/schema.h"

#include <algorithm>

namespace shim
{

namespace
{

enum {
    FEW = 2000,          /* so many are weighed and counted in one pass */
    FEW_PLACED = COUNTED /* the same where finding them costs more than weighing them */
};

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
    if (run.is_narrowed())
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
        run.total = run.exact
                        ? run.tally.distinct
                        : std::max<uint64_t>(run.tally.distinct, mset.get_matches_estimated());
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

/* ---- what counts --------------------------------------------------------------------------- */

/* The least share of the query that a result has, in weights of the SHARE query. */
double least_of_queries(Run &run)
{
    Xapian::Enquire e(run.view.db);
    DeadlineSource source(run.deadline);
    e.set_query(
        Xapian::Query(Xapian::Query::OP_FILTER, run.question.share, Xapian::Query(&source)));
    e.set_weighting_scheme(Xapian::CoordWeight());
    const Xapian::MSet best = e.get_mset(0, ENOUGH);
    const double tenth = best.size() < ENOUGH ? 0 : best[ENOUGH - 1].get_weight();
    return least_share(tenth, run.question.whole);
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
    const Xapian::MSet mset = counting_pass(run, e, listed ? run.wanted() : 0);
    if (!listed)
        return;
    run.found.clear();
    run.ranked.push_back(e.get_query());
    for (Xapian::MSetIterator i = mset.begin(); i != mset.end(); ++i)
        run.found.push_back(
            {*i, 1, run.full.count(*i) ? MATCHED_ALL : MATCHED_SOME, 0, run.ranked.size() - 1});
}

/* ---- what is listed ------------------------------------------------------------------------ */

void read_off(const Xapian::MSet &mset, unsigned size, Listed &out)
{
    out.list.clear();
    for (Xapian::MSetIterator i = mset.begin(); i != mset.end() && out.list.size() < size; ++i)
        out.list.push_back({*i, i.get_weight(), 0});
}

void list_by_relevance(Run &run, Xapian::Enquire &e, Count counting, Listed &out)
{
    list_best(
        run,
        [&](size_t size) {
            const Xapian::MSet mset = best_of(run, e, (unsigned)size, counting, &out.all);
            read_off(mset, (unsigned)size, out);
        },
        out);
}

void list_all(Run &run)
{
    Listed found;
    Xapian::Enquire e(run.view.db);
    DeadlineSource source(run.deadline);
    set_query(run, e, source, run.question.all);
    if (run.sort == SORT_RELEVANCE) {
        const double few = run.question.placed ? FEW_PLACED : FEW;
        const Count counting = run.question.most <= few ? Count::Yes : Count::No;
        list_by_relevance(run, e, counting, found);
        if (found.all && !run.s->facets)
            run.total = found.list.size();
        else if (counting == Count::No)
            count(run, run.question.all);
    } else {
        read_off(counting_pass(run, e, run.reach()), run.reach(), found);
    }
    run.has_all = run.total > 0;
    take(run, e.get_query(), found, MATCHED_ALL, run.question.partial ? 0.5 : 0, 1);
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
    list_by_relevance(run, e, Count::No, found);
    take(run, e.get_query(), found, MATCHED_SOME, 0, 0.5);
}

/* Where fewer than ENOUGH have all the words. */
void settle_results(Run &run)
{
    const double least = run.question.alternatives ? 0 : least_of_queries(run);
    const bool all = least > 0.99 * run.question.whole && !run.question.lacking;
    if (!all || !run.is_narrowed())
        count_some(run, least);
}

} // namespace

void list_by_queries(Run &run)
{
    list_all(run);
    const uint64_t with_all = run.total;
    if (run.question.partial && !run.deadline.was_over()) {
        if (with_all < ENOUGH)
            settle_results(run);
        if (with_all < run.wanted() && run.sort == SORT_RELEVANCE)
            list_some(run);
    }
}

} // namespace shim
