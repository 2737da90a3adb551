#include "index/rank.hh"

#include "index/facets.hh"
#include "index/hits.hh"
#include "index/schema.h"

#include <algorithm>
#include <cmath>

namespace shim
{

namespace
{

enum {
    CLOSE = 5,         /* words apart, at most */
    NEAREST = 20,      /* documents that are looked at for closeness */
    LONG = 600,        /* Xapian's length from which a document may have pages that differ */
    WORDS = 24,        /* of the query, the rarest; closeness of more is not looked at */
    TERMS = 12,        /* of a word: a prefix has more, and says less */
    PLACES_MAX = 20000 /* in one document */
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
typedef std::vector<Place> Places;

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
    std::vector<std::string> terms;
    double rarity = 0, times = 1;
    double documents = 0, occurrences = 0;
};

class Ranker
{
  public:
    Ranker(const View &v, const Question &q);
    double weight(const Ranked &r, bool near) const;

  private:
    void add(const Word &w);
    void find_places(Xapian::docid did, Places &out) const;
    double closeness(const Place *from, const Place *to) const;
    double page(const Place *from, const Place *to, double length) const;
    double best_page(const Places &places, const struct unit_places &units, double length) const;

    const View &view;
    std::vector<Known> words;
    double documents, average;
};

Ranker::Ranker(const View &v, const Question &q)
    : view(v), documents(v.db.get_doccount()), average(v.db.get_avlength())
{
    for (const Word &w : q.words)
        if (!w.terms.empty() && w.terms.size() <= TERMS)
            add(w);
    std::stable_sort(words.begin(), words.end(),
                     [](const Known &a, const Known &b) { return a.rarity > b.rarity; });
    if (words.size() > WORDS)
        words.resize(WORDS);
}

void Ranker::add(const Word &w)
{
    if (words.empty() || words.back().group != w.group)
        words.push_back({w.group, {}});
    Known &k = words.back();
    k.terms.insert(k.terms.end(), w.terms.begin(), w.terms.end());
    k.rarity = std::max(k.rarity, w.rarity);
    k.times = std::max(k.times, w.times);
    for (const std::string &term : w.terms) {
        k.documents = std::max<double>(k.documents, view.db.get_termfreq(term));
        k.occurrences = std::max<double>(k.occurrences, (double)view.db.get_collection_freq(term));
    }
}

void Ranker::find_places(Xapian::docid did, Places &out) const
{
    const Part &part = view.part(did);
    const Xapian::docid local = view.local(did);
    out.clear();
    for (uint32_t w = 0; w < words.size(); w++)
        for (const std::string &term : words[w].terms) {
            const Xapian::PositionIterator end = part.db.positionlist_end(local, term);
            for (Xapian::PositionIterator p = part.db.positionlist_begin(local, term);
                 p != end && out.size() < PLACES_MAX; ++p)
                out.push_back({*p, w});
        }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
}

double Ranker::closeness(const Place *from, const Place *to) const
{
    double pairs[WORDS][WORDS] = {}, sum = 0;
    for (const Place *a = from; a < to; a++)
        for (const Place *b = a + 1; b < to && b->position - a->position <= CLOSE; b++) {
            const double apart = b->position - a->position;
            if (a->word != b->word && apart > 0)
                pairs[std::min(a->word, b->word)][std::max(a->word, b->word)] +=
                    1 / (apart * apart);
        }
    for (size_t a = 0; a < words.size(); a++)
        for (size_t b = a + 1; b < words.size(); b++)
            sum += words[b].rarity * pairs[a][b] / (pairs[a][b] + 1);
    return sum;
}

/* IneB2 (Amati and van Rijsbergen 2002) as Xapian has it, for a page of LENGTH terms. */
double Ranker::page(const Place *from, const Place *to, double length) const
{
    unsigned count[WORDS] = {};
    double sum = 0;
    for (const Place *p = from; p < to; p++)
        count[p->word]++;
    for (size_t w = 0; w < words.size(); w++) {
        if (count[w] == 0)
            continue;
        const Known &k = words[w];
        const double n = count[w] * std::log2(1 + RANK_LENGTH * average / length);
        const double expected = documents * (1 - std::exp(-k.occurrences / documents));
        const double information = std::log2((documents + 1) / (expected + 0.5));
        sum += k.times * n * information * (k.occurrences + 1) / (k.documents * (n + 1));
    }
    return sum;
}

double Ranker::best_page(const Places &places, const struct unit_places &units, double length) const
{
    const Place *at = places.data(), *end = at + places.size();
    double best = 0, before = 0;
    for (size_t u = 0; u < units.count; u++) {
        const bool last = u + 1 == units.count;
        const uint32_t next = last ? UINT32_MAX : units.item[u + 1].first;
        const Place *to = at;
        while (to < end && to->position < next)
            to++;
        /* Where the last page ends is not stored: it has what the others leave. */
        const double terms =
            last ? length - before : FORMS * (next - units.item[u].first - UNIT_GAP);
        before += terms;
        best = std::max(best, TITLED * page(at, to, std::max(terms, 20.0)) +
                                  CLOSENESS * closeness(at, to));
        at = to;
    }
    return best;
}

double Ranker::weight(const Ranked &r, bool near) const
{
    const double length = view.db.get_doclength(r.did);
    if (length < LONG && (!near || words.size() < 2))
        return r.weight;
    Places places;
    find_places(r.did, places);
    if (length >= LONG) {
        Data data;
        data.read(view, r.did);
        if (data.places.count > 1)
            return (1 - PAGE) * r.weight + PAGE * best_page(places, data.places, length);
    }
    return r.weight + CLOSENESS * closeness(places.data(), places.data() + places.size());
}

} // namespace

/* True if the document is known to be in other languages than what was typed. */
static bool is_foreign(const View &view, const Question &question, Xapian::docid did)
{
    if (question.languages.empty())
        return false;
    const std::string facets = view.db.get_document(did).get_value(SLOT_FACETS);
    const std::vector<std::string> in = facet_values(facets, FIELD_LANG);
    return !in.empty() && std::none_of(in.begin(), in.end(), [&](const std::string &lang) {
        const auto end = question.languages.end();
        return std::find(question.languages.begin(), end, lang) != end;
    });
}

void rank(const View &view, const Question &question, std::vector<Ranked> &list)
{
    const Ranker ranker(view, question);
    const size_t head = std::min<size_t>(list.size(), RANKED);
    for (size_t i = 0; i < head; i++) {
        list[i].weight = ranker.weight(list[i], i < NEAREST);
        if (is_foreign(view, question, list[i].did))
            list[i].weight *= FOREIGN;
    }
    std::stable_sort(list.begin(), list.begin() + (long)head,
                     [](const Ranked &a, const Ranked &b) { return a.weight > b.weight; });
}

} // namespace shim
