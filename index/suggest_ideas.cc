#include "index/suggest_ideas.hh"

#include "index/facets.hh"
#include "index/hits.hh"
#include "index/schema.h"
#include "index/suggest.hh"
#include "index/surface.hh"
#include "index/telling.hh"
#include "index/terms.hh"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

extern "C" {
#include "index/fields.h"
#include "index/text/edit.h"
}

namespace shim
{

namespace
{

/* Bounds: terms looked at, and of those with one and the same next letter where little is typed,
 * so that a single letter does not lead to its first words only; what is kept of them; words of
 * titles; documents that have the words before. */
enum {
    SCANNED = 3000,
    LITTLE = 2,
    SCANNED_EACH = 100,
    KEPT = 40,
    TITLE_WORDS = 30,
    TITLES = 30,
    COMPANY = 12,
    COMPANY_FEW = 3, /* these at least; no more where they have more words than: */
    COMPANY_WORDS = 150000,
    WORD_LETTERS = 3
};

typedef std::map<std::string, double> Counts;

/* The bytes of TERM up to the end of the character at AT. */
std::string through(const std::string &term, size_t at)
{
    size_t end = at + 1;
    while (end < term.size() && ((unsigned char)term[end] & 0xc0) == 0x80)
        end++;
    return term.substr(0, end);
}

/* Calls EACH with the terms that begin with PREFIX, of which TYPED bytes at its end were typed. */
template <typename Each>
void scan(const View &view, const std::string &prefix, size_t typed, Deadline &deadline, Each each)
{
    bool little = edit_characters(prefix.data() + prefix.size() - typed, typed) <= LITTLE;
    size_t scanned = 0, alike = 0;
    std::string branch;
    Xapian::TermIterator t = view.db.allterms_begin(prefix), end = view.db.allterms_end(prefix);
    while (t != end && scanned++ < SCANNED && !deadline.over()) {
        const std::string term = *t;
        each(term, t.get_termfreq());
        bool same = !branch.empty() && term.compare(0, branch.size(), branch) == 0;
        if (little && !same && term.size() > prefix.size())
            branch = through(term, prefix.size());
        alike = same ? alike + 1 : 0;
        if (little && alike >= SCANNED_EACH)
            t.skip_to(branch + '\xff');
        else
            ++t;
    }
}

void keep_most(Ideas &ideas, size_t max)
{
    std::stable_sort(ideas.begin(), ideas.end(),
                     [](const Idea &a, const Idea &b) { return a.weight > b.weight; });
    ideas.resize(std::min(ideas.size(), max));
}

Idea word_idea(const std::string &folded, double weight)
{
    Idea idea;
    idea.folded = folded;
    idea.weight = weight;
    idea.origin = folded;
    return idea;
}

Idea title_idea(const struct index_fields &document)
{
    Idea idea;
    idea.text = document.title;
    idea.folded = folded_words(idea.text);
    idea.origin = term_exact(PREFIX_ID, document.id);
    return idea;
}

/* The languages, see stopwords.h, that the words before may be in, by their stop words; where they
 * have none, the one of most documents. */
uint32_t spoken(struct index_reader *r, const View &view, const Typed &typed)
{
    const uint32_t present = stopword_languages(view);
    uint32_t languages = present, most_frequent = present;
    Xapian::doccount most = 0;
    for (const std::string &word : typed.words) {
        uint32_t in = languages & stopwords_find(r->stopwords.get(), word.data(), word.size());
        languages = in ? in : languages;
    }
    if (languages != present)
        return languages;
    for (const std::string &lang : view.languages()) {
        Xapian::doccount documents = view.db.get_termfreq(term_exact(PREFIX_STEMMED, lang));
        if (documents > most && stopwords_language(lang.c_str()))
            most_frequent = stopwords_language(lang.c_str());
        most = std::max(most, documents);
    }
    return most_frequent;
}

/* Nobody who types a word wants to go on with one that says nothing. */
void drop_empty(struct index_reader *r, const View &view, const Typed &typed, Ideas &words)
{
    const uint32_t languages = spoken(r, view, typed);
    auto says_nothing = [&](const Idea &w) {
        return edit_characters(w.folded.data(), w.folded.size()) < WORD_LETTERS ||
               (stopwords_find(r->stopwords.get(), w.folded.data(), w.folded.size()) & languages);
    };
    words.erase(std::remove_if(words.begin(), words.end(), says_nothing), words.end());
}

/* Words, folded so far, as documents write them. */
void spell(const View &view, Ideas &words)
{
    for (Idea &w : words)
        w.text = surface_of(view, w.folded);
}

Ideas words_like(const View &view, const std::string &section, const std::string &prefix,
                 size_t max, Deadline &deadline)
{
    typedef std::pair<Xapian::doccount, std::string> Counted;
    std::vector<Counted> all;
    scan(view, section + prefix, prefix.size(), deadline,
         [&](const std::string &term, Xapian::doccount documents) {
             all.emplace_back(documents, term.substr(section.size()));
         });
    const size_t keep = std::min(all.size(), max);
    std::partial_sort(all.begin(), all.begin() + (long)keep, all.end(),
                      [](const Counted &a, const Counted &b) {
                          return a.first != b.first ? a.first > b.first : a.second < b.second;
                      });
    Ideas words;
    for (size_t i = 0; i < keep; i++)
        words.push_back(word_idea(all[i].second, all[i].first));
    return words;
}

} // namespace

std::string joined(const std::vector<std::string> &words, size_t from)
{
    std::string out;
    for (size_t i = from; i < words.size(); i++)
        out += (out.empty() ? "" : " ") + words[i];
    return out;
}

Ideas phrase_ideas(const View &view, const Typed &typed, size_t from, Deadline &deadline)
{
    std::string key = folded_words(joined(typed.words, from));
    key += (key.empty() ? "" : " ") + typed.prefix;
    std::map<std::string, Idea> written;
    scan(view, PREFIX_PHRASE + key, key.size(), deadline,
         [&](const std::string &term, Xapian::doccount documents) {
             bool is_name;
             const std::string text = suggestion_of(term, is_name);
             Idea &idea = written[text];
             idea.text = text;
             idea.origin = term;
             idea.weight = std::max(idea.weight, (double)documents);
             idea.name |= is_name;
         });
    Ideas ideas;
    /* Of equals the last, which is in small letters. */
    for (auto w = written.rbegin(); w != written.rend(); ++w)
        ideas.push_back(std::move(w->second));
    keep_most(ideas, KEPT);
    for (Idea &i : ideas)
        i.folded = folded_words(i.text);
    return ideas;
}

Ideas title_ideas(const View &view, const Typed &typed, const Xapian::Query &complete,
                  Deadline &deadline)
{
    std::vector<Xapian::Query> all = {complete};
    std::vector<std::string> forms;
    for (const Idea &w : words_like(view, PREFIX_TITLE, typed.prefix, TITLE_WORDS, deadline))
        forms.push_back(PREFIX_TITLE + w.folded);
    if (!typed.prefix.empty())
        all.emplace_back(Xapian::Query::OP_SYNONYM, forms.begin(), forms.end());
    DeadlineSource source(deadline);
    all.emplace_back(&source);
    Xapian::Enquire e(view.db);
    e.set_query(Xapian::Query(Xapian::Query::OP_AND, all.begin(), all.end()));
    e.set_sort_by_relevance_then_value(SLOT_TIE, false);
    Xapian::MSet found = e.get_mset(0, TITLES);
    Ideas ideas;
    for (Xapian::MSetIterator i = found.begin(); i != found.end() && !deadline.over(); ++i) {
        Data data;
        data.read(view, *i);
        /* Where nothing better is known, the file's name is no title that anybody would type. */
        if (strcmp(data.fields.title, fields_file_name(data.fields.path)) != 0)
            ideas.push_back(title_idea(data.fields));
    }
    return ideas;
}

Ideas word_ideas(struct index_reader *r, const View &view, const Typed &typed, size_t max,
                 Deadline &deadline)
{
    Ideas words = words_like(view, "", typed.prefix, KEPT, deadline);
    drop_empty(r, view, typed, words);
    words.resize(std::min(words.size(), max));
    spell(view, words);
    return words;
}

Ideas company_ideas(struct index_reader *r, const View &view, const Typed &typed,
                    const Xapian::Query &complete, size_t max, Deadline &deadline)
{
    Counts counts;
    double words_read = 0;
    const std::string before = " " + folded_words(joined(typed.words)) + " ";
    Xapian::Enquire e(view.db);
    DeadlineSource source(deadline);
    e.set_query(Xapian::Query(Xapian::Query::OP_FILTER, complete, Xapian::Query(&source)));
    Xapian::MSet found = e.get_mset(0, COMPANY);
    for (Xapian::MSetIterator i = found.begin(); i != found.end() && !deadline.over(); ++i) {
        words_read += view.db.get_doclength(*i);
        if (i.get_rank() >= COMPANY_FEW && words_read > COMPANY_WORDS)
            break;
        Xapian::TermIterator t = view.db.termlist_begin(*i);
        for (t.skip_to(typed.prefix); t != view.db.termlist_end(*i); ++t) {
            const std::string word = *t;
            if (word.compare(0, typed.prefix.size(), typed.prefix) != 0 || counts.size() > SCANNED)
                break;
            if (before.find(" " + word + " ") != std::string::npos)
                continue;
            counts[word] += i.get_weight();
        }
    }
    Ideas words;
    for (const auto &c : counts)
        words.push_back(word_idea(c.first, c.second));
    keep_most(words, KEPT);
    drop_empty(r, view, typed, words);
    words.resize(std::min(words.size(), max));
    spell(view, words);
    return words;
}

} // namespace shim
