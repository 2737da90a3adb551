#include "index/listing.hh"

#include "index/places.hh"

#include <algorithm>

namespace shim
{

namespace
{

bool heavier(const Held &a, const Held &b)
{
    return a.weight > b.weight;
}

/* The best SIZE of FROM, and whatever equals the last of them. */
void take_best(std::vector<Held> &from, size_t size, Listed &out)
{
    auto end = from.end();
    out.list.clear();
    out.all = from.size() <= size;
    if (!out.all) {
        const auto last = from.begin() + (long)size - 1;
        std::nth_element(from.begin(), last, from.end(), heavier);
        const double least = last->weight;
        end =
            std::partition(last + 1, from.end(), [&](const Held &h) { return h.weight >= least; });
    }
    for (auto h = from.begin(); h != end; ++h)
        out.list.push_back({h->did, h->weight, h->length});
    std::sort(out.list.begin(), out.list.end(), [](const Ranked &a, const Ranked &b) {
        return a.weight != b.weight ? a.weight > b.weight : a.did < b.did;
    });
}

/* FROM rises. */
void count(Run &run, const std::vector<Held> &from)
{
    run.tally.clear();
    run.tally.count(run.view, dids_of(from));
    run.exact = from.size() <= COUNTED || !run.view.collapse();
    run.total = run.view.collapse() && run.exact ? run.tally.distinct : from.size();
}

double tenth_share(const std::vector<Held> &from)
{
    std::vector<double> shares;
    if (from.size() < ENOUGH)
        return 0;
    for (const Held &h : from)
        shares.push_back(h.share);
    std::nth_element(shares.begin(), shares.begin() + ENOUGH - 1, shares.end(),
                     std::greater<double>());
    return shares[ENOUGH - 1];
}

/* Of what has any of the words, what has enough of them counts, and what has not all is listed. */
void list_some(Run &run, const std::vector<ReadIn> &compounds, uint64_t with_all)
{
    Listed found;
    std::vector<Held> any = bag_any(run.view, run.question.bag, compounds, run.deadline), kept;
    if (with_all < ENOUGH) {
        const double least = least_share(tenth_share(any), run.question.bag.whole);
        std::copy_if(any.begin(), any.end(), std::back_inserter(kept),
                     [&](const Held &h) { return h.share >= least; });
        count(run, kept);
    }
    if (with_all >= run.wanted())
        return;
    any.erase(std::remove_if(any.begin(), any.end(), [](const Held &h) { return h.all; }),
              any.end());
    list_best(
        run, [&](size_t size) { take_best(any, size, found); }, found);
    take(run, run.question.some, found, MATCHED_SOME, 0, 0.5);
}

} // namespace

void list_bag(Run &run)
{
    const bool partial = run.question.bag.wanted > 1;
    const std::vector<ReadIn> compounds = bag_compounds(run.view, run.question.bag, run.deadline);
    std::vector<Held> all = bag_all(run.view, run.question.bag, compounds, run.deadline);
    Listed found;
    count(run, all);
    list_best(
        run, [&](size_t size) { take_best(all, size, found); }, found);
    run.has_all = run.total > 0;
    const uint64_t with_all = run.total;
    take(run, run.question.all, found, MATCHED_ALL, partial ? 0.5 : 0, 1);
    if (partial && !run.deadline.was_over() && (with_all < ENOUGH || with_all < run.wanted()))
        list_some(run, compounds, with_all);
}

} // namespace shim
