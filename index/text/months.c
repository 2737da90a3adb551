#include "index/text/months.h"

#include <string.h>

/* As FOLD_ALL writes them, with a blank before and behind each. Abbreviations are those that
 * stand in dates. */
static const char *const names[12] = {
    " january jan janvier januar jaenner janner enero januari gener gennaio janeiro janar"
    " leden ledna lednu jaanuar jaanuaril tammikuu tammikuuta tammikuussa eanair sijecanj sijecnja"
    " januar sausis sausio janvaris janvari jannar styczen stycznia styczniu ianuarie"
    " januara januaru januarja ocak ιανουαριοσ ιανουαριου ιανουαριο γεναρη"
    " януари января январь январе јануар јануара јануари січень січня січні ",
    " february feb fevrier februar feber febrero februari febrer febbraio fevereiro shkurt unor"
    " unora unoru veebruar veebruaril helmikuu helmikuuta helmikuussa feabhra fheabhra veljaca"
    " veljace veljaci februar februarja vasaris vasario februaris februari frar luty lutego lutym"
    " februarie februara februaru subat φεβρουαριοσ φεβρουαριου φεβρουαριο φλεβαρη"
    " февруари февраля февраль феврале фебруар фебруара лютий лютого лютому ",
    " march mar mars marz maerz marzo maart marc marco brezen brezna breznu marts marcius marciusi"
    " marta marts martha maaliskuu maaliskuuta maaliskuussa marts marta ozujak ozujka ozujku kovas"
    " kovo marzu marzec marca marcu martie marec mart μαρτιοσ μαρτιου μαρτιο μαρτη"
    " март марта марте марти березень березня березні ",
    " april apr avril abril aprile aprill aprillil prill duben dubna dubnu huhtikuu huhtikuuta"
    " huhtikuussa aibrean travanj travnja travnju aprilis balandis balandzio aprilis aprili"
    " kwiecien kwietnia kwietniu aprilie aprila aprilu nisan απριλιοσ απριλιου απριλιο απριλη"
    " април апреля апрель апреле априла априлу квітень квітня квітні ",
    " may mai mayo maig maggio maio mei maj maja kveten kvetna kvetnu mail toukokuu toukokuuta"
    " toukokuussa bealtaine bhealtaine svibanj svibnja svibnju majus geguze geguzes maijs maija"
    " mejju maju majem mai mayis μαιοσ μαιου μαιο μαη"
    " май мая мае мај маја мају травень травня травні ",
    " june jun juin juni junio juny giugno junho qershor cerven cervna cervnu juuni juunil kesakuu"
    " kesakuuta kesakuussa meitheamh mheitheamh mheithimh lipanj lipnja lipnju junius birzelis"
    " birzelio junijs junija gunju czerwiec czerwca czerwcu iunie juna junu junij junija haziran"
    " ιουνιοσ ιουνιου ιουνιο ιουνη юни июня июнь июне јун јуна јуни јуну червень червня червні ",
    " july jul juillet juli julio juliol luglio julho korrik cervenec cervence cervenci juuli"
    " juulil heinakuu heinakuuta heinakuussa iuil srpanj srpnja srpnju julius liepa liepos julijs"
    " julija lulju lipiec lipca lipcu iulie jula julu julij temmuz ιουλιοσ ιουλιου ιουλιο ιουλη"
    " юли июля июль июле јул јула јули јулу липень липня липні ",
    " august aug aout agosto agost augustus augusti gusht srpen srpna srpnu august augustil elokuu"
    " elokuuta elokuussa lunasa kolovoz kolovoza kolovozu augusztus rugpjutis rugpjucio augusts"
    " augusta awwissu sierpien sierpnia sierpniu augustu avgust avgusta avgustu agustos"
    " αυγουστοσ αυγουστου αυγουστο август августа августе аугуст августу августу серпень серпня"
    " серпні ",
    " september sep sept septembre septiembre setiembre setembre settembre setembro shtator zari"
    " septembril syyskuu syyskuuta syyskuussa mean mhean rujan rujna rujnu szeptember rugsejis"
    " rugsejo septembris septembri settembru wrzesien wrzesnia wrzesniu septembrie septembra"
    " septembru eylul σεπτεμβριοσ σεπτεμβριου σεπτεμβριο σεπτεμβρη"
    " септември сентября сентябрь сентябре септембар септембра септембру вересень вересня"
    " вересні ",
    " october oct octobre oktober okt octubre ottobre outubro tetor rijen rijna rijnu oktoober"
    " oktoobril lokakuu lokakuuta lokakuussa deireadh dheireadh listopad listopada oktober spalis"
    " spalio oktobris oktobri ottubru pazdziernik pazdziernika pazdzierniku octombrie oktobra"
    " oktobru oktobar ekim οκτωβριοσ οκτωβριου οκτωβριο οκτωβρη"
    " октомври октября октябрь октябре октобар октобра октобру жовтень жовтня жовтні ",
    " november nov novembre noviembre novembro nentor listopad listopada listopadu novembril"
    " marraskuu marraskuuta marraskuussa samhain shamhain studeni studenoga studenog studenom"
    " lapkritis lapkricio novembris novembri novembru listopadzie noiembrie novembra novembar"
    " kasim νοεμβριοσ νοεμβριου νοεμβριο νοεμβρη"
    " ноември ноября ноябрь ноябре новембар новембра новембру листопад листопада листопаді ",
    " december dec decembre dezember desember diciembre desembre dicembre dezembro dhjetor"
    " prosinec prosince prosinci detsember detsembril joulukuu joulukuuta joulukuussa nollaig"
    " prosinac prosinca prosincu gruodis gruodzio decembris decembri dicembru grudzien grudnia"
    " grudniu decembrie decembra decembru decembar aralik δεκεμβριοσ δεκεμβριου δεκεμβριο"
    " δεκεμβρη декември декабря декабрь декабре децембар децембра децембру грудень грудня"
    " грудні ",
};

static int has_name(const char *list, const char *name, size_t length)
{
    for (const char *at = list; *at; at += strcspn(at, " ")) {
        at++;
        if (strncmp(at, name, length) == 0 && at[length] == ' ')
            return 1;
    }
    return 0;
}

size_t months_named(const char *name, size_t length, int months[MONTHS_READINGS])
{
    size_t n = 0;
    for (int month = 1; length && month <= 12 && n < MONTHS_READINGS; month++)
        if (has_name(names[month - 1], name, length))
            months[n++] = month;
    return n;
}
