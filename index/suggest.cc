/* What somebody may be about to type: words of the index that go on like the last one, first those
 * that stand in documents with the words before it, and titles that have the words. Only from what
 * the caller may see. */
#include "index/facets.hh"
#include "index/hits.hh"
#include "index/query.hh"
#include "index/schema.h"
#include "index/surface.hh"
#include "index/terms.hh"

#include <algorithm>
#include <cstring>
#include <map>

extern "C" {
#include "index/fields.h"
#include "index/text/fold.h"
}

using namespace shim;

namespace
{

/* Bounds: terms looked at, bytes typed, titles at most, documents with the words before. */
enum {
    SCANNED = 3000,
    TYPED_MAX = 200,
    TITLES_MAX = 3,
    COMPANY = 40
};

typedef std::pair<double, std::string> Counted;

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

void keep_most(std::vector<Counted> &words, size_t max)
{
    std::stable_sort(words.begin(), words.end(),
                     [](const Counted &a, const Counted &b) { return a.first > b.first; });
    words.resize(std::min(words.size(), max));
}

std::vector<Counted> words_like(const View &view, const std::string &prefix, size_t max)
{
    std::vector<Counted> words;
    size_t scanned = 0;
    for (Xapian::TermIterator t = view.db.allterms_begin(prefix);
         t != view.db.allterms_end(prefix) && scanned < SCANNED; ++t, scanned++)
        words.emplace_back(t.get_termfreq(), *t);
    keep_most(words, max);
    return words;
}

/* The words on PREFIX of the documents that the words BEFORE lead to; those of the best count
 * most. */
std::vector<Counted> words_beside(struct index_reader *r, const View &view,
                                  const std::string &before, const std::string &prefix, size_t max)
{
    Tree tree;
    parse(r, view, before.c_str(), tree);
    std::map<std::string, double> counts;
    if (!tree.get())
        return {};
    Xapian::Enquire e(view.db);
    e.set_query(question_of(view, tree.get()).all);
    Xapian::MSet found = e.get_mset(0, COMPANY);
    for (Xapian::MSetIterator i = found.begin(); i != found.end(); ++i) {
        Xapian::TermIterator t = view.db.termlist_begin(*i);
        for (t.skip_to(prefix); t != view.db.termlist_end(*i); ++t) {
            const std::string word = *t;
            if (word.compare(0, prefix.size(), prefix) != 0 || counts.size() > SCANNED)
                break;
            counts[word] += i.get_weight();
        }
    }
    std::vector<Counted> words;
    for (const auto &c : counts)
        words.emplace_back(c.second, c.first);
    keep_most(words, max);
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
        /* Where nothing better is known, the file's name is no title that anybody would type. */
        if (strcmp(data.fields.title, fields_file_name(data.fields.path)) != 0)
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
    std::vector<Counted> words = words_beside(r, view, before, prefix, max);
    if (words.empty())
        words = words_like(view, prefix, max);
    for (const Counted &w : words)
        strlist_add_once(out, (before + surface_of(view, w.second)).c_str());
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
