#include "index/languages.h"

#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Of a shorter text no detector is sure. */
enum {
    TELLING = 200,
    CERTAIN = 1000, /* from here on even close languages are rarely taken for each other */
    MANY = 64
};

/* Languages of one row are taken for each other. Those of the first are one but for a few words:
 * there even a long text proves nothing. */
static const char *const close_languages[] = {"hr sr bs", "sl hr",    "no da sv", "cs sk",
                                              "bg mk sr", "pt gl es", "es ca oc", "ru uk be bg",
                                              "nl af fy", "de lb",    "et fi",    "id ms"};

struct share {
    char code[LANGUAGE_SIZE];
    size_t bytes;
};
struct shares {
    struct share item[MANY];
    size_t count, total;
};

static void count_share(struct shares *s, const char *code, size_t bytes)
{
    s->total += bytes;
    size_t i = 0;
    while (i < s->count && strcmp(s->item[i].code, code) != 0)
        i++;
    if (i == MANY)
        return;
    if (i == s->count)
        strcpy(s->item[s->count++].code, code);
    s->item[i].bytes += bytes;
}

static const char *most(const struct shares *s)
{
    const struct share *best = NULL;
    for (size_t i = 0; i < s->count; i++)
        if (s->item[i].code[0] && (!best || s->item[i].bytes > best->bytes))
            best = &s->item[i];
    return best ? best->code : "";
}

static void detect_unit(const struct unit *u, const char *hint, char out[LANGUAGE_SIZE])
{
    language_detect(u->text ? u->text : "", u->length, u->lang[0] ? u->lang : hint, out);
}

static size_t length_of(const struct document *d)
{
    size_t length = 0;
    for (size_t i = 0; i < d->n_units; i++)
        length += d->units[i].length;
    return length;
}

/* Long units first: where most of the text is in them, they say what the short ones are likely to
 * be. */
static void detect_units(const struct document *d, const char *declared, struct languages *out)
{
    struct shares sure = {.count = 0};
    for (size_t i = 0; i < d->n_units; i++)
        if (d->units[i].length >= TELLING) {
            detect_unit(&d->units[i], declared, out->unit[i]);
            count_share(&sure, out->unit[i], d->units[i].length);
        }
    bool telling = most(&sure)[0] && sure.total >= length_of(d) / 2;
    const char *hint = telling ? most(&sure) : declared;
    for (size_t i = 0; i < d->n_units; i++)
        if (d->units[i].length < TELLING)
            detect_unit(&d->units[i], hint, out->unit[i]);
}

/* True if A and B are taken for each other in a text of LENGTH bytes. */
static bool close_to(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < sizeof close_languages / sizeof *close_languages; i++)
        if ((i == 0 || length < CERTAIN) && strstr(close_languages[i], a) &&
            strstr(close_languages[i], b))
            return true;
    return false;
}

/* The language that a unit in FOUND is more likely to be in. */
static const char *likelier(const struct shares *all, const char *declared, const char *found,
                            size_t length)
{
    const char *best = found;
    size_t most_bytes = 0;
    if (!*found)
        return length < TELLING ? most(all) : found;
    if (*declared && close_to(found, declared, length))
        return declared;
    for (size_t i = 0; i < all->count; i++) {
        const struct share *s = &all->item[i];
        if (s->code[0] && s->bytes > most_bytes && close_to(found, s->code, length)) {
            best = s->code;
            most_bytes = s->bytes;
        }
    }
    return strcmp(best, "bs") == 0 ? "hr" : best;
}

static void settle_close_ones(const struct document *d, const char *declared, struct languages *out)
{
    struct shares all = {.count = 0};
    for (size_t i = 0; i < d->n_units; i++)
        count_share(&all, out->unit[i], d->units[i].length);
    for (size_t i = 0; i < d->n_units; i++) {
        const struct unit *u = &d->units[i];
        char lang[LANGUAGE_SIZE], said[LANGUAGE_SIZE];
        language_code(u->lang[0] ? u->lang : declared, said);
        strcpy(lang, likelier(&all, said, out->unit[i], u->length));
        strcpy(out->unit[i], lang);
    }
}

void languages_find(const struct document *d, const char *declared, bool is_explicit,
                    struct languages *out)
{
    *out = (struct languages){.unit = mem_zalloc((d->n_units + 1) * sizeof *out->unit)};
    detect_units(d, declared, out);
    settle_close_ones(d, declared, out);
    struct shares all = {.count = 0};
    for (size_t i = 0; i < d->n_units; i++)
        count_share(&all, out->unit[i], d->units[i].length);
    strcpy(out->main, is_explicit || !most(&all)[0] ? declared : most(&all));
    if (out->main[0])
        strlist_add(&out->fifth, out->main);
    strlist_copy(&out->all, &out->fifth);
    for (size_t i = 0; i < all.count; i++) {
        if (!all.item[i].code[0])
            continue;
        strlist_add_once(&out->all, all.item[i].code);
        if (all.item[i].bytes * 5 >= all.total)
            strlist_add_once(&out->fifth, all.item[i].code);
    }
}

void languages_free(struct languages *l)
{
    free(l->unit);
    strlist_free(&l->fifth);
    strlist_free(&l->all);
    *l = (struct languages){0};
}
