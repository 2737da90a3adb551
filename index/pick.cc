#include "index/pick.hh"

#include "index/put.hh"
#include "index/terms.hh"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace shim
{

/* A document in which the words stand more often is judged by so many places: the rarest words
 * first, and of each word as many in every unit. */
enum {
    POSITIONS_MAX = 50000,
    SNIPPET = 240
};

typedef std::vector<struct match> Matches;

static bool by_position(const struct match &a, const struct match &b)
{
    return a.position != b.position ? a.position < b.position : a.word < b.word;
}

static bool same(const struct match &a, const struct match &b)
{
    return a.position == b.position && a.word == b.word;
}

/* ---- where the words stand ------------------------------------------------------------------- */

/* Where TERM stands, at most PER_UNIT times in each unit and MOST times in all. False if that is
 * not everywhere. */
static bool add_positions(const Part &part, Xapian::docid did, const struct unit_places &places,
                          const std::string &term, uint8_t word, size_t per_unit, size_t most,
                          Matches &out)
{
    size_t unit = 0, taken = 0;
    bool all = true;
    Xapian::PositionIterator p = part.db.positionlist_begin(did, term);
    while (p != part.db.positionlist_end(did, term)) {
        for (; unit + 1 < places.count && places.item[unit + 1].first <= *p; unit++)
            taken = 0;
        if (most == 0)
            return false;
        if (taken < per_unit) {
            out.push_back({*p, word});
            taken++, most--;
            ++p;
            continue;
        }
        all = false;
        if (unit + 1 == places.count)
            return false;
        p.skip_to(places.item[unit + 1].first);
    }
    return all;
}

/* Of the places of TERM those that are OFFSET behind one of ANCHOR. */
static void add_beside(const Part &part, Xapian::docid did, const std::string &term, uint8_t word,
                       const Matches &anchor, int64_t offset, Matches &out)
{
    Xapian::PositionIterator p = part.db.positionlist_begin(did, term);
    for (const struct match &a : anchor) {
        const int64_t at = a.position + offset;
        if (at < 0)
            continue;
        if (p == part.db.positionlist_end(did, term))
            return;
        p.skip_to((Xapian::termpos)at);
        if (p != part.db.positionlist_end(did, term) && *p == at)
            out.push_back({*p, word});
    }
}

/* The words of Q, the rarest first. */
static std::vector<size_t> rarest_first(const Question &q)
{
    std::vector<size_t> order(q.words.size());
    for (size_t w = 0; w < order.size(); w++)
        order[w] = w;
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return q.words[a].rarity > q.words[b].rarity; });
    return order;
}

static void sort_once(Matches &m)
{
    std::sort(m.begin(), m.end(), by_position);
    m.erase(std::unique(m.begin(), m.end(), same), m.end());
}

/* How often a form of W stands in the document. */
static uint64_t occurrences(const Part &part, Xapian::docid did, const Word &w)
{
    uint64_t sum = 0;
    for (const std::string &term : w.terms) {
        Xapian::PostingIterator p = part.db.postlist_begin(term);
        p.skip_to(did);
        if (p != part.db.postlist_end(term) && *p == did)
            sum += p.get_wdf();
    }
    return sum;
}

/* Of each phrase the word by which it is looked for: the one that stands in the fewest places. */
static std::vector<uint8_t> anchors_of(const Part &part, Xapian::docid did, const Question &q)
{
    std::vector<uint8_t> anchors;
    for (const std::vector<uint8_t> &phrase : q.phrase) {
        std::vector<uint64_t> often;
        for (uint8_t w : phrase)
            often.push_back(occurrences(part, did, q.words[w]));
        anchors.push_back(
            phrase[(size_t)(std::min_element(often.begin(), often.end()) - often.begin())]);
    }
    return anchors;
}

/* The words whose every place is to be taken: the others count only beside their phrase's anchor,
 * and there are many places of "of" in a long document. */
static std::vector<bool> wanted_everywhere(const Question &q, const std::vector<uint8_t> &anchors)
{
    std::vector<bool> wanted(q.words.size());
    for (size_t w = 0; w < wanted.size(); w++)
        wanted[w] = !q.words[w].only_in_phrase;
    for (uint8_t anchor : anchors)
        wanted[anchor] = true;
    return wanted;
}

/* Looks for the words of PHRASE of which not every place was taken, as CUT says, beside ANCHOR. */
static void complete_phrase(const Part &part, Xapian::docid did, const Question &q,
                            const std::vector<uint8_t> &phrase, uint8_t anchor,
                            const std::vector<bool> &cut, std::vector<Matches> &of_word)
{
    for (uint8_t w : phrase) {
        if (!cut[w] || w == anchor)
            continue;
        for (const std::string &term : q.words[w].terms)
            add_beside(part, did, term, w, of_word[anchor], w - anchor, of_word[w]);
        sort_once(of_word[w]);
    }
}

/* The places of each word, rising, where there are too many to take all. What a rare word leaves of
 * its share the others have. */
static std::vector<Matches> some_matches(const Part &part, Xapian::docid did,
                                         const struct unit_places &places, const Question &q)
{
    std::vector<Matches> of_word(q.words.size());
    const std::vector<uint8_t> anchors = anchors_of(part, did, q);
    const std::vector<bool> wanted = wanted_everywhere(q, anchors);
    std::vector<bool> cut(q.words.size(), true);
    size_t left = POSITIONS_MAX, words = (size_t)std::count(wanted.begin(), wanted.end(), true);
    for (size_t w : rarest_first(q)) {
        if (!wanted[w])
            continue;
        cut[w] = false;
        const size_t share = left / words--;
        const size_t per_unit = std::max<size_t>(1, share / places.count);
        for (const std::string &term : q.words[w].terms)
            if (!add_positions(part, did, places, term, (uint8_t)w, per_unit, left, of_word[w]))
                cut[w] = true;
        sort_once(of_word[w]);
        left -= std::min(left, of_word[w].size());
    }
    for (size_t i = 0; i < anchors.size(); i++)
        complete_phrase(part, did, q, q.phrase[i], anchors[i], cut, of_word);
    return of_word;
}

/* Marks the places at which the words of PHRASE stand one behind the other. */
static void add_phrase(const std::vector<Matches> &of_word, const std::vector<uint8_t> &phrase,
                       Matches &out)
{
    for (const struct match &start : of_word[phrase[0]]) {
        size_t i = 1;
        for (; i < phrase.size(); i++) {
            const struct match next = {start.position + (uint32_t)i, phrase[i]};
            const Matches &there = of_word[phrase[i]];
            if (!std::binary_search(there.begin(), there.end(), next, by_position))
                break;
        }
        if (i == phrase.size())
            for (size_t k = 0; k < i; k++)
                out.push_back({start.position + (uint32_t)k, phrase[k]});
    }
}

static std::vector<Matches> known_matches(const InDocument &in)
{
    std::vector<Matches> of_word(in.word.size());
    for (size_t w = 0; w < in.word.size(); w++)
        for (uint32_t position : in.word[w])
            of_word[w].push_back({position, (uint8_t)w});
    return of_word;
}

/* All places of all words; those of words that were asked for only as part of a phrase count only
 * where the phrase stands. */
static Matches all_matches(const Spot &spot, const Question &q)
{
    const std::vector<Matches> of_word =
        spot.in.cut ? some_matches(spot.part, spot.did, spot.places, q) : known_matches(spot.in);
    Matches all;
    for (size_t w = 0; w < q.words.size(); w++)
        if (!q.words[w].only_in_phrase)
            all.insert(all.end(), of_word[w].begin(), of_word[w].end());
    for (const std::vector<uint8_t> &phrase : q.phrase)
        add_phrase(of_word, phrase, all);
    std::sort(all.begin(), all.end(), by_position);
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    return all;
}

static std::vector<UnitMatch> by_unit(const Matches &all, const struct unit_places &places)
{
    std::vector<UnitMatch> units;
    size_t unit = 0, filled = SIZE_MAX;
    for (const struct match &m : all) {
        while (unit + 1 < places.count && places.item[unit + 1].first <= m.position)
            unit++;
        if (m.position < places.item[unit].first)
            continue;
        if (filled != unit)
            units.push_back({unit, places.item[unit].number, 0, {}});
        filled = unit;
        units.back().matches.push_back({m.position - places.item[unit].first, m.word});
    }
    return units;
}

/* ---- scoring ------------------------------------------------------------------------------- */

/* BM25 over the document's units (Robertson and Zaragoza, 2009), and beside it a word's closeness
 * to others of the query (Büttcher, Clarke and Lushman, 2006). Measured with
 * tests/quality/pages.py, where a third of more or less in any of these changes little. */
static const double SATURATION = 1.2, LENGTH = 0.7;
static const double AS_TYPED = 2; /* times the closeness of two that follow as they were typed */
static const uint32_t HEADING =
    12; /* the unit's first words are its heading, more often than not */
static const double IN_HEADING = 1.5;
static const uint32_t PASSAGE = 60; /* long pages have their answer in a few lines */
static const double PASSAGE_SHARE = 3;

/* A further unit is worth showing if one of its words has so much of the weightiest's weight. */
static const double WORTH_SHOWING = 0.25;

typedef std::vector<double> Weights; /* one for each word of the question */

/* Words in each unit. Where the last ends is not known: it is as long as the others, or up to the
 * last word that matches in it. */
static std::vector<double> lengths_of(const std::vector<UnitMatch> &units,
                                      const struct unit_places &places)
{
    std::vector<double> length(places.count, 1);
    double sum = 0;
    for (size_t i = 0; i + 1 < places.count; i++) {
        double words = (double)places.item[i + 1].first - places.item[i].first - UNIT_GAP;
        sum += length[i] = std::max(1.0, words);
    }
    if (places.count > 1)
        length.back() = sum / (double)(places.count - 1);
    if (units.back().index + 1 == places.count)
        length.back() = std::max(length.back(), units.back().matches.back().position + 1.0);
    return length;
}

static double mean_of(const std::vector<double> &v)
{
    double sum = 0;
    for (double x : v)
        sum += x;
    return sum / (double)v.size();
}

/* How many documents of the language LANG the searcher sees; all, where none is known to be in it.
 */
static double documents_in(const View &view, const char *lang, const Question &q)
{
    const double in = lang[0] ? view.frequency(std::string(PREFIX_LANGUAGE) + lang).documents : 0;
    return in > 0 ? in : q.documents;
}

/* How rare W is in N documents. Few words are of more than one language, so that it is in the
 * document's own that a word is rare or not: "der" is in few documents of a mixed folder. */
static double rarity(const Word &w, const Question &q, double n)
{
    const double with = q.documents / std::expm1(w.rarity);
    return std::log(1 + n / std::min(with, n + 0.5));
}

/* What a word tells units apart by: how rare it is in N documents, and, with less say, how rare
 * among the COUNT units of this one, which are few to learn that from. Either alone lets the
 * function words of some language choose the page. */
static Weights weights_of(const std::vector<UnitMatch> &units, size_t count, const Question &q,
                          double n)
{
    Weights weight(q.words.size());
    std::vector<size_t> last(q.words.size(), SIZE_MAX);
    std::vector<double> in(q.words.size());
    for (const UnitMatch &u : units)
        for (const struct match &m : u.matches)
            if (last[m.word] != u.index) {
                last[m.word] = u.index;
                in[m.word]++;
            }
    for (size_t w = 0; w < weight.size(); w++)
        weight[w] = rarity(q.words[w], q, n) *
                    std::sqrt(std::log(1 + ((double)count - in[w] + 0.5) / (in[w] + 0.5)));
    return weight;
}

/* How much of the others' weight stands close to each word. */
static Weights closeness_of(const std::vector<struct match> &m, const Weights &weight)
{
    Weights near(weight.size());
    for (size_t i = 1; i < m.size(); i++) {
        const struct match &a = m[i - 1], &b = m[i];
        if (a.word == b.word)
            continue;
        const double gap = std::max(1.0, (double)b.position - a.position);
        const double close = (gap == 1 && b.word == a.word + 1 ? AS_TYPED : 1) / (gap * gap);
        near[a.word] += weight[b.word] * close;
        near[b.word] += weight[a.word] * close;
    }
    return near;
}

static double saturated(double x, double norm)
{
    return x * (SATURATION + 1) / (x + SATURATION * norm);
}

/* What the best PASSAGE words in a row would score as a text of their own. */
static double passage_score(const std::vector<struct match> &m, const Weights &weight)
{
    std::vector<unsigned> often(weight.size());
    double now = 0, best = 0;
    const auto change = [&](size_t w, int by) {
        now -= weight[w] * saturated(often[w], 1);
        often[w] += (unsigned)by;
        now += weight[w] * saturated(often[w], 1);
    };
    for (size_t first = 0, last = 0; last < m.size(); last++) {
        change(m[last].word, 1);
        for (; m[last].position - m[first].position >= PASSAGE; first++)
            change(m[first].word, -1);
        best = std::max(best, now);
    }
    return best;
}

static double score_of(const UnitMatch &u, const Weights &weight, double norm)
{
    Weights often(weight.size());
    const Weights near = closeness_of(u.matches, weight);
    double score = PASSAGE_SHARE * passage_score(u.matches, weight);
    for (const struct match &m : u.matches)
        often[m.word] += m.position < HEADING ? IN_HEADING : 1;
    for (size_t w = 0; w < weight.size(); w++)
        if (often[w] > 0)
            score += weight[w] * saturated(often[w], norm) +
                     std::min(1.0, weight[w]) * saturated(near[w], norm);
    return score;
}

std::vector<UnitMatch> units_with_words(const Spot &spot, const Question &question)
{
    if (spot.places.count == 0 || question.words.empty())
        return {};
    return by_unit(all_matches(spot, question), spot.places);
}

Matched matched_in(const Spot &spot, const char *lang, const Question &question)
{
    Matched out;
    out.units = units_with_words(spot, question);
    if (out.units.empty())
        return out;
    const size_t count = spot.places.count;
    const std::vector<double> length = lengths_of(out.units, spot.places);
    const double mean = mean_of(length);
    out.weight = weights_of(out.units, count, question, documents_in(spot.view, lang, question));
    for (UnitMatch &u : out.units)
        u.score = score_of(u, out.weight, 1 - LENGTH + LENGTH * length[u.index] / mean);
    return out;
}

/* ---- showing ------------------------------------------------------------------------------- */

/* The weights as shares of the greatest. */
static Weights shares_of(const Weights &weight)
{
    Weights share(64, 1.0);
    const double most = weight.empty() ? 0 : *std::max_element(weight.begin(), weight.end());
    for (size_t w = 0; w < weight.size() && most > 0; w++)
        share[w] = weight[w] / most;
    return share;
}

bool show_unit(const Part &part, const std::string &id, const Matched &matched, const UnitMatch &m,
               enum highlight_style style, struct index_pick *out, struct unit *text)
{
    struct unit u;
    struct marks marks;
    const std::string record = part.db.get_metadata(key_unit(id, m.number));
    if (!record_unpack_marked(record.data(), record.size(), &u, &marks))
        return false;
    if (u.number != m.number) {
        unit_clear(&u);
        marks_free(&marks);
        return false;
    }
    const Weights share = shares_of(matched.weight);
    const struct highlight how = {style, SNIPPET, share.data(), &marks};
    struct buf snippet = {};
    highlight_snippet(&how, u.text, u.length, m.matches.data(), m.matches.size(), &snippet);
    marks_free(&marks);
    out->number = m.number;
    out->label = mem_strdup(u.label ? u.label : std::to_string(m.number).c_str());
    out->heading = mem_strdup(u.heading);
    out->snippet = buf_take(&snippet);
    out->score = m.score;
    if (text)
        *text = u;
    else
        unit_clear(&u);
    return true;
}

static bool worth_showing(const UnitMatch &u, const Weights &weight)
{
    const double least = WORTH_SHOWING * *std::max_element(weight.begin(), weight.end());
    return std::any_of(u.matches.begin(), u.matches.end(),
                       [&](const struct match &m) { return weight[m.word] >= least; });
}

void pick(const Spot &spot, const Question &question, enum highlight_style style,
          struct index_hit *hit)
{
    Matched matched = matched_in(spot, hit->fields.lang, question);
    std::vector<UnitMatch> &units = matched.units;
    if (units.empty() && spot.places.count)
        units.push_back({0, spot.places.item[0].number, 0, {}});
    const std::string id = hit->fields.id;
    const auto show = [&](const UnitMatch &u, struct index_pick *out) {
        return show_unit(spot.part, id, matched, u, style, out, nullptr);
    };
    std::stable_sort(units.begin(), units.end(),
                     [](const UnitMatch &a, const UnitMatch &b) { return a.score > b.score; });
    for (size_t i = 0; i < units.size() && hit->n_more < 3; i++) {
        if (i == 0)
            show(units[i], &hit->best);
        else if (worth_showing(units[i], matched.weight) && show(units[i], &hit->more[hit->n_more]))
            hit->n_more++;
    }
}

} // namespace shim
