#include "index/text/cld2.h"

#include <cstdio> // CLD2's header uses FILE

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

namespace
{

const char *detect(const char *text, size_t length, const char *hint, bool *reliable)
{
    CLD2::Language found[3];
    int percent[3], bytes = 0;
    double score[3];
    CLD2::Language language = *hint ? CLD2::GetLanguageFromName(hint) : CLD2::UNKNOWN_LANGUAGE;
    const CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, language};
    CLD2::Language best =
        CLD2::ExtDetectLanguageSummary(text, static_cast<int>(length), true, &hints, 0, found,
                                       percent, score, nullptr, &bytes, reliable);
    if (best == CLD2::UNKNOWN_LANGUAGE)
        best = found[0];
    return CLD2::LanguageCode(best);
}

} // namespace

const char *cld2_detect(const char *text, size_t length, const char *hint, bool *reliable)
{
    *reliable = false;
    try {
        return detect(text, length, hint, reliable);
    } catch (...) {
        return "un";
    }
}
