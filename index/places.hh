/* Where the words of a question stand in some documents.
 *
 * Read from the index term by term, and of each in the documents' order: neighbours lie in the same
 * blocks, and a block is read once. A document that does not have a term costs no look-up of its
 * positions. What is known of a document stays, so that ranking and picking pages read it once.
 */
#ifndef PROSPECT_INDEX_PLACES_HH
#define PROSPECT_INDEX_PLACES_HH

#include "index/query.hh"

#include <map>

namespace shim
{

/* Positions in one document, rising. */
struct InDocument {
    std::vector<std::vector<uint32_t>> word; /* of each word of the question */
    uint64_t known = 0;                      /* the words that were read, bit by bit */
    size_t count = 0;                        /* places in all words */
    bool cut = false;                        /* there are more: count is PLACES_MAX */
};

enum {
    PLACES_MAX = 20000 /* of all words, in one document */
};

class Places
{
  public:
    /* Both must outlive it. */
    Places(const View &v, const Question &q) : view(v), question(q)
    {
    }
    /* Every word of the question. */
    static const uint64_t ALL = UINT64_MAX;
    /* Reads what is not known yet of WORDS (of the question, bit by bit) in DIDS; nothing more of
     * it when it is too late (deadline.hh). */
    void read(const std::vector<Xapian::docid> &dids, uint64_t words);
    /* Of a document that was read. Valid as long as the object. */
    const InDocument &in(Xapian::docid did) const
    {
        return known.at(did);
    }

  private:
    struct Wanted;
    static void read_list(const Part &part, const std::string &term, size_t word, const Wanted &x);
    void read_word(const Part &part, size_t word, const std::vector<Wanted> &wanted);

    const View &view;
    const Question &question;
    std::map<Xapian::docid, InDocument> known;
};

/* What stands in SLOT of each of DIDS. */
std::vector<std::string> values_of(const View &view, const std::vector<Xapian::docid> &dids,
                                   unsigned slot);
/* Where each unit of each of DIDS begins, and where the last ends. */
std::vector<std::vector<uint32_t>> unit_bounds(const View &view,
                                               const std::vector<Xapian::docid> &dids);
/* Which of DIDS have TERM. */
std::vector<bool> which_have(const View &view, const std::vector<Xapian::docid> &dids,
                             const std::string &term);

} // namespace shim

#endif
