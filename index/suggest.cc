/* What somebody may be about to type: words of the index that go on like the last one, and titles
 * that have the words. Only from what the caller may see. */
#include "index/facets.hh"
#include "index/hits.hh"
#include "index/query.hh"
#include "index/schema.h"
#include "index/terms.hh"

#include <algorithm>
#include <cstring>

extern "C" {
#include "index/text/fold.h"
}

using namespace shim;

namespace
{

/* Bounds: terms looked at, bytes typed, titles at most. */
enum {
    SCANNED = 3000,
    TYPED_MAX = 200,
    TITLES_MAX = 3
};

typedef std::pair<Xapian::doccount, std::string> Counted;

/* The last word typed, as far as it goes, and what stands before it. */
void split(const std::string &text, std::string &before, std::string &last)
{
    size_t at = text.find_last_of(" \t\n\"()");
    before = at == std::string::npos ? "" : text.substr(0, at + 1);
    last = at == std::string::npos ? text : text.substr(at + 1);
}

std::string folded(const std::string &word)
{
    Bytes b;
    fold_word(word.data(), word.size(), FOLD_ALL, &b);
    return b.str();
}

std::vector<Counted> words_like(const View &view, const std::string &prefix, size_t max)
{
    std::vector<Counted> words;
    size_t scanned = 0;
    for (Xapian::TermIterator t = view.db.allterms_begin(prefix);
         t != view.db.allterms_end(prefix) && scanned < SCANNED; ++t, scanned++)
        words.emplace_back(t.get_termfreq(), *t);
    std::stable_sort(words.begin(), words.end(),
                     [](const Counted &a, const Counted &b) { return a.first > b.first; });
    words.resize(std::min(words.size(), max));
    return words;
}

/* Titles that have all the words before the last, and one that starts like the last. */
void add_titles(struct index_reader *r, const View &view, const std::string &before,
                const std::string &last, struct strlist *out)
{
    Tree tree;
    parse(r, view, before.c_str(), tree);
    std::vector<Xapian::Query> all;
    if (tree.get())
        all.push_back(title_query(view, tree.get()));
    std::vector<std::string> forms;
    for (const Counted &w : words_like(view, PREFIX_TITLE + last, 50))
        forms.push_back(w.second);
    all.emplace_back(Xapian::Query::OP_SYNONYM, forms.begin(), forms.end());
    Xapian::Enquire e(view.db);
    e.set_query(Xapian::Query(Xapian::Query::OP_AND, all.begin(), all.end()));
    e.set_sort_by_relevance_then_value(SLOT_TIE, false);
    Xapian::MSet titles = e.get_mset(0, TITLES_MAX);
    for (Xapian::MSetIterator i = titles.begin(); i != titles.end(); ++i) {
        Data data;
        data.read(view, *i);
        strlist_add_once(out, data.fields.title);
    }
}

void suggest(struct index_reader *r, const View &view, const std::string &text, unsigned max,
             struct strlist *out)
{
    std::string before, last;
    split(text, before, last);
    const std::string prefix = folded(last);
    /* Names of prefixes start with capitals, folded words never do. */
    if (view.parts.empty() || prefix.empty() || (prefix[0] >= 'A' && prefix[0] <= 'Z'))
        return;
    for (const Counted &w : words_like(view, prefix, max))
        strlist_add_once(out, (before + w.second).c_str());
    struct strlist titles = {};
    add_titles(r, view, before, prefix, &titles);
    for (size_t i = 0; i < titles.count; i++) {
        /* Titles take the place of the rarest words. */
        if (out->count >= max && out->count > titles.count - i)
            free(out->item[--out->count]);
        if (out->count < max)
            strlist_add_once(out, titles.item[i]);
    }
    strlist_free(&titles);
}

} // namespace

extern "C" prospect_status index_suggest(struct index_reader *r, const struct access *who,
                                         const char *text, unsigned max, struct strlist *out,
                                         struct error *error)
{
    if (!text || strlen(text) > TYPED_MAX)
        return PROSPECT_OK;
    return read(r, who, error, [&](const View &view) {
        strlist_free(out);
        suggest(r, view, text, max, out);
        return PROSPECT_OK;
    });
}
