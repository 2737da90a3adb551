/* The words that are in every text, for all of the process. */
#ifndef PROSPECT_INDEX_STOPLIST_HH
#define PROSPECT_INDEX_STOPLIST_HH

extern "C" {
#include "index/text/stopwords.h"
}

namespace shim
{

/* One table, made when it is first asked for, from whatever thread, and only read after that. */
struct Stoplist {
    const struct stopwords *get() const;
};

} // namespace shim

#endif
