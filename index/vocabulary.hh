/* The terms that the index has for the words of a query. What is asked twice is looked up once. */
#ifndef PROSPECT_INDEX_VOCABULARY_HH
#define PROSPECT_INDEX_VOCABULARY_HH

#include "index/reader.hh"

#include <map>

extern "C" {
#include "index/text/query.h"
}

namespace shim
{

/* What a word weighs by. A document has a word's own form beside its stem: taken as synonyms, the
 * form that was typed would count twice. So the stems weigh, and the form adds EXACT_WEIGHT of its
 * own weight; all of it where a document has no stem and is marked as unstemmed. A longer word that
 * begins with it counts COMPOUND_WEIGHT, where that is more. */
struct Weighing {
    std::vector<std::string> stems; /* all forms, where nothing tells them apart */
    std::vector<std::string> typed;
    std::vector<std::string> compounds;
};

extern const double EXACT_WEIGHT;

class Vocabulary
{
  public:
    explicit Vocabulary(const View &v) : view(v)
    {
    }
    /* Of a word or prefix, in SECTION ("" is the body); only terms that exist. */
    const std::vector<std::string> &terms_of(const struct query *q, const char *section);
    const std::vector<std::string> &compounds(const struct query *q, const char *section);
    /* Both: whatever of a word counts as having it. */
    std::vector<std::string> counted(const struct query *q, const char *section);
    Weighing weighing(const struct query *q, const char *section);
    /* The logarithm of how few documents have the most frequent of TERMS. */
    double rarity(const std::vector<std::string> &terms) const;

  private:
    std::vector<std::string> expand(const std::string &prefix) const;

    const View &view;
    typedef std::map<std::pair<const struct query *, std::string>, std::vector<std::string>> Terms;
    Terms forms, longer;
};

} // namespace shim

#endif
