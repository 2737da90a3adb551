/* What of a typed query is searched for: words that say nothing are left out of rows of words, and
 * of very many words those are kept that say most. */
#ifndef PROSPECT_INDEX_TELLING_HH
#define PROSPECT_INDEX_TELLING_HH

#include "index/reader.hh"

namespace shim
{

/* So many words are searched for at once. */
enum {
    TELLING_MAX = 64
};

/* Drops the stop words of TREE where they stand in a row beside other words. They stay in phrases
 * and NEAR, beside AND, OR and NOT, and where there is nothing else ("to be or not to be"). The
 * query's language is the one, of those that VIEW holds, of which it has most of them; of several,
 * all, and these are returned; none where it has none. A word in capitals is none where others are
 * not (WHO report). */
std::vector<std::string> drop_stopwords(const View &view, const struct stopwords *stopwords,
                                        struct query *tree);

/* The languages that VIEW holds, as a set of stopwords.h; all where it holds none. */
uint32_t stopword_languages(const View &view);

/* Drops words, phrases and other operands, those in most documents first, until TELLING_MAX words
 * are left, but never the last operand of any; of a longer phrase the first TELLING_MAX are kept.
 * True if any was dropped. */
bool keep_telling(const View &view, struct query *tree);

/* Makes rows of words of the phrases that stand beside other words in a row: for a sentence with a
 * quotation in it that no document has. False where there are none. */
bool loosen_phrases(struct query *tree);

} // namespace shim

#endif
