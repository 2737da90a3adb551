/* From what was typed to the tree that is searched for. */
#include "index/query.hh"
#include "index/telling.hh"

#include <cstring>

namespace shim
{

void parse_typed(struct index_reader *r, const View &view, const char *text, Tree &out)
{
    struct error refused = {};
    std::vector<const char *> langs;
    for (const std::string &l : view.languages())
        if (analyser_ready(r->analyser.get(), l.c_str()))
            langs.push_back(l.c_str());
        else
            view.lacks_forms = true;
    prospect_status status =
        query_parse(out.out(), r->analyser.get(), text ? text : "", text ? strlen(text) : 0,
                    langs.data(), langs.size(), &query_default_limits, &refused);
    if (status != PROSPECT_OK)
        throw Failure{status, refused.line};
}

bool parse(struct index_reader *r, const View &view, const char *text, Tree &out,
           std::vector<std::string> *languages)
{
    parse_typed(r, view, text, out);
    if (!out.get() || view.parts.empty())
        return false;
    const std::vector<std::string> elected = drop_stopwords(view, r->stopwords.get(), out.get());
    if (languages)
        *languages = elected;
    return keep_telling(view, out.get());
}

} // namespace shim
