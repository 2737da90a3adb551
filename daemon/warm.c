#include "daemon/warm.h"

#include <iconv.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

/* Converters are shared objects. Those that libraries use for text of their own formats; never
 * closed, so that they stay. */
static void open_converters(void)
{
    static const char *const names[] = {"UTF-16",   "UTF-16BE", "UTF-16LE",   "UTF-32",
                                        "UTF-32BE", "UTF-32LE", "ISO-8859-1", "ISO-8859-15",
                                        "CP1252",   "UTF-7",    "MACINTOSH"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        iconv_open("UTF-8", names[i]);
        iconv_open(names[i], "UTF-8");
    }
}

/* With TZ unset, localtime() looks at the file each time. */
static void read_time_zone(void)
{
    time_t now = time(NULL);
    struct tm tm;
    setenv("TZ", ":/etc/localtime", 0);
    tzset();
    localtime_r(&now, &tm);
}

void warm_up(void)
{
    open_converters();
    read_time_zone();
}
