#include "index/bag.hh"

#include "index/compounds.hh"
#include "index/rank.hh"
#include "index/schema.h"

#include <algorithm>
#include <cmath>

namespace shim
{

namespace
{

const Xapian::docid END = UINT32_MAX;

/* ---- weights ------------------------------------------------------------------------------- */

/* What is the same in every document: IneB2 of a word is rate * n / (n + 1), where n is how often
 * it stands there, by the document's length. */
struct Rates {
    double stems, typed, compounds;
};

/* Of ALL, those that are among A or B of them, in whole numbers, as Xapian has it. */
double either(double a, double b, double all)
{
    return a == 0 ? b : std::floor(all * (a / all + b / all - a / all * (b / all)) + 0.5);
}

double rate_of(const View &view, const std::vector<std::string> &terms)
{
    const double all = view.db.get_doccount(), length = (double)view.db.get_total_length();
    double documents = 0, occurrences = 0;
    for (const std::string &term : terms) {
        const Frequency &f = view.frequency(term);
        documents = either(documents, f.documents, all);
        occurrences = either(occurrences, f.occurrences, length);
    }
    const double expected = all * (1 - std::exp(-occurrences / all));
    return documents > 0 ? std::log2((all + 1) / (expected + 0.5)) * (occurrences + 1) / documents
                         : 0;
}

double weight_of(double rate, double times, double norm)
{
    return rate * times * norm / (times * norm + 1);
}

/* ---- walking ------------------------------------------------------------------------------- */

/* The postings of one term in one compartment. */
class Postings
{
  public:
    Postings(const Xapian::Database &db, const std::string &term)
        : at(db.postlist_begin(term)), end(db.postlist_end(term))
    {
        look();
    }
    void next()
    {
        ++at;
        look();
    }
    void skip_to(Xapian::docid to)
    {
        if (did >= to)
            return;
        at.skip_to(to);
        look();
    }
    double wdf() const
    {
        return at.get_wdf();
    }
    Xapian::docid did = END;

  private:
    void look()
    {
        did = at == end ? END : *at;
    }
    Xapian::PostingIterator at, end;
};

/* One word in one compartment, at the first document that has a form of it. */
class Cursor
{
  public:
    Cursor(const Xapian::Database &db, const BagWord &w, const Rates &r) : word(&w), rates(&r)
    {
        for (const std::string &term : w.terms.stems)
            stems.emplace_back(db, term);
        for (const std::string &term : w.terms.typed)
            typed.emplace_back(db, term);
        for (const std::string &term : w.terms.compounds)
            compounds.emplace_back(db, term);
        settle();
    }
    void next()
    {
        each([&](Postings &p) {
            if (p.did == did)
                p.next();
        });
        settle();
    }
    void skip_to(Xapian::docid to)
    {
        if (did >= to)
            return;
        each([&](Postings &p) { p.skip_to(to); });
        settle();
    }
    /* In the document that it is at. UNSTEMMED: whether that is marked so. */
    template <typename Ask> double weight(double norm, Ask unstemmed) const
    {
        const double n = times(stems), as_typed = times(typed);
        double whole = weight_of(rates->stems, n, norm);
        if (as_typed > 0)
            whole += (n == 0 && unstemmed() ? 1 : EXACT_WEIGHT) *
                     weight_of(rates->typed, as_typed, norm);
        if (n > 0 || as_typed > 0)
            return whole * word->times;
        return COMPOUND_WEIGHT * weight_of(rates->compounds, times(compounds), norm);
    }
    const BagWord *word;
    Xapian::docid did = END;

  private:
    template <typename Do> void each(Do work)
    {
        for (std::vector<Postings> *list : {&stems, &typed, &compounds})
            for (Postings &p : *list)
                work(p);
    }
    void settle()
    {
        did = END;
        each([&](Postings &p) { did = std::min(did, p.did); });
    }
    double times(const std::vector<Postings> &list) const
    {
        double sum = 0;
        for (const Postings &p : list)
            sum += p.did == did ? p.wdf() : 0;
        return sum;
    }
    const Rates *rates;
    std::vector<Postings> stems, typed, compounds;
};

/* ---- compounds ----------------------------------------------------------------------------- */

void read_compound(const View &view, const BagReading &reading, Deadline &deadline, ReadIn &out)
{
    Xapian::Enquire e(view.db);
    DeadlineSource source(deadline);
    if (reading.query.empty())
        return;
    e.set_query(Xapian::Query(Xapian::Query::OP_FILTER, reading.query, Xapian::Query(&source)));
    e.set_weighting_scheme(Xapian::BoolWeight());
    const Xapian::MSet found = e.get_mset(0, view.db.get_doccount());
    for (Xapian::MSetIterator i = found.begin(); i != found.end(); ++i)
        out.emplace_back(*i, reading.rarity);
}

ReadIn read_in(const View &view, const BagReadings &readings, Deadline &deadline)
{
    ReadIn out;
    for (const BagReading &r : readings)
        read_compound(view, r, deadline, out);
    std::sort(out.begin(), out.end());
    return out;
}

/* The rarity of what DID has of the compound; negative if it has none. */
double rarity_in(const ReadIn &compound, Xapian::docid did)
{
    double sum = 0;
    auto at = std::lower_bound(compound.begin(), compound.end(), did,
                               [](const auto &a, Xapian::docid d) { return a.first < d; });
    if (at == compound.end() || at->first != did)
        return -1;
    for (; at != compound.end() && at->first == did; ++at)
        sum += at->second;
    return sum;
}

/* ---- all words ----------------------------------------------------------------------------- */

/* The same for all compartments. */
struct Walked {
    const View &view;
    const Bag &bag;
    Deadline &deadline;
    const std::vector<ReadIn> &compounds;
    std::vector<Rates> rates; /* of the words */
};

/* All words in one compartment. */
class Walk
{
  public:
    Walk(const Walked &w, size_t part)
        : walked(w), view(w.view), number(part), db(view.parts[part]->db),
          lengths(view.parts[part]->lengths), deadline(w.deadline), unstemmed(db, TERM_UNSTEMMED),
          average(view.db.get_avlength())
    {
        const Bag &bag = w.bag;
        words.reserve(bag.words.size());
        for (size_t i = 0; i < bag.words.size(); i++)
            words.emplace_back(db, bag.words[i], w.rates[i]);
        for (Cursor &c : words)
            cursors.push_back(&c);
    }
    void all(std::vector<Held> &out);
    void any(std::vector<Held> &out);

  private:
    typedef std::vector<Cursor *>::iterator At;
    /* Adds document DID, which the cursors FROM to TO are at. */
    void hold(Xapian::docid did, At from, At to, std::vector<Held> &out);
    void try_compound(Xapian::docid did, std::vector<Held> &out);
    void all_words(std::vector<Held> &out);
    void all_compounds(std::vector<Held> &out);
    Xapian::docid everywhere(Xapian::docid did) const
    {
        return (did - 1) * (Xapian::docid)view.parts.size() + (Xapian::docid)number + 1;
    }

    const Walked &walked;
    const View &view;
    const size_t number;
    const Xapian::Database &db;
    Lengths &lengths;
    Deadline &deadline;
    Postings unstemmed;
    const double average; /* length of a document */
    std::vector<Cursor> words;
    std::vector<Cursor *> cursors;
};

void Walk::hold(Xapian::docid did, At from, At to, std::vector<Held> &out)
{
    const double length = std::max(1u, lengths.of(db, did));
    const double norm = std::log2(1 + RANK_LENGTH * average / length);
    const auto marked = [&] {
        unstemmed.skip_to(did);
        return unstemmed.did == did;
    };
    Held held = {everywhere(did), 0, length, 0, false};
    size_t has = 0;
    std::sort(from, to); /* sums of the same in another order would differ a little */
    for (At c = from; c != to; ++c) {
        held.weight += (*c)->weight(norm, marked);
        held.share += (*c)->word->is_part ? 0 : (*c)->word->rarity;
        has += !(*c)->word->is_part;
    }
    for (const ReadIn &compound : walked.compounds) {
        const double rarity = rarity_in(compound, held.did);
        held.share += std::max(0.0, rarity);
        has += rarity >= 0;
    }
    held.all = has == walked.bag.wanted;
    out.push_back(held);
}

/* Holds DID if it has all. */
void Walk::try_compound(Xapian::docid did, std::vector<Held> &out)
{
    for (Cursor *c : cursors)
        c->skip_to(did);
    const At here =
        std::partition(cursors.begin(), cursors.end(), [&](Cursor *c) { return c->did != did; });
    hold(did, here, cursors.end(), out);
    if (!out.back().all)
        out.pop_back();
}

/* What has all has the first compound. */
void Walk::all_compounds(std::vector<Held> &out)
{
    Xapian::docid last = 0;
    for (const auto &in : walked.compounds.front()) {
        if (deadline.over())
            return;
        if (in.first != last && &view.part(in.first) == view.parts[number])
            try_compound(view.local(in.first), out);
        last = in.first;
    }
}

void Walk::all(std::vector<Held> &out)
{
    if (walked.compounds.empty())
        all_words(out);
    else
        all_compounds(out);
}

void Walk::all_words(std::vector<Held> &out)
{
    Cursor *lead = *std::min_element(cursors.begin(), cursors.end(), [](Cursor *a, Cursor *b) {
        return a->word->documents < b->word->documents;
    });
    while (lead->did != END && !deadline.over()) {
        const Xapian::docid did = lead->did;
        Xapian::docid next = did;
        for (Cursor *c : cursors) {
            c->skip_to(did);
            if ((next = c->did) > did)
                break;
        }
        if (next == did) {
            hold(did, cursors.begin(), cursors.end(), out);
            lead->next();
        } else {
            lead->skip_to(next);
        }
    }
}

/* A heap of cursors, one at the first document on top. Those that are at one document are taken
 * off, used, moved on and put back. */
void Walk::any(std::vector<Held> &out)
{
    const auto later = [](const Cursor *a, const Cursor *b) { return a->did > b->did; };
    std::make_heap(cursors.begin(), cursors.end(), later);
    while (cursors.front()->did != END && !deadline.over()) {
        const Xapian::docid did = cursors.front()->did;
        At here = cursors.end();
        while (here != cursors.begin() && cursors.front()->did == did)
            std::pop_heap(cursors.begin(), here--, later);
        hold(did, here, cursors.end(), out);
        for (; here != cursors.end(); ++here) {
            (*here)->next();
            std::push_heap(cursors.begin(), here + 1, later);
        }
    }
}

typedef void (Walk::*Way)(std::vector<Held> &out);

/* Documents that come out, at most, or as far as that is known. */
size_t most(const View &view, const Bag &bag, Way way)
{
    double all = std::min<double>(bag.postings, view.db.get_doccount());
    if (way == &Walk::all)
        for (const BagWord &w : bag.words)
            all = w.is_part ? all : std::min<double>(all, w.documents);
    return (size_t)all;
}

std::vector<Held> walk(const View &view, const Bag &bag, const std::vector<ReadIn> &compounds,
                       Deadline &deadline, Way way)
{
    Walked walked = {view, bag, deadline, compounds, {}};
    std::vector<Held> out;
    out.reserve(most(view, bag, way)); /* growing would copy it all, again and again */
    for (const BagWord &w : bag.words)
        walked.rates.push_back({rate_of(view, w.terms.stems), rate_of(view, w.terms.typed),
                                rate_of(view, w.terms.compounds)});
    for (size_t part = 0; part < view.parts.size(); part++)
        (Walk(walked, part).*way)(out);
    if (view.parts.size() > 1)
        std::sort(out.begin(), out.end(),
                  [](const Held &a, const Held &b) { return a.did < b.did; });
    return out;
}

} // namespace

std::vector<ReadIn> bag_compounds(const View &view, const Bag &bag, Deadline &deadline)
{
    std::vector<ReadIn> compounds;
    for (const BagReadings &readings : bag.compounds)
        compounds.push_back(read_in(view, readings, deadline));
    return compounds;
}

std::vector<Held> bag_all(const View &view, const Bag &bag, const std::vector<ReadIn> &compounds,
                          Deadline &deadline)
{
    for (const BagWord &w : bag.words)
        if (w.documents == 0 && !w.is_part)
            return {};
    return walk(view, bag, compounds, deadline, &Walk::all);
}

std::vector<Held> bag_any(const View &view, const Bag &bag, const std::vector<ReadIn> &compounds,
                          Deadline &deadline)
{
    return walk(view, bag, compounds, deadline, &Walk::any);
}

} // namespace shim
