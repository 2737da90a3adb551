#include "index/stoplist.hh"

#include "index/guard.hh"

namespace shim
{

namespace
{

struct Table {
    Owned<struct stopwords, stopwords_free> words;
    Table()
    {
        stopwords_new(words.out());
    }
};

} // namespace

const struct stopwords *Stoplist::get() const
{
    static const Table table;
    return table.words.get();
}

} // namespace shim
