#include "index/languages.h"

#include "index/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Of a shorter text no detector is sure. */
enum {
    TELLING = 200,
    MANY = 64
};

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

/* Long units first: they say what the short ones are likely to be. */
static void detect_units(const struct document *d, const char *declared, struct languages *out)
{
    struct shares sure = {.count = 0};
    for (size_t i = 0; i < d->n_units; i++)
        if (d->units[i].length >= TELLING) {
            detect_unit(&d->units[i], declared, out->unit[i]);
            count_share(&sure, out->unit[i], d->units[i].length);
        }
    const char *hint = most(&sure)[0] ? most(&sure) : declared;
    for (size_t i = 0; i < d->n_units; i++)
        if (d->units[i].length < TELLING)
            detect_unit(&d->units[i], hint, out->unit[i]);
}

void languages_find(const struct document *d, const char *declared, bool is_explicit,
                    struct languages *out)
{
    *out = (struct languages){.unit = mem_zalloc((d->n_units + 1) * sizeof *out->unit)};
    detect_units(d, declared, out);
    struct shares all = {.count = 0};
    for (size_t i = 0; i < d->n_units; i++)
        count_share(&all, out->unit[i], d->units[i].length);
    strcpy(out->main, is_explicit || !most(&all)[0] ? declared : most(&all));
    if (out->main[0])
        strlist_add(&out->fifth, out->main);
    for (size_t i = 0; i < all.count; i++)
        if (all.item[i].code[0] && all.item[i].bytes * 5 >= all.total)
            strlist_add_once(&out->fifth, all.item[i].code);
}

void languages_free(struct languages *l)
{
    free(l->unit);
    strlist_free(&l->fifth);
    *l = (struct languages){0};
}
