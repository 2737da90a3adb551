#include "daemon/warm.h"

#include "daemon/heap.h"

#include <iconv.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

/* Converters are shared objects. Those that libraries use for text of their own formats; never
 * closed, so that they stay loaded. */
static const char *const names[] = {"UTF-16",      "UTF-16BE",     "UTF-16LE", "UTF-32",
                                    "UTF-32BE",    "UTF-32LE",     "UTF-7",    "ISO-8859-1",
                                    "ISO-8859-15", "WINDOWS-1252", "MACINTOSH"};
#define N_NAMES (sizeof names / sizeof *names)
static volatile iconv_t opened[N_NAMES][2]; /* or the compiler would keep none of them */

static void open_converters(void)
{
    for (size_t i = 0; i < N_NAMES; i++) {
        opened[i][0] = iconv_open("UTF-8", names[i]);
        opened[i][1] = iconv_open(names[i], "UTF-8");
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
    heap_keep();
    open_converters();
    read_time_zone();
}
