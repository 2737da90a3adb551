/* The two ways of listing, and what they share. */
#ifndef PROSPECT_INDEX_LISTING_HH
#define PROSPECT_INDEX_LISTING_HH

#include "index/run.hh"

#include <functional>

namespace shim
{

enum {
    ENOUGH = 10 /* so many documents are enough to choose from */
};

/* What a pass lists, best first. */
struct Listed {
    std::vector<Ranked> list;
    bool all = true; /* nothing was left out */
};

/* Puts equals in the order of their tie keys. */
void order_equals(const View &view, std::vector<Ranked> &list);
/* Of documents of one content, the first stays. */
void drop_copies(const View &view, std::vector<Ranked> &list);
/* The least share of a query that a result has, if ten documents have TENTH of the WHOLE. */
double least_share(double tenth, double whole);
/* Puts into OUT as much as RUN reaches for, and no copies. FIND(size) puts there the best SIZE that
 * it finds; it is asked for more where copies leave too few. */
void list_best(const Run &run, const std::function<void(size_t)> &find, Listed &out);
/* Ranks what was found by QUERY and adds it to what RUN has found; scores are between LOW and HIGH,
 * the best's. */
void take(Run &run, const Xapian::Query &query, Listed &from, enum index_matched matched,
          double low, double high);

/* By passes of Xapian's matcher, which any query can be listed by. */
void list_by_queries(Run &run);
/* By one walk over the postings: see bag.hh. */
void list_bag(Run &run);

} // namespace shim

#endif
