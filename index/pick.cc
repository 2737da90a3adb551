#include "index/pick.hh"

#include "index/put.hh"
#include "index/terms.hh"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace shim
{

/* A document in which the words stand more often is judged by its first so many. */
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

static void add_positions(const Part &part, Xapian::docid did, const std::string &term,
                          uint8_t word, Matches &out)
{
    for (Xapian::PositionIterator p = part.db.positionlist_begin(did, term);
         p != part.db.positionlist_end(did, term) && out.size() < POSITIONS_MAX; ++p)
        out.push_back({*p, word});
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

/* All places of all words; those of words that were asked for only as part of a phrase count only
 * where the phrase stands. */
static Matches all_matches(const Part &part, Xapian::docid did, const Question &q)
{
    std::vector<Matches> of_word(q.words.size());
    Matches all;
    for (size_t w = 0; w < q.words.size(); w++) {
        for (const std::string &term : q.words[w].terms)
            add_positions(part, did, term, (uint8_t)w, of_word[w]);
        std::sort(of_word[w].begin(), of_word[w].end(), by_position);
        if (!q.words[w].only_in_phrase)
            all.insert(all.end(), of_word[w].begin(), of_word[w].end());
    }
    for (const std::vector<uint8_t> &phrase : q.phrase)
        add_phrase(of_word, phrase, all);
    std::sort(all.begin(), all.end(), by_position);
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    return all;
}

/* ---- scoring ------------------------------------------------------------------------------- */

/* The fewest words in a row in which all DISTINCT words of the unit stand. */
static uint32_t narrowest(const Matches &m, unsigned distinct)
{
    unsigned inside[64] = {}, have = 0;
    uint32_t best = UINT32_MAX;
    for (size_t first = 0, last = 0; last < m.size(); last++) {
        have += inside[m[last].word]++ == 0;
        for (; have == distinct; first++) {
            best = std::min(best, m[last].position - m[first].position + 1);
            have -= --inside[m[first].word] == 0;
        }
    }
    return best;
}

static double score_of(const Matches &m, const Question &q)
{
    unsigned count[64] = {}, distinct = 0;
    double rare = 0, often = 0;
    for (const struct match &x : m)
        if (count[x.word]++ == 0) {
            rare += q.words[x.word].rarity;
            distinct++;
        }
    for (size_t w = 0; w < q.words.size(); w++)
        if (count[w] > 1)
            often += q.words[w].rarity * std::log((double)count[w]);
    double closeness = distinct > 1 ? (double)distinct / narrowest(m, distinct) : 0;
    return rare * (1 + 0.5 * std::min(closeness, 1.0)) + 0.1 * often;
}

std::vector<UnitMatch> unit_matches(const Part &part, Xapian::docid did,
                                    const struct unit_places &places, const Question &question)
{
    std::vector<UnitMatch> units;
    size_t unit = 0, filled = SIZE_MAX;
    if (places.count == 0)
        return units;
    for (const struct match &m : all_matches(part, did, question)) {
        while (unit + 1 < places.count && places.item[unit + 1].first <= m.position)
            unit++;
        if (m.position < places.item[unit].first)
            continue;
        if (filled != unit)
            units.push_back({places.item[unit].number, 0, {}});
        filled = unit;
        units.back().matches.push_back({m.position - places.item[unit].first, m.word});
    }
    for (UnitMatch &u : units)
        u.score = score_of(u.matches, question);
    return units;
}

/* ---- showing ------------------------------------------------------------------------------- */

bool show_unit(const Part &part, const std::string &id, const UnitMatch &m,
               enum highlight_style style, struct index_pick *out, struct unit *text)
{
    struct unit u;
    const std::string record = part.db.get_metadata(key_unit(id, m.number));
    if (!record_unpack_unit(record.data(), record.size(), &u))
        return false;
    const struct highlight how = {style, SNIPPET};
    struct buf snippet = {};
    highlight_snippet(&how, u.text, u.length, m.matches.data(), m.matches.size(), &snippet);
    out->number = m.number;
    out->label = mem_strdup(u.label ? u.label : std::to_string(m.number).c_str());
    out->heading = mem_strdup(u.heading);
    out->snippet = buf_take(&snippet);
    if (text)
        *text = u;
    else
        unit_clear(&u);
    return true;
}

void pick(const Part &part, Xapian::docid did, const struct unit_places &places,
          const Question &question, enum highlight_style style, struct index_hit *hit)
{
    std::vector<UnitMatch> units = unit_matches(part, did, places, question);
    if (units.empty() && places.count)
        units.push_back({places.item[0].number, 0, {}});
    std::stable_sort(units.begin(), units.end(),
                     [](const UnitMatch &a, const UnitMatch &b) { return a.score > b.score; });
    const std::string id = hit->fields.id;
    for (size_t i = 0; i < units.size() && i <= 3; i++) {
        if (i == 0)
            show_unit(part, id, units[i], style, &hit->best, nullptr);
        else if (show_unit(part, id, units[i], style, &hit->more[hit->n_more], nullptr))
            hit->n_more++;
    }
}

} // namespace shim
