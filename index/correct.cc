#include "index/correct.hh"

#include "index/correct_near.hh"
#include "index/correct_slots.hh"
#include "index/schema.h"
#include "index/surface.hh"
#include "index/telling.hh"
#include "index/terms.hh"

#include <algorithm>
#include <cmath>
#include <cstring>

extern "C" {
#include "index/text/edit.h"
#include "index/text/query_node.h"
#include "index/text/stopwords.h"
}

namespace shim
{

namespace
{

/* Bounds of one correction. */
enum {
    TIME_PART = 10,     /* of the search's time: one in so many */
    CORRECTED_MAX = 6,  /* words of one query */
    CANDIDATES = 8,     /* for one word */
    COMPANIONS = 3,     /* words beside it that a candidate is judged by */
    TOGETHER_MAX = 100, /* documents counted to see how often words are together */
    FEW = 3,            /* words of a query in which an unknown one is hardly meant so */
    SPLIT_MIN = 5,      /* characters of a word that may be two */
    HALF_MIN = 2,
    SAME_MIN = 5,        /* bytes at the beginning of two forms of one word */
    ENDING_MAX = 3,      /* bytes in which they end otherwise, at most */
    KNOWN_WORDS_MAX = 5, /* words of a query of which a known one may be corrected */
    FAR_MORE = 20,       /* times as frequent is what it gives way to */
    TOGETHER_MIN = 3     /* documents that then have all words */
};

const double BLANK = 4.0; /* what a missing or needless blank costs; an edit does as much */

/* A word that the index does not know need not be an error: in a sentence it is taken for one if
 * what it would become fits the others so well (see fit()), or brings all words together. On five
 * collections this took away more than half of the corrections of what was meant as typed, and a
 * sixth of the others. */
const double FIT_ONE = 0.0, FIT_TWO = 0.3; /* with one edit, with two */
const double UNWEIGHED = -1.0;             /* for want of time */
const double FIT_ENDING = 1.0;             /* where only the endings differ */
const double FIT_FAR = 2.0;                /* with two edits, one of them in the first letter */

/* What is put in place of bytes of the query. */
struct Change {
    size_t start, end;
    std::vector<std::string> words; /* terms */
    double score;
    bool sure; /* even if it does not bring all words together */
};

class Corrector
{
  public:
    Corrector(struct index_reader *reader, const View &v, const std::string &typed, unsigned ms)
        : r(reader), view(v), text(typed), deadline(std::max(1u, ms / TIME_PART)), budget{deadline},
          languages(stopword_languages(v))
    {
    }
    bool run(const struct query *tree, Correction &out);

  private:
    bool unknown(Correction &out);
    bool known(const struct query *tree, Correction &out);
    bool meant(size_t at, Change &best);
    void consider_near(const Slot &slot, Change &best);
    void consider_split(const Slot &slot, Change &best);
    void consider_join(const Slot &slot, const Slot &next, Change &best);
    Xapian::doccount often_together(const std::string &left, const std::string &right) const;
    bool says_nothing(const std::string &word) const;
    double fit(const Slot &slot, const Near &near) const;
    std::vector<const Slot *> companions(const Slot &slot) const;
    std::string spelt(const Change &change) const;
    std::vector<Change> changes();
    bool apply(const std::vector<Change> &changes, Correction &out) const;
    bool brings_together(const Slot &slot, const Change &change, Xapian::doccount &most,
                         Correction &out);

    struct index_reader *r;
    const View &view;
    const std::string &text;
    Deadline deadline;
    NearBudget budget;
    std::vector<Slot> slots;
    uint32_t languages; /* of the index, see stopwords.h */
};

/* ---- what a word may have been ------------------------------------------------------------- */

/* The nearest known words around, leaving out those that stand everywhere and tell nothing. */
std::vector<const Slot *> Corrector::companions(const Slot &slot) const
{
    std::vector<const Slot *> near;
    for (const Slot &s : slots)
        if (&s != &slot && s.known() && s.documents <= view.db.get_doccount() / 4 + 1)
            near.push_back(&s);
    auto distance = [&](const Slot *s) {
        return s->start > slot.start ? s->start - slot.start : slot.start - s->start;
    };
    std::stable_sort(near.begin(), near.end(),
                     [&](const Slot *a, const Slot *b) { return distance(a) < distance(b); });
    near.resize(std::min<size_t>(near.size(), COMPANIONS));
    return near;
}

/* How much more often NEAR stands with the words around than by chance, in logarithms. */
double Corrector::fit(const Slot &slot, const Near &near) const
{
    double sum = 0, all = view.db.get_doccount();
    for (const Slot *s : companions(slot)) {
        const Xapian::Query both(Xapian::Query::OP_AND, Xapian::Query(slot.section + near.word),
                                 slot_query(*s));
        double chance = near.documents * (s->documents / all);
        double together = count_about(view, both);
        sum += std::min(3.0, std::max(-1.0, std::log((together + 0.5) / (chance + 0.5))));
    }
    return sum;
}

void take_better(Change &best, Change change)
{
    if (best.words.empty() || change.score > best.score)
        best = std::move(change);
}

bool Corrector::says_nothing(const std::string &word) const
{
    return stopwords_find(r->stopwords.get(), word.data(), word.size()) & languages;
}

/* True if they only end otherwise: often forms of one word, of which the index knows one. */
bool ends_otherwise(const std::string &typed, const std::string &known)
{
    size_t same = 0;
    while (same < std::min(typed.size(), known.size()) && typed[same] == known[same])
        same++;
    return same >= SAME_MIN && std::max(typed.size(), known.size()) - same <= ENDING_MAX;
}

bool is_far(const Slot &slot, const Near &near)
{
    return near.edits > 1 && near.word[0] != slot.word[0];
}

double least_fit(const Slot &slot, const Near &near)
{
    if (ends_otherwise(slot.word, near.word))
        return FIT_ENDING;
    return near.edits == 1 ? FIT_ONE : FIT_TWO;
}

void Corrector::consider_near(const Slot &slot, Change &best)
{
    unsigned edits = near_tolerance(slot.word);
    bool few = slots.size() <= FEW || companions(slot).empty();
    /* Where a word beside it is known, something is found in any case. */
    bool thorough =
        std::none_of(slots.begin(), slots.end(), [](const Slot &s) { return s.known(); });
    if (edits == 0)
        return;
    for (const Near &n :
         near_words(view, slot.section, slot.word, edits, thorough, CANDIDATES, budget)) {
        double fits = deadline.over() ? UNWEIGHED : fit(slot, n);
        if (!few && is_far(slot, n) && fits < FIT_FAR)
            continue;
        bool fitting = few || fits >= least_fit(slot, n);
        bool sure = n.slip || (fitting && !says_nothing(n.word));
        take_better(best, {slot.start, slot.end, {n.word}, n.likeness + fits, sure});
    }
}

/* In how many documents LEFT stands right before RIGHT; 0 unless in a tenth of those that have the
 * rarer of them (any one is two words, and anyone no error for it). */
Xapian::doccount Corrector::often_together(const std::string &left, const std::string &right) const
{
    const std::string both[] = {left, right};
    Xapian::doccount rarer =
        std::min(view.frequency(left).documents, view.frequency(right).documents);
    Xapian::doccount least = std::min<Xapian::doccount>(TOGETHER_MAX, 1 + rarer / 10);
    const Xapian::Query phrase(Xapian::Query::OP_PHRASE, both, both + 2, 2);
    Xapian::doccount documents = count_up_to(view, phrase, TOGETHER_MAX);
    return documents >= least ? documents : 0;
}

/* Two words, both known, that stand one behind the other somewhere. */
void Corrector::consider_split(const Slot &slot, Change &best)
{
    const std::string &w = slot.word;
    if (!slot.section.empty() || edit_characters(w.data(), w.size()) < SPLIT_MIN)
        return;
    for (size_t at = 1; at < w.size() && !deadline.over(); at++) {
        const std::string left = w.substr(0, at), right = w.substr(at);
        if (((unsigned char)w[at] & 0xc0) == 0x80 ||
            edit_characters(left.data(), left.size()) < HALF_MIN ||
            edit_characters(right.data(), right.size()) < HALF_MIN || !view.has(left) ||
            !view.has(right))
            continue;
        Xapian::doccount documents = often_together(left, right);
        if (documents)
            take_better(
                best,
                {slot.start, slot.end, {left, right}, std::log(1.0 + documents) - BLANK, true});
    }
}

void Corrector::consider_join(const Slot &slot, const Slot &next, Change &best)
{
    const std::string joined = slot.word + next.word;
    Xapian::doccount documents = view.frequency(slot.section + joined).documents;
    if (documents && joined.size() <= TERM_MAX)
        take_better(
            best, {slot.start, next.end, {joined}, std::log(1.0 + documents) - BLANK + 1.0, true});
}

bool Corrector::meant(size_t at, Change &best)
{
    const Slot &slot = slots[at];
    if (!slot.known() && !says_nothing(slot.word)) {
        consider_near(slot, best);
        consider_split(slot, best);
    }
    if (slot.joins && !(slot.known() && slots[at + 1].known()))
        consider_join(slot, slots[at + 1], best);
    return !best.words.empty();
}

/* ---- the corrected query ------------------------------------------------------------------- */

bool is_operator(const std::string &word)
{
    return word == "AND" || word == "OR" || word == "NOT" || word == "NEAR";
}

std::string Corrector::spelt(const Change &change) const
{
    std::string out;
    for (const std::string &word : change.words) {
        std::string surface = surface_of(view, word);
        out += out.empty() ? "" : " ";
        out += is_operator(surface) ? word : surface;
    }
    return out;
}

/* Puts CHANGES, which rise and do not overlap, into the text, and reads it. */
bool Corrector::apply(const std::vector<Change> &changes, Correction &out) const
{
    std::vector<Slot> places;
    size_t at = 0;
    out.text.clear();
    for (const Change &c : changes) {
        out.text.append(text, at, c.start - at);
        Slot place;
        place.start = out.text.size();
        out.text += spelt(c);
        place.end = out.text.size();
        places.push_back(place);
        at = c.end;
    }
    out.text.append(text, at, std::string::npos);
    if (out.text.size() > query_default_limits.bytes)
        return false;
    query_free(out.tree.out());
    parse(r, view, out.text.c_str(), out.tree);
    out.terms.clear();
    for (const Slot &s :
         out.tree.get() ? slots_of(view, out.tree.get(), out.text) : std::vector<Slot>())
        for (const Slot &place : places)
            if (place.holds(s))
                out.terms.insert(out.terms.end(), s.terms.begin(), s.terms.end());
    return !out.terms.empty();
}

std::vector<Change> Corrector::changes()
{
    std::vector<Change> all;
    size_t end = 0;
    for (size_t i = 0; i < slots.size() && all.size() < CORRECTED_MAX; i++) {
        Change best = {0, 0, {}, 0, false};
        if (slots[i].start >= end && meant(i, best)) {
            end = best.end;
            all.push_back(std::move(best));
        }
    }
    return all;
}

bool Corrector::unknown(Correction &out)
{
    std::vector<Change> all = changes();
    auto unsure = [](const Change &c) { return !c.sure; };
    if (std::none_of(all.begin(), all.end(), unsure))
        return !all.empty() && apply(all, out);
    if (apply(all, out) && count_up_to(view, query_of(view, out.tree.get()).all, 1))
        return true;
    all.erase(std::remove_if(all.begin(), all.end(), unsure), all.end());
    return !all.empty() && apply(all, out);
}

/* ---- known words --------------------------------------------------------------------------- */

/* True if all words stand together after CHANGE, in more documents than MOST. */
bool Corrector::brings_together(const Slot &slot, const Change &change, Xapian::doccount &most,
                                Correction &out)
{
    Correction tried;
    if (deadline.over() || !apply({change}, tried))
        return false;
    for (const std::string &term : tried.terms) /* another form of the same word */
        if (std::find(slot.terms.begin(), slot.terms.end(), term) != slot.terms.end())
            return false;
    Xapian::doccount documents =
        count_up_to(view, query_of(view, tried.tree.get()).all, TOGETHER_MAX);
    if (documents <= most)
        return false;
    most = documents;
    out.text = tried.text;
    out.terms = tried.terms;
    query_free(out.tree.out());
    *out.tree.out() = tried.tree.release();
    return true;
}

bool Corrector::known(const struct query *tree, Correction &out)
{
    if (slots.size() < 2 || slots.size() > KNOWN_WORDS_MAX ||
        std::any_of(slots.begin(), slots.end(), [](const Slot &s) { return !s.known(); }) ||
        count_up_to(view, query_of(view, tree).all, 1))
        return false;
    Xapian::doccount most = TOGETHER_MIN - 1;
    for (const Slot &slot : slots) {
        if (near_tolerance(slot.word) == 0 || slot.documents >= NEAR_ESTABLISHED)
            continue;
        for (const Near &n :
             near_words(view, slot.section, slot.word, 1, false, CANDIDATES, budget))
            if (n.documents >= (Xapian::doccount)FAR_MORE * slot.documents)
                brings_together(slot, {slot.start, slot.end, {n.word}, 0, true}, most, out);
    }
    if (most < TOGETHER_MIN)
        return false;
    Tree both;
    *both.out() = query_node(QUERY_OR);
    query_node_add(both.get(), out.tree.release());
    Tree typed;
    parse(r, view, text.c_str(), typed);
    query_node_add(both.get(), typed.release());
    *out.tree.out() = query_node_done(both.release());
    return true;
}

bool Corrector::run(const struct query *tree, Correction &out)
{
    slots = slots_of(view, tree, text);
    return unknown(out) || known(tree, out);
}

} // namespace

bool Correction::in(const View &view, Xapian::docid did) const
{
    for (const std::string &term : terms) {
        Xapian::PostingIterator p = view.db.postlist_begin(term);
        p.skip_to(did);
        if (p != view.db.postlist_end(term) && *p == did)
            return true;
    }
    return false;
}

bool correct(struct index_reader *r, const View &view, const std::string &text,
             const struct query *tree, unsigned ms, Correction &out)
{
    if (view.parts.empty())
        return false;
    try {
        return Corrector(r, view, text, ms).run(tree, out);
    } catch (const Failure &f) {
        /* A query at its limits would grow beyond them. */
        if (f.status != PROSPECT_LIMIT)
            throw;
        return false;
    }
}

} // namespace shim
