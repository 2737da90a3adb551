#include "index/text/analyse.h"

#include "index/base/mem.h"
#include "index/text/formcache.h"
#include "index/text/textdates.h"

#include <stdlib.h>
#include <string.h>

enum {
    CACHED_MAX = 128, /* bytes of a word; longer ones do not come twice */
    LANGUAGES_MAX = 40
};

struct analyser {
    struct stemmers *stemmers;
    struct formcache *cache;
    struct forms forms;
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

static void send_token(struct analyser *a, const char *surface, const struct token *token,
                       unsigned id, term_fn *each, void *ctx)
{
    size_t length = token->end - token->start;
    struct term term = {.position = token->position, .start = token->start, .end = token->end};
    if (length > CACHED_MAX) {
        forms_make(&a->forms, a->stemmers, surface, length, token->kind, &id, 1, false);
        send_forms(&a->forms, &term, each, ctx);
        return;
    }
    unsigned tag = id << 3 | token->kind;
    const struct cached_form *f = formcache_get(a->cache, surface, length, tag);
    if (!f) {
        forms_make(&a->forms, a->stemmers, surface, length, token->kind, &id, 1, false);
        f = formcache_put(a->cache, surface, length, tag, &a->forms);
    }
    send_cached(f, &term, each, ctx);
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

uint32_t analyse_text(struct analyser *a, const char *text, size_t length, const char *lang,
                      term_fn *each, void *ctx)
{
    unsigned id = stemmers_id(a->stemmers, lang);
    struct tokens tokens;
    struct token token;
    tokens_start(&tokens, text, length);
    while (tokens_next(&tokens, &token)) {
        send_token(a, text + token.start, &token, id, each, ctx);
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

void analyse_word(struct analyser *a, const char *word, size_t length, const char *const *langs,
                  size_t n_langs, term_fn *each, void *ctx)
{
    unsigned ids[LANGUAGES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < n_langs && n < LANGUAGES_MAX; i++)
        ids[n++] = stemmers_id(a->stemmers, langs[i]);
    struct token token = longest(word, length);
    struct term term = {.position = 0};
    forms_make(&a->forms, a->stemmers, word + token.start, token.end - token.start, token.kind, ids,
               n, true);
    send_forms(&a->forms, &term, each, ctx);
}
