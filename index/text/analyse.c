#include "index/text/analyse.h"

#include "index/base/mem.h"
#include "index/text/formcache.h"
#include "index/text/textdates.h"

#include <stdlib.h>
#include <string.h>

enum {
    CACHED_MAX = 128, /* bytes of a word; longer ones do not come twice */
    LANGUAGES_MAX = 64,
    /* Tags in the cache: a document's word has language and kind, a typed one TYPED and the number
     * of the set of languages it is looked up in. */
    KIND_BITS = 3,
    TYPED = 0x8000,
    SETS_MAX = 0x1000
};

struct analyser {
    struct stemmers *stemmers;
    struct formcache *cache;
    struct forms forms;
    unsigned set[LANGUAGES_MAX]; /* languages of the last word that was typed for any */
    size_t set_size;
    unsigned set_number;
};

void analyser_new(struct analyser **out, const struct stem_source *source)
{
    struct analyser *a = mem_zalloc(sizeof *a);
    stemmers_new(&a->stemmers, source);
    formcache_new(&a->cache);
    *out = a;
}

void analyser_free(struct analyser **a)
{
    if (!*a)
        return;
    stemmers_free(&(*a)->stemmers);
    formcache_free(&(*a)->cache);
    forms_free(&(*a)->forms);
    free(*a);
    *a = NULL;
}

static void send_forms(const struct forms *f, struct term *term, term_fn *each, void *ctx)
{
    for (size_t i = 0; i < f->count; i++) {
        term->bytes = f->form[i].bytes;
        term->length = f->form[i].length;
        term->kind = f->form[i].kind;
        each(ctx, term);
    }
}

static void send_cached(const struct cached_form *f, struct term *term, term_fn *each, void *ctx)
{
    for (; f->length; f = formcache_next(f)) {
        term->bytes = f->bytes;
        term->length = f->length;
        term->kind = (enum term_kind)f->kind;
        each(ctx, term);
    }
}

/* A word in the languages that it is to be stemmed in, and its tag in the cache. */
struct job {
    const char *surface;
    size_t length;
    enum token_kind kind;
    const unsigned *ids;
    size_t n_ids;
    unsigned tag;
};

/* Makes the forms of a word that the cache does not know, and sends them. */
static void send_new(struct analyser *a, const struct job *job, struct term *term, term_fn *each,
                     void *ctx)
{
    forms_make(&a->forms, a->stemmers, job->surface, job->length, job->kind, job->ids, job->n_ids,
               job->tag & TYPED);
    send_forms(&a->forms, term, each, ctx);
    if (job->length <= CACHED_MAX)
        formcache_put(a->cache, job->surface, job->length, job->tag, &a->forms);
}

static inline void send_word(struct analyser *a, const struct job *job, struct term *term,
                             term_fn *each, void *ctx)
{
    const struct cached_form *f = job->length <= CACHED_MAX
                                      ? formcache_get(a->cache, job->surface, job->length, job->tag)
                                      : NULL;
    if (f)
        send_cached(f, term, each, ctx);
    else
        send_new(a, job, term, each, ctx);
}

/* The dates that end in the number TOKEN, in one form for all: see analyse.h. */
static void send_dates(const struct tokens *tokens, const struct token *token, term_fn *each,
                       void *ctx)
{
    struct textdate dates[TEXTDATES_MAX];
    size_t n = textdates_at(tokens->text, tokens->length, token, dates);
    struct term term = {.position = token->position, .start = token->start, .end = token->end};
    for (size_t i = 0; i < n; i++) {
        term.bytes = dates[i].digits;
        term.length = strlen(dates[i].digits);
        term.kind = TERM_WORD;
        each(ctx, &term);
    }
}

bool analyser_stems(const struct analyser *a, const char *lang)
{
    return stemmers_know(a->stemmers, lang);
}

bool analyser_ready(const struct analyser *a, const char *lang)
{
    return stemmers_ready(a->stemmers, lang);
}

uint32_t analyse_text(struct analyser *a, const char *text, size_t length, const char *lang,
                      term_fn *each, void *ctx)
{
    unsigned id = stemmers_id(a->stemmers, lang);
    struct tokens tokens;
    struct token token;
    tokens_start(&tokens, text, length);
    while (tokens_next(&tokens, &token)) {
        struct term term = {.position = token.position, .start = token.start, .end = token.end};
        const struct job job = {
            text + token.start,          token.end - token.start, token.kind, &id, 1,
            id << KIND_BITS | token.kind};
        send_word(a, &job, &term, each, ctx);
        if (token.kind == TOKEN_NUMBER)
            send_dates(&tokens, &token, each, ctx);
    }
    return tokens_position(&tokens);
}

/* The longest token of WORD: the compound, or the word behind an elision. */
static struct token longest(const char *word, size_t length)
{
    struct tokens tokens;
    struct token token, best = {0};
    tokens_start(&tokens, word, length);
    while (tokens_next(&tokens, &token))
        if (token.end - token.start > best.end - best.start)
            best = token;
    return best;
}

/* The number by which the cache knows the languages that a word is typed for. None is number 0:
 * prefixes are looked up so, in turn with words. */
static unsigned number_of_set(struct analyser *a, const unsigned *ids, size_t n)
{
    if (n == 0)
        return 0;
    if (n == a->set_size && memcmp(ids, a->set, n * sizeof *ids) == 0)
        return a->set_number;
    memcpy(a->set, ids, n * sizeof *ids);
    a->set_size = n;
    if (++a->set_number == SETS_MAX) {
        formcache_free(&a->cache);
        formcache_new(&a->cache);
        a->set_number = 1;
    }
    return a->set_number;
}

void analyse_word(struct analyser *a, const char *word, size_t length, const char *const *langs,
                  size_t n_langs, term_fn *each, void *ctx)
{
    unsigned ids[LANGUAGES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < n_langs && n < LANGUAGES_MAX; i++)
        if ((ids[n] = stemmers_id(a->stemmers, langs[i])))
            n++;
    struct token token = longest(word, length);
    struct term term = {.position = 0};
    const struct job job = {word + token.start,
                            token.end - token.start,
                            token.kind,
                            ids,
                            n,
                            TYPED | number_of_set(a, ids, n) << KIND_BITS | token.kind};
    if (job.length)
        send_word(a, &job, &term, each, ctx);
}
