/* What a document gives to be suggested: its phrases, and the names of its event and programme,
 * each under all words that it may be looked for by. They are terms of the document, so that who
 * cannot see it sees none of them, and how many documents have one is known. */
#ifndef PROSPECT_INDEX_SUGGEST_HH
#define PROSPECT_INDEX_SUGGEST_HH

#include "index/guard.hh"

extern "C" {
#include "index/text/phrases.h"
}

namespace shim
{

class SuggestionWriter
{
  public:
    SuggestionWriter(Xapian::Document &document, const struct stopwords *stopwords);
    /* Text in LANG to find phrases in; it must stay until finish(). NULL adds nothing. */
    void read(const char *text, size_t length, const char *lang);
    /* A name that is suggested whole. NULL and very long ones add nothing. */
    void add_name(const char *name);
    /* Puts the terms into the document. */
    void finish();

  private:
    Xapian::Document &doc;
    Owned<struct phrases, phrases_free> phrases;
};

/* The whole, as written, of a term with PREFIX_PHRASE; IS_NAME: of an event or programme. */
std::string suggestion_of(const std::string &term, bool &is_name);
/* The words of TEXT without case and accents, a blank between. */
std::string folded_words(const std::string &text);

} // namespace shim

#endif
