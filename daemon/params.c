/* Each parameter has a function that reads it; params_read() calls them in turn and stops at the
 * first that is wrong.
 */
#include "daemon/params.h"

#include "index/text/utf8.h"

#include <stdlib.h>
#include <string.h>

bool params_is_filter(enum query_field field)
{
    return field != FIELD_TITLE && field < FIELD_COUNT;
}

/* Parameters that filter may stand more than once; all others may not. */
static prospect_status check_once(const struct request *r, const char *name, struct error *error)
{
    unsigned n = 0;
    for (size_t i = 0; i < r->count; i++)
        n += strcmp(r->parameter[i].name, name) == 0;
    return n < 2 ? PROSPECT_OK
                 : error_set(error, PROSPECT_ARGUMENT, "%s is given %u times, not once", name, n);
}

prospect_status params_number(const struct request *r, const char *name, uint64_t min, uint64_t max,
                              uint64_t *value, struct error *error)
{
    prospect_status status = check_once(r, name, error);
    const char *text = request_value(r, name);
    if (status != PROSPECT_OK || text == NULL)
        return status;
    size_t digits = strspn(text, "0123456789");
    uint64_t n = digits > 0 && digits <= 18 ? strtoull(text, NULL, 10) : UINT64_MAX;
    if (text[digits] != '\0' || n < min || n > max)
        return error_set(error, PROSPECT_ARGUMENT,
                         "%s is no whole number from %llu to %llu: “%.40s”", name,
                         (unsigned long long)min, (unsigned long long)max, text);
    *value = n;
    return PROSPECT_OK;
}

/* The number of the value of NAME among the CHOICES (NULL at the end); *CHOICE is left as it is
 * where there is none. */
static prospect_status read_choice(const struct request *r, const char *name,
                                   const char *const *choices, unsigned *choice,
                                   struct error *error)
{
    prospect_status status = check_once(r, name, error);
    const char *text = request_value(r, name);
    if (status != PROSPECT_OK || text == NULL)
        return status;
    struct buf list = {0};
    for (unsigned i = 0; choices[i] != NULL; i++) {
        if (strcmp(text, choices[i]) == 0) {
            *choice = i;
            buf_free(&list);
            return PROSPECT_OK;
        }
        buf_addf(&list, "%s%s", i > 0 ? ", " : "", choices[i]);
    }
    status = error_set(error, PROSPECT_ARGUMENT, "%s is none of %s: “%.40s”", name, buf_str(&list),
                       text);
    buf_free(&list);
    return status;
}

static prospect_status read_query(struct params *p, const struct request *r, struct error *error)
{
    p->search.q = request_get(r, "q");
    if (p->search.q != NULL && !utf8_valid(p->search.q, strlen(p->search.q)))
        return error_set(error, PROSPECT_ARGUMENT, "q is no UTF-8");
    return check_once(r, "q", error);
}

static prospect_status read_window(struct params *p, const struct request *r, struct error *error)
{
    uint64_t from = 0, size = 10, timeout = 500;
    prospect_status status = params_number(r, "from", 0, PARAMS_REACH_MAX - 1, &from, error);
    if (status == PROSPECT_OK)
        status = params_number(r, "size", 1, PARAMS_SIZE_MAX, &size, error);
    if (status == PROSPECT_OK)
        status = params_number(r, "timeout_ms", 1, PARAMS_TIMEOUT_MAX, &timeout, error);
    if (status == PROSPECT_OK && from + size > PARAMS_REACH_MAX)
        status = error_set(error, PROSPECT_ARGUMENT,
                           "from and size together are more than %d: narrow the search instead",
                           PARAMS_REACH_MAX);
    p->search.from = (unsigned)from;
    p->search.size = (unsigned)size;
    p->search.timeout_ms = (unsigned)timeout;
    return status;
}

static prospect_status read_sort(struct params *p, const struct request *r, struct error *error)
{
    static const char *const names[] = {"relevance", "date", "-date", "title", NULL};
    static const enum index_sort sorts[] = {SORT_RELEVANCE, SORT_DATE_UP, SORT_DATE_DOWN,
                                            SORT_TITLE};
    unsigned choice = 0;
    prospect_status status = read_choice(r, "sort", names, &choice, error);
    p->search.sort = sorts[choice];
    return status;
}

static prospect_status read_switches(struct params *p, const struct request *r, struct error *error)
{
    static const char *const bits[] = {"0", "1", NULL};
    static const char *const styles[] = {"mark", "none", NULL};
    static const char *const formats[] = {"json", "csv", NULL};
    unsigned expand = 1, snippets = 1, explain = 0, style = 0, format = 0;
    prospect_status status = read_choice(r, "expand", bits, &expand, error);
    if (status == PROSPECT_OK)
        status = read_choice(r, "snippets", bits, &snippets, error);
    if (status == PROSPECT_OK)
        status = read_choice(r, "explain", bits, &explain, error);
    if (status == PROSPECT_OK)
        status = read_choice(r, "highlight", styles, &style, error);
    if (status == PROSPECT_OK)
        status = read_choice(r, "format", formats, &format, error);
    p->csv = format == 1;
    p->search.expand = expand;
    p->search.snippets = snippets;
    p->search.explain = explain;
    /* a spreadsheet shows no markup */
    p->search.style = style == 1 || (p->csv && request_value(r, "highlight") == NULL)
                          ? HIGHLIGHT_NONE
                          : HIGHLIGHT_MARK;
    return status;
}

static prospect_status unknown_facet(const char *name, struct error *error)
{
    struct buf list = {0};
    for (unsigned f = 0; f < FIELD_COUNT; f++)
        if (params_is_filter((enum query_field)f))
            buf_addf(&list, ", %s", query_field_name((enum query_field)f));
    error_set(error, PROSPECT_ARGUMENT, "there is no facet “%.40s”, but all%s", name,
              buf_str(&list));
    buf_free(&list);
    return PROSPECT_ARGUMENT;
}

static prospect_status add_facet(struct params *p, const char *name, struct error *error)
{
    if (strcmp(name, "all") == 0) {
        for (unsigned f = 0; f < FIELD_COUNT; f++)
            p->search.facets |= params_is_filter((enum query_field)f) ? 1u << f : 0;
        return PROSPECT_OK;
    }
    enum query_field field = query_field_named(name, strlen(name));
    if (!params_is_filter(field))
        return unknown_facet(name, error);
    p->search.facets |= 1u << field;
    return PROSPECT_OK;
}

static prospect_status read_facets(struct params *p, const struct request *r, struct error *error)
{
    prospect_status status = PROSPECT_OK;
    struct strlist names = {0};
    for (size_t i = 0; i < r->count && names.count <= 2 * FIELD_COUNT; i++)
        if (strcmp(r->parameter[i].name, "facet") == 0)
            strlist_split(&names, r->parameter[i].value, ",");
    for (size_t i = 0; status == PROSPECT_OK && i < names.count; i++)
        status = add_facet(p, names.item[i], error);
    strlist_free(&names);
    return status;
}

static prospect_status check_filter(enum query_field field, const char *value, struct error *error)
{
    if (!utf8_valid(value, strlen(value)))
        return error_set(error, PROSPECT_ARGUMENT, "%s is no UTF-8", query_field_name(field));
    if (field == FIELD_YEAR && (strlen(value) != 4 || strspn(value, "0123456789") != 4))
        return error_set(error, PROSPECT_ARGUMENT, "year is not of the form YYYY: “%.40s”", value);
    return PROSPECT_OK;
}

static prospect_status read_filters(struct params *p, const struct request *r, struct error *error)
{
    unsigned n = 0;
    for (size_t i = 0; i < r->count; i++) {
        const char *name = r->parameter[i].name, *value = r->parameter[i].value;
        enum query_field field = query_field_named(name, strlen(name));
        if (!params_is_filter(field) || value[0] == '\0')
            continue;
        prospect_status status = check_filter(field, value, error);
        if (status != PROSPECT_OK)
            return status;
        if (++n > PARAMS_VALUES_MAX)
            return error_set(error, PROSPECT_ARGUMENT, "more than %d filter values",
                             PARAMS_VALUES_MAX);
        strlist_add_once(&p->filter[field].values, value);
    }
    return PROSPECT_OK;
}

/* The filters that have values, in a row. */
static void close_ranks(struct params *p)
{
    size_t n = 0;
    for (size_t f = 0; f < FIELD_COUNT; f++) {
        if (p->filter[f].values.count == 0)
            continue;
        struct index_filter moved = {.field = (enum query_field)f, .values = p->filter[f].values};
        p->filter[f] = (struct index_filter){0};
        p->filter[n++] = moved;
    }
    p->search.filters = p->filter;
    p->search.n_filters = n;
}

static prospect_status read_date(const struct request *r, const char *name, struct date *out,
                                 struct error *error)
{
    prospect_status status = check_once(r, name, error);
    const char *text = request_value(r, name);
    *out = (struct date){0};
    if (status != PROSPECT_OK || text == NULL)
        return status;
    if (!date_parse(text, strlen(text), out))
        return error_set(error, PROSPECT_ARGUMENT,
                         "%s is no date of the form YYYY, YYYY-MM or YYYY-MM-DD: “%.40s”", name,
                         text);
    return PROSPECT_OK;
}

static prospect_status read_dates(struct params *p, const struct request *r, struct error *error)
{
    struct date after, before;
    prospect_status status = read_date(r, "after", &after, error);
    if (status == PROSPECT_OK)
        status = read_date(r, "before", &before, error);
    if (status != PROSPECT_OK)
        return status;
    p->search.dates = (struct date_range){.open_first = after.precision == DATE_NONE,
                                          .open_last = before.precision == DATE_NONE,
                                          .first = after.first,
                                          .last = before.last};
    p->search.has_dates = !p->search.dates.open_first || !p->search.dates.open_last;
    if (!p->search.dates.open_first && !p->search.dates.open_last && after.first > before.last)
        return error_set(error, PROSPECT_ARGUMENT, "after is later than before");
    return PROSPECT_OK;
}

prospect_status params_read(struct params *out, const struct request *r, struct error *error)
{
    static prospect_status (*const readers[])(struct params *, const struct request *,
                                              struct error *) = {
        read_query, read_window, read_sort, read_switches, read_facets, read_filters, read_dates};
    *out = (struct params){0};
    prospect_status status = PROSPECT_OK;
    for (size_t i = 0; status == PROSPECT_OK && i < sizeof readers / sizeof *readers; i++)
        status = readers[i](out, r, error);
    close_ranks(out);
    return status;
}

void params_free(struct params *p)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        strlist_free(&p->filter[i].values);
}
