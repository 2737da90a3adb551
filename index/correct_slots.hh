/* The words of a query that may be corrected, where they stand and what the index knows of them. */
#ifndef PROSPECT_INDEX_CORRECT_SLOTS_HH
#define PROSPECT_INDEX_CORRECT_SLOTS_HH

#include "index/query.hh"

namespace shim
{

struct Slot {
    std::string section;            /* "" for the body, PREFIX_TITLE, PREFIX_AUTHOR */
    std::string word;               /* folded */
    size_t start, end;              /* of the query's text */
    std::vector<std::string> terms; /* its forms that exist, with the section's prefix */
    Xapian::doccount documents = 0; /* that have the most frequent of them */
    bool joins = false;             /* it and the next are neighbours in one row */

    bool known() const
    {
        return !terms.empty();
    }
    bool holds(const Slot &inner) const
    {
        return start <= inner.start && inner.end <= end;
    }
};

/* In reading order. Words with a *, denied ones and names (country:) are none. */
std::vector<Slot> slots_of(const View &view, const struct query *tree, const std::string &text);

/* Any of the slot's terms. */
Xapian::Query slot_query(const Slot &slot);
/* How many documents Q finds; MOST if there are so many or more. */
Xapian::doccount count_up_to(const View &view, const Xapian::Query &q, Xapian::doccount most);
/* About how many documents Q finds; exact up to a hundred. */
Xapian::doccount count_about(const View &view, const Xapian::Query &q);

} // namespace shim

#endif
