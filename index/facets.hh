/* Counting what a search finds: how many, and how many of each facet value. Documents of one
 * content count once. */
#ifndef PROSPECT_INDEX_FACETS_HH
#define PROSPECT_INDEX_FACETS_HH

#include "index/reader.hh"
#include "index/schema.h"

#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace shim
{

/* Beyond so many matches, totals are estimates and facets are of the first. */
enum {
    COUNTED = 10000
};

/* The slot in which the values of FIELD stand. */
enum slot facet_slot(enum query_field field);

/* Sees every match of a search that is looked at. The facets of a document stand in two slots as
 * strings: equal strings are counted first, and taken apart at the end. */
class Tally : public Xapian::MatchSpy
{
  public:
    /* WANTED: facets, in bits. */
    Tally(bool collapse_groups, uint32_t wanted);
    void operator()(const Xapian::Document &doc, double weight) override;
    void add(const Xapian::Document &doc);
    /* The same for DIDS of VIEW, rising: the first COUNTED of them. */
    void count(const View &view, const std::vector<Xapian::docid> &dids);
    /* Starts again. */
    void clear();

    size_t seen = 0;     /* matches */
    size_t distinct = 0; /* of which so many are not the same content as another */
    /* The facets that are wanted, into RESULT's arrays. */
    void report(struct index_result *result) const;

  private:
    bool collapse;
    uint32_t facets;
    std::vector<enum slot> slots; /* that the facets stand in */
    std::unordered_set<std::string> groups;
    std::unordered_map<std::string, uint32_t> rows;
};

/* The values of FIELD in a document's slot. */
std::vector<std::string> facet_values(const std::string &slot, enum query_field field);

} // namespace shim

#endif
