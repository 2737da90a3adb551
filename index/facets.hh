/* Counting what a search finds: how many, and how many of each facet value. Documents of one
 * content count once. */
#ifndef PROSPECT_INDEX_FACETS_HH
#define PROSPECT_INDEX_FACETS_HH

#include "index/guard.hh"

#include <unordered_map>
#include <unordered_set>

namespace shim
{

/* Beyond so many matches, totals are estimates and facets are of the first. */
enum {
    COUNTED = 10000
};

/* Sees every match of a search that is looked at. The facets of a document stand in one slot as
 * one string: equal strings are counted first, and taken apart at the end. */
class Tally : public Xapian::MatchSpy
{
  public:
    Tally(bool collapse_groups, bool count_facets) : collapse(collapse_groups), facets(count_facets)
    {
    }
    void operator()(const Xapian::Document &doc, double weight) override;
    void add(const Xapian::Document &doc);
    /* Starts again. */
    void clear();

    size_t seen = 0;  /* matches */
    size_t count = 0; /* of which so many are not the same content as another */
    /* The facets in WANTED (bits), into RESULT's arrays. */
    void report(uint32_t wanted, struct index_result *result) const;

  private:
    bool collapse, facets;
    std::unordered_set<std::string> groups;
    std::unordered_map<std::string, uint32_t> rows;
};

/* The values of FIELD in a document's SLOT_FACETS. */
std::vector<std::string> facet_values(const std::string &slot, enum query_field field);

} // namespace shim

#endif
