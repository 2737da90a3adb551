#include "index/surface.hh"

#include "index/hits.hh"
#include "index/put.hh"

#include <algorithm>
#include <cstring>
#include <map>

extern "C" {
#include "index/text/fold.h"
#include "index/text/tokens.h"
}

namespace shim
{

/* Bounds: documents looked into, or those of which all write it alike; places in each, bytes of
 * text read for one place. */
enum {
    DOCUMENTS = 5,
    AGREEING = 2,
    PLACES = 8,
    TEXT_MAX = 1 << 16
};

typedef std::map<std::string, unsigned> Forms;

/* FORM as a term, to see whether it is the one: "Gender-Based" is "genderbased". */
static std::string as_term(const std::string &form)
{
    Bytes folded;
    fold_word(form.data(), form.size(), FOLD_ALL, &folded);
    std::string term = folded.str();
    term.erase(std::remove(term.begin(), term.end(), '-'), term.end());
    return term;
}

/* A word broken at a line's end is not how it is written. */
static bool is_whole(const std::string &form)
{
    return std::none_of(form.begin(), form.end(),
                        [](char c) { return (unsigned char)c <= ' ' || c == '\x7f'; }) &&
           form.find("\xc2\xad") == std::string::npos;
}

/* Counts the forms in TEXT at PLACES, which rise. */
static void count_forms(const struct unit &text, const std::vector<uint32_t> &places,
                        const std::string &term, Forms &forms)
{
    struct tokens tokens;
    struct token token;
    tokens_start(&tokens, text.text, std::min<size_t>(text.length, TEXT_MAX));
    while (tokens_next(&tokens, &token) && token.position <= places.back()) {
        const std::string form(text.text + token.start, token.end - token.start);
        if (std::binary_search(places.begin(), places.end(), token.position) && is_whole(form) &&
            as_term(form) == term)
            forms[form]++;
    }
}

/* Counts the forms in what is said about a document. */
static void count_beside(const struct index_fields &fields, const std::string &term, Forms &forms)
{
    std::vector<const char *> lines = {fields.title};
    lines.insert(lines.end(), fields.authors.item, fields.authors.item + fields.authors.count);
    for (const char *line : lines) {
        struct tokens tokens;
        struct token token;
        tokens_start(&tokens, line, strlen(line));
        while (tokens_next(&tokens, &token)) {
            const std::string form(line + token.start, token.end - token.start);
            if (is_whole(form) && as_term(form) == term)
                forms[form]++;
        }
    }
}

/* The first places of TERM in the unit of DID where it stands first; what is known of DID where
 * it stands in no unit. */
static void look_into(const View &view, Xapian::docid did, const std::string &term, Forms &forms)
{
    Data data;
    data.read(view, did);
    std::vector<uint32_t> places;
    size_t unit = 0;
    for (Xapian::PositionIterator p = view.db.positionlist_begin(did, term);
         p != view.db.positionlist_end(did, term) && places.size() < PLACES; ++p) {
        while (places.empty() && unit + 1 < data.places.count &&
               data.places.item[unit + 1].first <= *p)
            unit++;
        if (unit >= data.places.count || *p < data.places.item[unit].first ||
            (unit + 1 < data.places.count && data.places.item[unit + 1].first <= *p))
            break;
        places.push_back(*p - data.places.item[unit].first);
    }
    struct unit text;
    if (places.empty()) {
        count_beside(data.fields, term, forms);
        return;
    }
    const std::string record =
        view.part(did).db.get_metadata(key_unit(data.fields.id, data.places.item[unit].number));
    if (!record_unpack_unit(record.data(), record.size(), &text))
        return;
    count_forms(text, places, term, forms);
    unit_clear(&text);
}

std::string surface_of(const View &view, const std::string &term)
{
    Forms forms;
    unsigned documents = 0;
    for (Xapian::PostingIterator p = view.db.postlist_begin(term);
         p != view.db.postlist_end(term) && documents < DOCUMENTS &&
         !(documents >= AGREEING && forms.size() == 1);
         ++p, documents++)
        look_into(view, *p, term, forms);
    /* Of equals the last, which is in small letters. */
    std::string best = term;
    unsigned most = 0;
    for (const auto &f : forms)
        if (f.second >= most) {
            most = f.second;
            best = f.first;
        }
    return best;
}

} // namespace shim
