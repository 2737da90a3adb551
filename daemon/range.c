#include "daemon/range.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void range_date(struct buf *out, int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm = {0};
    gmtime_r(&t, &tm);
    buf_addf(out, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday,
             months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* A date is only ever compared with the one that we sent before, so equality of text does; a
 * client that makes up another gets the whole file. */
static bool same_date(const char *text, int64_t modified)
{
    struct buf ours = {0};
    range_date(&ours, modified);
    bool same = strcmp(text, buf_str(&ours)) == 0;
    buf_free(&ours);
    return same;
}

/* If-None-Match compares weakly: a W/ in front does not matter. */
static bool lists_etag(const char *list, const char *etag)
{
    size_t length = strlen(etag);
    while (*list != '\0') {
        list += strspn(list, " \t,");
        if (*list == '*')
            return true;
        if (strncmp(list, "W/", 2) == 0)
            list += 2;
        if (strncmp(list, etag, length) == 0)
            return true;
        if (*list == '"')
            list += 1 + strcspn(list + 1, "\"");
        list += strcspn(list, ",");
    }
    return false;
}

static bool unchanged(const struct range_file *file, const struct range_headers *h)
{
    if (h->if_none_match != NULL)
        return lists_etag(h->if_none_match, file->etag);
    return h->if_modified_since != NULL && same_date(h->if_modified_since, file->modified);
}

static bool range_holds(const struct range_file *file, const struct range_headers *h)
{
    return h->if_range == NULL || strcmp(h->if_range, file->etag) == 0 ||
           same_date(h->if_range, file->modified);
}

/* Digits only; false where there are none. What is too large for us is larger than any file. */
static bool read_number(const char **at, uint64_t *out)
{
    const char *start = *at;
    uint64_t n = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++)
        n = n < UINT64_MAX / 16 ? n * 10 + (uint64_t)(**at - '0') : UINT64_MAX / 2;
    *out = n;
    return *at > start;
}

static struct range suffix(uint64_t size, uint64_t length)
{
    if (length == 0 || size == 0)
        return (struct range){.code = 416};
    if (length > size)
        length = size;
    return (struct range){206, size - length, length};
}

static struct range one_range(const char *text, uint64_t size)
{
    const struct range whole = {200, 0, size};
    uint64_t first, last = UINT64_MAX;
    if (strncasecmp(text, "bytes=", 6) != 0)
        return whole;
    text += 6;
    bool from = read_number(&text, &first);
    if (*text++ != '-')
        return whole;
    bool to = read_number(&text, &last);
    if (*text != '\0' || (!from && !to) || (from && to && last < first))
        return whole;
    if (!from)
        return suffix(size, last);
    if (first >= size)
        return (struct range){.code = 416};
    if (!to || last >= size)
        last = size - 1;
    return (struct range){206, first, last - first + 1};
}

struct range range_choose(const struct range_file *file, const struct range_headers *headers)
{
    if (unchanged(file, headers))
        return (struct range){.code = 304};
    if (headers->range == NULL || !range_holds(file, headers))
        return (struct range){200, 0, file->size};
    return one_range(headers->range, file->size);
}

static bool plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '%';
}

/* RFC 8187's attr-char. */
static bool attribute(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr("!#$&+-.^_`|~", c) != NULL);
}

void range_disposition(struct buf *out, bool inline_, const char *name)
{
    buf_adds(out, inline_ ? "inline; filename=\"" : "attachment; filename=\"");
    for (const char *c = name; *c != '\0'; c++)
        buf_addc(out, plain((unsigned char)*c) ? *c : '_');
    buf_adds(out, "\"; filename*=UTF-8''");
    for (const char *c = name; *c != '\0'; c++) {
        if (attribute((unsigned char)*c))
            buf_addc(out, *c);
        else
            buf_addf(out, "%%%02X", (unsigned)(unsigned char)*c);
    }
}
