#include "index/query.hh"

#include "index/compounds.hh"
#include "index/terms.hh"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

namespace shim
{

/* A prefix stands for so many words at most, the most frequent of the first SCANNED. */
enum {
    EXPANSION_MAX = 100,
    SCANNED = 5000,
    WORDS_MAX = 64
};

namespace
{

enum class Want {
    All,
    Some
};

class Builder
{
  public:
    Builder(const View &v, Question &q) : view(v), question(q)
    {
    }
    /* Notes the words of a tree that are to be shown; in reading order. */
    void note(const struct query *q, bool in_phrase);
    Xapian::Query build(const struct query *q, Want want, const char *section);

  private:
    std::vector<std::string> terms_of(const struct query *q, const char *section) const;
    std::vector<std::string> expand(const std::string &prefix) const;
    Xapian::Query forms(const struct query *q, const char *section, Xapian::Query::op op) const;
    const std::vector<std::string> &compounds(const struct query *q, const char *section);
    Xapian::Query word(const struct query *q, const char *section);
    Xapian::Query words(const struct query *q, Want want, const char *section);
    Xapian::Query joined(const struct query *q, Want want, const char *section,
                         Xapian::Query::op op);
    Xapian::Query without(const struct query *q, Want want, const char *section);
    Xapian::Query placed(const struct query *q, const char *section);
    Xapian::Query field(const struct query *q, Want want);

    const View &view;
    Question &question;
    std::map<std::string, std::vector<std::string>> longer; /* compounds() of what was asked */
};

bool is_word(const struct query *q)
{
    return q->op == QUERY_WORD || q->op == QUERY_PREFIX;
}

/* Not Xapian::Query::MatchAll: that is one object for all threads, and its count of references is
 * not atomic. */
Xapian::Query all_documents()
{
    return Xapian::Query(std::string());
}

/* ---- terms --------------------------------------------------------------------------------- */

std::vector<std::string> Builder::expand(const std::string &prefix) const
{
    std::vector<std::pair<Xapian::doccount, std::string>> found;
    size_t scanned = 0;
    for (Xapian::TermIterator t = view.db.allterms_begin(prefix);
         t != view.db.allterms_end(prefix) && scanned < SCANNED; ++t, scanned++)
        found.emplace_back(t.get_termfreq(), *t);
    size_t keep = std::min<size_t>(found.size(), EXPANSION_MAX);
    std::partial_sort(found.begin(), found.begin() + (long)keep, found.end(),
                      [](const auto &a, const auto &b) { return a.first > b.first; });
    std::vector<std::string> terms;
    for (size_t i = 0; i < keep; i++)
        terms.push_back(found[i].second);
    return terms;
}

std::vector<std::string> Builder::terms_of(const struct query *q, const char *section) const
{
    std::vector<std::string> terms;
    for (size_t i = 0; i < q->n_terms; i++) {
        const struct query_term &t = q->terms[i];
        std::string term = term_text(section, t.bytes, t.length, t.kind);
        if (q->op == QUERY_PREFIX)
            return expand(term);
        if (view.db.term_exists(term))
            terms.push_back(std::move(term));
    }
    return terms;
}

Xapian::Query Builder::forms(const struct query *q, const char *section, Xapian::Query::op op) const
{
    const std::vector<std::string> terms = terms_of(q, section);
    return Xapian::Query(op, terms.begin(), terms.end());
}

const std::vector<std::string> &Builder::compounds(const struct query *q, const char *section)
{
    const bool has_any = q->op == QUERY_WORD && q->n_terms;
    const std::string word = has_any ? std::string(q->terms[0].bytes, q->terms[0].length) : "";
    const auto known = longer.find(section + word);
    if (known != longer.end())
        return known->second;
    return longer[section + word] = compounds_of(view, section, word);
}

/* A word by its forms, or, with less weight, as the first part of a compound. */
Xapian::Query Builder::word(const struct query *q, const char *section)
{
    const Xapian::Query whole = forms(q, section, Xapian::Query::OP_SYNONYM);
    const std::vector<std::string> &found = compounds(q, section);
    if (found.empty())
        return whole;
    const Xapian::Query part(Xapian::Query::OP_SYNONYM, found.begin(), found.end());
    return Xapian::Query(Xapian::Query::OP_MAX, whole,
                         Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, part, COMPOUND_WEIGHT));
}

/* ---- the words to show --------------------------------------------------------------------- */

double rarity_of(const View &view, const std::vector<std::string> &terms)
{
    Xapian::doccount most = 0;
    for (const std::string &t : terms)
        most = std::max(most, view.db.get_termfreq(t));
    return std::log(1.0 + view.db.get_doccount() / (most + 0.5));
}

void Builder::note(const struct query *q, bool in_phrase)
{
    if (q->op == QUERY_FIELD || question.words.size() >= WORDS_MAX)
        return;
    if (is_word(q)) {
        Word w;
        w.typed = q->value ? q->value : "";
        w.terms = terms_of(q, "");
        if (!in_phrase)
            for (const std::string &compound : compounds(q, ""))
                w.terms.push_back(compound);
        w.rarity = rarity_of(view, w.terms);
        w.only_in_phrase = in_phrase;
        question.words.push_back(std::move(w));
        return;
    }
    size_t first = question.words.size();
    size_t children = q->op != QUERY_NOT ? q->children : q->children == 2 ? 1 : 0;
    for (size_t i = 0; i < children; i++)
        note(q->child[i], q->op == QUERY_PHRASE);
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
    return !is_word(q) && q->op != QUERY_WORDS && q->op != QUERY_OR;
}

/* Side by side: to have SOME, any of the words will do, but what restricts still has to hold. */
Xapian::Query Builder::words(const struct query *q, Want want, const char *section)
{
    std::vector<Xapian::Query> wanted, required;
    for (size_t i = 0; i < q->children; i++)
        (restricts(q->child[i]) ? required : wanted).push_back(build(q->child[i], want, section));
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
        parts.push_back(build(q->child[i], want, section));
    return Xapian::Query(op, parts.begin(), parts.end());
}

Xapian::Query Builder::without(const struct query *q, Want want, const char *section)
{
    const Xapian::Query from =
        q->children == 2 ? build(q->child[0], want, section) : all_documents();
    bool partial = question.partial;
    const Xapian::Query unwanted = build(q->child[q->children - 1], Want::All, section);
    question.partial = partial;
    return Xapian::Query(Xapian::Query::OP_AND_NOT, from, unwanted);
}

/* Phrases and NEAR: Xapian takes only words and alternatives of words inside. */
Xapian::Query Builder::placed(const struct query *q, const char *section)
{
    std::vector<Xapian::Query> parts;
    for (size_t i = 0; i < q->children; i++) {
        if (!is_word(q->child[i]))
            return joined(q, Want::All, section, Xapian::Query::OP_AND);
        parts.push_back(forms(q->child[i], section, Xapian::Query::OP_OR));
    }
    if (parts.size() < 2)
        return joined(q, Want::All, section, Xapian::Query::OP_AND);
    bool phrase = q->op == QUERY_PHRASE;
    Xapian::termcount window = (Xapian::termcount)parts.size() + (phrase ? 0 : q->window - 1);
    return Xapian::Query(phrase ? Xapian::Query::OP_PHRASE : Xapian::Query::OP_NEAR, parts.begin(),
                         parts.end(), window);
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

/* Both ends given or open; what has no date has no value, and is never in the range. */
Xapian::Query dates(const struct date_range &r)
{
    const std::string lowest = "\x01", highest = "\xff";
    return Xapian::Query(Xapian::Query::OP_AND,
                         Xapian::Query(Xapian::Query::OP_VALUE_RANGE, SLOT_FIRST, lowest,
                                       r.open_last ? highest : day_key(r.last)),
                         Xapian::Query(Xapian::Query::OP_VALUE_RANGE, SLOT_LAST,
                                       r.open_first ? lowest : day_key(r.first), highest));
}

Xapian::Query Builder::build(const struct query *q, Want want, const char *section)
{
    switch (q->op) {
    case QUERY_WORDS:
        return words(q, want, section);
    case QUERY_AND:
        return joined(q, want, section, Xapian::Query::OP_AND);
    case QUERY_OR:
        return joined(q, want, section, Xapian::Query::OP_OR);
    case QUERY_NOT:
        return without(q, want, section);
    case QUERY_PHRASE:
    case QUERY_NEAR:
        return placed(q, section);
    case QUERY_WORD:
        return word(q, section);
    case QUERY_PREFIX:
        return forms(q, section, Xapian::Query::OP_SYNONYM);
    case QUERY_FIELD:
        return field(q, want);
    case QUERY_DATES:
        return weightless(dates(q->dates));
    }
    return Xapian::Query();
}

} // namespace

Question question_of(const View &view, const struct query *q)
{
    Question out;
    if (!q) {
        out.all = all_documents();
        return out;
    }
    Builder b(view, out);
    out.documents = view.db.get_doccount();
    b.note(q, false);
    out.all = b.build(q, Want::All, "");
    out.some = b.build(q, Want::Some, "");
    return out;
}

Xapian::Query title_query(const View &view, const struct query *q)
{
    Question unused;
    return Builder(view, unused).build(q, Want::All, PREFIX_TITLE);
}

static Xapian::Query any_value(const struct index_filter &f)
{
    std::vector<Xapian::Query> values;
    for (size_t i = 0; i < f.values.count; i++) {
        const std::string term = term_of_field(f.field, f.values.item[i]);
        if (!term.empty())
            values.emplace_back(term);
    }
    return Xapian::Query(Xapian::Query::OP_OR, values.begin(), values.end());
}

Xapian::Query filter_of(const struct index_search *s)
{
    std::vector<Xapian::Query> all = {all_documents()};
    for (size_t i = 0; i < s->n_filters; i++)
        all.push_back(any_value(s->filters[i]));
    if (s->has_dates)
        all.push_back(dates(s->dates));
    return Xapian::Query(Xapian::Query::OP_AND, all.begin(), all.end());
}

void parse(struct index_reader *r, const View &view, const char *text, Tree &out)
{
    struct error refused = {};
    const std::vector<std::string> present = view.languages();
    std::vector<const char *> langs;
    for (const std::string &l : present)
        langs.push_back(l.c_str());
    prospect_status status =
        query_parse(out.out(), r->analyser.get(), text ? text : "", text ? strlen(text) : 0,
                    langs.data(), langs.size(), &query_default_limits, &refused);
    if (status != PROSPECT_OK)
        throw Failure{status, refused.line};
}

} // namespace shim
