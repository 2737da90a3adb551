#include "index/vocabulary.hh"

#include "index/compounds.hh"
#include "index/terms.hh"

#include <algorithm>
#include <cmath>

namespace shim
{

/* A prefix stands for so many words at most, the most frequent of the first SCANNED. */
enum {
    EXPANSION_MAX = 100,
    SCANNED = 5000
};

const double EXACT_WEIGHT = 0.2;

std::vector<std::string> Vocabulary::expand(const std::string &prefix) const
{
    std::vector<std::pair<Xapian::doccount, std::string>> found;
    size_t scanned = 0;
    for (Xapian::TermIterator t = view.db.allterms_begin(prefix);
         t != view.db.allterms_end(prefix) && scanned < SCANNED; ++t, scanned++)
        found.emplace_back(t.get_termfreq(), *t);
    size_t keep = std::min<size_t>(found.size(), EXPANSION_MAX);
    std::partial_sort(found.begin(), found.begin() + (long)keep, found.end(),
                      [](const auto &a, const auto &b) { return a.first > b.first; });
    std::vector<std::string> terms;
    for (size_t i = 0; i < keep; i++)
        terms.push_back(found[i].second);
    return terms;
}

const std::vector<std::string> &Vocabulary::terms_of(const struct query *q, const char *section)
{
    const auto known = forms.emplace(std::make_pair(q, section), std::vector<std::string>());
    std::vector<std::string> &terms = known.first->second;
    for (size_t i = 0; known.second && i < q->n_terms; i++) {
        const struct query_term &t = q->terms[i];
        std::string term = term_text(section, t.bytes, t.length, t.kind);
        if (q->op == QUERY_PREFIX)
            return terms = expand(term);
        if (view.has(term))
            terms.push_back(std::move(term));
    }
    return terms;
}

const std::vector<std::string> &Vocabulary::compounds(const struct query *q, const char *section)
{
    const auto known = longer.emplace(std::make_pair(q, section), std::vector<std::string>());
    if (known.second && q->op == QUERY_WORD && q->n_terms)
        known.first->second =
            compounds_of(view, section, std::string(q->terms[0].bytes, q->terms[0].length));
    return known.first->second;
}

std::vector<std::string> Vocabulary::counted(const struct query *q, const char *section)
{
    std::vector<std::string> terms = terms_of(q, section);
    const std::vector<std::string> &found = compounds(q, section);
    terms.insert(terms.end(), found.begin(), found.end());
    return terms;
}

static bool is_stem(const struct query *q, const char *section, const std::string &term)
{
    return std::any_of(q->terms, q->terms + q->n_terms, [&](const struct query_term &t) {
        return t.kind == TERM_STEM && (term_text(section, t.bytes, t.length, TERM_STEM) == term ||
                                       term_text(section, t.bytes, t.length, TERM_WORD) == term);
    });
}

Weighing Vocabulary::weighing(const struct query *q, const char *section)
{
    Weighing w;
    const std::vector<std::string> &terms = terms_of(q, section);
    w.compounds = compounds(q, section);
    for (const std::string &term : terms)
        (q->op == QUERY_PREFIX || is_stem(q, section, term) ? w.stems : w.typed).push_back(term);
    if (w.stems.empty())
        w.stems.swap(w.typed);
    return w;
}

double Vocabulary::rarity(const std::vector<std::string> &terms) const
{
    Xapian::doccount most = 0;
    for (const std::string &t : terms)
        most = std::max(most, view.frequency(t).documents);
    return std::log(1.0 + view.db.get_doccount() / (most + 0.5));
}

} // namespace shim
