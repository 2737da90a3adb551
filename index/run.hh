/* One search on its way: what is asked, and what is found and counted so far. */
#ifndef PROSPECT_INDEX_RUN_HH
#define PROSPECT_INDEX_RUN_HH

#include "index/bag.hh"
#include "index/deadline.hh"
#include "index/facets.hh"
#include "index/rank.hh"

#include <memory>
#include <set>

namespace shim
{

struct Found {
    Xapian::docid did;
    double score;
    enum index_matched matched;
    double weight; /* that ranked it */
    size_t pass;   /* number of its query in Run.ranked */
};

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
        if (!is_bag() || s->explain)
            ask(view, tree, question);
    }
    bool is_narrowed() const
    {
        return s->n_filters > 0 || s->has_dates;
    }
    /* Listed by bag.hh, without the queries of the question. */
    bool is_bag() const
    {
        return sort == SORT_RELEVANCE && !is_narrowed() && !question.bag.words.empty() &&
               question.bag.postings <= BAG_MAX;
    }
    unsigned wanted() const
    {
        return s->from + s->size;
    }
    /* Ranking looks at more than a page of hits, and always at the same, whatever page is asked
     * for. */
    unsigned reach() const
    {
        return std::max<unsigned>(wanted(), RANKED);
    }
};

template <typename T> std::vector<Xapian::docid> dids_of(const std::vector<T> &list)
{
    std::vector<Xapian::docid> dids;
    for (const T &r : list)
        dids.push_back(r.did);
    return dids;
}

/* By which a list that is sorted so is weighed. */
std::unique_ptr<Xapian::Weight> weighting(enum index_sort sort);

/* Finds what is to be shown of RUN, in order, and counts the results: see listing.cc. */
void list(Run &run);

} // namespace shim

#endif
