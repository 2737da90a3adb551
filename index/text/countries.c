#include "index/text/countries.h"

#include "index/base/buf.h"
#include "index/text/fold.h"

#include <string.h>

enum {
    NAME_MAX_BYTES = 200
};

/* Names are without accents, since what is looked for has lost its own; between two of them stands
 * a '|'. Case and all but letters and digits are passed over. */
static const struct country {
    char code[COUNTRY_SIZE];
    const char *names;
} countries[] = {
    /* clang-format off */
    {"AD", "Andorra"},
    {"AE", "United Arab Emirates|UAE"},
    {"AF", "Afghanistan"},
    {"AG", "Antigua and Barbuda"},
    {"AI", "Anguilla"},
    {"AL", "Albania|Albanie|Albanien|Shqiperia"},
    {"AM", "Armenia"},
    {"AO", "Angola"},
    {"AQ", "Antarctica"},
    {"AR", "Argentina"},
    {"AS", "American Samoa"},
    {"AT", "Austria|Autriche|Oesterreich|Osterreich"},
    {"AU", "Australia"},
    {"AW", "Aruba"},
    {"AX", "Aland Islands|Aland"},
    {"AZ", "Azerbaijan"},
    {"BA", "Bosnia and Herzegovina|Bosnia|Bosna i Hercegovina|Bosnie Herzegovine"},
    {"BB", "Barbados"},
    {"BD", "Bangladesh"},
    {"BE", "Belgium|Belgique|Belgie|Belgien|Belgica|Belgio"},
    {"BF", "Burkina Faso"},
    {"BG", "Bulgaria|Bulgarie|Bulgarien|българия"},
    {"BH", "Bahrain"},
    {"BI", "Burundi"},
    {"BJ", "Benin"},
    {"BL", "Saint Barthelemy|St Barthelemy"},
    {"BM", "Bermuda"},
    {"BN", "Brunei|Brunei Darussalam"},
    {"BO", "Bolivia"},
    {"BQ", "Bonaire, Sint Eustatius and Saba|Caribbean Netherlands"},
    {"BR", "Brazil|Brasil"},
    {"BS", "Bahamas"},
    {"BT", "Bhutan"},
    {"BV", "Bouvet Island"},
    {"BW", "Botswana"},
    {"BY", "Belarus"},
    {"BZ", "Belize"},
    {"CA", "Canada"},
    {"CC", "Cocos Islands|Cocos (Keeling) Islands"},
    {"CD", "Democratic Republic of the Congo|DR Congo|Congo (Dem. Rep.)"},
    {"CF", "Central African Republic"},
    {"CG", "Congo|Republic of the Congo"},
    {"CH", "Switzerland|Suisse|Schweiz|Svizzera|Suiza"},
    {"CI", "Ivory Coast|Cote d'Ivoire"},
    {"CK", "Cook Islands"},
    {"CL", "Chile"},
    {"CM", "Cameroon"},
    {"CN", "China|People's Republic of China"},
    {"CO", "Colombia"},
    {"CR", "Costa Rica"},
    {"CU", "Cuba"},
    {"CV", "Cape Verde|Cabo Verde"},
    {"CW", "Curacao"},
    {"CX", "Christmas Island"},
    {"CY", "Cyprus|Chypre|Zypern|Chipre|Cipro|κυπρος|Kibris"},
    {"CZ", "Czech Republic|Czechia|Republique tcheque|Tchequie|Tschechien|Cesko|Ceska republika|Republica Checa"},
    {"DE", "Germany|Deutschland|Allemagne|Alemania|Germania|Federal Republic of Germany"},
    {"DJ", "Djibouti"},
    {"DK", "Denmark|Danmark|Danemark|Daenemark|Dinamarca|Danimarca"},
    {"DM", "Dominica"},
    {"DO", "Dominican Republic"},
    {"DZ", "Algeria"},
    {"EC", "Ecuador"},
    {"EE", "Estonia|Eesti|Estonie|Estland"},
    {"EG", "Egypt"},
    {"EH", "Western Sahara"},
    {"ER", "Eritrea"},
    {"ES", "Spain|Espana|Espagne|Spanien|Spagna"},
    {"ET", "Ethiopia"},
    {"FI", "Finland|Suomi|Finlande|Finnland|Finlandia"},
    {"FJ", "Fiji"},
    {"FK", "Falkland Islands"},
    {"FM", "Micronesia"},
    {"FO", "Faroe Islands|Foroyar"},
    {"FR", "France|Frankreich|Francia"},
    {"GA", "Gabon"},
    {"GB", "United Kingdom|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|United Kingdom of Great Britain and Northern Ireland|Royaume-Uni|Vereinigtes Koenigreich|Vereinigtes Konigreich|Grossbritannien|Reino Unido|Regno Unito"},
    {"GD", "Grenada"},
    {"GE", "Georgia"},
    {"GF", "French Guiana"},
    {"GG", "Guernsey"},
    {"GH", "Ghana"},
    {"GI", "Gibraltar"},
    {"GL", "Greenland"},
    {"GM", "Gambia"},
    {"GN", "Guinea"},
    {"GP", "Guadeloupe"},
    {"GQ", "Equatorial Guinea"},
    {"GR", "Greece|Hellas|Hellenic Republic|Grece|Griechenland|Grecia|Ellada|ελλαδα|ελλασ"},
    {"GS", "South Georgia and the South Sandwich Islands|South Georgia"},
    {"GT", "Guatemala"},
    {"GU", "Guam"},
    {"GW", "Guinea-Bissau"},
    {"GY", "Guyana"},
    {"HK", "Hong Kong"},
    {"HM", "Heard Island and McDonald Islands"},
    {"HN", "Honduras"},
    {"HR", "Croatia|Hrvatska|Croatie|Kroatien|Croacia|Croazia"},
    {"HT", "Haiti"},
    {"HU", "Hungary|Magyarorszag|Hongrie|Ungarn|Hungria|Ungheria"},
    {"ID", "Indonesia"},
    {"IE", "Ireland|Republic of Ireland|Eire|Irlande|Irland|Irlanda"},
    {"IL", "Israel"},
    {"IM", "Isle of Man"},
    {"IN", "India"},
    {"IO", "British Indian Ocean Territory"},
    {"IQ", "Iraq"},
    {"IR", "Iran|Islamic Republic of Iran"},
    {"IS", "Iceland|Island|Islande"},
    {"IT", "Italy|Italia|Italie|Italien"},
    {"JE", "Jersey"},
    {"JM", "Jamaica"},
    {"JO", "Jordan"},
    {"JP", "Japan"},
    {"KE", "Kenya"},
    {"KG", "Kyrgyzstan"},
    {"KH", "Cambodia"},
    {"KI", "Kiribati"},
    {"KM", "Comoros"},
    {"KN", "Saint Kitts and Nevis|St Kitts and Nevis"},
    {"KP", "North Korea|Korea (North)|Democratic People's Republic of Korea"},
    {"KR", "South Korea|Korea|Korea (South)|Republic of Korea"},
    {"KW", "Kuwait"},
    {"KY", "Cayman Islands"},
    {"KZ", "Kazakhstan"},
    {"LA", "Laos"},
    {"LB", "Lebanon"},
    {"LC", "Saint Lucia|St Lucia"},
    {"LI", "Liechtenstein"},
    {"LK", "Sri Lanka"},
    {"LR", "Liberia"},
    {"LS", "Lesotho"},
    {"LT", "Lithuania|Lietuva|Lituanie|Litauen|Lituania"},
    {"LU", "Luxembourg|Luxemburg|Letzebuerg|Luxemburgo|Lussemburgo"},
    {"LV", "Latvia|Latvija|Lettonie|Lettland|Letonia|Lettonia"},
    {"LY", "Libya"},
    {"MA", "Morocco"},
    {"MC", "Monaco"},
    {"MD", "Moldova|Republic of Moldova"},
    {"ME", "Montenegro|Crna Gora"},
    {"MF", "Saint Martin|St Martin"},
    {"MG", "Madagascar"},
    {"MH", "Marshall Islands"},
    {"MK", "North Macedonia|Macedonia|Former Yugoslav Republic of Macedonia|FYROM"},
    {"ML", "Mali"},
    {"MM", "Myanmar|Burma"},
    {"MN", "Mongolia"},
    {"MO", "Macau|Macao"},
    {"MP", "Northern Mariana Islands"},
    {"MQ", "Martinique"},
    {"MR", "Mauritania"},
    {"MS", "Montserrat"},
    {"MT", "Malta|Malte"},
    {"MU", "Mauritius"},
    {"MV", "Maldives"},
    {"MW", "Malawi"},
    {"MX", "Mexico"},
    {"MY", "Malaysia"},
    {"MZ", "Mozambique"},
    {"NA", "Namibia"},
    {"NC", "New Caledonia"},
    {"NE", "Niger"},
    {"NF", "Norfolk Island"},
    {"NG", "Nigeria"},
    {"NI", "Nicaragua"},
    {"NL", "Netherlands|Holland|Nederland|Pays-Bas|Niederlande|Paises Bajos|Paesi Bassi"},
    {"NO", "Norway|Norge|Norvege|Norwegen|Noruega|Norvegia"},
    {"NP", "Nepal"},
    {"NR", "Nauru"},
    {"NU", "Niue"},
    {"NZ", "New Zealand"},
    {"OM", "Oman"},
    {"PA", "Panama"},
    {"PE", "Peru"},
    {"PF", "French Polynesia"},
    {"PG", "Papua New Guinea"},
    {"PH", "Philippines"},
    {"PK", "Pakistan"},
    {"PL", "Poland|Polska|Pologne|Polen|Polonia"},
    {"PM", "Saint Pierre and Miquelon|St Pierre and Miquelon"},
    {"PN", "Pitcairn|Pitcairn Islands"},
    {"PR", "Puerto Rico"},
    {"PS", "Palestine|State of Palestine"},
    {"PT", "Portugal|Portogallo"},
    {"PW", "Palau"},
    {"PY", "Paraguay"},
    {"QA", "Qatar"},
    {"RE", "Reunion"},
    {"RO", "Romania|Roumanie|Rumaenien|Rumanien|Rumania"},
    {"RS", "Serbia|Srbija|Serbie|Serbien"},
    {"RU", "Russia|Russian Federation"},
    {"RW", "Rwanda"},
    {"SA", "Saudi Arabia"},
    {"SB", "Solomon Islands"},
    {"SC", "Seychelles"},
    {"SD", "Sudan"},
    {"SE", "Sweden|Sverige|Suede|Schweden|Suecia|Svezia"},
    {"SG", "Singapore"},
    {"SH", "Saint Helena|St Helena"},
    {"SI", "Slovenia|Slovenija|Slovenie|Slowenien|Eslovenia"},
    {"SJ", "Svalbard and Jan Mayen"},
    {"SK", "Slovakia|Slovak Republic|Slovensko|Slovaquie|Slowakei|Eslovaquia|Slovacchia"},
    {"SL", "Sierra Leone"},
    {"SM", "San Marino"},
    {"SN", "Senegal"},
    {"SO", "Somalia"},
    {"SR", "Suriname"},
    {"SS", "South Sudan"},
    {"ST", "Sao Tome and Principe"},
    {"SV", "El Salvador"},
    {"SX", "Sint Maarten|St Maarten"},
    {"SY", "Syria|Syrian Arab Republic"},
    {"SZ", "Eswatini|Swaziland"},
    {"TC", "Turks and Caicos Islands"},
    {"TD", "Chad"},
    {"TF", "French Southern Territories"},
    {"TG", "Togo"},
    {"TH", "Thailand"},
    {"TJ", "Tajikistan"},
    {"TK", "Tokelau"},
    {"TL", "East Timor|Timor-Leste"},
    {"TM", "Turkmenistan"},
    {"TN", "Tunisia"},
    {"TO", "Tonga"},
    {"TR", "Turkey|Turkiye|Turquie|Tuerkei|Turkei|Turquia"},
    {"TT", "Trinidad and Tobago"},
    {"TV", "Tuvalu"},
    {"TW", "Taiwan"},
    {"TZ", "Tanzania"},
    {"UA", "Ukraine|Ukraina"},
    {"UG", "Uganda"},
    {"UM", "United States Minor Outlying Islands"},
    {"US", "United States|United States of America|USA|America|Etats-Unis|Vereinigte Staaten|Estados Unidos"},
    {"UY", "Uruguay"},
    {"UZ", "Uzbekistan"},
    {"VA", "Vatican City|Holy See|Vatican"},
    {"VC", "Saint Vincent and the Grenadines|St Vincent"},
    {"VE", "Venezuela"},
    {"VG", "British Virgin Islands|Virgin Islands (UK)"},
    {"VI", "United States Virgin Islands|US Virgin Islands|Virgin Islands (US)"},
    {"VN", "Vietnam|Viet Nam"},
    {"VU", "Vanuatu"},
    {"WF", "Wallis and Futuna"},
    {"WS", "Samoa|Western Samoa"},
    {"XK", "Kosovo|Kosova"},
    {"YE", "Yemen"},
    {"YT", "Mayotte"},
    {"ZA", "South Africa"},
    {"ZM", "Zambia"},
    {"ZW", "Zimbabwe"},
    /* clang-format on */
};
enum {
    N_COUNTRIES = sizeof countries / sizeof *countries
};

/* What the European Union writes for these two is not what ISO 3166 does. */
static const char others[][2][COUNTRY_SIZE] = {{"UK", "GB"}, {"EL", "GR"}};

static bool counts(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Adds what counts of VALUE, folded: "The U.S. & Canada" is "usandcanada". */
static void reduce(const char *value, struct buf *out)
{
    struct buf folded = {0};
    fold_word(value, strlen(value), FOLD_ALL, &folded);
    const char *text = buf_str(&folded);
    text += strncmp(text, "the ", 4) == 0 ? 4 : 0;
    for (; *text; text++)
        if (counts(*text))
            buf_addc(out, *text);
        else if (*text == '&')
            buf_adds(out, "and");
    buf_free(&folded);
}

/* True if one of NAMES is NAME, which has been reduced. */
static bool is_named(const char *names, const char *name)
{
    const char *at = name;
    bool same = true;
    for (;; names++) {
        if (*names == '|' || *names == '\0') {
            if (same && *at == '\0')
                return true;
            if (*names == '\0')
                return false;
            at = name;
            same = true;
        } else if (counts(lower(*names))) {
            same = same && *at == lower(*names);
            at += same;
        }
    }
}

static const char *code_of(const char *name)
{
    char code[COUNTRY_SIZE] = "";
    if (strlen(name) == 2 && (unsigned char)name[0] < 0x80) {
        code[0] = (char)(name[0] - 'a' + 'A');
        code[1] = (char)(name[1] - 'a' + 'A');
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            if (strcmp(code, others[i][0]) == 0)
                memcpy(code, others[i][1], sizeof code);
    }
    for (size_t i = 0; i < N_COUNTRIES; i++)
        if (strcmp(countries[i].code, code) == 0 || is_named(countries[i].names, name))
            return countries[i].code;
    return NULL;
}

bool country_code(const char *value, char out[COUNTRY_SIZE])
{
    struct buf name = {0};
    const char *code = NULL;
    if (strlen(value) <= NAME_MAX_BYTES)
        reduce(value, &name);
    if (name.len > 0)
        code = code_of(buf_str(&name));
    if (code)
        memcpy(out, code, COUNTRY_SIZE);
    buf_free(&name);
    return code != NULL;
}
