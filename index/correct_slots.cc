#include "index/correct_slots.hh"

#include "index/terms.hh"

#include <algorithm>

namespace shim
{

enum {
    EXACT = 100 /* documents that are counted rather than estimated */
};

namespace
{

class Collector
{
  public:
    Collector(const View &v, const std::string &t) : view(v), text(t)
    {
    }
    void visit(const struct query *q, const char *section);
    std::vector<Slot> slots;

  private:
    void add(const struct query *q, const char *section);
    bool blank_between(const Slot &a, const Slot &b) const;
    bool exists(const struct query *q, const char *section) const;
    void row(const struct query *q, const char *section);
    const View &view;
    const std::string &text;
};

bool Collector::exists(const struct query *q, const char *section) const
{
    for (size_t i = 0; i < q->n_terms; i++)
        if (view.has(term_text(section, q->terms[i].bytes, q->terms[i].length, q->terms[i].kind)))
            return true;
    return false;
}

void Collector::add(const struct query *q, const char *section)
{
    Slot s;
    s.section = section;
    s.start = q->start;
    s.end = q->end;
    for (size_t i = 0; i < q->n_terms; i++) {
        const struct query_term &t = q->terms[i];
        std::string term = term_text(section, t.bytes, t.length, t.kind);
        if (s.word.empty() && t.kind == TERM_WORD)
            s.word.assign(t.bytes, t.length);
        Xapian::doccount documents = view.frequency(term).documents;
        if (documents)
            s.terms.push_back(std::move(term));
        s.documents = std::max(s.documents, documents);
    }
    if (!s.word.empty() && s.end <= text.size())
        slots.push_back(std::move(s));
}

bool Collector::blank_between(const Slot &a, const Slot &b) const
{
    return a.end < b.start && a.section == b.section &&
           text.find_first_not_of(" \t\r\n", a.end) == b.start;
}

void Collector::row(const struct query *q, const char *section)
{
    for (size_t i = 0; i < q->children; i++) {
        size_t before = slots.size();
        visit(q->child[i], section);
        if (i > 0 && before > 0 && slots.size() == before + 1 &&
            blank_between(slots[before - 1], slots[before]))
            slots[before - 1].joins = true;
    }
}

void Collector::visit(const struct query *q, const char *section)
{
    switch (q->op) {
    case QUERY_WORD:
        add(q, section);
        break;
    case QUERY_FIELD:
        if (q->children)
            visit(q->child[0], q->field == FIELD_AUTHOR ? PREFIX_AUTHOR : PREFIX_TITLE);
        break;
    case QUERY_NOT:
        if (q->children == 2)
            visit(q->child[0], section);
        break;
    case QUERY_OR:
        /* The readings of one typed word: its parts, unless the whole is known. */
        if (q->value && !exists(q->child[q->children - 1], section))
            visit(q->child[0], section);
        if (q->value)
            break;
        row(q, section);
        break;
    default:
        row(q, section);
    }
}

} // namespace

std::vector<Slot> slots_of(const View &view, const struct query *tree, const std::string &text)
{
    Collector c(view, text);
    c.visit(tree, "");
    return std::move(c.slots);
}

Xapian::Query slot_query(const Slot &slot)
{
    return Xapian::Query(Xapian::Query::OP_OR, slot.terms.begin(), slot.terms.end());
}

Xapian::doccount count_about(const View &view, const Xapian::Query &q)
{
    Xapian::Enquire e(view.db);
    e.set_query(q);
    e.set_weighting_scheme(Xapian::BoolWeight());
    return e.get_mset(0, 1, EXACT).get_matches_estimated();
}

Xapian::doccount count_up_to(const View &view, const Xapian::Query &q, Xapian::doccount most)
{
    Xapian::Enquire e(view.db);
    e.set_query(q);
    e.set_weighting_scheme(Xapian::BoolWeight());
    return e.get_mset(0, most).size();
}

} // namespace shim
