#include "index/rank.hh"

#include "index/deadline.hh"
#include "index/facets.hh"
#include "index/schema.h"
#include "index/terms.hh"

#include <algorithm>
#include <cmath>

namespace shim
{

namespace
{

enum {
    CLOSE = 5,    /* words apart, at most */
    NEAREST = 20, /* documents that are looked at for closeness */
    LONG = 600,   /* Xapian's length from which a document may have pages that differ */
    WORDS = 24,   /* of the query, the rarest; closeness of more is not looked at */
    TERMS = 12    /* of a word: a prefix has more, and says less */
};

const double CLOSENESS = 0.8; /* weight of closeness */
const double PAGE = 0.8;      /* of a long document's weight, so much is its best page's */
const double FOREIGN = 0.8;   /* of the weight, where a document is in another language */
const double FORMS = 1.7;     /* terms that stand for one word of the text, on average */
const double TITLED = 1.1;    /* a page has no title and no exact forms: see query.cc */

struct Place {
    uint32_t position;
    uint32_t word;
};
typedef std::vector<Place> Row;

bool operator<(const Place &a, const Place &b)
{
    return a.position != b.position ? a.position < b.position : a.word < b.word;
}

bool operator==(const Place &a, const Place &b)
{
    return a.position == b.position && a.word == b.word;
}

/* A word of the question, or several that were typed as one, with what the formula needs. */
struct Known {
    size_t group;
    std::vector<size_t> words; /* of the question */
    double rarity = 0, times = 1;
    double documents = 0, occurrences = 0;
    double information = 0; /* what one place of it tells, but for the length */
};

class Ranker
{
  public:
    Ranker(const View &v, const Question &q, Places &p);
    /* Weighs the first HEAD documents anew. */
    void rank(std::vector<Ranked> &list, size_t head);

  private:
    void add(size_t word);
    void inform(Known &k) const;
    std::vector<std::vector<uint32_t>> units_of_long(const std::vector<Ranked> &list,
                                                     const std::vector<double> &length) const;
    uint64_t wanted() const;
    std::vector<double> lengths_of(const std::vector<Ranked> &list, size_t head) const;
    void row_of(const InDocument &in, Row &out) const;
    double closeness(const Place *from, const Place *to);
    double page(const Place *from, const Place *to, double length) const;
    double best_page(const Row &row, const std::vector<uint32_t> &units);
    double weight(const Ranked &r, const std::vector<uint32_t> &units);

    const View &view;
    const Question &question;
    Places &places;
    std::vector<Known> words;
    std::vector<double> pairs; /* scratch: of each word with each */
    double documents, average;
};

Ranker::Ranker(const View &v, const Question &q, Places &p)
    : view(v), question(q), places(p), documents(v.db.get_doccount()), average(v.db.get_avlength())
{
    for (size_t w = 0; w < q.words.size(); w++)
        if (!q.words[w].terms.empty() && q.words[w].terms.size() <= TERMS)
            add(w);
    std::stable_sort(words.begin(), words.end(),
                     [](const Known &a, const Known &b) { return a.rarity > b.rarity; });
    if (words.size() > WORDS)
        words.resize(WORDS);
    for (Known &k : words)
        inform(k);
    pairs.resize(words.size() * words.size());
}

void Ranker::add(size_t word)
{
    const Word &w = question.words[word];
    if (words.empty() || words.back().group != w.group)
        words.push_back({w.group, {}});
    Known &k = words.back();
    k.words.push_back(word);
    k.rarity = std::max(k.rarity, w.rarity);
    k.times = std::max(k.times, w.times);
    k.documents = std::max<double>(k.documents, w.documents);
    k.occurrences = std::max<double>(k.occurrences, w.occurrences);
}

void Ranker::inform(Known &k) const
{
    const double expected = documents * (1 - std::exp(-k.occurrences / documents));
    k.information =
        k.times * std::log2((documents + 1) / (expected + 0.5)) * (k.occurrences + 1) / k.documents;
}

/* The places of all words, in reading order. */
void Ranker::row_of(const InDocument &in, Row &out) const
{
    out.clear();
    for (uint32_t k = 0; k < words.size(); k++)
        for (size_t w : words[k].words)
            for (uint32_t position : in.word[w])
                out.push_back({position, k});
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
}

double Ranker::closeness(const Place *from, const Place *to)
{
    const size_t n = words.size();
    double sum = 0;
    if (to - from < 2 || n < 2)
        return 0;
    std::fill(pairs.begin(), pairs.end(), 0);
    for (const Place *a = from; a < to; a++)
        for (const Place *b = a + 1; b < to && b->position - a->position <= CLOSE; b++) {
            const double apart = b->position - a->position;
            if (a->word != b->word && apart > 0)
                pairs[std::min(a->word, b->word) * n + std::max(a->word, b->word)] +=
                    1 / (apart * apart);
        }
    for (size_t a = 0; a < n; a++)
        for (size_t b = a + 1; b < n; b++)
            sum += words[b].rarity * pairs[a * n + b] / (pairs[a * n + b] + 1);
    return sum;
}

/* IneB2 (Amati and van Rijsbergen 2002) as Xapian has it, for a page of LENGTH terms. */
double Ranker::page(const Place *from, const Place *to, double length) const
{
    const double norm = std::log2(1 + RANK_LENGTH * average / length);
    unsigned count[WORDS] = {};
    double sum = 0;
    for (const Place *p = from; p < to; p++)
        count[p->word]++;
    for (size_t w = 0; w < words.size(); w++)
        sum += words[w].information * count[w] * norm / (count[w] * norm + 1);
    return sum;
}

double Ranker::best_page(const Row &row, const std::vector<uint32_t> &units)
{
    const Place *at = row.data(), *end = at + row.size();
    double best = 0;
    for (size_t u = 0; u + 1 < units.size() && at < end; u++) {
        const Place *to = at;
        while (to < end && to->position < units[u + 1])
            to++;
        const double terms = FORMS * ((double)units[u + 1] - units[u] - UNIT_GAP);
        if (to > at)
            best = std::max(best, TITLED * page(at, to, std::max(terms, 20.0)) +
                                      CLOSENESS * closeness(at, to));
        at = to;
    }
    return best;
}

/* UNITS are those of a long document. */
double Ranker::weight(const Ranked &r, const std::vector<uint32_t> &units)
{
    Row row;
    row_of(places.in(r.did), row);
    if (units.size() > 2)
        return (1 - PAGE) * r.weight + PAGE * best_page(row, units);
    return r.weight + CLOSENESS * closeness(row.data(), row.data() + row.size());
}

/* Neighbours' lengths lie together. */
std::vector<double> Ranker::lengths_of(const std::vector<Ranked> &list, size_t head) const
{
    std::vector<std::pair<Xapian::docid, size_t>> order;
    std::vector<double> length(head);
    for (size_t i = 0; i < head; i++)
        if ((length[i] = list[i].length) == 0)
            order.emplace_back(list[i].did, i);
    std::sort(order.begin(), order.end());
    for (const auto &o : order)
        length[o.second] = view.db.get_doclength(o.first);
    return length;
}

/* Of documents that are not long none. */
std::vector<std::vector<uint32_t>> Ranker::units_of_long(const std::vector<Ranked> &list,
                                                         const std::vector<double> &length) const
{
    std::vector<Xapian::docid> dids;
    std::vector<size_t> at;
    for (size_t i = 0; i < length.size(); i++)
        if (length[i] >= LONG) {
            dids.push_back(list[i].did);
            at.push_back(i);
        }
    std::vector<std::vector<uint32_t>> units(length.size()), bounds = unit_bounds(view, dids);
    for (size_t i = 0; i < at.size(); i++)
        units[at[i]].swap(bounds[i]);
    return units;
}

uint64_t Ranker::wanted() const
{
    uint64_t wanted = 0;
    for (const Known &k : words)
        for (size_t w : k.words)
            wanted |= UINT64_C(1) << w;
    return wanted;
}

/* Long documents that have pages are looked into, and of the others the first few. */
void Ranker::rank(std::vector<Ranked> &list, size_t head)
{
    const std::vector<double> length = lengths_of(list, head);
    const std::vector<std::vector<uint32_t>> units = units_of_long(list, length);
    std::vector<Xapian::docid> some;
    std::vector<size_t> at;
    for (size_t i = 0; i < head; i++) {
        if (units[i].size() > 2 || (i < NEAREST && words.size() > 1)) {
            some.push_back(list[i].did);
            at.push_back(i);
        }
    }
    places.read(some, wanted());
    for (size_t i : at) {
        if (view.deadline && view.deadline->too_late())
            return;
        list[i].weight = weight(list[i], units[i]);
    }
}

} // namespace

/* Which of the documents are known to be in other languages than what was typed. */
static std::vector<bool> foreign(const View &view, const Question &question,
                                 const std::vector<Xapian::docid> &dids)
{
    std::vector<bool> native(dids.size()), other(dids.size());
    std::vector<Xapian::docid> rest;
    std::vector<size_t> at;
    for (const std::string &lang : question.languages) {
        const std::vector<bool> in =
            which_have(view, dids, term_of_field(FIELD_LANG, lang.c_str()));
        for (size_t i = 0; i < dids.size(); i++)
            native[i] = native[i] || in[i];
    }
    for (size_t i = 0; i < dids.size(); i++)
        if (!native[i]) {
            rest.push_back(dids[i]);
            at.push_back(i);
        }
    const std::vector<std::string> facets = values_of(view, rest, facet_slot(FIELD_LANG));
    for (size_t i = 0; i < rest.size(); i++)
        other[at[i]] = !facet_values(facets[i], FIELD_LANG).empty();
    return other;
}

static void prefer_language(const View &view, const Question &question, std::vector<Ranked> &list,
                            size_t head)
{
    std::vector<Xapian::docid> dids;
    if (question.languages.empty())
        return;
    for (size_t i = 0; i < head; i++)
        dids.push_back(list[i].did);
    const std::vector<bool> other = foreign(view, question, dids);
    for (size_t i = 0; i < head; i++)
        if (other[i])
            list[i].weight *= FOREIGN;
}

void rank(const View &view, const Question &question, Places &places, std::vector<Ranked> &list)
{
    const size_t head = std::min<size_t>(list.size(), RANKED);
    Ranker(view, question, places).rank(list, head);
    prefer_language(view, question, list, head);
    std::stable_sort(list.begin(), list.begin() + (long)head,
                     [](const Ranked &a, const Ranked &b) { return a.weight > b.weight; });
}

} // namespace shim
