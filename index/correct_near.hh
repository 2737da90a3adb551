/* The words of the index that a typed word may have been meant for: those a typing error or two
 * away. The term lists of what the caller sees are walked, of nothing else. */
#ifndef PROSPECT_INDEX_CORRECT_NEAR_HH
#define PROSPECT_INDEX_CORRECT_NEAR_HH

#include "index/deadline.hh"
#include "index/reader.hh"

namespace shim
{

/* Documents that make a word more than somebody else's typing error. */
enum {
    NEAR_ESTABLISHED = 3
};

struct Near {
    std::string word; /* folded, without its section's prefix */
    unsigned edits;
    Xapian::doccount documents; /* that have it, of those the caller sees */
    bool slip; /* characters swapped, or a double one single or the reverse: hardly ever meant so */
    double likeness; /* how likely this is what was meant: to compare by, higher is likelier */
};

/* Errors that a folded WORD may have: none below 4 characters, one below 8, two from there on. */
unsigned near_tolerance(const std::string &word);

/* Bounds one question's walks, whatever was typed and however many words the index has. */
struct NearBudget {
    Deadline &deadline;
    unsigned terms = 30000; /* that may still be looked at */
};

/* Up to MAX words near WORD (folded) in SECTION ("" or PREFIX_TITLE, PREFIX_AUTHOR), the likeliest
 * first, WORD itself left out. Two errors, the costly case, are looked for only where one finds
 * nothing that stands in several documents: first among the words with the same first letter, then
 * among the others where no more than one is in the first half, and, if THOROUGH, anywhere: three
 * times as many terms are looked at for that as for all else. A number keeps its digits: they may
 * be swapped, or one be missing or too many. */
std::vector<Near> near_words(const View &view, const std::string &section, const std::string &word,
                             unsigned edits, bool thorough, size_t max, NearBudget &budget);
/* The same for a word half typed: up to MAX words of the body that go on like what BEGINNING was
 * meant to be, with one error, but not in the first letter. */
std::vector<Near> near_beginnings(const View &view, const std::string &beginning, size_t max,
                                  NearBudget &budget);

} // namespace shim

#endif
