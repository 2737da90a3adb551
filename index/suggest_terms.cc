#include "index/schema.h"
#include "index/suggest.hh"

#include <cstring>
#include <exception>

extern "C" {
#include "index/text/edit.h"
}

namespace shim
{

enum {
    NAME_MAX_BYTES = 150,
    KEY_WORDS = 3, /* of a longer name, what it is found by from each word on */
    KEYS_MAX = 12, /* words that a name is found by */
    KEY_LETTERS = 3
};

namespace
{

/* FOLDED from byte AT on, up to KEY_WORDS words. */
std::string key_at(const std::string &folded, size_t at)
{
    size_t end = at;
    for (unsigned words = 0; words < KEY_WORDS && end != std::string::npos; words++)
        end = folded.find(' ', end + 1);
    return folded.substr(at, end == std::string::npos ? end : end - at);
}

/* One term for each word of FOLDED that is long enough to be looked for; MARK as in schema.h. */
void add_keys(Xapian::Document &doc, const std::string &folded, const std::string &written,
              char mark)
{
    unsigned keys = 0;
    for (size_t at = 0, next; at < folded.size() && keys < KEYS_MAX; at = next) {
        size_t end = folded.find(' ', at);
        end = end == std::string::npos ? folded.size() : end;
        next = end + 1;
        if (edit_characters(folded.data() + at, end - at) < KEY_LETTERS)
            continue;
        std::string term = PREFIX_PHRASE + key_at(folded, at);
        if (mark == MARK_NAME || term != PREFIX_PHRASE + written)
            term += mark + written;
        if (term.size() <= TERM_CAP)
            doc.add_boolean_term(term);
        keys++;
    }
}

struct Sink {
    Xapian::Document &doc;
    std::exception_ptr lost; /* nothing may be thrown through C */
};

void add_phrase(void *ctx, const char *folded, const char *written)
{
    Sink *sink = static_cast<Sink *>(ctx);
    try {
        if (!sink->lost)
            add_keys(sink->doc, folded, written, MARK_PHRASE);
    } catch (...) {
        sink->lost = std::current_exception();
    }
}

} // namespace

SuggestionWriter::SuggestionWriter(Xapian::Document &document, const struct stopwords *stopwords)
    : doc(document)
{
    phrases_new(phrases.out(), stopwords);
}

void SuggestionWriter::read(const char *text, size_t length, const char *lang)
{
    if (text)
        phrases_add(phrases.get(), text, length, lang);
}

void SuggestionWriter::add_name(const char *name)
{
    if (name && *name && strlen(name) <= NAME_MAX_BYTES && !strpbrk(name, "\t\r\n\""))
        add_keys(doc, folded_words(name), name, MARK_NAME);
}

void SuggestionWriter::finish()
{
    Sink sink = {doc, nullptr};
    phrases_each(phrases.get(), add_phrase, &sink);
    if (sink.lost)
        std::rethrow_exception(sink.lost);
}

std::string suggestion_of(const std::string &term, bool &is_name)
{
    size_t mark = term.find_first_of({MARK_PHRASE, MARK_NAME});
    is_name = mark != std::string::npos && term[mark] == MARK_NAME;
    return term.substr(mark == std::string::npos ? sizeof PREFIX_PHRASE - 1 : mark + 1);
}

std::string folded_words(const std::string &text)
{
    Bytes b;
    phrases_fold(text.data(), text.size(), &b);
    return b.str();
}

} // namespace shim
