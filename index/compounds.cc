#include "index/compounds.hh"

#include "index/terms.hh"

#include <algorithm>

namespace shim
{

/* In letters, all of them basic ones: a shorter word begins too many others, and a shorter rest is
 * an ending. */
enum {
    WORD_MIN = 6,
    REST_MIN = 4,
    SCANNED_MAX = 300,
    KEPT_MAX = 32
};

static bool has_compounds(const View &view)
{
    static const std::string languages[] = {"da", "de", "et", "fi", "hu", "nl", "no", "sv"};
    for (const std::string &present : view.languages())
        if (std::find(std::begin(languages), std::end(languages), present) != std::end(languages))
            return true;
    return false;
}

static bool letters_only(const std::string &word)
{
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::vector<std::string> compounds_of(const View &view, const char *section,
                                      const std::string &word)
{
    std::vector<std::pair<Xapian::doccount, std::string>> found;
    std::vector<std::string> terms;
    if (word.size() < WORD_MIN || !letters_only(word) || !has_compounds(view))
        return terms;
    const std::string prefix = term_text(section, word.data(), word.size(), TERM_WORD);
    size_t scanned = 0;
    for (Xapian::TermIterator t = view.db.allterms_begin(prefix);
         t != view.db.allterms_end(prefix) && scanned < SCANNED_MAX; ++t, scanned++)
        if ((*t).size() >= prefix.size() + REST_MIN)
            found.emplace_back(t.get_termfreq(), *t);
    size_t keep = std::min<size_t>(found.size(), KEPT_MAX);
    std::partial_sort(found.begin(), found.begin() + (long)keep, found.end(),
                      [](const auto &a, const auto &b) { return a.first > b.first; });
    for (size_t i = 0; i < keep; i++)
        terms.push_back(found[i].second);
    return terms;
}

} // namespace shim
