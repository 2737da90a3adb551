#include "index/text/stem.h"

#include "index/base/mem.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

enum {
    LANGUAGES_MAX = 64,
    WORD_MAX = 512 /* bytes; no language has longer words, but files do */
};

struct language {
    char code[3];
    struct sb_stemmer *snowball;
};

struct stemmers {
    struct language language[LANGUAGES_MAX];
    unsigned count;
};

void stemmers_new(struct stemmers **out)
{
    *out = mem_zalloc(sizeof **out);
}

void stemmers_free(struct stemmers **s)
{
    if (!*s)
        return;
    for (unsigned i = 0; i < (*s)->count; i++)
        sb_stemmer_delete((*s)->language[i].snowball);
    free(*s);
    *s = NULL;
}

/* Snowball's one stemmer of Norwegian is for both kinds. */
static const char *snowball_code(const char *lang)
{
    return strcmp(lang, "nb") == 0 || strcmp(lang, "nn") == 0 ? "no" : lang;
}

unsigned stemmers_id(struct stemmers *s, const char *lang)
{
    if (!lang || strlen(lang) != 2)
        return 0;
    for (unsigned i = 0; i < s->count; i++)
        if (memcmp(s->language[i].code, lang, 2) == 0)
            return i + 1;
    struct sb_stemmer *snowball =
        s->count < LANGUAGES_MAX ? sb_stemmer_new(snowball_code(lang), NULL) : NULL;
    if (!snowball)
        return 0;
    struct language *new = &s->language[s->count++];
    memcpy(new->code, lang, 3);
    new->snowball = snowball;
    return s->count;
}

void stemmers_by_id(struct stemmers *s, unsigned id, const char *word, size_t length,
                    struct buf *out)
{
    const sb_symbol *stem = NULL;
    struct sb_stemmer *snowball = id && id <= s->count ? s->language[id - 1].snowball : NULL;
    if (snowball && length <= WORD_MAX)
        stem = sb_stemmer_stem(snowball, (const sb_symbol *)word, (int)length);
    if (stem)
        buf_add(out, stem, (size_t)sb_stemmer_length(snowball));
    else
        buf_add(out, word, length);
}

void stemmers_stem(struct stemmers *s, const char *lang, const char *word, size_t length,
                   struct buf *out)
{
    stemmers_by_id(s, stemmers_id(s, lang), word, length, out);
}

bool stemmers_know(struct stemmers *s, const char *lang)
{
    return stemmers_id(s, lang) != 0;
}
