#include "index/explain.hh"

#include "index/deadline.hh"
#include "index/hits.hh"
#include "index/pick.hh"
#include "index/put.hh"
#include "index/terms.hh"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <set>

namespace shim
{

namespace
{

/* More units are not read for the forms of a word, and more forms are not named. */
enum {
    UNITS_MAX = 50,
    FORMS_SHOWN = 8
};

/* A part of the ranking query whose weight is a summand of the whole. */
struct Piece {
    Xapian::Query query;
    enum index_reason_kind kind;
    std::string word;            /* as typed; empty: nothing that was typed */
    std::vector<size_t> words;   /* of the question */
    std::set<std::string> terms; /* of the query */
};

/* ---- taking the query apart ---------------------------------------------------------------- */

typedef std::set<std::string> Terms;

Terms terms_in(const Xapian::Query &q)
{
    Terms terms;
    for (Xapian::TermIterator t = q.get_unique_terms_begin(); t != q.get_terms_end(); ++t)
        terms.insert(*t);
    return terms;
}

/* TERM without the prefixes of stems and of sections; SECTION is "" for the body. */
std::string bare(const std::string &term, std::string *section)
{
    const size_t at = term.compare(0, 1, PREFIX_STEM) == 0;
    *section = term.compare(at, 1, PREFIX_TITLE) == 0    ? PREFIX_TITLE
               : term.compare(at, 1, PREFIX_AUTHOR) == 0 ? PREFIX_AUTHOR
                                                         : "";
    return term.substr(at + section->size());
}

/* The same word or stem as TERM, in SECTION. */
std::string in_section(const std::string &term, const char *section)
{
    std::string was;
    const std::string word = bare(term, &was);
    return (term.compare(0, 1, PREFIX_STEM) == 0 ? PREFIX_STEM : "") + (section + word);
}

/* How many of TERMS are forms of W. */
size_t shared(const Word &w, const Terms &terms)
{
    size_t n = 0;
    for (const std::string &t : w.terms)
        n += terms.count(t) || terms.count(in_section(t, PREFIX_TITLE)) ||
             terms.count(in_section(t, PREFIX_AUTHOR));
    return n;
}

class Taker
{
  public:
    explicit Taker(const Question &q) : question(q), used(q.words.size())
    {
    }
    /* Adds what Q is made of. GUARDS hold where its parts count; MUST: they hold in every hit. */
    void take(const Xapian::Query &q, const Xapian::Query &guard, bool must);
    std::vector<Piece> pieces;

  private:
    void add(const Xapian::Query &q, const Xapian::Query &guard);
    void name(const Xapian::Query &q, Piece &p);
    size_t word_of(const Terms &terms);

    const Question &question;
    std::vector<bool> used;
};

/* The word of the question with most of its forms among TERMS; of equals, one not yet named. */
size_t Taker::word_of(const Terms &terms)
{
    size_t best = SIZE_MAX, most = 0;
    for (size_t w = 0; w < question.words.size(); w++) {
        const size_t n = shared(question.words[w], terms);
        if (n > most || (n > 0 && n == most && used[best] && !used[w])) {
            most = n;
            best = w;
        }
    }
    if (best != SIZE_MAX)
        used[best] = true;
    return best;
}

enum index_reason_kind kind_of(const Terms &terms)
{
    std::string section;
    for (const std::string &t : terms) {
        bare(t, &section);
        return section == PREFIX_TITLE    ? REASON_TITLE
               : section == PREFIX_AUTHOR ? REASON_AUTHOR
                                          : REASON_WORD;
    }
    return REASON_OTHER;
}

/* Says which words of the question P is about. */
void Taker::name(const Xapian::Query &q, Piece &p)
{
    const auto op = q.get_type();
    const bool placed = op == Xapian::Query::OP_PHRASE || op == Xapian::Query::OP_NEAR;
    for (size_t i = 0; i < (placed ? q.get_num_subqueries() : 1); i++) {
        const size_t w = word_of(placed ? terms_in(q.get_subquery(i)) : p.terms);
        if (w == SIZE_MAX)
            continue;
        p.words.push_back(w);
        p.word += (p.word.empty() ? "" : " ") + question.words[w].typed;
    }
    p.kind = kind_of(p.terms);
    if (p.kind == REASON_WORD && placed)
        p.kind = op == Xapian::Query::OP_PHRASE ? REASON_PHRASE : REASON_NEAR;
    else if (p.kind == REASON_WORD && p.words.empty())
        p.kind = REASON_EXPANSION;
}

void Taker::add(const Xapian::Query &q, const Xapian::Query &guard)
{
    Piece p = {q, REASON_OTHER, "", {}, terms_in(q)};
    if (p.terms.empty() && q.get_type() != Xapian::Query::LEAF_POSTING_SOURCE)
        return;
    name(q.get_type() == Xapian::Query::OP_SCALE_WEIGHT ? q.get_subquery(0) : q, p);
    if (!guard.empty())
        p.query = Xapian::Query(Xapian::Query::OP_FILTER, q, guard);
    pieces.push_back(std::move(p));
}

void Taker::take(const Xapian::Query &q, const Xapian::Query &guard, bool must)
{
    bool all = false;
    size_t n = q.get_num_subqueries();
    switch (q.get_type()) {
    case Xapian::Query::OP_AND_NOT:
    case Xapian::Query::OP_FILTER:
        n = 1;
        all = true;
        break;
    case Xapian::Query::OP_AND:
        all = true;
        break;
    case Xapian::Query::OP_AND_MAYBE:
        break;
    case Xapian::Query::OP_OR:
        must = false;
        break;
    default:
        return add(q, guard);
    }
    /* What is joined by AND counts only where all of it holds. */
    Xapian::Query holds = guard;
    if (all && !must)
        holds = guard.empty() ? q : Xapian::Query(Xapian::Query::OP_AND, guard, q);
    for (size_t i = 0; i < n; i++)
        take(q.get_subquery(i), holds, must);
}

/* ---- weighing ------------------------------------------------------------------------------ */

typedef std::map<Xapian::docid, double> Weighed;

/* What PIECE gives to each of FOUND that has it. */
Weighed weigh(const View &view, const Xapian::Weight &scheme, const Piece &piece,
              const std::vector<Explained> &found)
{
    std::vector<Xapian::Query> ids;
    for (const Explained &x : found)
        ids.emplace_back(term_exact(PREFIX_ID, x.hit->fields.id));
    Xapian::Enquire e(view.db);
    e.set_query(Xapian::Query(Xapian::Query::OP_FILTER, piece.query,
                              Xapian::Query(Xapian::Query::OP_OR, ids.begin(), ids.end())));
    e.set_weighting_scheme(scheme);
    Weighed out;
    /* While a document moves between compartments it is found twice. */
    const Xapian::MSet mset = e.get_mset(0, (Xapian::doccount)(2 * found.size()));
    for (Xapian::MSetIterator i = mset.begin(); i != mset.end(); ++i)
        out[*i] = i.get_weight();
    return out;
}

/* ---- forms --------------------------------------------------------------------------------- */

struct Forms {
    std::map<std::string, unsigned> count; /* by surface form */
    unsigned places = 0;
    bool in_title = false;
};

/* A word as it is read: a break at a line's end closed, its blanks and controls clean. */
std::string surface(const char *text, struct span span)
{
    const struct highlight plain = {HIGHLIGHT_NONE, TERM_CAP, nullptr, nullptr};
    Bytes out;
    highlight_snippet(&plain, text + span.start, span.end - span.start, nullptr, 0, &out);
    return out.str();
}

void add_forms(const char *text, size_t length, const std::vector<struct match> &matches,
               std::vector<Forms> &forms)
{
    std::vector<uint32_t> positions;
    for (const struct match &m : matches)
        positions.push_back(m.position);
    std::vector<struct span> spans(positions.size());
    highlight_spans(text, length, positions.data(), positions.size(), spans.data());
    for (size_t i = 0; i < spans.size(); i++)
        if (spans[i].end > spans[i].start)
            forms[matches[i].word].count[surface(text, spans[i])]++;
}

void read_units(const Spot &spot, const Question &q, const char *id, std::vector<Forms> &forms)
{
    size_t read = 0;
    for (const UnitMatch &m : units_with_words(spot, q)) {
        for (const struct match &x : m.matches)
            forms[x.word].places++;
        struct unit u;
        const std::string record = spot.part.db.get_metadata(key_unit(id, m.number));
        if (read++ >= UNITS_MAX || !record_unpack_unit(record.data(), record.size(), &u))
            continue;
        add_forms(u.text ? u.text : "", u.length, m.matches, forms);
        unit_clear(&u);
    }
}

void read_title(const Part &part, Xapian::docid did, const Question &q, const char *title,
                std::vector<Forms> &forms)
{
    for (size_t w = 0; w < q.words.size(); w++) {
        std::set<uint32_t> at;
        std::vector<struct match> matches;
        for (const std::string &t : q.words[w].terms) {
            const std::string term = in_section(t, PREFIX_TITLE);
            for (Xapian::PositionIterator p = part.db.positionlist_begin(did, term);
                 p != part.db.positionlist_end(did, term); ++p)
                at.insert(*p - 1);
        }
        for (uint32_t position : at)
            matches.push_back({position, (uint8_t)w});
        forms[w].in_title = !at.empty();
        add_forms(title, strlen(title), matches, forms);
    }
}

/* ---- saying it ----------------------------------------------------------------------------- */

typedef std::vector<std::pair<std::string, unsigned>> Sorted;

Sorted most_frequent(const std::map<std::string, unsigned> &count)
{
    Sorted sorted(count.begin(), count.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto &a, const auto &b) { return a.second > b.second; });
    sorted.resize(std::min<size_t>(sorted.size(), FORMS_SHOWN));
    return sorted;
}

/* The words themselves, where none of the text is known: terms of an expansion, or of a name. */
void add_bare(const Piece &p, std::map<std::string, unsigned> &count)
{
    std::string section;
    for (const std::string &t : p.terms)
        count.emplace(bare(t, &section), 0);
}

void fill(struct index_reason *r, const Piece &p, double weight, const std::vector<Forms> &forms)
{
    std::map<std::string, unsigned> count;
    r->kind = p.kind;
    r->word = p.word.empty() ? nullptr : mem_strdup(p.word.c_str());
    r->weight = weight;
    for (size_t w : p.words) {
        count.insert(forms[w].count.begin(), forms[w].count.end());
        r->count = std::max(r->count, forms[w].places);
        r->in_title |= forms[w].in_title;
    }
    if (p.words.empty())
        add_bare(p, count);
    const Sorted sorted = most_frequent(count);
    r->forms = (struct index_form *)mem_zalloc((sorted.size() + 1) * sizeof *r->forms);
    for (const auto &form : sorted)
        r->forms[r->n_forms++] = {mem_strdup(form.first.c_str()), form.second};
}

/* Heaviest first. */
void explain_one(const View &view, const Question &q, Places &places,
                 const std::vector<Piece> &pieces, const std::vector<Weighed> &weighed,
                 const Explained &x)
{
    const Part &part = view.part(x.did);
    const Xapian::docid local = view.local(x.did);
    std::vector<Forms> forms(q.words.size());
    Data data;
    data.read(view, x.did);
    places.read({x.did}, Places::ALL);
    read_units({view, part, local, data.places, places.in(x.did)}, q, data.fields.id, forms);
    read_title(part, local, q, data.fields.title, forms);
    struct index_explanation *e =
        (struct index_explanation *)mem_zalloc(sizeof(struct index_explanation));
    x.hit->explanation = e;
    e->weight = x.weight;
    e->reasons = (struct index_reason *)mem_zalloc((pieces.size() + 1) * sizeof *e->reasons);
    double rest = x.weight;
    for (size_t i = 0; i < pieces.size(); i++) {
        const auto found = weighed[i].find(x.did);
        rest -= found != weighed[i].end() ? found->second : 0;
        if (found != weighed[i].end() && (found->second > 0 || !pieces[i].words.empty()))
            fill(&e->reasons[e->count++], pieces[i], found->second, forms);
    }
    if (std::abs(rest) > 1e-9 * x.weight) {
        struct index_reason *places = &e->reasons[e->count++];
        places->kind = REASON_PLACES;
        places->weight = rest;
    }
    std::stable_sort(e->reasons, e->reasons + e->count,
                     [](const auto &a, const auto &b) { return a.weight > b.weight; });
}

/* What a word gives by its stems, and as it was typed, is one. */
void merge(std::vector<Piece> &pieces, std::vector<Weighed> &weighed)
{
    for (size_t i = 0; i < pieces.size(); i++)
        for (size_t j = pieces.size(); j-- > i + 1;) {
            if (pieces[i].words.empty() || pieces[i].words != pieces[j].words ||
                pieces[i].kind != pieces[j].kind)
                continue;
            for (const auto &of : weighed[j])
                weighed[i][of.first] += of.second;
            pieces[i].terms.insert(pieces[j].terms.begin(), pieces[j].terms.end());
            pieces.erase(pieces.begin() + (long)j);
            weighed.erase(weighed.begin() + (long)j);
        }
}

/* An explanation is whole, or there is none. */
bool too_late(const View &view)
{
    return view.deadline && view.deadline->too_late();
}

} // namespace

void explain(const View &view, const Xapian::Weight &scheme, const Xapian::Query &ranked,
             const Question &question, Places &places, const std::vector<Explained> &found)
{
    Taker taker(question);
    std::vector<Weighed> weighed;
    if (found.empty())
        return;
    taker.take(ranked, Xapian::Query(), true);
    for (const Piece &p : taker.pieces) {
        if (too_late(view))
            return;
        weighed.push_back(weigh(view, scheme, p, found));
    }
    merge(taker.pieces, weighed);
    for (const Explained &x : found)
        if (!too_late(view))
            explain_one(view, question, places, taker.pieces, weighed, x);
}

} // namespace shim
