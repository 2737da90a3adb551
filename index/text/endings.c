#include "index/text/endings.h"

#include <stdbool.h>
#include <string.h>

/* Endings of nouns and adjectives, without accents, as FOLD_ALL writes them, each with a blank
 * before and behind. Those of el, fi and pt are what Snowball's stemmers leave on some forms of a
 * word and take off others: "κοινωνικ" and "κοινων", "koulutuks" and "koulutus", "formaca" and
 * "formaco". */
struct endings {
    char lang[3];
    const char *list;
};

static const struct endings tables[] = {
    {"bg", " а ата е еве евете ето и ието иите ийте ите ища ищата ия ият ията м ма о ове "
           "овете овци ото та те то у ът ю я ят ята "},
    {"cs", " a ach am ami at ata atum aty e ech eho ej em ema emi emu i ia ich ie iemi iho ii "
           "iich iim im imi imu mi o om ou ove ovi u um y ych ym ymi ymu "},
    {"el", " ι ικ "},
    {"et", " a ad ade adega adele ades adest aga aks al ale alt an ana ane ani as ase ased "
           "asega aseks asel asele aselt asena aseni ases asesse asest aseta asi asse ast "
           "aste astega asteks astel astele astelt astes astesse astest asteta at ata ate "
           "atega atele ates atest d de dega deks del dele delt dena deni des desse dest "
           "deta e ed ede edega edele edes edest ega eks el ele elt en ena ene eni es ese "
           "esed esega eseks esel esele eselt esena eseni eses esesse esest eseta esi esse "
           "est este estega esteks estel estele estelt estes estesse estest esteta et eta "
           "ete etega etele etes etest ga i id ide idega idele ides idest iga iks il ile ilt "
           "in ina ine ini is ise ised isega iseks isel isele iselt isena iseni ises isesse "
           "isest iseta isi isse ist iste istega isteks istel istele istelt istes istesse "
           "istest isteta it ita ite itega itele ites itest ks l le lt n na ne ni s se sed "
           "sega seks sel sele selt sena seni ses sesse sest seta si sse st ste stega steks "
           "stel stele stelt stes stesse stest steta t ta te tega teks tel tele telt tena "
           "teni tes tesse test teta u ud ude udega udele udes udest uga uks ul ule ult un "
           "una une uni us use used usega useks usel usele uselt usena useni uses usesse "
           "usest useta usi usse ust uste ustega usteks ustel ustele ustelt ustes ustesse "
           "ustest usteta ut uta ute utega utele utes utest "},
    {"fi", " a d de e i ia in ine io is ise ist ks n ne nt o s se st t te "},
    {"hr", " a am ama ami e eg ega em emu ev eva eve evi evima i ih ija ijama ije iji ijom "
           "iju im ima ime o og oga oj oju om ome omu ov ova ove ovi ovima u "},
    {"lv", " a ai ais aja ajai ajam ajas ajiem ajos am ami ams as e ei em ems es i ia ie iem "
           "iems ies ij im is o os s u um us "},
    {"mk", " а ата е еви евите ето и ии иите ите ија ијата иња ињата о ови овите ост оста "
           "ости остите от ото ска ската ски ските ско ското та те то у "},
    {"mt", " a at e et i ien iet ija ijat ijiet ijja in ja jat jiet u "},
    {"pl", " a ach ami e ego ej em emu i ia iach iami ich ie iego iej iem iemu ii im imi iom "
           "iow iu o om ow owi owie u y ych yj yjne ym ymi ze "},
    {"pt", " a as o os "},
    {"sk", " a ach am ami e eho ej emu i ia iach iam iami ich ie ieho iemu ii im imi iou iu "
           "mi o och om ou ov ovi ovia u y ych ym ymi "},
    {"sl", " a ah am ama ami e ega eh em ema emu ev i ih ija ijah ijam ijami ije iji ijo im "
           "ima imi ja jah jama jami je ji jo ju mi o oga oh om oma omu ov ova ove ovi u "},
    {"sq", " a an as at ate ave e en es esh et eve i ia ie ime imet imeve imi imin imit in "
           "ine is ise it ite ive ja je jen jes jet jeve n ne nin nit o s se t te u uar ues "
           "uesi un ur uri urit us ut ve vet "},
    {"uk", " а ам ами ах е ев еві ей ем ею и ий им ими их й о ові ого ом ому ою ої ття у ує ь "
           "ього ьому ьї ю я ям ями ях є єв єві єм єю і ів ій ім іми іх ію ія іям іями іях "
           "ією ії ї їв "},
};

const struct endings *endings_find(const char *lang)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(tables[i].lang, lang) == 0)
            return &tables[i];
    return NULL;
}

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

static bool has_ending(const struct endings *e, const char *ending, size_t length)
{
    for (const char *at = e->list; (at = strchr(at, ' ')) && at[1]; at++)
        if (strncmp(at + 1, ending, length) == 0 && at[1 + length] == ' ')
            return true;
    return false;
}

size_t endings_stem(const struct endings *e, const char *word, size_t length, size_t least)
{
    size_t letters = 0;
    for (size_t i = 0; i < length; i++)
        if (word[i] >= '0' && word[i] <= '9')
            return length;
    for (size_t i = 0; i < length; i++) {
        if (!begins_character(word[i]))
            continue;
        if (letters++ >= least && has_ending(e, word + i, length - i))
            return i;
    }
    return length;
}
