/* A search: two passes at most. The first finds the documents that have all the words. Where these
 * are few, the second finds those that have some: see list_rule() for what is listed and counted.
 */
#include "index/correct.hh"
#include "index/deadline.hh"
#include "index/explain.hh"
#include "index/facets.hh"
#include "index/hits.hh"
#include "index/pick.hh"
#include "index/query.hh"
#include "index/schema.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <set>

using namespace shim;

namespace
{

/* So many documents with all the words are enough: no others are listed then. */
enum {
    ENOUGH = 10
};

struct Found {
    Xapian::docid did;
    double score;
    enum index_matched matched;
    double weight; /* by which the pass ranked it */
    size_t pass;   /* number of its query in Run.ranked */
};

unsigned time_of(const struct index_search *s)
{
    return s->timeout_ms ? s->timeout_ms : 2000;
}

/* One search on its way. */
struct Run {
    const View &view;
    const struct index_search *s;
    Question question;
    Xapian::Query filter;
    Deadline &deadline;
    enum index_sort sort;
    Tally tally;
    std::vector<Found> found; /* what is to be shown */
    std::vector<Xapian::Query> ranked;
    uint64_t total = 0;
    bool exact = true;
    bool has_all = false; /* some document has all the words */

    Run(const View &v, const struct index_search *search, const struct query *tree, Deadline &d)
        : view(v), s(search), question(question_of(v, tree)), filter(filter_of(search)),
          deadline(d),
          sort(!tree && search->sort == SORT_RELEVANCE ? SORT_DATE_DOWN : search->sort),
          tally(v.collapse(), search->facets != 0)
    {
    }
};

/* ---- one pass ------------------------------------------------------------------------------ */

std::unique_ptr<Xapian::Weight> weighting(enum index_sort sort)
{
    if (sort == SORT_RELEVANCE)
        return std::make_unique<Xapian::IneB2Weight>(1.5);
    return std::make_unique<Xapian::BoolWeight>();
}

void set_order(Xapian::Enquire &e, enum index_sort sort)
{
    switch (sort) {
    case SORT_RELEVANCE:
        e.set_sort_by_relevance_then_value(SLOT_TIE, false);
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

/* Takes what the pass found; scores are between LOW and HIGH. */
void take(Run &run, const Xapian::Enquire &e, const Xapian::MSet &mset, enum index_matched matched,
          double low, double high)
{
    double best = mset.get_max_possible();
    run.ranked.push_back(e.get_query());
    for (Xapian::MSetIterator i = mset.begin(); i != mset.end(); ++i) {
        double part = best > 0 ? std::min(1.0, i.get_weight() / best) : 1.0;
        run.found.push_back(
            {*i, low + (high - low) * part, matched, i.get_weight(), run.ranked.size() - 1});
    }
}

Xapian::MSet pass(Run &run, Xapian::Enquire &e, const Xapian::Query &query, Tally *tally,
                  unsigned from, unsigned size)
{
    DeadlineSource source(run.deadline);
    Xapian::Query q(Xapian::Query::OP_FILTER, query, run.filter);
    q = Xapian::Query(Xapian::Query::OP_FILTER, q, Xapian::Query(&source));
    e.set_query(q);
    set_order(e, run.sort);
    if (run.view.collapse())
        e.set_collapse_key(SLOT_GROUP);
    if (tally && (run.view.collapse() || run.s->facets))
        e.add_matchspy(tally);
    return e.get_mset(from, size, tally ? COUNTED + 1 : 0);
}

/* How many there are: by our own count where contents are told apart, else as Xapian says. */
void count(Run &run, const Xapian::MSet &mset)
{
    if (run.view.collapse()) {
        run.exact = run.tally.seen <= COUNTED;
        run.total = run.exact ? run.tally.count
                              : std::max<uint64_t>(run.tally.count, mset.get_matches_estimated());
        return;
    }
    run.exact = mset.get_matches_lower_bound() == mset.get_matches_upper_bound();
    run.total = run.exact ? mset.get_matches_lower_bound() : mset.get_matches_estimated();
}

/* ---- the rule ------------------------------------------------------------------------------ */

/* What is listed and counted, in this one place:
 *   - ENOUGH or more documents have all the words: these, and no others;
 *   - fewer, but some: these, and behind them the best of those that have some of the words, until
 *     there are ENOUGH; sorted by date or title, only those that have all;
 *   - none: those that have some of the words.
 * The total is the length of that list, and facets count what is in it. */
void list_rule(Run &run)
{
    const struct index_search *s = run.s;
    const Question &q = run.question;
    bool partial = q.partial;
    Xapian::Enquire all(run.view.db);
    Xapian::MSet with_all = pass(run, all, q.all, &run.tally, s->from, s->size);
    count(run, with_all);
    run.has_all = run.total > 0;
    take(run, all, with_all, MATCHED_ALL, partial ? 0.5 : 0, 1);
    if (!partial || run.total >= ENOUGH || run.deadline.was_over())
        return;
    Xapian::Enquire some(run.view.db);
    if (run.total == 0) {
        Xapian::MSet with_some = pass(run, some, q.some, &run.tally, s->from, s->size);
        count(run, with_some);
        take(run, some, with_some, MATCHED_SOME, 0, 0.5);
        return;
    }
    if (run.sort != SORT_RELEVANCE)
        return;
    const Xapian::Query rest(Xapian::Query::OP_AND_NOT, q.some, q.all);
    unsigned have = (unsigned)run.total;
    Xapian::MSet others = pass(run, some, rest, nullptr, 0, ENOUGH - have);
    run.total += others.size();
    for (Xapian::MSetIterator i = others.begin(); i != others.end(); ++i)
        run.tally.add(i.get_document());
    take(run, some, others, MATCHED_SOME, 0, 0.5);
    /* The page asked for may start behind those that have all, or end before the last other. */
    size_t skip = s->from > have ? s->from - have : 0;
    size_t first = run.found.size() - others.size();
    run.found.erase(run.found.begin() + (long)first,
                    run.found.begin() + (long)(first + std::min<size_t>(skip, others.size())));
    if (run.found.size() > s->size)
        run.found.resize(s->size);
}

/* ---- showing ------------------------------------------------------------------------------- */

void show(Run &run, const Found &found, struct index_hit *hit)
{
    Data data;
    data.read(run.view, found.did);
    hit->fields = data.fields;
    data.fields = {};
    hit->score = found.score;
    hit->matched = found.matched;
    if (run.view.collapse())
        add_duplicates(run.view, found.did, &hit->fields);
    if (run.s->snippets)
        pick(run.view.part(found.did), run.view.local(found.did), data.places, run.question,
             run.s->style, hit);
}

/* OF[i] is what was found for hit i. */
void explain_all(Run &run, const std::vector<Found> &of, struct index_result *out)
{
    for (size_t pass = 0; pass < run.ranked.size(); pass++) {
        std::vector<Explained> found;
        for (size_t i = 0; i < out->n_hits; i++)
            if (of[i].pass == pass)
                found.push_back({of[i].did, of[i].weight, of[i].weight, &out->hits[i]});
        explain(run.view, *weighting(run.sort), run.ranked[pass], run.question, found);
    }
}

void show_all(Run &run, struct index_result *out)
{
    std::set<std::string> shown;
    std::vector<Found> of;
    out->hits = (struct index_hit *)mem_zalloc((run.found.size() + 1) * sizeof *out->hits);
    for (const Found &f : run.found) {
        show(run, f, &out->hits[out->n_hits++]);
        /* While a document moves between compartments it is in both. */
        if (!shown.insert(out->hits[out->n_hits - 1].fields.id).second)
            index_fields_free(&out->hits[--out->n_hits].fields);
        else
            of.push_back(f);
    }
    if (run.s->explain)
        explain_all(run, of, out);
    out->total = run.total;
    out->total_is_exact = run.exact && !run.deadline.was_over();
    out->partial = run.deadline.was_over();
    out->facets_exact = true;
    if (run.s->facets)
        run.tally.report(run.s->facets, out);
}

typedef Owned<struct index_result, index_result_free> Result;

/* Whoever types "???" wants something, and not all there is. */
bool is_asked(const char *q)
{
    return q && q[strspn(q, " \t\r\n")];
}

/* What is found when the words are corrected, in place of what the words as typed found with some
 * of them; false if there is no correction, or nothing either. */
bool search_corrected(struct index_reader *r, const Run &typed, const struct query *tree,
                      struct index_result *out)
{
    Correction c;
    if (!correct(r, typed.view, typed.s->q, tree, time_of(typed.s), c))
        return false;
    Run run(typed.view, typed.s, c.tree.get(), typed.deadline);
    list_rule(run);
    if (run.total == 0)
        return false;
    for (Found &f : run.found)
        if (f.matched == MATCHED_ALL || c.in(run.view, f.did))
            f.matched = MATCHED_CORRECTED;
    out->did_you_mean = mem_strdup(c.text.c_str());
    show_all(run, out);
    return true;
}

void search(struct index_reader *r, const View &view, const struct index_search *s,
            struct index_result *out)
{
    Tree tree;
    Bytes parsed;
    parse(r, view, s->q, tree);
    if (tree.get())
        query_print(tree.get(), &parsed);
    out->parsed = mem_strdup(parsed.str().c_str());
    out->total_is_exact = out->facets_exact = true;
    if (view.parts.empty())
        return;
    Deadline deadline(time_of(s));
    Run run(view, s, tree.get(), deadline);
    if (!tree.get() && is_asked(s->q))
        run.question.all = Xapian::Query();
    list_rule(run);
    bool lacks = tree.get() && !run.has_all && !run.deadline.was_over();
    if (!lacks || !s->expand || !search_corrected(r, run, tree.get(), out))
        show_all(run, out);
}

} // namespace

extern "C" prospect_status index_search(struct index_reader *r, const struct access *who,
                                        const struct index_search *s, struct index_result **out,
                                        struct error *error)
{
    *out = nullptr;
    return read(r, who, error, [&](const View &view) {
        Result result;
        *result.out() = (struct index_result *)mem_zalloc(sizeof(struct index_result));
        search(r, view, s, result.get());
        *out = result.release();
        return PROSPECT_OK;
    });
}
