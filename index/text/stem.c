#include "index/text/stem.h"

#include "index/base/mem.h"
#include "index/text/endings.h"
#include "index/text/fold.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

enum {
    LANGUAGES_MAX = 64,
    LETTERS = 26,
    NOTHING = LANGUAGES_MAX + 1, /* there is no means for it */
    LETTERS_MIN = 3,             /* of a stem, before its endings */
    SNOWBALL_LETTERS_MIN = 4, /* of one that has lost some already: "talo" and "tali" stay apart */
    WORD_MAX = 512            /* bytes; no language has longer words, but files do */
};

struct language {
    char code[3];
    struct sb_stemmer *snowball;
    bool dictionary;
    const struct endings *endings;
};

struct stemmers {
    const struct stem_source *source;
    struct language language[LANGUAGES_MAX];
    unsigned count;
    unsigned char id[LETTERS][LETTERS]; /* by the code's letters; or NOTHING; 0: not met yet */
    struct buf folded;                  /* scratch */
};

void stemmers_new(struct stemmers **out, const struct stem_source *source)
{
    *out = mem_zalloc(sizeof **out);
    (*out)->source = source;
}

void stemmers_free(struct stemmers **s)
{
    if (!*s)
        return;
    for (unsigned i = 0; i < (*s)->count; i++)
        sb_stemmer_delete((*s)->language[i].snowball);
    buf_free(&(*s)->folded);
    free(*s);
    *s = NULL;
}

/* Snowball's one stemmer of Norwegian is for both kinds, and Bosnian words end as Croatian do. */
static const char *stemmed_as(const char *lang)
{
    if (lang[0] == 'n' && (lang[1] == 'b' || lang[1] == 'n'))
        return "no";
    return strcmp(lang, "bs") == 0 ? "hr" : lang;
}

static bool find_means(const struct stemmers *s, const char *lang, struct language *out)
{
    out->snowball = sb_stemmer_new(lang, NULL);
    out->dictionary =
        !out->snowball && s->source && s->source->knows(s->source->dictionaries, lang);
    out->endings = endings_find(lang);
    return out->snowball || out->dictionary || out->endings;
}

static unsigned new_id(struct stemmers *s, const char *lang)
{
    struct language new = {.snowball = NULL};
    if (s->count == LANGUAGES_MAX || !find_means(s, lang, &new))
        return NOTHING;
    memcpy(new.code, lang, sizeof new.code);
    s->language[s->count++] = new;
    return s->count;
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

unsigned stemmers_id(struct stemmers *s, const char *lang)
{
    if (!lang || !is_letter(lang[0]) || !is_letter(lang[1]) || lang[2])
        return 0;
    lang = stemmed_as(lang);
    unsigned char *id = &s->id[lang[0] - 'a'][lang[1] - 'a'];
    if (*id == 0)
        *id = (unsigned char)new_id(s, lang);
    return *id == NOTHING ? 0 : *id;
}

const char *stemmers_language(const struct stemmers *s, unsigned id)
{
    return id && id <= s->count ? s->language[id - 1].code : "";
}

/* What is done to a stem on its way out. */
struct way {
    struct buf *folded;
    const struct endings *endings;
    size_t least; /* letters before them */
    stem_fn *each;
    void *ctx;
    bool any;
};

static void send(void *ctx, const char *stem, size_t length)
{
    struct way *w = ctx;
    buf_clear(w->folded);
    fold_word(stem, length, FOLD_ALL, w->folded);
    length = w->folded->len;
    if (w->endings)
        length = endings_stem(w->endings, buf_str(w->folded), length, w->least);
    w->any = true;
    w->each(w->ctx, buf_str(w->folded), length);
}

void stemmers_by_id(struct stemmers *s, unsigned id, const char *word, size_t length, stem_fn *each,
                    void *ctx)
{
    static const struct language none = {.snowball = NULL};
    const struct language *l = id && id <= s->count ? &s->language[id - 1] : &none;
    const size_t least = l->snowball ? SNOWBALL_LETTERS_MIN : LETTERS_MIN;
    struct way way = {&s->folded, l->endings, least, each, ctx, false};
    if (length <= WORD_MAX && l->snowball) {
        const sb_symbol *stem = sb_stemmer_stem(l->snowball, (const sb_symbol *)word, (int)length);
        if (stem)
            send(&way, (const char *)stem, (size_t)sb_stemmer_length(l->snowball));
    } else if (length <= WORD_MAX && l->dictionary) {
        s->source->stems(s->source->dictionaries, l->code, word, length, send, &way);
    }
    if (!way.any)
        send(&way, word, length);
}

void stemmers_stem(struct stemmers *s, const char *lang, const char *word, size_t length,
                   stem_fn *each, void *ctx)
{
    stemmers_by_id(s, stemmers_id(s, lang), word, length, each, ctx);
}

bool stemmers_know(struct stemmers *s, const char *lang)
{
    return stemmers_id(s, lang) != 0;
}

bool stemmers_ready(struct stemmers *s, const char *lang)
{
    const unsigned id = stemmers_id(s, lang);
    const struct language *l = id ? &s->language[id - 1] : NULL;
    return !l || !l->dictionary || s->source->ready(s->source->dictionaries, l->code);
}
