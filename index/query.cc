#include "index/query.hh"

#include "index/compounds.hh"
#include "index/deadline.hh"
#include "index/telling.hh"
#include "index/terms.hh"
#include "index/vocabulary.hh"

#include <algorithm>
#include <cstring>

namespace shim
{

namespace
{

enum class Want {
    All,
    Some,
    Share
};

class Builder
{
  public:
    Builder(const View &v, Question &q) : view(v), question(q), vocabulary(v)
    {
    }
    /* Notes the words of a tree that are to be shown; in reading order. */
    void note(const struct query *q, bool in_phrase);
    Xapian::Query build(const struct query *q, Want want, const char *section);
    double most(const struct query *q);
    void collect(const struct query *q, Bag &bag);

  private:
    void collect_word(const struct query *q, bool is_part, Bag &bag);
    void collect_parts(const struct query *q, Bag &bag);
    void collect_compound(const struct query *q, Bag &bag);
    Xapian::Query forms(const struct query *q, const char *section, Xapian::Query::op op);
    Xapian::Query unstemmed(const Xapian::Query &form, const Xapian::Query &stems) const;
    double rarity(const struct query *q, const char *section);
    Xapian::Query share(const struct query *q, const char *section);
    Xapian::Query loose(const struct query *q, const char *section);
    Xapian::Query one_word(const struct query *q, Want want, const char *section);
    Xapian::Query reading(const struct query *q, const char *section);
    Xapian::Query word(const struct query *q, const char *section);
    Xapian::Query words(const struct query *q, Want want, const char *section);
    Xapian::Query joined(const struct query *q, Want want, const char *section,
                         Xapian::Query::op op);
    Xapian::Query without(const struct query *q, Want want, const char *section);
    Xapian::Query in_time(const Xapian::Query &row) const;
    Xapian::Query row(const struct query *q, const char *section);
    std::vector<Xapian::Query> rows(const struct query *q, const char *section);
    Xapian::Query placed(const struct query *q, const char *section);
    Xapian::Query field(const struct query *q, Want want);

    const View &view;
    Question &question;
    Vocabulary vocabulary;
};

bool is_word(const struct query *q)
{
    return q->op == QUERY_WORD || q->op == QUERY_PREFIX;
}

bool is_one_word(const struct query *q)
{
    return (q->op == QUERY_OR || q->op == QUERY_PHRASE) && q->value;
}

/* Not Xapian::Query::MatchAll: that is one object for all threads, and its count of references is
 * not atomic. */
Xapian::Query all_documents()
{
    return Xapian::Query(std::string());
}

/* ---- words --------------------------------------------------------------------------------- */

Xapian::Query Builder::forms(const struct query *q, const char *section, Xapian::Query::op op)
{
    const std::vector<std::string> &terms = vocabulary.terms_of(q, section);
    return Xapian::Query(op, terms.begin(), terms.end());
}

/* What was typed, as documents have it that were not stemmed: those in a language that has no
 * stemmer, or in none that is known. */
Xapian::Query Builder::unstemmed(const Xapian::Query &form, const Xapian::Query &stems) const
{
    if (!view.has(TERM_UNSTEMMED))
        return Xapian::Query();
    return Xapian::Query(Xapian::Query::OP_FILTER,
                         Xapian::Query(Xapian::Query::OP_AND_NOT, form, stems),
                         Xapian::Query(std::string(TERM_UNSTEMMED)));
}

Xapian::Query synonyms(const std::vector<std::string> &terms)
{
    return Xapian::Query(Xapian::Query::OP_SYNONYM, terms.begin(), terms.end());
}

Xapian::Query weighted(const Xapian::Query &q, double weight)
{
    return Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, q, weight);
}

/* A compound counts where the word itself is not. OP_MAX would do, but that of 1.4.22 reads what it
 * has freed when its last two operands end at once.
 */
Xapian::Query Builder::word(const struct query *q, const char *section)
{
    const Weighing w = vocabulary.weighing(q, section);
    Xapian::Query out = synonyms(w.stems);
    if (!w.typed.empty()) {
        const Xapian::Query stem = out, form = synonyms(w.typed);
        const Xapian::Query parts[] = {stem, weighted(form, EXACT_WEIGHT),
                                       weighted(unstemmed(form, stem), 1 - EXACT_WEIGHT)};
        out = Xapian::Query(Xapian::Query::OP_OR, parts, parts + 3);
    }
    if (q->again > 0 && !out.empty())
        out = weighted(out, 1.0 + q->again);
    if (w.compounds.empty())
        return out;
    const Xapian::Query other(
        Xapian::Query::OP_AND_NOT, synonyms(w.compounds),
        Xapian::Query(Xapian::Query::OP_OR, synonyms(w.stems), synonyms(w.typed)));
    return Xapian::Query(Xapian::Query::OP_OR, out, weighted(other, COMPOUND_WEIGHT));
}

/* ---- the words to show --------------------------------------------------------------------- */

/* A document whose words were all stemmed has the form that was typed only where it has its stem.
 */
void set_aside_typed(const struct query *q, Word &w)
{
    const struct query_term *first = q->terms, *end = first + q->n_terms;
    if (q->op != QUERY_WORD || q->n_terms == 0 || first->kind != TERM_WORD ||
        std::none_of(first, end, [](const struct query_term &t) { return t.kind == TERM_STEM; }))
        return;
    for (const struct query_term *t = first + 1; t < end; t++)
        if (t->length == first->length && memcmp(t->bytes, first->bytes, t->length) == 0)
            return;
    const auto typed = std::find(w.terms.begin(), w.terms.end(),
                                 term_text("", first->bytes, first->length, TERM_WORD));
    if (typed == w.terms.end())
        return;
    std::rotate(typed, typed + 1, w.terms.end());
    w.spare = 1;
}

void Builder::note(const struct query *q, bool in_phrase)
{
    if (q->op == QUERY_FIELD || question.words.size() >= TELLING_MAX)
        return;
    if (is_word(q)) {
        Word w;
        w.typed = q->value ? q->value : "";
        w.terms = in_phrase ? vocabulary.terms_of(q, "") : vocabulary.counted(q, "");
        set_aside_typed(q, w);
        for (const std::string &term : w.terms) {
            w.documents = std::max<double>(w.documents, view.frequency(term).documents);
            w.occurrences = std::max<double>(w.occurrences, view.frequency(term).occurrences);
        }
        w.rarity = vocabulary.rarity(w.terms);
        w.times = 1.0 + q->again;
        w.only_in_phrase = in_phrase;
        w.group = question.words.size();
        question.words.push_back(std::move(w));
        return;
    }
    size_t first = question.words.size();
    size_t children = q->op != QUERY_NOT ? q->children : q->children == 2 ? 1 : 0;
    for (size_t i = 0; i < children; i++)
        note(q->child[i], q->op == QUERY_PHRASE);
    for (size_t i = first; is_one_word(q) && i < question.words.size(); i++)
        question.words[i].group = first;
    if (q->op == QUERY_PHRASE && question.words.size() - first == q->children) {
        question.phrase.emplace_back();
        for (size_t i = first; i < question.words.size(); i++)
            question.phrase.back().push_back((uint8_t)i);
    }
}

/* ---- the tree ------------------------------------------------------------------------------ */

Xapian::Query weightless(const Xapian::Query &q)
{
    return q.empty() ? q : Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, q, 0.0);
}

bool restricts(const struct query *q)
{
    return !is_word(q) && q->op != QUERY_WORDS && q->op != QUERY_OR &&
           !(q->op == QUERY_PHRASE && q->value);
}

/* The rarest of a phrase's words stands for it. A word that is nowhere is nothing to share. */
double Builder::rarity(const struct query *q, const char *section)
{
    double most = 0;
    if (is_word(q)) {
        const std::vector<std::string> terms = vocabulary.counted(q, section);
        return terms.empty() ? 0 : vocabulary.rarity(terms);
    }
    for (size_t i = 0; i < q->children; i++)
        most = std::max(most, rarity(q->child[i], section));
    return most;
}

/* One operand, so that it weighs its rarity under CoordWeight, whatever it is made of. */
Xapian::Query Builder::share(const struct query *q, const char *section)
{
    const double rare = rarity(q, section);
    std::vector<Xapian::Query> parts;
    if (is_word(q) || q->children < 2) {
        const std::vector<std::string> terms = vocabulary.counted(q, section);
        const Xapian::Query form(Xapian::Query::OP_SYNONYM, terms.begin(), terms.end());
        return form.empty() ? form : Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, form, rare);
    }
    if (q->op == QUERY_PHRASE) {
        /* Whatever has a row has its first word, and that weighs one. */
        parts = rows(q, section);
        const Xapian::Query any(Xapian::Query::OP_OR, parts.begin(), parts.end());
        const Xapian::Query first = forms(q->child[0], section, Xapian::Query::OP_SYNONYM);
        return Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT,
                             Xapian::Query(Xapian::Query::OP_FILTER, first, any), rare);
    }
    for (size_t i = 0; i < q->children; i++)
        parts.push_back(share(q->child[i], section));
    return Xapian::Query(Xapian::Query::OP_OR, parts.begin(), parts.end());
}

/* Of several words that were typed as one, any: how close they are is for rank.hh to see. */
Xapian::Query Builder::loose(const struct query *q, const char *section)
{
    std::vector<Xapian::Query> parts;
    if (is_word(q))
        return word(q, section);
    for (size_t i = 0; i < q->children; i++)
        parts.push_back(loose(q->child[i], section));
    return Xapian::Query(Xapian::Query::OP_OR, parts.begin(), parts.end());
}

/* Side by side: to have SOME, any of the words will do, but what restricts still has to hold. */
Xapian::Query Builder::words(const struct query *q, Want want, const char *section)
{
    std::vector<Xapian::Query> wanted, required;
    for (size_t i = 0; i < q->children; i++)
        (restricts(q->child[i]) ? required : wanted).push_back(build(q->child[i], want, section));
    if (want == Want::Share)
        for (size_t i = 0; i < q->children; i++)
            if (!restricts(q->child[i])) {
                const double rare = rarity(q->child[i], section);
                question.whole += rare;
                question.lacking |= rare == 0;
            }
    const auto how = want == Want::All ? Xapian::Query::OP_AND : Xapian::Query::OP_OR;
    if (!wanted.empty()) {
        question.partial |= want == Want::Some && wanted.size() > 1;
        required.emplace_back(how, wanted.begin(), wanted.end());
    }
    return Xapian::Query(Xapian::Query::OP_AND, required.begin(), required.end());
}

Xapian::Query Builder::joined(const struct query *q, Want want, const char *section,
                              Xapian::Query::op op)
{
    std::vector<Xapian::Query> parts;
    for (size_t i = 0; i < q->children; i++)
        parts.push_back(want == Want::Share && is_word(q->child[i])
                            ? weightless(forms(q->child[i], section, Xapian::Query::OP_OR))
                            : build(q->child[i], want, section));
    return Xapian::Query(op, parts.begin(), parts.end());
}

Xapian::Query Builder::without(const struct query *q, Want want, const char *section)
{
    const Xapian::Query from =
        q->children == 2 ? build(q->child[0], want, section) : all_documents();
    bool partial = question.partial;
    const bool alternatives = question.alternatives;
    const Xapian::Query unwanted = build(q->child[q->children - 1], Want::All, section);
    question.partial = partial;
    question.alternatives = alternatives;
    return Xapian::Query(Xapian::Query::OP_AND_NOT, from, unwanted);
}

/* What looks for a row may read many places before it finds one: the time is looked at for each
 * document that is tried. */
Xapian::Query Builder::in_time(const Xapian::Query &row) const
{
    if (!view.deadline)
        return row;
    Xapian::PostingSource *source = new DeadlineSource(*view.deadline);
    return Xapian::Query(Xapian::Query::OP_FILTER, row, Xapian::Query(source->release()));
}

/* Q's words in a row, or near each other, in SECTION; empty where they cannot be. */
Xapian::Query Builder::row(const struct query *q, const char *section)
{
    std::vector<Xapian::Query> parts;
    for (size_t i = 0; i < q->children; i++)
        parts.push_back(forms(q->child[i], section, Xapian::Query::OP_OR));
    const bool phrase = q->op == QUERY_PHRASE;
    const Xapian::termcount window = (Xapian::termcount)parts.size() + (phrase ? 0 : q->window - 1);
    const Xapian::Query row(phrase ? Xapian::Query::OP_PHRASE : Xapian::Query::OP_NEAR,
                            parts.begin(), parts.end(), window);
    return row.empty() ? row : in_time(row);
}

/* Titles and authors have places of their own, beside those of the text. */
std::vector<Xapian::Query> Builder::rows(const struct query *q, const char *section)
{
    std::vector<Xapian::Query> rows = {row(q, section)};
    if (!*section)
        for (const char *beside : {PREFIX_TITLE, PREFIX_AUTHOR})
            rows.push_back(row(q, beside));
    rows.erase(
        std::remove_if(rows.begin(), rows.end(), [](const Xapian::Query &r) { return r.empty(); }),
        rows.end());
    return rows;
}

/* Phrases and NEAR: Xapian takes only words and alternatives of words inside. */
Xapian::Query Builder::placed(const struct query *q, const char *section)
{
    if (q->children < 2 || !std::all_of(q->child, q->child + q->children, is_word))
        return joined(q, Want::All, section, Xapian::Query::OP_AND);
    question.placed = true;
    const std::vector<Xapian::Query> found = rows(q, section);
    return Xapian::Query(Xapian::Query::OP_OR, found.begin(), found.end());
}

Xapian::Query Builder::field(const struct query *q, Want want)
{
    if (q->children && q->field == FIELD_TITLE)
        return build(q->child[0], want, PREFIX_TITLE);
    if (q->children && q->field == FIELD_AUTHOR)
        return build(q->child[0], want, PREFIX_AUTHOR);
    const std::string term = term_of_field(q->field, q->value ? q->value : "");
    return term.empty() ? Xapian::Query() : weightless(Xapian::Query(term));
}

/* What was typed as one word weighs by its parts, whether all of it is found or not. */
Xapian::Query Builder::one_word(const struct query *q, Want want, const char *section)
{
    if (want == Want::Share)
        return share(q, section);
    if (want == Want::Some)
        return loose(q, section);
    return Xapian::Query(Xapian::Query::OP_FILTER, loose(q, section), reading(q, section));
}

/* What has all of it, however that is written. */
Xapian::Query Builder::reading(const struct query *q, const char *section)
{
    return q->op == QUERY_PHRASE ? placed(q, section)
                                 : joined(q, Want::All, section, Xapian::Query::OP_OR);
}

Xapian::Query Builder::build(const struct query *q, Want want, const char *section)
{
    if (is_one_word(q))
        return one_word(q, want, section);
    switch (q->op) {
    case QUERY_WORDS:
        return words(q, want, section);
    case QUERY_AND:
        return joined(q, want, section, Xapian::Query::OP_AND);
    case QUERY_OR:
        question.alternatives |= !q->value;
        return joined(q, want, section, Xapian::Query::OP_OR);
    case QUERY_NOT:
        return without(q, want, section);
    case QUERY_PHRASE:
    case QUERY_NEAR:
        return want == Want::Share ? weightless(placed(q, section)) : placed(q, section);
    case QUERY_WORD:
    case QUERY_PREFIX:
        return want == Want::Share ? share(q, section) : word(q, section);
    case QUERY_FIELD:
        return field(q, want);
    case QUERY_DATES:
        return weightless(dates_query(q->dates));
    }
    return Xapian::Query();
}

} // namespace

/* More documents than so many cannot have all of Q; a cheap bound, from how frequent terms are. */
double Builder::most(const struct query *q)
{
    double least = question.documents, sum = 0;
    if (is_word(q)) {
        for (const std::string &term : vocabulary.counted(q, ""))
            sum += view.frequency(term).documents;
        return std::min(least, sum);
    }
    if (q->op != QUERY_WORDS && q->op != QUERY_AND && q->op != QUERY_PHRASE && q->op != QUERY_NEAR)
        return least;
    for (size_t i = 0; i < q->children; i++)
        least = std::min(least, most(q->child[i]));
    return least;
}

void Builder::collect_word(const struct query *q, bool is_part, Bag &bag)
{
    BagWord w = {vocabulary.weighing(q, ""), 1.0 + q->again, rarity(q, ""), 0, is_part};
    for (const std::string &term : vocabulary.counted(q, ""))
        w.documents += view.frequency(term).documents;
    bag.postings += w.documents;
    bag.words.push_back(std::move(w));
}

void Builder::collect_parts(const struct query *q, Bag &bag)
{
    if (is_word(q))
        return collect_word(q, true, bag);
    for (size_t i = 0; i < q->children; i++)
        collect_parts(q->child[i], bag);
}

void Builder::collect_compound(const struct query *q, Bag &bag)
{
    const struct query *const *first = q->op == QUERY_OR ? q->child : &q;
    const size_t n = q->op == QUERY_OR ? q->children : 1;
    BagReadings readings;
    for (size_t i = 0; i < n; i++)
        readings.push_back(
            {is_word(first[i]) ? forms(first[i], "", Xapian::Query::OP_OR) : reading(first[i], ""),
             rarity(first[i], "")});
    bag.compounds.push_back(std::move(readings));
    collect_parts(q, bag);
}

void Builder::collect(const struct query *q, Bag &bag)
{
    const struct query *const *first = q->op == QUERY_WORDS ? q->child : &q;
    const size_t n = q->op == QUERY_WORDS ? q->children : 1;
    const auto fits = [](const struct query *c) { return is_word(c) || is_one_word(c); };
    if (!std::all_of(first, first + n, fits))
        return;
    for (size_t i = 0; i < n; i++) {
        if (is_word(first[i]))
            collect_word(first[i], false, bag);
        else
            collect_compound(first[i], bag);
        bag.whole += rarity(first[i], "");
    }
    bag.wanted = n;
}

Question question_of(const View &view, const struct query *q)
{
    Question out;
    if (!q)
        return out;
    Builder b(view, out);
    out.documents = view.db.get_doccount();
    b.note(q, false);
    out.most = b.most(q);
    b.collect(q, out.bag);
    return out;
}

void ask(const View &view, const struct query *q, Question &out)
{
    Builder b(view, out);
    out.all = q ? b.build(q, Want::All, "") : all_documents();
    if (!q)
        return;
    out.some = b.build(q, Want::Some, "");
    out.whole = 0;
    if (out.partial && !out.alternatives)
        out.share = b.build(q, Want::Share, "");
}

Question query_of(const View &view, const struct query *q)
{
    Question out = question_of(view, q);
    ask(view, q, out);
    return out;
}

Xapian::Query title_query(const View &view, const struct query *q)
{
    Question unused;
    return Builder(view, unused).build(q, Want::All, PREFIX_TITLE);
}

} // namespace shim
