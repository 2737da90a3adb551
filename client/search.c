#include "client/http.h"
#include "client/options.h"
#include "client/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOLD   "\033[1m"
#define DIM    "\033[2m"
#define YELLOW "\033[1;33m"
#define GREEN  "\033[32m"
#define PLAIN  "\033[0m"

/* Their names are those of the parameters, but for dashes. */
static const struct option_row rows[] = {
    {"size", "N", "how many hits (10)"},
    {"from", "N", "the first hit, from 0"},
    {"sort", "ORDER", "relevance, date, -date (newest first) or title"},
    {"after", "DATE", "not before this year, month or day"},
    {"before", "DATE", "not after it"},
    {"type", "TYPE", "only this type; each filter may be repeated"},
    {"country", "CODE", "only this country, e.g. BE"},
    {"year", "YEAR", "only this year"},
    {"lang", "CODE", "only this language, e.g. fr"},
    {"programme", "NAME", "only this programme"},
    {"event", "NAME", "only this event"},
    {"author", "NAME", "only this author"},
    {"concept", "NAME", "only with this concept"},
    {"role", "NAME", "only in this role"},
    {"mime", "TYPE", "only this MIME type"},
    {"folder", "PATH", "only in this folder"},
    {"facet", "NAMES", "count the hits by these, e.g. country,year; or all"},
    {"expand", "0|1", "0: only what was typed"},
    {"snippets", "0|1", "0: no snippets"},
    {"timeout-ms", "MS", "bound on the search itself, at most 2000 (500)"},
    {"explain", NULL, "say what made each score"},
};

static void take(void *ctx, size_t number, const char *value)
{
    const char *name =
        strcmp(rows[number].name, "timeout-ms") == 0 ? "timeout_ms" : rows[number].name;
    http_add(ctx, name, value ? value : "1");
}

/* A member that may be absent or null. */
static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void show_joined(const json_t *array, const char *before)
{
    size_t i;
    json_t *one;
    json_array_foreach(array, i, one)
    {
        fputs(i ? ", " : before, stdout);
        if (json_is_string(one))
            show_text(stdout, json_string_value(one));
    }
}

/* "page 12" with the label in brackets where it says something else; "section 3: Heading". */
static void show_place(const json_t *pick)
{
    const json_t *page = json_object_get(pick, "page"), *section = json_object_get(pick, "section");
    const char *label = text_of(pick, "page_label"), *heading = text_of(pick, "heading");
    char number[24];
    if (json_is_integer(page)) {
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(page));
        printf("page %s", number);
        if (label && strcmp(label, number) != 0) {
            fputs(" (“", stdout);
            show_text(stdout, label);
            fputs("”)", stdout);
        }
    } else if (json_is_integer(section)) {
        printf("section %lld", (long long)json_integer_value(section));
    } else {
        return;
    }
    if (heading && *heading) {
        fputs(": ", stdout);
        show_text(stdout, heading);
    }
}

static void show_about(const struct client *c, const json_t *hit)
{
    static const char *const keys[] = {"date", "type", "lang"};
    printf("    %s", show_style(c, DIM));
    show_path(stdout, hit);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (text_of(hit, keys[i])) {
            fputs(" · ", stdout);
            show_text(stdout, text_of(hit, keys[i]));
        }
    show_joined(json_object_get(hit, "countries"), " · ");
    show_joined(json_object_get(hit, "authors"), " · ");
    if (json_is_false(json_object_get(hit, "complete")))
        fputs(" · incomplete", stdout);
    printf("%s\n", show_style(c, PLAIN));
}

static void show_pick(const struct client *c, const json_t *hit)
{
    bool placed = json_is_integer(json_object_get(hit, "page")) ||
                  json_is_integer(json_object_get(hit, "section"));
    const char *snippet = text_of(hit, "snippet");
    if (placed) {
        printf("    %s", show_style(c, GREEN));
        show_place(hit);
        printf("%s\n", show_style(c, PLAIN));
    }
    if (snippet && *snippet) {
        fputs("    ", stdout);
        show_marked(stdout, snippet, show_style(c, YELLOW), show_style(c, PLAIN));
        putchar('\n');
    }
}

static void show_more(const json_t *more)
{
    size_t i;
    json_t *pick;
    json_array_foreach(more, i, pick)
    {
        fputs(i ? ", " : "    also ", stdout);
        show_place(pick);
    }
    if (json_array_size(more) > 0)
        putchar('\n');
}

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

/* "gap 5 times, Gaps 2 times" */
static void show_forms(const json_t *forms)
{
    size_t i;
    json_t *one;
    json_array_foreach(forms, i, one)
    {
        long long count = json_integer_value(json_object_get(one, "count"));
        fputs(i ? ", " : ": ", stdout);
        show_text(stdout, text_of(one, "form") ? text_of(one, "form") : "");
        if (count > 0)
            printf(" ×%lld", count);
    }
}

/* "  4.21  34%  word “gaps”: gap ×5, Gaps ×2; also in the title" */
static void show_reason(const json_t *reason)
{
    const char *what = text_of(reason, "what"), *word = text_of(reason, "word");
    printf("    %8.3f %3.0f%%  %s", number_of(reason, "weight"), 100 * number_of(reason, "share"),
           what ? what : "");
    if (word) {
        fputs(" “", stdout);
        show_text(stdout, word);
        fputs("”", stdout);
    }
    show_forms(json_object_get(reason, "forms"));
    if (json_is_true(json_object_get(reason, "in_title")))
        fputs("; in the title", stdout);
    putchar('\n');
}

static void show_explanation(const json_t *hit)
{
    const json_t *explanation = json_object_get(hit, "explanation");
    size_t i;
    json_t *reason;
    if (!explanation)
        return;
    printf("    score %.4f, of weight %.3f:\n", number_of(hit, "score"),
           number_of(explanation, "weight"));
    json_array_foreach(json_object_get(explanation, "parts"), i, reason) show_reason(reason);
    if (json_is_number(json_object_get(explanation, "page_score")))
        printf("    page score %.3f\n", number_of(explanation, "page_score"));
}

static void show_hit(const struct client *c, const json_t *hit, long long number)
{
    const char *title = text_of(hit, "title");
    printf("%2lld. %s", number, show_style(c, BOLD));
    show_text(stdout, title ? title : "");
    printf("%s\n", show_style(c, PLAIN));
    show_about(c, hit);
    show_pick(c, hit);
    show_more(json_object_get(hit, "more"));
    show_explanation(hit);
    putchar('\n');
}

static void show_facets(const json_t *facets)
{
    const char *name;
    json_t *values, *one;
    json_object_foreach((json_t *)facets, name, values)
    {
        size_t i;
        printf("%s:", name);
        json_array_foreach(values, i, one)
        {
            fputs(i ? ", " : " ", stdout);
            show_text(stdout, text_of(one, "value") ? text_of(one, "value") : "");
            printf(" %lld", (long long)json_integer_value(json_object_get(one, "count")));
        }
        putchar('\n');
    }
}

static void show_summary(const json_t *answer)
{
    long long total = json_integer_value(json_object_get(answer, "total"));
    const char *correction = text_of(answer, "did_you_mean");
    const char *about = json_is_false(json_object_get(answer, "total_is_exact")) ? "about " : "";
    if (correction) {
        fputs("Did you mean: ", stdout);
        show_text(stdout, correction);
        putchar('\n');
    }
    printf("%s%lld document%s, %.1f ms%s\n", about, total, total == 1 ? "" : "s",
           json_number_value(json_object_get(answer, "took_ms")),
           json_is_true(json_object_get(answer, "partial")) ? ", not all looked at in time" : "");
}

static void show_answer(const struct client *c, const json_t *answer)
{
    long long from = json_integer_value(json_object_get(answer, "from"));
    size_t i;
    json_t *hit;
    json_array_foreach(json_object_get(answer, "hits"), i, hit)
        show_hit(c, hit, from + (long long)i + 1);
    show_facets(json_object_get(answer, "facets"));
    show_summary(answer);
}

/* The words as one query. A word with blanks was quoted in the shell: the shell ate the quotes of
 * a phrase only if the user wrote no others, so it is taken as it is. */
static void add_query(struct buf *url, int n, char **words)
{
    struct buf q = {0};
    for (int i = 0; i < n; i++)
        buf_addf(&q, "%s%s", i ? " " : "", words[i]);
    http_add(url, "q", buf_str(&q));
    buf_free(&q);
}

static int search(const struct client *c, const char *url)
{
    json_t *answer = NULL;
    int result = http_ask(c, "GET", url, false, &answer);
    if (result != STATUS_OK)
        return result;
    if (c->json)
        http_print(answer);
    else
        show_answer(c, answer);
    if (json_array_size(json_object_get(answer, "hits")) == 0)
        result = STATUS_NOTHING;
    json_decref(answer);
    return result;
}

int command_search(struct client *c, int argc, char **argv)
{
    struct buf url = {0};
    int first, result = STATUS_USAGE;
    buf_adds(&url, "/search");
    const struct option_table table = {rows, sizeof rows / sizeof *rows, take, &url};
    switch (options_read(c, &table, argc, argv, &first)) {
    case OPTIONS_GO_ON:
        add_query(&url, argc - first, argv + first);
        result = search(c, url.data);
        break;
    case OPTIONS_HELPED:
        result = STATUS_OK;
        break;
    case OPTIONS_WRONG:
        break;
    }
    buf_free(&url);
    return result;
}
