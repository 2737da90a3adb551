#include "index/telling.hh"

#include "index/terms.hh"

#include <algorithm>
#include <cstring>

namespace shim
{

namespace
{

/* ---- stop words ---------------------------------------------------------------------------- */

struct Typed {
    const struct stopwords *stopwords;
    uint32_t languages = 0; /* of the index; then those that the query may be in */
    unsigned votes[32] = {};
    bool has_small = false; /* letters that are no capitals */
};

bool in_capitals(const char *word)
{
    size_t letters = 0;
    for (; *word; word++) {
        if ((unsigned char)*word >= 0x80 || (*word >= 'a' && *word <= 'z'))
            return false;
        letters += *word >= 'A' && *word <= 'Z';
    }
    return letters > 1;
}

void look_at(Typed &typed, const struct query *q)
{
    for (size_t i = 0; i < q->children; i++)
        look_at(typed, q->child[i]);
    if (q->op != QUERY_WORD || !q->value)
        return;
    const uint32_t in =
        typed.languages & stopwords_find(typed.stopwords, q->value, strlen(q->value));
    for (unsigned i = 0; i < 32; i++)
        typed.votes[i] += in >> i & 1;
    typed.has_small |= strpbrk(q->value, "abcdefghijklmnopqrstuvwxyz") != nullptr;
}

/* 0 where it has no stop word of any. */
uint32_t elected(const Typed &typed)
{
    const unsigned most = *std::max_element(typed.votes, typed.votes + 32);
    uint32_t languages = 0;
    for (unsigned i = 0; i < 32; i++)
        if (most > 0 && typed.votes[i] == most)
            languages |= UINT32_C(1) << i;
    return languages;
}

bool says_nothing(const Typed &typed, const struct query *q)
{
    return q->op == QUERY_WORD && q->value &&
           (stopwords_find(typed.stopwords, q->value, strlen(q->value)) & typed.languages) &&
           !(typed.has_small && in_capitals(q->value));
}

/* Looks for something in the text, rather than only narrowing what is found. */
bool is_sought(const struct query *q)
{
    const bool text = q->op != QUERY_FIELD || q->field == FIELD_TITLE || q->field == FIELD_AUTHOR;
    return text && q->op != QUERY_DATES && q->op != QUERY_NOT;
}

void drop_from(const Typed &typed, struct query *q)
{
    for (size_t i = 0; i < q->children; i++)
        drop_from(typed, q->child[i]);
    if (q->op != QUERY_WORDS ||
        std::none_of(q->child, q->child + q->children, [&](const struct query *child) {
            return is_sought(child) && !says_nothing(typed, child);
        }))
        return;
    for (size_t i = q->children; i-- > 0;)
        if (says_nothing(typed, q->child[i]))
            query_drop(q, i);
}

/* ---- too many words ------------------------------------------------------------------------ */

struct Operand {
    struct query *parent, *self;
    size_t words;
    Xapian::doccount documents; /* that have its rarest word */
};

size_t count_words(const struct query *q)
{
    size_t words = q->op == QUERY_WORD || q->op == QUERY_PREFIX;
    for (size_t i = 0; i < q->children; i++)
        words += count_words(q->child[i]);
    return words;
}

Xapian::doccount frequency(const View &view, const struct query *q)
{
    Xapian::doccount most = 0, least = view.db.get_doccount();
    for (size_t i = 0; i < q->n_terms; i++)
        most = std::max(most, view.frequency(term_text("", q->terms[i].bytes, q->terms[i].length,
                                                       q->terms[i].kind))
                                  .documents);
    for (size_t i = 0; i < q->children; i++)
        least = std::min(least, frequency(view, q->child[i]));
    /* What is nowhere finds nothing, and is the first to go. */
    if (q->op == QUERY_WORD)
        return most > 0 ? most : view.db.get_doccount();
    return q->children ? least : 0;
}

bool takes_several(const struct query *q)
{
    return q->op == QUERY_WORDS || q->op == QUERY_AND || (q->op == QUERY_OR && !q->value);
}

void collect(const View &view, struct query *q, std::vector<Operand> &out)
{
    for (size_t i = 0; i < q->children; i++) {
        struct query *child = q->child[i];
        const bool whole = child->op == QUERY_WORD || child->op == QUERY_PREFIX ||
                           child->op == QUERY_PHRASE || child->op == QUERY_NEAR ||
                           (child->op == QUERY_OR && child->value);
        if (!whole)
            collect(view, child, out);
        else if (takes_several(q))
            out.push_back({q, child, count_words(child), frequency(view, child)});
    }
}

bool shorten_phrases(struct query *q)
{
    bool dropped = false;
    for (size_t i = 0; i < q->children; i++)
        dropped |= shorten_phrases(q->child[i]);
    while ((q->op == QUERY_PHRASE || q->op == QUERY_NEAR) && q->children > TELLING_MAX) {
        query_drop(q, q->children - 1);
        dropped = true;
    }
    return dropped;
}

} // namespace

uint32_t stopword_languages(const View &view)
{
    uint32_t languages = 0;
    for (const std::string &lang : view.languages())
        languages |= stopwords_language(lang.c_str());
    return languages ? languages : STOPWORDS_EVERY;
}

std::vector<std::string> drop_stopwords(const View &view, const struct stopwords *stopwords,
                                        struct query *tree)
{
    Typed typed;
    typed.stopwords = stopwords;
    typed.languages = stopword_languages(view);
    look_at(typed, tree);
    typed.languages = elected(typed);
    if (typed.languages)
        drop_from(typed, tree);
    std::vector<std::string> languages;
    for (const std::string &lang : view.languages())
        if (stopwords_language(lang.c_str()) & typed.languages)
            languages.push_back(lang);
    return languages;
}

bool keep_telling(const View &view, struct query *tree)
{
    bool dropped = shorten_phrases(tree);
    size_t words = count_words(tree);
    if (words <= TELLING_MAX)
        return dropped;
    std::vector<Operand> operands;
    collect(view, tree, operands);
    std::stable_sort(operands.begin(), operands.end(),
                     [](const Operand &a, const Operand &b) { return a.documents > b.documents; });
    for (const Operand &o : operands) {
        if (words <= TELLING_MAX)
            break;
        if (o.parent->children < 2)
            continue;
        query_drop(o.parent, (size_t)(std::find(o.parent->child,
                                                o.parent->child + o.parent->children, o.self) -
                                      o.parent->child));
        words -= o.words;
        dropped = true;
    }
    return dropped;
}

bool loosen_phrases(struct query *tree)
{
    bool any = false;
    for (size_t i = 0; i < tree->children; i++) {
        struct query *child = tree->child[i];
        any |= loosen_phrases(child);
        if (tree->op != QUERY_WORDS || child->op != QUERY_PHRASE || child->value ||
            std::count_if(tree->child, tree->child + tree->children, is_sought) < 2)
            continue;
        child->op = QUERY_WORDS;
        any = true;
    }
    return any;
}

} // namespace shim
