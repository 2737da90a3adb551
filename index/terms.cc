#include "index/terms.hh"

#include <algorithm>

extern "C" {
#include "index/base/digest.h"
#include "index/fields.h"
#include "index/text/countries.h"
#include "index/text/fold.h"
#include "index/text/utf8.h"
}

namespace shim
{

/* A long value is told from others that start alike by a digest of the whole. */
static std::string capped(std::string term)
{
    size_t stored = term.size() + (size_t)std::count(term.begin(), term.end(), '\0');
    if (stored <= TERM_CAP)
        return term;
    uint8_t digest[DIGEST_SIZE];
    char hex[2 * 16 + 1];
    digest_bytes(term.data(), term.size(), digest);
    digest_hex(digest, 16, hex);
    return term.substr(0, (TERM_CAP - 33) / 2) + "~" + hex;
}

std::string term_exact(const char *prefix, const std::string &value)
{
    return capped(prefix + value);
}

std::string term_name(const char *prefix, const std::string &value)
{
    Bytes valid, folded;
    utf8_repair(&valid, value.data(), value.size());
    const std::string s = valid.str();
    fold_word(s.data(), s.size(), FOLD_ALL, &folded);
    return capped(prefix + folded.str());
}

std::string term_text(const char *section, const char *bytes, size_t length, enum term_kind kind)
{
    std::string term = kind == TERM_STEM ? PREFIX_STEM : "";
    term += section;
    term.append(bytes, length);
    return capped(std::move(term));
}

std::string trimmed_folder(const std::string &path)
{
    size_t from = path.find_first_not_of('/');
    if (from == std::string::npos)
        return "";
    return path.substr(from, path.find_last_not_of('/') - from + 1);
}

static std::string country_term(const std::string &value)
{
    char code[COUNTRY_SIZE];
    return term_name(PREFIX_COUNTRY, country_code(value.c_str(), code) ? code : value);
}

static std::string language_term(const std::string &value)
{
    char code[LANGUAGE_SIZE];
    language_code(value.c_str(), code);
    return code[0] ? std::string(PREFIX_LANGUAGE) + code : "";
}

std::string term_of_field(enum query_field field, const std::string &value)
{
    switch (field) {
    case FIELD_AUTHOR:
        return term_name(PREFIX_NAMED, value);
    case FIELD_TYPE:
        return term_name(PREFIX_TYPE, value);
    case FIELD_COUNTRY:
        return country_term(value);
    case FIELD_YEAR:
        return term_exact(PREFIX_YEAR, value);
    case FIELD_LANG:
        return language_term(value);
    case FIELD_PROGRAMME:
        return term_name(PREFIX_PROGRAMME, value);
    case FIELD_EVENT:
        return term_name(PREFIX_EVENT, value);
    case FIELD_FOLDER:
        return term_name(PREFIX_FOLDER, trimmed_folder(value));
    case FIELD_MIME:
        return term_name(PREFIX_MIME, value);
    case FIELD_CONCEPT:
        return term_name(PREFIX_CONCEPT, value);
    case FIELD_ROLE:
        return term_name(PREFIX_ROLE, value);
    case FIELD_TITLE:
    case FIELD_COUNT:
        break;
    }
    return "";
}

std::string day_key(int32_t day)
{
    uint32_t n = (uint32_t)(day + DAY_BIAS);
    return {(char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};
}

static int nibble(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

std::string id_bytes(const char *id)
{
    std::string out;
    for (size_t i = 0; id[i] && id[i + 1]; i += 2)
        out += (char)(nibble(id[i]) << 4 | nibble(id[i + 1]));
    return out;
}

std::string id_tail(const char *id)
{
    return id_bytes(id).substr(0, 8);
}

} // namespace shim
