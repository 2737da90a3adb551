#include "index/correct_near.hh"

#include <algorithm>
#include <cmath>
#include <set>

extern "C" {
#include "index/text/edit.h"
#include "index/text/utf8.h"
}

namespace shim
{

namespace
{

enum {
    ONE_ERROR = 4, /* characters */
    TWO_ERRORS = 8,
    KEPT_MAX = 2000 /* near words of one walk */
};

typedef Owned<struct edit_walk, edit_walk_free> Walk;
typedef std::set<std::string> Words;

/* One walk through the words of SECTION in one compartment. */
void walk_part(const Xapian::Database &db, const std::string &section, struct edit_walk *walk,
               NearBudget &budget, Words &out)
{
    Xapian::TermIterator t = db.allterms_begin(section), end = db.allterms_end(section);
    Bytes seek;
    std::string term;
    unsigned edits;
    if (edit_walk_on(walk, &seek) == EDIT_GO_SEEK)
        t.skip_to(section + seek.str());
    while (t != end && budget.terms > 0 && !budget.deadline.over() && out.size() < KEPT_MAX) {
        term = *t;
        budget.terms--;
        if (edit_walk_look(walk, term.data() + section.size(), term.size() - section.size(),
                           &edits))
            out.insert(term.substr(section.size()));
        const enum edit_go go = edit_walk_on(walk, &seek);
        const std::string to = section + seek.str();
        /* What is not valid UTF-8 could lead back: never go but forward. */
        if (go == EDIT_GO_END)
            return;
        if (go == EDIT_GO_SEEK && to > term)
            t.skip_to(to);
        else
            ++t;
    }
}

/* What is looked for at once. */
struct Step {
    unsigned edits;
    bool keep_first; /* the first letter */
    bool late;       /* see edit_walk_late() */
};

void walk_all(const View &view, const std::string &section, const std::string &word,
              const Step &step, NearBudget &budget, Words &out)
{
    for (const Part *p : view.parts) {
        Walk walk;
        edit_walk_new(walk.out(), word.data(), word.size(), step.edits, step.keep_first);
        edit_walk_keep_scripts(walk.get());
        if (step.late)
            edit_walk_late(walk.get());
        walk_part(p->db, section, walk.get(), budget, out);
    }
}

/* ---- which is the likeliest ---------------------------------------------------------------- */

std::string sorted(std::string s)
{
    std::sort(s.begin(), s.end());
    return s;
}

std::string without_doubles(std::string s)
{
    s.erase(std::unique(s.begin(), s.end()), s.end());
    return s;
}

bool is_number(const std::string &s)
{
    return std::all_of(s.begin(), s.end(),
                       [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

bool has_digit(const std::string &s)
{
    return std::any_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/* Another digit makes another number; and no number is a mistyped word. */
bool could_be(const std::string &typed, const std::string &meant)
{
    if (is_number(typed) != is_number(meant))
        return false;
    return !has_digit(typed) || typed.size() != meant.size() || sorted(typed) == sorted(meant);
}

bool same_first(const std::string &a, const std::string &b)
{
    const char *x = a.data(), *y = b.data();
    return utf8_next(&x, x + a.size()) == utf8_next(&y, y + b.size());
}

/* How much rarer each error is than none, in logarithms: people swap and double letters more often
 * than they take wrong ones, and rarely miss the first. */
double likeness(const std::string &typed, const Near &n)
{
    double errors = 4.0 * n.edits;
    if (n.slip)
        errors -= 1.0;
    if (!same_first(typed, n.word))
        errors += 1.5;
    return std::log(1.0 + n.documents) - errors;
}

std::vector<Near> weighed(const View &view, const std::string &section, const std::string &typed,
                          const Words &words)
{
    std::vector<Near> out;
    for (const std::string &w : words) {
        /* Names of prefixes start with capitals, folded words never do. */
        if (w.empty() || w == typed || (w[0] >= 'A' && w[0] <= 'Z') || !could_be(typed, w))
            continue;
        Near n = {w, 0, view.frequency(section + w).documents, false, 0};
        n.slip = sorted(typed) == sorted(w) || without_doubles(typed) == without_doubles(w);
        n.edits = edit_distance(typed.data(), typed.size(), w.data(), w.size(), EDIT_MAX);
        n.likeness = likeness(typed, n);
        if (n.documents)
            out.push_back(std::move(n));
    }
    std::sort(out.begin(), out.end(), [](const Near &a, const Near &b) {
        return a.likeness != b.likeness ? a.likeness > b.likeness : a.word < b.word;
    });
    return out;
}

bool established(const std::vector<Near> &near)
{
    return std::any_of(near.begin(), near.end(),
                       [](const Near &n) { return n.documents >= NEAR_ESTABLISHED; });
}

} // namespace

unsigned near_tolerance(const std::string &word)
{
    size_t n = edit_characters(word.data(), word.size());
    return n >= TWO_ERRORS ? 2 : n >= ONE_ERROR ? 1 : 0;
}

std::vector<Near> near_words(const View &view, const std::string &section, const std::string &word,
                             unsigned edits, bool thorough, size_t max, NearBudget &budget)
{
    static const Step steps[] = {
        {1, false, false}, {2, true, false}, {2, false, true}, {2, false, false}};
    const Step *end = steps + (thorough ? 4 : 3);
    std::vector<Near> near;
    Words words;
    for (const Step *step = steps; step < end && step->edits <= edits; step++) {
        if (established(near))
            break;
        walk_all(view, section, word, *step, budget, words);
        near = weighed(view, section, word, words);
    }
    near.resize(std::min(near.size(), max));
    return near;
}

std::vector<Near> near_beginnings(const View &view, const std::string &beginning, size_t max,
                                  NearBudget &budget)
{
    Words words;
    for (const Part *p : view.parts) {
        Walk walk;
        edit_walk_new(walk.out(), beginning.data(), beginning.size(), 1, true);
        edit_walk_keep_scripts(walk.get());
        edit_walk_beginnings(walk.get());
        walk_part(p->db, "", walk.get(), budget, words);
    }
    std::vector<Near> near = weighed(view, "", beginning, words);
    std::sort(near.begin(), near.end(), [](const Near &a, const Near &b) {
        return a.documents != b.documents ? a.documents > b.documents : a.word < b.word;
    });
    near.resize(std::min(near.size(), max));
    return near;
}

} // namespace shim
