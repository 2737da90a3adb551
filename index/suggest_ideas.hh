/* Where suggestions come from, each within bounds of its own. */
#ifndef PROSPECT_INDEX_SUGGEST_IDEAS_HH
#define PROSPECT_INDEX_SUGGEST_IDEAS_HH

#include "index/deadline.hh"
#include "index/query.hh"

namespace shim
{

struct Idea {
    std::string text;    /* as written */
    std::string folded;  /* its words without case and accents */
    double weight = 0;   /* of ideas of one kind, the higher the better */
    bool name = false;   /* of an event or programme, whose words need not be in its documents */
    bool whole = true;   /* some document has all of it: it need not be tried */
    bool in_row = false; /* the same, and in this order, with nothing between */
    std::string origin;  /* a term of the documents that it comes from */
};

typedef std::vector<Idea> Ideas;

/* What somebody types, in two parts. */
struct Typed {
    std::vector<std::string> words; /* complete, as typed */
    std::string prefix;             /* folded: the last, as far as it goes; "" behind a blank */
};

/* Phrases, events and programmes that have the words of TYPED from word FROM on in a row,
 * anywhere; by how many documents have them. */
Ideas phrase_ideas(const View &view, const Typed &typed, size_t from, Deadline &deadline);
/* Titles that have all the words, in any order. COMPLETE: the documents that have the complete
 * ones in their titles. */
Ideas title_ideas(const View &view, const Typed &typed, const Xapian::Query &complete,
                  Deadline &deadline);
/* Words that go on like the prefix, by how many documents have them; no stop words. */
Ideas word_ideas(struct index_reader *r, const View &view, const Typed &typed, size_t max,
                 Deadline &deadline);
/* The same, of the documents that the words before it lead to, COMPLETE. */
Ideas company_ideas(struct index_reader *r, const View &view, const Typed &typed,
                    const Xapian::Query &complete, size_t max, Deadline &deadline);

/* The words with blanks between. */
std::string joined(const std::vector<std::string> &words, size_t from = 0);

} // namespace shim

#endif
