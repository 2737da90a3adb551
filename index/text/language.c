#include "index/text/language.h"

#include "index/base/buf.h"
#include "index/text/chars.h"
#include "index/text/cld2.h"
#include "index/text/fold.h"
#include "index/text/utf8.h"

#include <string.h>

enum {
    LETTERS_MIN = 20,  /* of a text that can be told */
    SAMPLE_MAX = 6144, /* bytes that are looked at */
    DECLARED_MAX = 64
};

/* ISO 639-1, both codes of ISO 639-2, and the language's name in English and in itself, folded. */
static const struct {
    char code[3];
    const char *names;
} languages[] = {
    {"af", "afr afrikaans"},
    {"am", "amh amharic"},
    {"ar", "ara arabic العربية"},
    {"az", "aze azerbaijani"},
    {"be", "bel belarusian беларуская"},
    {"bg", "bul bulgarian български"},
    {"bn", "ben bengali"},
    {"br", "bre breton brezhoneg"},
    {"bs", "bos bosnian bosanski"},
    {"ca", "cat catalan catala"},
    {"cs", "cze ces czech cestina cesky"},
    {"cy", "wel cym welsh cymraeg"},
    {"da", "dan danish dansk"},
    {"de", "ger deu german deutsch"},
    {"el", "gre ell greek ελληνικα"},
    {"en", "eng english"},
    {"eo", "epo esperanto"},
    {"es", "spa spanish castilian espanol castellano"},
    {"et", "est estonian eesti"},
    {"eu", "baq eus basque euskara"},
    {"fa", "per fas persian"},
    {"fi", "fin finnish suomi"},
    {"fo", "fao faroese"},
    {"fr", "fre fra french francais"},
    {"fy", "fry frisian frysk"},
    {"ga", "gle irish gaeilge"},
    {"gd", "gla gaelic gaidhlig"},
    {"gl", "glg galician galego"},
    {"gu", "guj gujarati"},
    {"he", "iw heb hebrew עברית"},
    {"hi", "hin hindi"},
    {"hr", "hrv scr croatian hrvatski"},
    {"ht", "hat haitian"},
    {"hu", "hun hungarian magyar"},
    {"hy", "arm hye armenian"},
    {"id", "in ind indonesian"},
    {"is", "ice isl icelandic islenska"},
    {"it", "ita italian italiano"},
    {"ja", "jpn japanese 日本語"},
    {"jv", "jw jav javanese"},
    {"ka", "geo kat georgian"},
    {"kk", "kaz kazakh"},
    {"km", "khm khmer"},
    {"kn", "kan kannada"},
    {"ko", "kor korean 한국어"},
    {"ku", "kur kurdish"},
    {"ky", "kir kyrgyz"},
    {"la", "lat latin"},
    {"lb", "ltz luxembourgish letzebuergesch"},
    {"lo", "lao"},
    {"lt", "lit lithuanian lietuviu"},
    {"lv", "lav latvian latviesu"},
    {"mg", "mlg malagasy"},
    {"mk", "mac mkd macedonian македонски"},
    {"ml", "mal malayalam"},
    {"mn", "mon mongolian"},
    {"mr", "mar marathi"},
    {"ms", "may msa malay"},
    {"mt", "mlt maltese malti"},
    {"my", "bur mya burmese"},
    {"ne", "nep nepali"},
    {"nl", "dut nld dutch flemish nederlands"},
    {"no", "nb nn nor nob nno norwegian norsk"},
    {"oc", "oci occitan"},
    {"pa", "pan punjabi"},
    {"pl", "pol polish polski"},
    {"ps", "pus pashto"},
    {"pt", "por portuguese portugues"},
    {"ro", "mo rum ron mol romanian romana"},
    {"ru", "rus russian русскии русский"},
    {"si", "sin sinhala"},
    {"sk", "slo slk slovak slovencina"},
    {"sl", "slv slovene slovenian slovenscina"},
    {"so", "som somali"},
    {"sq", "alb sqi albanian shqip"},
    {"sr", "srp scc serbian srpski српски"},
    {"sv", "swe swedish svenska"},
    {"sw", "swa swahili"},
    {"ta", "tam tamil"},
    {"te", "tel telugu"},
    {"tg", "tgk tajik"},
    {"th", "tha thai"},
    {"tl", "fil tgl tagalog filipino"},
    {"tr", "tur turkish turkce"},
    {"tt", "tat tatar"},
    {"uk", "ukr ukrainian українська"},
    {"ur", "urd urdu"},
    {"uz", "uzb uzbek"},
    {"vi", "vie vietnamese"},
    {"yi", "ji yid yiddish"},
    {"zh", "chi zho chinese 中文"},
};

static bool has_name(const char *names, const char *name, size_t length)
{
    while (*names) {
        size_t n = strcspn(names, " ");
        if (n == length && memcmp(names, name, n) == 0)
            return true;
        names += n + (names[n] == ' ');
    }
    return false;
}

void language_code(const char *declared, char out[LANGUAGE_SIZE])
{
    struct buf name = {0};
    memset(out, 0, LANGUAGE_SIZE);
    declared += strspn(declared, " \t\r\n");
    fold_word(declared, strnlen(declared, DECLARED_MAX), FOLD_ALL, &name);
    size_t length = strcspn(buf_str(&name), "-_.@ ,;(");
    for (size_t i = 0; length && i < sizeof languages / sizeof *languages; i++)
        if ((length == 2 && memcmp(languages[i].code, name.data, 2) == 0) ||
            has_name(languages[i].names, name.data, length))
            memcpy(out, languages[i].code, 2);
    buf_free(&name);
}

/* Letters in TEXT, counted up to MOST. */
static size_t letters(const char *text, size_t length, size_t most)
{
    size_t n = 0, next;
    uint32_t c;
    for (size_t at = 0; at < length && n < most; at = next) {
        enum char_class class = chars_at(text, length, at, &next, &c);
        n += class == CHAR_LETTER || class == CHAR_IDEOGRAPH;
    }
    return n;
}

void language_detect(const char *text, size_t length, const char *hint, char out[LANGUAGE_SIZE])
{
    char declared[LANGUAGE_SIZE], found[LANGUAGE_SIZE] = "";
    struct buf sample = {0};
    bool reliable = false;
    language_code(hint ? hint : "", declared);
    length = length > SAMPLE_MAX ? utf8_cut(text, SAMPLE_MAX) : length;
    utf8_repair(&sample, text, length);
    if (letters(buf_str(&sample), sample.len, LETTERS_MIN) >= LETTERS_MIN)
        language_code(cld2_detect(sample.data, sample.len, declared, &reliable), found);
    bool sure = *found && (reliable || !*declared);
    memcpy(out, sure ? found : declared, LANGUAGE_SIZE);
    buf_free(&sample);
}
