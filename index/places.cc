#include "index/places.hh"

#include "index/deadline.hh"
#include "index/schema.h"

#include <algorithm>
#include <numeric>

namespace shim
{

/* ---- in the documents' order ----------------------------------------------------------------- */

/* Most lists come in order. */
template <typename T, typename Before>
static void sort_if_needed(std::vector<T> &list, Before before)
{
    if (!std::is_sorted(list.begin(), list.end(), before))
        std::sort(list.begin(), list.end(), before);
}

/* Calls EACH with every compartment that holds some of DIDS, and with the places in DIDS of those,
 * by rising numbers there. */
template <typename Each>
static void each_part(const View &view, const std::vector<Xapian::docid> &dids, Each each)
{
    std::vector<size_t> order(dids.size());
    std::iota(order.begin(), order.end(), 0);
    sort_if_needed(order, [&](size_t a, size_t b) {
        const Part *left = &view.part(dids[a]), *right = &view.part(dids[b]);
        return left != right ? left < right : dids[a] < dids[b];
    });
    for (size_t first = 0, end; first < order.size(); first = end) {
        const Part &part = view.part(dids[order[first]]);
        for (end = first + 1; end < order.size() && &view.part(dids[order[end]]) == &part;)
            end++;
        each(part, std::vector<size_t>(order.begin() + (long)first, order.begin() + (long)end));
    }
}

std::vector<std::string> values_of(const View &view, const std::vector<Xapian::docid> &dids,
                                   unsigned slot)
{
    std::vector<std::string> values(dids.size());
    each_part(view, dids, [&](const Part &part, const std::vector<size_t> &places) {
        Xapian::ValueIterator v = part.db.valuestream_begin(slot);
        for (size_t i : places) {
            const Xapian::docid did = view.local(dids[i]);
            if (v == part.db.valuestream_end(slot))
                return;
            v.skip_to(did);
            if (v != part.db.valuestream_end(slot) && v.get_docid() == did)
                values[i] = *v;
        }
    });
    return values;
}

std::vector<bool> which_have(const View &view, const std::vector<Xapian::docid> &dids,
                             const std::string &term)
{
    std::vector<bool> has(dids.size());
    each_part(view, dids, [&](const Part &part, const std::vector<size_t> &places) {
        Xapian::PostingIterator p = part.db.postlist_begin(term);
        for (size_t i : places) {
            const Xapian::docid did = view.local(dids[i]);
            if (p == part.db.postlist_end(term))
                return;
            p.skip_to(did);
            has[i] = p != part.db.postlist_end(term) && *p == did;
        }
    });
    return has;
}

/* ---- positions ------------------------------------------------------------------------------- */

struct Places::Wanted {
    Xapian::docid local;
    InDocument *in;
    bool stemmed; /* every word of it */
};

void Places::read_list(const Part &part, const std::string &term, size_t word, const Wanted &x)
{
    InDocument &in = *x.in;
    std::vector<uint32_t> &places = in.word[word];
    const Xapian::PositionIterator end = part.db.positionlist_end(x.local, term);
    for (auto at = part.db.positionlist_begin(x.local, term); at != end; ++at) {
        if (in.count == PLACES_MAX) {
            in.cut = true;
            return;
        }
        places.push_back(*at);
        in.count++;
    }
}

/* Where a document has a stem of the word, the places of the word as it was typed are among those
 * of the stem. */
void Places::read_word(const Part &part, size_t word, const std::vector<Wanted> &wanted)
{
    const Word &w = question.words[word];
    const uint64_t bit = UINT64_C(1) << word;
    for (size_t t = 0; t < w.terms.size(); t++) {
        Xapian::PostingIterator p = part.db.postlist_begin(w.terms[t]);
        const Xapian::PostingIterator end = part.db.postlist_end(w.terms[t]);
        const bool spare = t >= w.terms.size() - w.spare;
        for (size_t i = 0; i < wanted.size() && p != end; i++) {
            const Wanted &x = wanted[i];
            if ((x.in->known & bit) || (spare && x.stemmed))
                continue;
            p.skip_to(x.local);
            if (p != end && *p == x.local)
                read_list(part, w.terms[t], word, x);
        }
    }
    for (const Wanted &x : wanted) {
        std::vector<uint32_t> &places = x.in->word[word];
        x.in->known |= bit;
        sort_if_needed(places, std::less<uint32_t>());
        places.erase(std::unique(places.begin(), places.end()), places.end());
    }
}

void Places::read(const std::vector<Xapian::docid> &dids, uint64_t words)
{
    const size_t n = question.words.size();
    std::vector<Xapian::docid> fresh;
    words &= n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
    for (size_t i = 0; i < dids.size(); i++) {
        InDocument &in = known[dids[i]];
        in.word.resize(n);
        if (words & ~in.known)
            fresh.push_back(dids[i]);
    }
    const std::vector<bool> unstemmed = which_have(view, fresh, TERM_UNSTEMMED);
    each_part(view, fresh, [&](const Part &part, const std::vector<size_t> &at) {
        std::vector<Wanted> wanted;
        for (size_t i : at)
            wanted.push_back({view.local(fresh[i]), &known[fresh[i]], !unstemmed[i]});
        for (size_t w = 0; w < n; w++)
            if ((words >> w & 1) && !(view.deadline && view.deadline->too_late()))
                read_word(part, w, wanted);
    });
}

static void add_bound(void *ctx, uint32_t bound)
{
    static_cast<std::vector<uint32_t> *>(ctx)->push_back(bound);
}

std::vector<std::vector<uint32_t>> unit_bounds(const View &view,
                                               const std::vector<Xapian::docid> &dids)
{
    std::vector<std::vector<uint32_t>> bounds(dids.size());
    const std::vector<std::string> packed = values_of(view, dids, SLOT_UNITS);
    for (size_t i = 0; i < dids.size(); i++) {
        bounds[i].reserve(packed[i].size()); /* each takes a byte or more */
        if (!record_unpack_bounds(packed[i].data(), packed[i].size(), add_bound, &bounds[i]))
            bounds[i].clear();
    }
    return bounds;
}

} // namespace shim
