/* What somebody may be about to type: phrases, events and titles that have what was typed, at
 * their beginning or inside, and words that go on like it; spelt as documents spell them, each only
 * once whatever its case and ending, and only what finds something. Where nothing has what was
 * typed, what was perhaps meant is tried instead. All of it comes from what the caller may see.
 */
#include "index/suggest.hh"
#include "index/correct_near.hh"
#include "index/correct_slots.hh"
#include "index/schema.h"
#include "index/suggest_ideas.hh"
#include "index/surface.hh"

#include <algorithm>
#include <cmath>
#include <cstring>

extern "C" {
#include "index/text/fold.h"
}

using namespace shim;

namespace
{

/* Bounds: bytes typed; of the suggestions so many are titles, and words alone, at most. */
enum {
    TYPED_MAX = 200,
    TITLES_MAX = 3,
    WORDS_MAX = 5,
    BESIDE_MAX = 3,    /* words of documents that have the ones before */
    SHARED = 2,        /* documents that make a phrase worth to stand behind others */
    SHORT_PHRASE = 3,  /* words of one that can stand behind others */
    TRIED_MAX = 15,    /* whether they find something */
    CONTEXT_MAX = 3,   /* words before the last that a phrase is looked for with */
    ALIKE_LETTERS = 3, /* of two words that are forms of one, at least */
    ALIKE_ENDING = 3   /* letters in which they differ, at most */
};

const double AT_START = 1.5; /* to begin with what was typed is worth so much, in logarithms */

std::string folded(const std::string &word)
{
    Bytes b;
    fold_word(word.data(), word.size(), FOLD_ALL, &b);
    return b.str();
}

/* ---- what was typed ------------------------------------------------------------------------ */

/* The byte behind an apostrophe in TEXT's last word; else FROM. */
size_t behind_elision(const std::string &text, size_t from)
{
    size_t word = text.find_last_of(" \t\r\n\"():*");
    word = word == std::string::npos ? 0 : word + 1;
    for (const char *mark : {"'", "\u2019"}) {
        size_t at = text.rfind(mark);
        if (at != std::string::npos && at >= word && at > 0 && at + strlen(mark) < text.size())
            return at + strlen(mark);
    }
    return from;
}

/* BEFORE is what no suggestion changes: all up to an operator, bracket, quotation or field, or an
 * elision's apostrophe (l'égalité). */
void split(const std::string &text, std::string &before, Typed &typed)
{
    size_t at = text.find_last_of("\"():*");
    at = at == std::string::npos ? 0 : text.find_first_not_of(" \t\r\n", at + 1);
    before = text.substr(0, behind_elision(text, at));
    const std::string rest = text.substr(before.size());
    struct strlist words = {};
    strlist_split(&words, rest.c_str(), " \t\r\n");
    for (size_t i = 0; i < words.count; i++) {
        const std::string word = words.item[i];
        if (word == "AND" || word == "OR" || word == "NOT" || word[0] == '-') {
            size_t end = text.find(word, before.size()) + (word[0] == '-' ? 1 : word.size());
            before = text.substr(0, end) + (word[0] == '-' ? "" : " ");
            typed.words.clear();
            if (word[0] == '-')
                typed.words.push_back(word.substr(1));
        } else {
            typed.words.push_back(word);
        }
    }
    strlist_free(&words);
    if (!typed.words.empty() && !strchr(" \t\r\n", rest.back())) {
        typed.prefix = folded(typed.words.back());
        typed.words.pop_back();
    }
}

/* ---- telling apart ------------------------------------------------------------------------- */

std::vector<std::string> words_of(const std::string &folded_text)
{
    std::vector<std::string> words;
    for (size_t at = 0, end; at < folded_text.size(); at = end + 1) {
        end = std::min(folded_text.find(' ', at), folded_text.size());
        words.push_back(folded_text.substr(at, end - at));
    }
    return words;
}

bool forms_of_one(const std::string &a, const std::string &b)
{
    size_t longer = std::max(a.size(), b.size()), same = 0;
    while (same < std::min(a.size(), b.size()) && a[same] == b[same])
        same++;
    return a == b || (same >= ALIKE_LETTERS && longer - same <= ALIKE_ENDING && same * 2 > longer);
}

bool alike(const std::string &a, const std::string &b)
{
    const std::vector<std::string> x = words_of(a), y = words_of(b);
    return x.size() == y.size() && std::equal(x.begin(), x.end(), y.begin(), forms_of_one);
}

class Suggester
{
  public:
    Suggester(struct index_reader *reader, const View &v, unsigned most, unsigned ms)
        : r(reader), view(v), max(most), deadline(ms)
    {
    }
    void run(const std::string &text, struct strlist *out);

  private:
    void gather();
    void gather_phrases();
    void gather_words();
    void gather_titles();
    bool correct();
    void add(Ideas &to, Idea idea, size_t most);
    double start_bonus(const Idea &idea) const;
    bool read_text(const std::string &text, Tree &tree);
    bool reads_as_words(const std::string &text);
    bool is_sure(const Idea &idea) const;
    Xapian::Query query_for(const std::string &text);
    Ideas choose();
    std::string whole(const Idea &idea) const;
    bool finds(Idea &idea);
    bool finds_as_name(Idea &idea);
    bool finds_something(const std::string &text, const std::string &origin = "");
    bool some_document_has(Xapian::Query query, const std::string &origin);

    struct index_reader *r;
    const View &view;
    size_t max;
    Deadline deadline;
    std::string before;
    bool in_field = false; /* or behind a minus: what holds for one word only */
    bool in_quotes = false;
    Typed typed;
    Xapian::Query complete; /* documents that have all complete words */
    Xapian::Query in_title; /* that have them in their titles */
    bool together = false;  /* there is one */
    size_t tried = 0;       /* whether they find something */
    Ideas ideas, titles;
};

/* ---- gathering ----------------------------------------------------------------------------- */

std::string what_was_typed(const Typed &typed)
{
    std::string all = folded_words(joined(typed.words));
    if (!all.empty() && !typed.prefix.empty())
        all += ' ';
    return all + typed.prefix;
}

double Suggester::start_bonus(const Idea &idea) const
{
    const std::string all = what_was_typed(typed);
    if (idea.folded.compare(0, all.size(), all) == 0)
        return AT_START;
    return (" " + idea.folded).find(" " + all) != std::string::npos ? AT_START / 2 : 0;
}

/* Phrases that have all that was typed; failing these, such as have the end of it, behind the
 * words that they lack. */
void Suggester::gather_phrases()
{
    if (in_field)
        return;
    size_t n = typed.words.size(), first = n > CONTEXT_MAX ? n - CONTEXT_MAX : 0;
    for (size_t from = first; from <= (together ? n : 0) && ideas.size() < max; from++) {
        if (from == n && typed.prefix.empty())
            break;
        for (Idea &idea : phrase_ideas(view, typed, from, deadline)) {
            const std::vector<std::string> has = words_of(idea.folded);
            std::string lacks;
            for (size_t i = 0; i < from; i++)
                if (std::find(has.begin(), has.end(), folded(typed.words[i])) == has.end())
                    lacks += typed.words[i] + " ";
            if (!(lacks.empty() && before.empty()) && !in_quotes && idea.weight < SHARED)
                continue;
            idea.text = lacks + idea.text;
            idea.weight = std::log(1 + idea.weight) - (lacks.empty() ? 0 : AT_START);
            if (!lacks.empty() && (has.size() > SHORT_PHRASE || in_quotes))
                continue;
            idea.whole = idea.in_row = lacks.empty() && !idea.name;
            if (!lacks.empty())
                idea.folded = folded_words(idea.text);
            idea.weight += start_bonus(idea);
            ideas.push_back(std::move(idea));
        }
    }
}

void Suggester::gather_words()
{
    if (typed.prefix.empty() || !together)
        return;
    Ideas words = typed.words.empty()
                      ? Ideas()
                      : company_ideas(r, view, typed, complete, BESIDE_MAX, deadline);
    bool beside = !words.empty();
    if (!beside)
        words = word_ideas(r, view, typed, WORDS_MAX, deadline);
    for (Idea &w : words) {
        w.text = joined(typed.words) + (typed.words.empty() ? "" : " ") + w.text;
        w.folded = folded_words(w.text);
        /* What weight it has beside the others is not a number of documents: phrases go first. */
        w.whole = beside || typed.words.empty();
        w.in_row = typed.words.empty();
        w.weight = beside ? w.weight / 1000 : std::log(1 + w.weight) + AT_START;
        ideas.push_back(std::move(w));
    }
}

void Suggester::gather_titles()
{
    if (!before.empty())
        return;
    titles = title_ideas(view, typed, in_title, deadline);
    for (Idea &t : titles)
        t.weight = start_bonus(t) - (double)t.folded.size() / 200;
}

void Suggester::gather()
{
    ideas.clear();
    titles.clear();
    Tree tree;
    complete = Xapian::Query();
    in_title = Xapian::Query(std::string()); /* all: what cannot be read forbids no title */
    if (!typed.words.empty() && read_text(joined(typed.words), tree)) {
        complete = query_of(view, tree.get()).all;
        in_title = title_query(view, tree.get());
    }
    together = typed.words.empty() || (!complete.empty() && some_document_has(complete, ""));
    gather_phrases();
    gather_words();
    gather_titles();
}

/* ---- what was meant ------------------------------------------------------------------------ */

bool Suggester::correct()
{
    NearBudget budget{deadline};
    bool changed = false;
    for (std::string &word : typed.words) {
        const std::string plain = folded(word);
        if (view.has(plain))
            continue;
        auto near = near_words(view, "", plain, near_tolerance(plain), false, 1, budget);
        if (!near.empty()) {
            word = surface_of(view, near[0].word);
            changed = true;
        }
    }
    if (!near_tolerance(typed.prefix))
        return changed;
    auto near = near_beginnings(view, typed.prefix, 1, budget);
    if (!near.empty()) {
        typed.prefix = near[0].word;
        changed = true;
    }
    return changed;
}

/* ---- choosing ------------------------------------------------------------------------------ */

/* The query as it would then stand in the box. */
std::string Suggester::whole(const Idea &idea) const
{
    return before + idea.text + (in_quotes ? "\"" : "");
}

bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

/* A hyphen or dash right before a word, with nothing before it, denies the word. */
bool has_denial(const std::string &text)
{
    for (const char *dash : {"-", "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92", "\xe2\x80\x93",
                             "\xe2\x80\x94", "\xe2\x80\x95"}) {
        size_t at = text.find(dash), behind;
        for (; at != std::string::npos; at = text.find(dash, behind)) {
            behind = at + strlen(dash);
            if ((at == 0 || is_blank(text[at - 1])) && behind < text.size() &&
                !is_blank(text[behind]))
                return true;
        }
    }
    return false;
}

/* True if TEXT may be read as something else than its words. */
bool has_syntax(const std::string &text)
{
    static const char *const marks[] = {"AND",          "OR",           "NOT",
                                        "NEAR",         "\xe2\x80\x9c", "\xe2\x80\x9d",
                                        "\xe2\x80\x9e", "\xc2\xab",     "\xc2\xbb"};
    return text.find_first_of("\"():*") != std::string::npos || has_denial(text) ||
           std::any_of(std::begin(marks), std::end(marks),
                       [&](const char *m) { return text.find(m) != std::string::npos; });
}

/* True if Q asks for words side by side, and for nothing else. */
bool asks_for_words(const struct query *q)
{
    if (q->op == QUERY_OR || q->op == QUERY_PHRASE)
        return q->value != NULL; /* one word as typed */
    return q->op == QUERY_WORD ||
           (q->op == QUERY_WORDS && std::all_of(q->child, q->child + q->children, asks_for_words));
}

/* All documents that have all of TEXT; empty where none can. */
Xapian::Query Suggester::query_for(const std::string &text)
{
    Tree tree;
    return read_text(text, tree) ? query_of(view, tree.get()).all : Xapian::Query();
}

/* False where nothing can be searched by it. */
bool Suggester::read_text(const std::string &text, Tree &tree)
{
    try {
        parse(r, view, text.c_str(), tree);
    } catch (const Failure &) {
        return false;
    }
    return tree.get() != nullptr;
}

/* Of those with the term ORIGIN, unless it is empty: these are few, and quickly looked through. */
bool Suggester::some_document_has(Xapian::Query query, const std::string &origin)
{
    DeadlineSource source(deadline);
    if (!origin.empty())
        query = Xapian::Query(Xapian::Query::OP_FILTER, query, Xapian::Query(origin));
    return count_up_to(view, Xapian::Query(Xapian::Query::OP_FILTER, query, Xapian::Query(&source)),
                       1) > 0;
}

bool Suggester::finds_something(const std::string &text, const std::string &origin)
{
    const Xapian::Query query = query_for(text);
    return !query.empty() && some_document_has(query, origin);
}

bool Suggester::reads_as_words(const std::string &text)
{
    Tree tree;
    return !has_syntax(text) || (read_text(text, tree) && asks_for_words(tree.get()));
}

/* Whatever has the term that an idea comes from has all that the idea adds to what was typed. */
bool Suggester::finds(Idea &idea)
{
    if (before.empty() && !idea.origin.empty() && !idea.name && reads_as_words(idea.text))
        return idea.whole || some_document_has(complete, idea.origin);
    return finds_something(whole(idea), idea.name ? "" : idea.origin) || finds_as_name(idea);
}

/* Where the words of an event do not find it, its name does. */
bool Suggester::finds_as_name(Idea &idea)
{
    for (enum query_field field : {FIELD_EVENT, FIELD_PROGRAMME}) {
        Idea as_name = idea;
        as_name.text = query_field_name(field) + (":\"" + idea.text + "\"");
        if (idea.name && !in_quotes && finds_something(whole(as_name))) {
            idea = as_name;
            return true;
        }
    }
    return false;
}

/* It need not be tried: a document has it as it will be asked for. */
bool Suggester::is_sure(const Idea &idea) const
{
    return (before.empty() ? idea.whole : before == "\"" && idea.in_row) && !has_syntax(idea.text);
}

void Suggester::add(Ideas &to, Idea idea, size_t most)
{
    auto same = [&](const Idea &i) { return alike(i.folded, idea.folded); };
    if (to.size() >= most || std::any_of(to.begin(), to.end(), same))
        return;
    if (!is_sure(idea) && (++tried > TRIED_MAX || !finds(idea)))
        return;
    to.push_back(std::move(idea));
}

void best_first(Ideas &ideas)
{
    std::stable_sort(ideas.begin(), ideas.end(),
                     [](const Idea &a, const Idea &b) { return a.weight > b.weight; });
}

/* The best of all, the titles behind the rest. */
Ideas Suggester::choose()
{
    Ideas chosen, chosen_titles;
    gather();
    best_first(ideas);
    best_first(titles);
    for (const Idea &t : titles)
        add(chosen_titles, t, std::min<size_t>(TITLES_MAX, max));
    for (const Idea &i : ideas)
        add(chosen, i, max - chosen_titles.size());
    for (Idea &t : chosen_titles)
        add(chosen, std::move(t), max);
    return chosen;
}

void Suggester::run(const std::string &text, struct strlist *out)
{
    split(text, before, typed);
    /* Names of prefixes start with capitals, folded words never do. */
    char first = typed.prefix.empty() ? 'a' : typed.prefix[0];
    if (view.parts.empty() || what_was_typed(typed).empty() || (first >= 'A' && first <= 'Z'))
        return;
    in_field = !before.empty() && (before.back() == ':' || before.back() == '-');
    in_quotes = std::count(before.begin(), before.end(), '"') % 2 == 1;
    Ideas chosen = choose();
    if (chosen.empty() && correct())
        chosen = choose();
    for (const Idea &i : chosen)
        strlist_add_once(out, whole(i).c_str());
}

} // namespace

extern "C" prospect_status index_suggest(struct index_reader *r, const struct access *who,
                                         const char *text, unsigned max, unsigned timeout_ms,
                                         struct strlist *out, struct error *error)
{
    if (!text || strlen(text) > TYPED_MAX)
        return PROSPECT_OK;
    return read(r, who, error, [&](const View &view) {
        strlist_free(out);
        try {
            Suggester(r, view, max, timeout_ms).run(text, out);
        } catch (const Failure &f) {
            /* A query beyond its limits does not go on. */
            if (f.status != PROSPECT_LIMIT && f.status != PROSPECT_ARGUMENT)
                throw;
        }
        return PROSPECT_OK;
    });
}
