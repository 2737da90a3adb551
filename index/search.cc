/* A search. What counts as a result and what is listed is decided in list(), by the rule that
 * doc/ranking.md tells in full:
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
#include "index/correct.hh"
#include "index/deadline.hh"
#include "index/explain.hh"
#include "index/facets.hh"
#include "index/hits.hh"
#include "index/pick.hh"
#include "index/query.hh"
#include "index/rank.hh"
#include "index/schema.h"
#include "index/telling.hh"

#include <algorithm>
#include <cstring>
#include <memory>
#include <set>

using namespace shim;

namespace
{

enum {
    ENOUGH = 10, /* so many documents are enough to choose from */
    FEW = 2000   /* so many are weighed and counted in one pass */
};

struct Found {
    Xapian::docid did;
    double score;
    enum index_matched matched;
    double weight, queried; /* that ranked it, and that the query gave */
    size_t pass;            /* number of its query in Run.ranked */
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
    std::vector<Found> found;          /* what is listed; then, the page of it that is shown */
    std::set<Xapian::docid> full;      /* have all the words, where there are few */
    std::vector<Xapian::Query> ranked; /* by which what is listed was found */
    uint64_t total = 0;
    bool exact = true;
    bool loosened = false; /* phrases were made words: no document has all that was asked for */
    bool has_all = false;  /* some document has all the words */
    Places places;

    Run(const View &v, const struct index_search *search, const struct query *tree, Deadline &d)
        : view(v), s(search), question(question_of(v, tree)), filter(filter_of(search)),
          deadline(d),
          sort(!tree && search->sort == SORT_RELEVANCE ? SORT_DATE_DOWN : search->sort),
          tally(v.collapse(), search->facets), places(v, question)
    {
    }
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

std::unique_ptr<Xapian::Weight> weighting(enum index_sort sort)
{
    if (sort == SORT_RELEVANCE)
        return std::make_unique<Xapian::IneB2Weight>(RANK_LENGTH);
    return std::make_unique<Xapian::BoolWeight>();
}

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

template <typename T> std::vector<Xapian::docid> dids_of(const std::vector<T> &list)
{
    std::vector<Xapian::docid> dids;
    for (const T &r : list)
        dids.push_back(r.did);
    return dids;
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

/* ---- showing ------------------------------------------------------------------------------- */

void show(Run &run, const Found &found, struct index_hit *hit)
{
    Data data;
    data.read(run.view, found.did);
    hit->fields = data.fields;
    data.fields = {};
    hit->score = run.loosened ? found.score / 2 : found.score;
    hit->matched = run.loosened ? MATCHED_SOME : found.matched;
    if (run.view.collapse())
        add_duplicates(run.view, found.did, &hit->fields);
    if (run.s->snippets)
        pick({run.view.part(found.did), run.view.local(found.did), data.places,
              run.places.in(found.did)},
             run.question, run.s->style, hit);
}

/* OF[i] is what was found for hit i. */
void explain_all(Run &run, const std::vector<Found> &of, struct index_result *out)
{
    for (size_t pass = 0; pass < run.ranked.size(); pass++) {
        std::vector<Explained> found;
        for (size_t i = 0; i < out->n_hits; i++)
            if (of[i].pass == pass)
                found.push_back({of[i].did, of[i].queried, of[i].weight, &out->hits[i]});
        explain(run.view, *weighting(run.sort), run.ranked[pass], run.question, run.places, found);
    }
}

void show_all(Run &run, struct index_result *out)
{
    std::set<std::string> shown;
    std::vector<Found> of;
    out->hits = (struct index_hit *)mem_zalloc((run.found.size() + 1) * sizeof *out->hits);
    if (run.s->snippets)
        run.places.read(dids_of(run.found), Places::ALL);
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
        run.tally.report(out);
}

typedef Owned<struct index_result, index_result_free> Result;

/* Whoever types "???" wants something, and not all there is. */
bool is_asked(const char *q)
{
    return q && q[strspn(q, " \t\r\n")];
}

/* Nothing has all that was quoted in a row of words: its words will do. */
bool loosen(struct index_reader *r, const View &view, struct query *tree)
{
    if (!loosen_phrases(tree))
        return false;
    drop_stopwords(view, r->stopwords.get(), tree);
    return true;
}

/* What is found when the words are corrected, in place of what the words as typed found with some
 * of them; false if there is no correction, or nothing either. */
bool search_corrected(struct index_reader *r, const Run &typed, struct index_result *out)
{
    Tree whole; /* half a word may look like a stop word */
    Correction c;
    parse_typed(r, typed.view, typed.s->q, whole);
    if (!correct(r, typed.view, typed.s->q, whole.get(), time_of(typed.s), c))
        return false;
    Run run(typed.view, typed.s, c.tree.get(), typed.deadline);
    run.question.languages = typed.question.languages;
    list(run);
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
    std::vector<std::string> languages;
    out->query_cut = parse(r, view, s->q, tree, &languages);
    if (tree.get())
        query_print(tree.get(), &parsed);
    out->parsed = mem_strdup(parsed.str().c_str());
    out->total_is_exact = out->facets_exact = true;
    if (view.parts.empty())
        return;
    Deadline deadline(time_of(s));
    std::unique_ptr<Run> run(new Run(view, s, tree.get(), deadline));
    if (!tree.get() && is_asked(s->q))
        run->question.all = Xapian::Query();
    run->question.languages = languages;
    list(*run);
    if (run->total == 0 && tree.get() && !deadline.was_over() && loosen(r, view, tree.get())) {
        run.reset(new Run(view, s, tree.get(), deadline));
        run->question.languages = languages;
        run->loosened = true;
        list(*run);
    }
    bool lacks = tree.get() && !run->has_all && !deadline.was_over();
    if (!lacks || !s->expand || !search_corrected(r, *run, out))
        show_all(*run, out);
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
